// Providers whose links and configurations cannot be had, or change, while they run.
#include "wasmcloud/host/lattice_host_testing.h"

namespace wasmcloud::host {
namespace {

using testing::HasSubstr;

class ProvidersTest : public LatticeHostTest {
 protected:
  // A component at /there of an HTTP server in path mode, whose configuration is `server`.
  std::uint16_t serve_path() {
    const std::uint16_t port = http::RawListener().port();
    request("config.put.server", path_mode(port));
    request("config.put.path", R"({"path":"/there"})");
    start_http_server(R"(["server"])");
    scale(scale_of(10));
    event<lattice::ComponentScaled>();
    put_link("web", "guest", "path");
    EXPECT_TRUE(comes_to_answer(port, "/there", 200));
    return port;
  }

  static std::string path_mode(std::uint16_t port) {
    return fmt::format(R"({{"routing_mode":"path","default_address":"127.0.0.1:{}"}})", port);
  }

  // 0: nobody answers.
  static int status(std::uint16_t port, std::string_view path) {
    try {
      return get(port, path).status;
    } catch (const std::exception&) {
      return 0;
    }
  }

  static bool comes_to_answer(std::uint16_t port, std::string_view path, int wanted) {
    return eventually([=] { return status(port, path) == wanted; });
  }

  std::size_t providers() { return result(client_->inventory(host_->id())).providers.size(); }
};

TEST_F(ProvidersTest, ALinkIsMadeWhenItsConfigurationComes) {
  const std::uint16_t port = http::RawListener().port();
  put_address("web", port);
  put_link("web", "guest", "web");
  request("config.del.web");
  start_http_server("[]");
  scale(scale_of(10));
  event<lattice::ComponentScaled>();
  EXPECT_FALSE(can_connect(port));
  put_address("web", port);
  wait_for_listener(port);
  EXPECT_EQ(get(port, "/").status, 200);
}

TEST_F(ProvidersTest, WhatIsPutAndDeletedFastEndsAsItIsStored) {
  const std::uint16_t port = serve_guest(scale_of(10));
  const std::string del = R"({"source_id":"web","wit_namespace":"wasi","wit_package":"http"})";
  for (int i = 0; i < 50; ++i) {
    request("link.del", del);
    put_link("web", "guest", "web");
  }
  wait_for_listener(port);
  EXPECT_EQ(get(port, "/").status, 200);
  request("link.del", del);
  wait_for_no_listener(port);
}

TEST_F(ProvidersTest, MovesToTheAddressOfItsNewConfiguration) {
  const std::uint16_t port = serve_path();
  const std::uint16_t other = http::RawListener().port();
  request("config.put.server", path_mode(other));
  wait_for_no_listener(port);
  EXPECT_TRUE(comes_to_answer(other, "/there", 200));
  // The same address, which it holds itself.
  request("config.put.server", R"({"routing_mode":"host","default_address":"127.0.0.1:)" +
                                   std::to_string(other) + "\"}");
  EXPECT_TRUE(comes_to_answer(other, "/there", 404));
  request("config.put.server", path_mode(other));
  EXPECT_TRUE(comes_to_answer(other, "/there", 200));
}

TEST_F(ProvidersTest, ServesOnIfItsNewConfigurationCannotBeUsed) {
  const std::uint16_t port = serve_path();
  const http::RawListener taken;
  for (const std::string& config :
       {std::string(R"({"routing_mode":"nonsense"})"), path_mode(taken.port())}) {
    request("config.put.server", config);
    // What comes after it has seen that.
    request("config.put.path", R"({"path":"/elsewhere"})");
    EXPECT_TRUE(comes_to_answer(port, "/elsewhere", 200));
    request("config.put.path", R"({"path":"/there"})");
    EXPECT_TRUE(comes_to_answer(port, "/there", 200));
    EXPECT_EQ(providers(), 1U);
  }
}

}  // namespace
}  // namespace wasmcloud::host

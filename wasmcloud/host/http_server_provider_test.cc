// The built-in HTTP server with real sockets, and components that answer with their id.
#include "wasmcloud/host/http_server_provider.h"

#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <mutex>
#include <thread>

#include <arpa/inet.h>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wasmcloud/host/service_testing.h"
#include "wasmcloud/http/raw_peer.h"
#include "wasmcloud/http/server.h"

namespace wasmcloud::host {
namespace {

using namespace std::chrono_literals;
using http::RawPeer;

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// Returns when `counter` is at least `count`; the test's own time limit ends a failing one.
void await(std::atomic<int>& counter, int count) {
  for (int now = counter; now < count; now = counter) {
    counter.wait(now);
  }
}

struct Told {
  std::atomic<int> waiting = 0;
  std::atomic<int> ended = 0;  // of those that waited, also if they were cancelled
  std::atomic<bool> go = false;
};

// "/wait" is answered when told, "/stream" begins at once and ends when told.
class FakeComponent final : public http::Handler {
 public:
  FakeComponent(std::string id, Told& told) : id_(std::move(id)), told_(told) {}

  Task<> handle(http::Request& request, http::ResponseWriter& response) override {
    const http::RequestHead& head = request.head;
    const std::string text =
        fmt::format("{} {} {} {} {}", id_, head.method, head.scheme, head.authority, head.target);
    http::ResponseHead answer;
    answer.headers.add("cache-control", "private");
    answer.headers.add("access-control-allow-origin", "http://own.example");
    if (head.target == "/stream") {
      WC_CO_TRY(http::BodyWriter* const body, response.start(std::move(answer)));
      WC_CO_CHECK(wait_until_told());
      WC_CO_CHECK(body->write(bytes_of(text)));
      co_return co_await body->finish({});
    }
    if (head.target == "/wait") {
      WC_CO_CHECK(wait_until_told());
    }
    co_return co_await response.respond(std::move(answer), bytes_of(text));
  }

 private:
  struct Leave {
    explicit Leave(Told& told_) : told(told_) {}

    Leave(const Leave&) = delete;
    Leave& operator=(const Leave&) = delete;

    ~Leave() {
      ++told.ended;
      told.ended.notify_all();
    }

    Told& told;
  };

  Task<> wait_until_told() {
    const Leave leave(told_);
    ++told_.waiting;
    told_.waiting.notify_all();
    asio::steady_timer timer(co_await asio::this_coro::executor);
    while (!told_.go) {
      timer.expires_after(1ms);
      if (auto [error] = co_await timer.async_wait(as_result); error) {
        co_return to_error(error, "waiting");
      }
    }
    co_return Result<>();
  }

  const std::string id_;
  Told& told_;
};

class FakeTargets final : public HttpTargets {
 public:
  explicit FakeTargets(Told& told) : told_(told) {}

  std::shared_ptr<http::Handler> target(std::string_view id) override {
    return std::make_shared<FakeComponent>(std::string(id), told_);
  }

 private:
  Told& told_;
};

// A port of 127.0.0.1 that is kept from all who do not ask for it by number. Nobody listens there.
class Port {
 public:
  Port() : socket_(open_at(0)) {
    sockaddr_in address{};
    socklen_t size = sizeof(address);
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    number_ = ntohs(address.sin_port);
  }

  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;

  ~Port() {
    occupy_no_more();
    ::close(socket_);
  }

  std::uint16_t number() const { return number_; }

  std::string address(std::string_view ip = "127.0.0.1") const {
    return fmt::format("{}:{}", ip, number_);
  }

  // As another program would.
  void occupy() {
    other_ = open_at(number_);
    EXPECT_EQ(::listen(other_, 1), 0);
  }

  void occupy_no_more() {
    if (other_ >= 0) {
      ::close(std::exchange(other_, -1));
    }
  }

 private:
  static int open_at(std::uint16_t number) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(number);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    return socket;
  }

  int socket_;
  int other_ = -1;
  std::uint16_t number_ = 0;
};

lattice::ResolvedLink link_to(std::string component, lattice::StringMap source_config,
                              std::string name = "default") {
  lattice::ResolvedLink link;
  link.source_id = "http-server";
  link.target = std::move(component);
  link.name = std::move(name);
  link.wit_namespace = "wasi";
  link.wit_package = "http";
  link.interfaces = {"incoming-handler"};
  link.source_config = std::move(source_config);
  return link;
}

std::string request_for(std::string_view path, std::string_view method = "GET",
                        std::string_view fields = "Host: a.example\r\n") {
  return fmt::format("{} {} HTTP/1.1\r\n{}\r\n", method, path, fields);
}

Answer ask(RawPeer& peer, std::string_view path, std::string_view method = "GET",
           std::string_view fields = "Host: a.example\r\n") {
  peer.send(request_for(path, method, fields));
  return parse_answer(peer.read_response());
}

Answer ask(const Port& port, std::string_view path, std::string_view method = "GET",
           std::string_view fields = "Host: a.example\r\n") {
  RawPeer peer = RawPeer::connect(port.number());
  return ask(peer, path, method, fields);
}

bool is_refused(const Port& port) {
  try {
    RawPeer::connect(port.number());
    return false;
  } catch (const std::exception&) {
    return true;
  }
}

bool has_field(const Answer& answer, std::string_view field) {
  return answer.head.contains(fmt::format("\r\n{}\r\n", field));
}

class HttpServerProviderTest : public testing::Test {
 protected:
  Result<> start(lattice::StringMap config = {}) {
    return block_on(control(), make(std::move(config)));
  }

  void TearDown() override {
    if (provider_) {
      EXPECT_TRUE(stop(Deadline::after(0ms)));
    }
  }

  Result<> put(lattice::ResolvedLink link) {
    return block_on(control(), provider_->put_link(std::move(link)));
  }

  // As the host does it: without configuration.
  Result<> remove(const lattice::ResolvedLink& resolved) {
    lattice::Link link;
    link.source_id = resolved.source_id;
    link.target = resolved.target;
    link.name = resolved.name;
    link.wit_namespace = resolved.wit_namespace;
    link.wit_package = resolved.wit_package;
    return block_on(control(), provider_->delete_link(std::move(link)));
  }

  Result<> stop(Deadline deadline) {
    Result<> stopped = block_on(control(), provider_->stop(deadline));
    provider_.reset();
    return stopped;
  }

  // Starts the provider and puts a link to "api" at port_.
  void serve(lattice::StringMap settings = {}) {
    ASSERT_TRUE(start());
    const Result<> done = put(at_port(std::move(settings)));
    ASSERT_TRUE(done) << done.error().describe();
  }

  lattice::ResolvedLink at_port(lattice::StringMap settings = {}) {
    settings.insert_or_assign("address", port_.address());
    return link_to("api", std::move(settings));
  }

  // A request that is under way when this returns.
  RawPeer begin_request(std::string_view path = "/wait") {
    const int before = told_.waiting;
    RawPeer peer = RawPeer::connect(port_.number());
    peer.send(request_for(path));
    await(told_.waiting, before + 1);
    return peer;
  }

  asio::any_io_executor control() { return shards_[0].executor(); }

  Told told_;
  FakeTargets targets_{told_};
  Port port_;
  Shards shards_{2};
  std::unique_ptr<BuiltinProvider> provider_;

 private:
  Task<> make(lattice::StringMap config) {
    WC_CO_TRY(provider_,
              make_http_server_provider("http-server", std::move(config), shards_, targets_));
    co_return Result<>();
  }
};

std::string text_of(const Result<>& result, ErrorKind kind) {
  if (result) {
    return "no error";
  }
  EXPECT_EQ(result.error().kind(), kind) << result.error().describe();
  return result.error().describe();
}

// --- address mode ---

TEST_F(HttpServerProviderTest, LinkIsServedWhenItIsPut) {
  serve();
  const Answer answer = ask(port_, "/x?y");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "api GET http a.example /x?y");
}

TEST_F(HttpServerProviderTest, AddressDefaultsToThatOfTheProvider) {
  ASSERT_TRUE(start({{"default_address", port_.address()}}));
  ASSERT_TRUE(put(link_to("api", {})));
  EXPECT_EQ(ask(port_, "/").status, 200);
}

TEST_F(HttpServerProviderTest, LinksOfOneComponentAreServedSideBySide) {
  serve();
  const Port other;
  ASSERT_TRUE(put(link_to("api", {{"address", other.address()}}, "second")));
  EXPECT_EQ(ask(port_, "/1").body, "api GET http a.example /1");
  EXPECT_EQ(ask(other, "/2").body, "api GET http a.example /2");
}

TEST_F(HttpServerProviderTest, AnyPortIsNotShared) {
  ASSERT_TRUE(start());
  EXPECT_TRUE(put(link_to("a", {{"address", "127.0.0.1:0"}})));
  EXPECT_TRUE(put(link_to("b", {{"address", "127.0.0.1:0"}})));
}

TEST_F(HttpServerProviderTest, IdenticalPutLeavesConnectionsAlone) {
  serve();
  RawPeer peer = RawPeer::connect(port_.number());
  EXPECT_EQ(ask(peer, "/").status, 200);
  EXPECT_TRUE(put(at_port()));
  EXPECT_EQ(ask(peer, "/").status, 200);
}

TEST_F(HttpServerProviderTest, ChangedSettingsHoldOnOpenConnections) {
  serve();
  RawPeer peer = RawPeer::connect(port_.number());
  EXPECT_EQ(ask(peer, "/", "DELETE").status, 200);
  ASSERT_TRUE(put(at_port({{"readonly_mode", "true"}})));
  EXPECT_EQ(ask(peer, "/", "DELETE").status, 405);
}

TEST_F(HttpServerProviderTest, ChangedAddressMovesTheListener) {
  serve();
  RawPeer busy = begin_request();
  const Port other;
  ASSERT_TRUE(put(link_to("api", {{"address", other.address()}})));
  EXPECT_TRUE(is_refused(port_));
  EXPECT_EQ(ask(other, "/").status, 200);
  told_.go = true;
  EXPECT_TRUE(busy.read_response().ends_with("api GET http a.example /wait"));
}

TEST_F(HttpServerProviderTest, LinkMovesFromOneInterfaceToAllOnTheSamePort) {
  serve();
  ASSERT_TRUE(put(link_to("api", {{"address", port_.address("0.0.0.0")}})));
  EXPECT_EQ(ask(port_, "/").status, 200);
}

TEST_F(HttpServerProviderTest, LinkIsServedAtItsOldAddressUntilTheNewOneIsFree) {
  serve();
  Port other;
  other.occupy();
  const lattice::ResolvedLink moved = link_to("api", {{"address", other.address()}});
  EXPECT_TRUE(text_of(put(moved), ErrorKind::conflict).contains("in use"));
  EXPECT_EQ(ask(port_, "/").status, 200);
  other.occupy_no_more();
  EXPECT_TRUE(put(moved));
  EXPECT_TRUE(is_refused(port_));
  EXPECT_EQ(ask(other, "/").status, 200);
}

TEST_F(HttpServerProviderTest, DeletedLinkIsGoneAtOnceAndItsRequestsEnd) {
  serve();
  RawPeer busy = begin_request();
  ASSERT_TRUE(remove(at_port()));
  EXPECT_TRUE(is_refused(port_));
  told_.go = true;
  EXPECT_TRUE(busy.read_response().ends_with("api GET http a.example /wait"));
  EXPECT_TRUE(busy.is_ended());
}

TEST_F(HttpServerProviderTest, DeletedLinkCanBePutAgain) {
  serve();
  RawPeer busy = begin_request();
  ASSERT_TRUE(remove(at_port()));
  ASSERT_TRUE(put(at_port()));
  EXPECT_EQ(ask(port_, "/").status, 200);
  told_.go = true;
  EXPECT_TRUE(busy.read_response().ends_with("/wait"));
}

TEST_F(HttpServerProviderTest, SecondLinkOfAnAddressStandsByAndTakesOver) {
  serve();
  const lattice::ResolvedLink second = link_to("other", {{"address", port_.address()}});
  const std::string text = text_of(put(second), ErrorKind::conflict);
  EXPECT_TRUE(text.contains("\"default\"") && text.contains("component api")) << text;
  EXPECT_EQ(text_of(put(second), ErrorKind::conflict), text);
  RawPeer peer = RawPeer::connect(port_.number());
  EXPECT_TRUE(ask(peer, "/").body.starts_with("api "));
  ASSERT_TRUE(remove(at_port()));
  EXPECT_TRUE(ask(peer, "/").body.starts_with("other "));
  EXPECT_TRUE(put(second));
}

TEST_F(HttpServerProviderTest, RequestsAreAnsweredWhileLinksChange) {
  serve();
  const lattice::ResolvedLink second = link_to("other", {{"address", port_.address()}});
  std::atomic<bool> done = false;
  const auto client = [this, &done] {
    RawPeer peer = RawPeer::connect(port_.number());
    int wrong = 0;
    while (!done) {
      const Answer answer = ask(peer, "/");
      wrong += answer.status == 200 &&
                       (answer.body.starts_with("api ") || answer.body.starts_with("other "))
                   ? 0
                   : 1;
    }
    return wrong;
  };
  auto first_client = std::async(std::launch::async, client);
  auto second_client = std::async(std::launch::async, client);
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(put(at_port({{"readonly_mode", "true"}, {"timeout_ms", "60000"}})));
    EXPECT_FALSE(put(second));
    EXPECT_TRUE(remove(at_port()));
    EXPECT_FALSE(put(at_port()));
    EXPECT_TRUE(remove(second));
  }
  done = true;
  EXPECT_EQ(first_client.get(), 0);
  EXPECT_EQ(second_client.get(), 0);
}

TEST_F(HttpServerProviderTest, StandbyThatIsDeletedNeverServes) {
  serve();
  const lattice::ResolvedLink second = link_to("other", {{"address", port_.address()}});
  EXPECT_FALSE(put(second));
  ASSERT_TRUE(remove(second));
  EXPECT_TRUE(ask(port_, "/").body.starts_with("api "));
  ASSERT_TRUE(remove(at_port()));
  EXPECT_TRUE(is_refused(port_));
}

TEST_F(HttpServerProviderTest, AddressInUseIsAConflictAndServedOnceItIsFree) {
  ASSERT_TRUE(start());
  port_.occupy();
  const std::string text = text_of(put(at_port()), ErrorKind::conflict);
  EXPECT_TRUE(text.contains(port_.address()) && text.contains("in use")) << text;
  port_.occupy_no_more();
  while (is_refused(port_)) {  // the test's own time limit ends a failing one
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_TRUE(ask(port_, "/").body.starts_with("api "));
}

TEST_F(HttpServerProviderTest, LinkThatWaitsForItsAddressCanBeDeleted) {
  ASSERT_TRUE(start());
  port_.occupy();
  EXPECT_FALSE(put(at_port()));
  ASSERT_TRUE(remove(at_port()));
  port_.occupy_no_more();
  const Port other;
  ASSERT_TRUE(put(link_to("other", {{"address", other.address()}})));
  EXPECT_TRUE(is_refused(port_));
}

TEST_F(HttpServerProviderTest, StopDoesNotWaitForARetry) {
  ASSERT_TRUE(start());
  port_.occupy();
  EXPECT_FALSE(put(at_port()));
  EXPECT_TRUE(stop(Deadline::after(60s)));
}

TEST_F(HttpServerProviderTest, InvalidSettingsLeaveWhatWasThere) {
  serve();
  EXPECT_EQ(text_of(put(link_to("api", {{"address", "nowhere"}})), ErrorKind::invalid),
            "invalid parameter: invalid address: nowhere");
  EXPECT_EQ(ask(port_, "/").status, 200);
}

TEST_F(HttpServerProviderTest, LinksOfOthersAndUnknownOnesAreNoErrors) {
  serve();
  lattice::ResolvedLink foreign = at_port();
  std::swap(foreign.source_id, foreign.target);
  EXPECT_TRUE(put(foreign));
  EXPECT_TRUE(remove(foreign));
  EXPECT_TRUE(remove(link_to("unknown", {})));
  EXPECT_TRUE(remove(link_to("api", {}, "unknown")));
  EXPECT_EQ(ask(port_, "/").status, 200);
}

TEST_F(HttpServerProviderTest, LinkOfAnotherPackageWithTheSameNameIsAConflict) {
  serve();
  lattice::ResolvedLink other = at_port();
  other.wit_namespace = "acme";
  EXPECT_EQ(text_of(put(other), ErrorKind::conflict),
            "Component api already has an address registered with link name default");
  EXPECT_TRUE(remove(other));
  EXPECT_EQ(ask(port_, "/").status, 200);
}

// --- stop ---

TEST_F(HttpServerProviderTest, StopLetsRequestsEnd) {
  serve();
  RawPeer idle = RawPeer::connect(port_.number());
  RawPeer busy = begin_request();
  auto stopped = std::async(std::launch::async, [this] { return stop(Deadline::after(60s)); });
  EXPECT_TRUE(idle.is_ended());
  told_.go = true;
  EXPECT_TRUE(busy.read_response().ends_with("/wait"));
  EXPECT_TRUE(stopped.get());
  EXPECT_TRUE(is_refused(port_));
}

TEST_F(HttpServerProviderTest, StopCancelsAtItsDeadlineAlsoWhatADeletedLinkLeft) {
  serve();
  RawPeer left = begin_request();
  ASSERT_TRUE(remove(at_port()));
  ASSERT_TRUE(put(at_port()));
  RawPeer busy = begin_request();
  EXPECT_TRUE(stop(Deadline::after(20ms)));
  EXPECT_EQ(told_.ended, 2);
  EXPECT_TRUE(left.is_ended());
  EXPECT_TRUE(busy.is_ended());
}

// --- path and host mode ---

class HttpServerRoutesTest : public HttpServerProviderTest {
 protected:
  void serve_by(std::string mode, lattice::StringMap config = {}) {
    config.insert({{"routing_mode", std::move(mode)}, {"default_address", port_.address()}});
    ASSERT_TRUE(start(std::move(config)));
  }
};

TEST_F(HttpServerRoutesTest, ListensFromTheStart) {
  serve_by("path");
  const Answer answer = ask(port_, "/");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.body, "path not found");
}

TEST_F(HttpServerRoutesTest, PathChooses) {
  serve_by("path");
  ASSERT_TRUE(put(link_to("a", {{"path", "/a"}})));
  ASSERT_TRUE(put(link_to("b", {{"path", "/b"}})));
  ASSERT_TRUE(put(link_to("b", {{"path", "/c"}}, "second")));
  EXPECT_EQ(ask(port_, "/a?x").body, "a GET http a.example /a?x");
  EXPECT_TRUE(ask(port_, "/b").body.starts_with("b "));
  EXPECT_TRUE(ask(port_, "/c").body.starts_with("b "));
  EXPECT_EQ(ask(port_, "/a/").status, 404);
}

TEST_F(HttpServerRoutesTest, LinkIsChangedAndDeletedOnOpenConnections) {
  serve_by("path");
  ASSERT_TRUE(put(link_to("a", {{"path", "/old"}})));
  RawPeer peer = RawPeer::connect(port_.number());
  EXPECT_EQ(ask(peer, "/old").status, 200);
  ASSERT_TRUE(put(link_to("a", {{"path", "/new"}})));
  EXPECT_EQ(ask(peer, "/old").status, 404);
  EXPECT_EQ(ask(peer, "/new").status, 200);
  ASSERT_TRUE(remove(link_to("a", {})));
  EXPECT_EQ(ask(peer, "/new").status, 404);
}

TEST_F(HttpServerRoutesTest, PathInUseStandsByAndTakesOver) {
  serve_by("path");
  ASSERT_TRUE(put(link_to("a", {{"path", "/x"}})));
  EXPECT_EQ(text_of(put(link_to("b", {{"path", "/x"}})), ErrorKind::conflict),
            "Path /x already in use by a different component");
  EXPECT_TRUE(ask(port_, "/x").body.starts_with("a "));
  ASSERT_TRUE(remove(link_to("a", {})));
  EXPECT_TRUE(ask(port_, "/x").body.starts_with("b "));
}

TEST_F(HttpServerRoutesTest, LinkWithoutAPathIsInvalid) {
  serve_by("path");
  EXPECT_EQ(text_of(put(link_to("a", {})), ErrorKind::invalid),
            "path not found in link config, cannot register path for component a");
}

TEST_F(HttpServerRoutesTest, HostChooses) {
  serve_by("host");
  ASSERT_TRUE(put(link_to("a", {{"host", "a.example"}})));
  ASSERT_TRUE(put(link_to("b", {{"host", "B.example:80"}})));
  EXPECT_TRUE(ask(port_, "/").body.starts_with("a "));
  EXPECT_TRUE(ask(port_, "/", "GET", "Host: A.EXAMPLE:80\r\n").body.starts_with("a "));
  EXPECT_TRUE(ask(port_, "/", "GET", "Host: b.example\r\n").body.starts_with("b "));
  const Answer miss = ask(port_, "/", "GET", "Host: c.example\r\n");
  EXPECT_EQ(miss.status, 404);
  EXPECT_EQ(miss.body, "host not found");
}

TEST_F(HttpServerRoutesTest, AnotherHeaderMayChoose) {
  serve_by("host", {{"header", "X-Tenant"}});
  ASSERT_TRUE(put(link_to("a", {{"host", "one"}})));
  EXPECT_EQ(ask(port_, "/", "GET", "Host: x\r\nx-tenant: one\r\n").body, "a GET http x /");
  const Answer missing = ask(port_, "/");
  EXPECT_EQ(missing.status, 400);
  EXPECT_EQ(missing.body, "missing host header");
  const Answer invalid = ask(port_, "/", "GET", "Host: x\r\nx-tenant: \xff\r\n");
  EXPECT_EQ(invalid.status, 400);
  EXPECT_EQ(invalid.body, "invalid host header");
}

TEST_F(HttpServerRoutesTest, SettingsAreTheProviders) {
  serve_by("path", {{"readonly_mode", "true"}});
  ASSERT_TRUE(put(link_to("a", {{"path", "/a"}})));
  EXPECT_EQ(ask(port_, "/a").status, 200);
  EXPECT_EQ(ask(port_, "/a", "PUT").status, 405);
  EXPECT_EQ(ask(port_, "/b", "PUT").status, 405);  // before it is routed
}

TEST_F(HttpServerRoutesTest, AddressInUseFailsTheStart) {
  port_.occupy();
  const Result<> started = start({{"routing_mode", "host"}, {"default_address", port_.address()}});
  EXPECT_TRUE(text_of(started, ErrorKind::conflict).contains(port_.address()));
}

TEST_F(HttpServerRoutesTest, WrongConfigurationFailsTheStart) {
  EXPECT_EQ(text_of(start({{"routing_mode", "best"}}), ErrorKind::invalid),
            "unknown routing_mode: best");
}

// --- what settings do to requests ---

class HttpServerSettingsTest : public HttpServerProviderTest {};

TEST_F(HttpServerSettingsTest, AuthorityIsForwardedHostBeforeHost) {
  serve();
  EXPECT_EQ(ask(port_, "/", "GET", "Host: a\r\nX-Forwarded-Host: b:81\r\n").body,
            "api GET http b:81 /");
  EXPECT_EQ(ask(port_, "http://c/x", "GET", "Host: c\r\nX-Forwarded-Host: b\r\n").body,
            "api GET http c /x");
  const Answer none = ask(port_, "/", "GET", "Host:\r\n");
  EXPECT_EQ(none.status, 400);
  EXPECT_EQ(none.body, "No host found in request");
}

TEST_F(HttpServerSettingsTest, ReadOnlyModeTakesGetAndHead) {
  serve({{"readonly_mode", "true"}});
  EXPECT_EQ(ask(port_, "/").status, 200);
  const Answer answer = ask(port_, "/", "POST", "Host: a\r\nContent-Length: 0\r\n");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.body, "only GET and HEAD allowed in read-only mode");
  EXPECT_TRUE(has_field(answer, "allow: get, head"));
}

TEST_F(HttpServerSettingsTest, CacheControlIsAppended) {
  serve({{"cache_control", "max-age=60"}});
  const Answer answer = ask(port_, "/");
  EXPECT_TRUE(has_field(answer, "cache-control: private")) << answer.head;
  EXPECT_TRUE(has_field(answer, "cache-control: max-age=60")) << answer.head;
}

TEST_F(HttpServerSettingsTest, TimeoutIsAnswered408AndEndsTheComponent) {
  serve({{"timeout_ms", "20"}});
  RawPeer peer = RawPeer::connect(port_.number());
  const Answer answer = ask(peer, "/wait");
  EXPECT_EQ(answer.status, 408);
  EXPECT_EQ(answer.body, "");
  await(told_.ended, 1);
  EXPECT_EQ(ask(peer, "/").status, 200);
}

TEST_F(HttpServerSettingsTest, TimeoutIsOnlyForTheHead) {
  serve({{"timeout_ms", "20"}});
  RawPeer peer = RawPeer::connect(port_.number());
  peer.send(request_for("/stream"));
  const std::string head = peer.read_until("\r\n\r\n");
  EXPECT_TRUE(head.starts_with("HTTP/1.1 200 ")) << head;
  // A request that is cut off shows that more than the limit has passed.
  EXPECT_EQ(ask(port_, "/wait").status, 408);
  told_.go = true;
  EXPECT_TRUE(peer.read_until("0\r\n\r\n").contains("api GET http a.example /stream"));
}

TEST_F(HttpServerSettingsTest, ComponentUnderATimeoutEndsWhenItsClientGoes) {
  serve({{"timeout_ms", "600000"}});
  begin_request();
  await(told_.ended, 1);
}

TEST_F(HttpServerSettingsTest, CorsIsNotActiveByDefault) {
  serve();
  const Answer answer = ask(port_, "/", "OPTIONS", "Host: a\r\nOrigin: http://o\r\n");
  EXPECT_EQ(answer.body, "api OPTIONS http a /");
  EXPECT_FALSE(answer.head.contains("\r\nvary:"));
}

TEST_F(HttpServerSettingsTest, CorsAnswersEveryOptionsRequest) {
  serve({{"cors_max_age_secs", "60"}, {"cors_allowed_methods", R"(["GET"])"}});
  const Answer answer = ask(port_, "/", "OPTIONS");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "");
  EXPECT_TRUE(has_field(answer, "access-control-allow-origin: *")) << answer.head;
  EXPECT_TRUE(has_field(answer, "access-control-allow-methods: get")) << answer.head;
  EXPECT_TRUE(has_field(answer,
                        "access-control-allow-headers: "
                        "accept,accept-language,content-type,content-language"));
  EXPECT_TRUE(has_field(answer, "access-control-max-age: 60")) << answer.head;
  EXPECT_TRUE(answer.head.contains("\r\nvary: origin,")) << answer.head;
}

TEST_F(HttpServerSettingsTest, CorsEchoesAnAllowedOriginInPlaceOfTheComponents) {
  serve({{"cors_allowed_origins", R"(["http://good.example"])"},
         {"cors_exposed_headers", R"(["x-sum"])"}});
  const Answer good = ask(port_, "/", "GET", "Host: a\r\nOrigin: http://good.example\r\n");
  EXPECT_TRUE(has_field(good, "access-control-allow-origin: http://good.example")) << good.head;
  EXPECT_FALSE(good.head.contains("own.example")) << good.head;
  EXPECT_TRUE(has_field(good, "access-control-expose-headers: x-sum")) << good.head;
  for (const std::string_view method : {"GET", "OPTIONS"}) {
    const Answer bad = ask(port_, "/", method, "Host: a\r\nOrigin: http://bad.example\r\n");
    EXPECT_EQ(bad.status, 200);
    EXPECT_FALSE(bad.head.contains("access-control-allow-origin")) << bad.head;
  }
}

TEST_F(HttpServerSettingsTest, CorsHoldsForRefusalsToo) {
  serve({{"cors_allowed_origins", "[]"}, {"readonly_mode", "true"}});
  const Answer answer = ask(port_, "/", "DELETE");
  EXPECT_EQ(answer.status, 405);
  EXPECT_TRUE(has_field(answer, "access-control-allow-origin: *")) << answer.head;
}

}  // namespace
}  // namespace wasmcloud::host

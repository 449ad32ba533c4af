// What hosts must outlive. Each test has a nats-server and hosts as processes of their own, and
// clients that ask without pause while something is killed, stopped or changed.
#include <array>
#include <atomic>
#include <charconv>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "wasmcloud/http/raw_peer.h"
#include "wasmcloud/lattice/testing/control_fixture.h"
#include "wasmcloud/lattice/testing/host_process.h"

namespace wasmcloud {
namespace {

using lattice::StringMap;
using nats::soon;
using testing::AnyOf;
using testing::Each;
using testing::ElementsAre;

const std::string kHelloFile = "file://" WC_HELLO_COMPONENT;
const std::string kEchoFile = "file://" WC_ECHO_COMPONENT;

// --- one request ---

// What a request came to. Whatever else there is stands for itself: a status, or what is wrong.
constexpr const char* kHello = "hello";      // the whole answer to just this, of http-hello-world
constexpr const char* kEcho = "echo";        // likewise of http-echo
constexpr const char* kRefused = "refused";  // nobody listens
constexpr const char* kClosed = "closed";    // the connection ended, and nothing was answered

std::optional<http::RawPeer> try_connect(std::uint16_t port) {
  try {
    return http::RawPeer::connect(port);
  } catch (const std::runtime_error&) {
    return std::nullopt;
  }
}

bool can_connect(std::uint16_t port) { return try_connect(port).has_value(); }

// Nothing if it ends too early or is malformed.
std::optional<std::string> read_chunks(http::RawPeer& peer) {
  std::string body;
  for (;;) {
    const std::string line = peer.read_until("\r\n");
    std::size_t size = 0;
    const auto parsed = std::from_chars(line.data(), line.data() + line.size(), size, 16);
    if (parsed.ec != std::errc() || !line.ends_with("\r\n")) {
      return std::nullopt;
    }
    const std::string chunk = peer.read_exactly(size + 2);
    if (chunk.size() != size + 2 || !chunk.ends_with("\r\n")) {
      return std::nullopt;
    }
    if (size == 0) {
      return body;
    }
    body.append(chunk, 0, size);
  }
}

// Of the response with that head. Nothing if it is not whole.
std::optional<std::string> read_body(http::RawPeer& peer, const std::string& head) {
  constexpr std::string_view kLength = "\r\ncontent-length: ";
  const std::size_t at = head.find(kLength);
  if (at == std::string::npos) {
    return read_chunks(peer);
  }
  std::size_t size = 0;
  std::from_chars(head.data() + at + kLength.size(), head.data() + head.size(), size);
  std::string body = peer.read_exactly(size);
  return body.size() == size ? std::optional(std::move(body)) : std::nullopt;
}

// http-hello-world tells the path, http-echo the body.
std::string ask(http::RawPeer& peer, const std::string& path, const std::string& sent) {
  peer.send(
      fmt::format("POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n", path, sent.size()));
  peer.send(sent);
  const std::string head = peer.read_until("\r\n\r\n");
  if (head.empty()) {
    return kClosed;
  }
  const std::optional<std::string> body = read_body(peer, head);
  if (!body) {
    return "cut off: " + head;
  }
  if (!head.starts_with("HTTP/1.1 200 ")) {
    return head.substr(head.find(' ') + 1, 3);
  }
  if (*body == "Hello from C++! You asked for " + path + "\n") {
    return kHello;
  }
  return *body == sent ? kEcho : "another's body: " + *body;
}

// --- many ---

enum class Connections : std::uint8_t {
  kept,      // one a client, for as long as it is there
  one_each,  // a new one for each request
};

// Clients that ask without pause, until they are stopped.
class Load {
 public:
  // Each request has a body of at least `size` bytes.
  Load(std::uint16_t port, Connections connections, std::size_t size = 0)
      : port_(port), connections_(connections), filling_(size, 'x') {
    for (Client& client : clients_) {
      client.thread = std::thread(&Load::run, this, &client);
    }
  }

  ~Load() { stop(); }

  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  // Until the latest outcome of each client is `outcome`, of a request begun after this call.
  void wait_for(const std::string& outcome) {
    const Deadline deadline = soon();
    std::unique_lock lock(mutex_);
    for (Client& client : clients_) {
      const std::uint64_t begun = client.ended + 1;  // one may be under way
      EXPECT_TRUE(changed_.wait_until(
          lock, deadline.when(),
          [&] { return client.ended > begun && client.outcomes.back() == outcome; }))
          << "no " << outcome << " after " << testing::PrintToString(client.outcomes);
    }
  }

  // What each client saw, one after the other; what it saw again and again stands there once.
  std::vector<std::vector<std::string>> stop() {
    stopping_ = true;
    std::vector<std::vector<std::string>> all;
    for (Client& client : clients_) {
      if (client.thread.joinable()) {
        client.thread.join();
      }
      all.push_back(client.outcomes);
    }
    return all;
  }

 private:
  struct Client {
    std::thread thread;
    std::vector<std::string> outcomes;  // guarded by mutex_
    std::uint64_t ended = 0;            // requests; likewise
  };

  void run(Client* client) {
    std::optional<http::RawPeer> peer;
    while (!stopping_) {
      std::string outcome = ask_next(*client, peer);
      if (connections_ == Connections::one_each || (outcome != kHello && outcome != kEcho)) {
        peer.reset();
      }
      const std::scoped_lock lock(mutex_);
      ++client->ended;
      if (client->outcomes.empty() || client->outcomes.back() != outcome) {
        client->outcomes.push_back(std::move(outcome));
      }
      changed_.notify_all();
    }
  }

  std::string ask_next(const Client& client, std::optional<http::RawPeer>& peer) {
    try {
      if (!peer) {
        if (auto connected = try_connect(port_)) {
          peer.emplace(*std::move(connected));
        }
      }
      const std::string path = fmt::format("/{}/{}", &client - &clients_[0], client.ended);
      return peer ? ask(*peer, path, path + filling_) : kRefused;
    } catch (const std::runtime_error& error) {
      return error.what();  // nothing came for long
    }
  }

  const std::uint16_t port_;
  const Connections connections_;
  const std::string filling_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::array<Client, 4> clients_;
};

// --- the lattice ---

// For what is told by no event.
template <typename Condition>
void wait_until(Condition condition) {
  const Deadline deadline = soon();
  while (!condition()) {
    ASSERT_FALSE(deadline.expired());
    std::this_thread::yield();
  }
}

std::uint16_t free_port() { return http::RawListener().port(); }

StringMap address(std::uint16_t port) { return {{"address", fmt::format("127.0.0.1:{}", port)}}; }

class Faults : public lattice::ControlFixture {
 protected:
  using Host = lattice::HostProcess;

  std::vector<std::string> hosts() {
    std::vector<std::string> ids;
    for (const lattice::Host& host : result(client_->hosts())) {
      ids.push_back(host.id);
    }
    return ids;
  }

  // `count` 0 stops it.
  void scale(const Host& host, const std::string& id, const std::string& file,
             std::uint32_t count = 100) {
    lattice::ScaleComponent request;
    request.component_id = id;
    request.component_ref = file;
    request.count = count;
    request.host_id = host.id();
    result(client_->scale_component(std::move(request)));
    event<lattice::ComponentScaled>(host.id());
  }

  void update(const Host& host, const std::string& id, const std::string& file) {
    lattice::UpdateComponent request;
    request.component_id = id;
    request.new_component_ref = file;
    request.host_id = host.id();
    result(client_->update_component(std::move(request)));
    event<lattice::ComponentScaled>(host.id());
  }

  void start_http_server(const Host& host) {
    lattice::StartProvider request;
    request.provider_id = "web";
    request.provider_ref = "wasmcloud+builtin://http-server";
    request.host_id = host.id();
    result(client_->start_provider(std::move(request)));
    event<lattice::ProviderStarted>(host.id());
  }

  // From the HTTP server; its configuration has the same name.
  void put_link(const std::string& name, const std::string& target) {
    lattice::Link link;
    link.source_id = "web";
    link.target = target;
    link.name = name;
    link.wit_namespace = "wasi";
    link.wit_package = "http";
    link.interfaces = {"incoming-handler"};
    link.source_config = {name};
    result(client_->put_link(std::move(link)));
  }

  void delete_link(const std::string& name) {
    lattice::LinkDelete link;
    link.source_id = "web";
    link.name = name;
    link.wit_namespace = "wasi";
    link.wit_package = "http";
    result(client_->delete_link(std::move(link)));
  }

  void link(const std::string& name, const std::string& target, std::uint16_t port) {
    result(client_->put_config(name, address(port)));
    put_link(name, target);
  }

  // Returns when it listens at `port`.
  void serve(const std::string& name, const std::string& target, std::uint16_t port) {
    link(name, target, port);
    wait_until([port] { return can_connect(port); });
  }

  // One component behind the HTTP server; where.
  std::uint16_t serve_one(const Host& host, const std::string& id, const std::string& file) {
    const std::uint16_t port = free_port();
    scale(host, id, file);
    start_http_server(host);
    serve("first", id, port);
    return port;
  }

  std::uint16_t serve_hello(const Host& host) { return serve_one(host, "hello", kHelloFile); }
};

std::chrono::seconds outage() {
  const char* const given = std::getenv("WC_OUTAGE_SECONDS");
  return std::chrono::seconds(given == nullptr ? 3 : std::atoi(given));
}

TEST_F(Faults, NoRequestFailsWhileNatsIsGone) {
  const Host host(lattice::our_host(), *server_, {});
  Load load(serve_hello(host), Connections::kept);
  load.wait_for(kHello);
  server_->kill();
  std::this_thread::sleep_for(outage());  // that it lasts is what is tested
  server_->start();
  run(connection_->wait_connected(soon()));
  wait_until([&] { return hosts() == std::vector{host.id()}; });

  const std::uint16_t before = free_port();
  serve("second", "hello", before);
  const std::uint16_t after = free_port();
  result(client_->put_config("second", address(after)));  // the host learns it by its watch
  wait_until([after] { return can_connect(after); });
  wait_until([before] { return !can_connect(before); });
  load.wait_for(kHello);
  EXPECT_THAT(load.stop(), Each(ElementsAre(kHello)));
}

TEST_F(Faults, LinksAndConfigurationsOutliveAKilledHost) {
  Host killed(lattice::our_host(), *server_, {});
  const std::uint16_t port = serve_hello(killed);
  const std::vector<lattice::Link> links = result(client_->links());
  killed.signal(SIGKILL);
  EXPECT_EQ(killed.wait(), 1000 + SIGKILL);

  const Host host(lattice::our_host(), *server_, {});
  EXPECT_EQ(result(client_->links()), links);
  EXPECT_EQ(links.size(), 1U);
  EXPECT_EQ(result(client_->config("first")), address(port));
  EXPECT_FALSE(can_connect(port));
  scale(host, "hello", kHelloFile);
  start_http_server(host);
  wait_until([port] { return can_connect(port); });
  Load load(port, Connections::one_each);
  load.wait_for(kHello);
  EXPECT_THAT(load.stop(), Each(ElementsAre(kHello)));
}

// Connections that the system has taken and nobody has answered end with the link: closed, or 503.
// When it is put again there are none.
TEST_F(Faults, ALinkThatComesAndGoesCutsNoAnswer) {
  const Host host(lattice::our_host(), *server_, {});
  constexpr std::size_t kManyWrites = 256 * 1024;
  Load load(serve_one(host, "echo", kEchoFile), Connections::one_each, kManyWrites);
  for (int i = 0; i < 10; ++i) {
    load.wait_for(kEcho);
    delete_link("first");
    load.wait_for(kRefused);
    put_link("first", "echo");
  }
  load.wait_for(kEcho);
  for (const auto& outcomes : load.stop()) {
    EXPECT_THAT(outcomes, Each(AnyOf(kEcho, kRefused, kClosed, "503")));
    for (std::size_t i = 1; i < outcomes.size(); ++i) {
      EXPECT_TRUE(outcomes[i - 1] != kRefused || outcomes[i] == kEcho) << outcomes[i];
    }
  }
}

// A connection is one shard's, and a shard has either the old component or the new one.
TEST_F(Faults, AnUpdateFailsNoRequest) {
  const Host host(lattice::our_host(), *server_, {});
  Load load(serve_hello(host), Connections::kept);
  load.wait_for(kHello);
  update(host, "hello", kEchoFile);
  load.wait_for(kEcho);
  update(host, "hello", kHelloFile);
  load.wait_for(kHello);
  EXPECT_THAT(load.stop(), Each(ElementsAre(kHello, kEcho, kHello)));
}

TEST_F(Faults, AStoppedComponentIsMissedUntilItIsBack) {
  const Host host(lattice::our_host(), *server_, {});
  Load load(serve_hello(host), Connections::kept);
  load.wait_for(kHello);
  scale(host, "hello", kHelloFile, 0);
  load.wait_for("503");
  scale(host, "hello", kHelloFile);
  load.wait_for(kHello);
  EXPECT_THAT(load.stop(), Each(ElementsAre(kHello, "503", kHello)));
}

TEST_F(Faults, OfTwoLinksForOneAddressTheSecondStandsBy) {
  const Host host(lattice::our_host(), *server_, {});
  const std::uint16_t port = serve_hello(host);
  scale(host, "echo", kEchoFile);
  Load load(port, Connections::kept);
  link("second", "echo", port);
  serve("third", "echo", free_port());  // so the second was looked at
  load.wait_for(kHello);
  delete_link("first");
  load.wait_for(kEcho);
  EXPECT_THAT(load.stop(), Each(ElementsAre(kHello, kEcho)));
  EXPECT_THAT(hosts(), ElementsAre(host.id()));
}

TEST_F(Faults, AHostOutlivesItsNeighbourAndEndsInOrder) {
  Host host(lattice::our_host(), *server_, {});
  Host neighbour(lattice::our_host(), *server_, {});
  scale(neighbour, "hello", kHelloFile);
  scale(host, "echo", kEchoFile);
  const std::uint16_t port = serve_hello(host);
  const std::uint16_t echo_port = free_port();
  serve("second", "echo", echo_port);

  Load load(port, Connections::kept);
  load.wait_for(kHello);
  neighbour.signal(SIGKILL);
  EXPECT_EQ(neighbour.wait(), 1000 + SIGKILL);
  wait_until([&] { return hosts() == std::vector{host.id()}; });
  load.wait_for(kHello);
  EXPECT_THAT(load.stop(), Each(ElementsAre(kHello)));

  Load last(port, Connections::kept);
  last.wait_for(kHello);
  auto upload = http::RawPeer::connect(echo_port);
  upload.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nfirst");
  const std::string head = upload.read_until("\r\n\r\n");  // it is under way
  host.signal(SIGTERM);
  wait_until([&] { return !can_connect(port) && !can_connect(echo_port); });
  upload.send("last");
  EXPECT_EQ(read_body(upload, head), "firstlast");
  event<lattice::HostStopped>(host.id());
  EXPECT_EQ(host.wait(), 0);
  last.wait_for(kRefused);
  EXPECT_THAT(last.stop(), Each(Each(AnyOf(kHello, "503", kClosed, kRefused))));
}

// NATS that takes a connection and says nothing.
TEST(HostStart, ASignalEndsAStartThatHangs) {
  const lattice::HostProgram program = lattice::our_host();
  WC_NEED_HOST(program);
  http::RawListener silent;
  Program host(*program.find(), {.arguments = {"--nats-host", "127.0.0.1", "--nats-port",
                                               std::to_string(silent.port())},
                                 .environment = {},
                                 .input = {},
                                 .directory = {},
                                 .stdout_closed = false});
  const http::RawPeer begun = silent.accept();
  host.signal(SIGTERM);
  EXPECT_EQ(host.wait(), 128 + SIGTERM);
  EXPECT_THAT(host.err(), testing::HasSubstr("stopped before the host had started"));
}

}  // namespace
}  // namespace wasmcloud

// For tests: each transport behind one face, and handlers.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "wasmcloud/base/testing/temporary_directory.h"
#include "wasmcloud/nats/testing/connection_fixture.h"
#include "wasmcloud/wrpc/framed_transport.h"
#include "wasmcloud/wrpc/local_transport.h"
#include "wasmcloud/wrpc/nats_transport.h"

namespace wasmcloud::wrpc {

using nats::soon;

// A handler that is a function.
class Serving final : public Handler {
 public:
  using Function = std::function<Task<>(Invocation)>;

  explicit Serving(Function function) : function_(std::move(function)) {}

  Task<> handle(Invocation invocation) override { return function_(std::move(invocation)); }

 private:
  Function function_;
};

// A server and a client of it.
class Wire {
 public:
  virtual ~Wire() = default;
  virtual Task<> start(Handler& handler, std::vector<FunctionName> functions) = 0;
  virtual Task<> stop() = 0;
  virtual Client& client() = 0;
};

struct WireKind {
  std::string name;
  bool has_headers;
  // `connection` outlives it; only NATS has need of one.
  std::function<std::unique_ptr<Wire>(nats::Connection* connection)> make;
};

inline void PrintTo(const WireKind& kind, std::ostream* out) { *out << kind.name; }

class OverNats final : public Wire {
 public:
  explicit OverNats(nats::Connection& connection) : connection_(connection) {}

  Task<> start(Handler& handler, std::vector<FunctionName> functions) override {
    WC_CO_TRY(ours_, NatsTransport::create(connection_));
    WC_CO_TRY(theirs_, NatsTransport::create(connection_));
    NatsServerOptions options{.prefix = "default.x", .queue_group = "default.x"};
    server_ = std::make_unique<NatsServer>(*theirs_, std::move(options), handler);
    WC_CO_CHECK(server_->start(std::move(functions)));
    client_ = ours_->client("default.x");
    co_return Result<>();
  }

  Task<> stop() override {
    WC_CO_CHECK(server_->stop(Deadline::after(
        std::chrono::milliseconds(10))));  // a server does not learn that a client left
    EXPECT_EQ(theirs_->sessions(), 0U);
    EXPECT_EQ(ours_->sessions(), 0U);
    WC_CO_CHECK(ours_->stop());
    co_return co_await theirs_->stop();
  }

  Client& client() override { return *client_; }

 private:
  nats::Connection& connection_;
  std::unique_ptr<NatsTransport> ours_;
  std::unique_ptr<NatsTransport> theirs_;
  std::unique_ptr<NatsServer> server_;
  std::unique_ptr<Client> client_;
};

class OverFrames final : public Wire {
 public:
  explicit OverFrames(std::string address) : address_(std::move(address)) {}

  Task<> start(Handler& handler, std::vector<FunctionName> /*functions*/) override {
    server_ = std::make_unique<FramedServer>(address_, handler);
    WC_CO_CHECK(server_->start());
    client_ = make_framed_client(server_->address());
    co_return Result<>();
  }

  Task<> stop() override { co_return co_await server_->stop(soon()); }

  Client& client() override { return *client_; }

 private:
  std::string address_;
  std::unique_ptr<FramedServer> server_;
  std::unique_ptr<Client> client_;
};

class OverAUnixSocket final : public Wire {
 public:
  Task<> start(Handler& handler, std::vector<FunctionName> functions) override {
    return frames_.start(handler, std::move(functions));
  }

  Task<> stop() override { return frames_.stop(); }

  Client& client() override { return frames_.client(); }

 private:
  TemporaryDirectory directory_;
  OverFrames frames_{"unix:" + (directory_.path() / "socket").string()};
};

class InProcess final : public Wire {
 public:
  Task<> start(Handler& handler, std::vector<FunctionName> /*functions*/) override {
    transport_ = std::make_unique<LocalTransport>(co_await asio::this_coro::executor, handler);
    co_return Result<>();
  }

  Task<> stop() override { co_return co_await transport_->stop(); }

  Client& client() override { return *transport_; }

 private:
  std::unique_ptr<LocalTransport> transport_;
};

inline std::vector<WireKind> all_wires() {
  return {
      {"Nats", true,
       [](nats::Connection* connection) { return std::make_unique<OverNats>(*connection); }},
      {"Tcp", false, [](nats::Connection*) { return std::make_unique<OverFrames>("127.0.0.1:0"); }},
      {"Unix", false, [](nats::Connection*) { return std::make_unique<OverAUnixSocket>(); }},
      {"Local", true, [](nats::Connection*) { return std::make_unique<InProcess>(); }},
  };
}

inline const std::string kInstance = "a:b/c@1.0.0";

// All that has come on a channel until its end.
inline Task<std::string> read_all(Session& session, Path path) {
  std::string all;
  for (;;) {
    WC_CO_TRY(const std::optional<std::string> bytes, session.read(path, soon()));
    if (!bytes) {
      co_return all;
    }
    all += *bytes;
  }
}

// As many bytes as are wanted, at least.
inline Task<std::string> read_some(Session& session, Path path, std::size_t count) {
  std::string some;
  while (some.size() < count) {
    WC_CO_TRY(const std::optional<std::string> bytes, session.read(path, soon()));
    if (!bytes) {
      co_return Error(ErrorKind::unavailable, "the channel ended after {} bytes", some.size());
    }
    some += *bytes;
  }
  co_return some;
}

}  // namespace wasmcloud::wrpc

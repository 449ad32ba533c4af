// For tests: a shard, a pool for what blocks, and tasks run to their end.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "wasmcloud/base/shard.h"
#include "wasmcloud/nats/connection.h"
#include "wasmcloud/nats/testing/nats_server.h"

namespace wasmcloud::nats {

// For what happens soon unless something is broken.
inline Deadline soon() { return Deadline::after(std::chrono::seconds(30)); }

class ConnectionFixture : public testing::Test {
 protected:
  void SetUp() override { WC_NEED_NATS_SERVER(); }

  asio::any_io_executor blocking() { return shards_.blocking_pool().get_executor(); }

  // Runs `task` on the first shard. It fails the test if it fails.
  void run(Task<> task) {
    const Result<> result = block_on(shards_[0].executor(), std::move(task));
    EXPECT_TRUE(result) << result.error().describe();
  }

  ConnectOptions options_for(const NatsServer& server) {
    ConnectOptions options;
    options.urls = {server.url()};
    options.name = "test";
    options.reconnect_wait = std::chrono::milliseconds(10);
    return options;
  }

  // Of the failure, or "" if it connects.
  std::string connect_error(ConnectOptions options, ErrorKind kind) {
    std::string text;
    run(try_connect(blocking(), std::move(options), kind, text));
    return text;
  }

  Shards shards_{1};

  static Task<> open(std::unique_ptr<Connection>& into, asio::any_io_executor blocking,
                     ConnectOptions options) {
    WC_CO_TRY(into, connect(std::move(blocking), std::move(options), soon()));
    co_return Result<>();
  }

 private:
  static Task<> try_connect(asio::any_io_executor blocking, ConnectOptions options, ErrorKind kind,
                            std::string& text) {
    Result<std::unique_ptr<Connection>> connection =
        co_await connect(std::move(blocking), std::move(options), soon());
    if (connection) {
      co_return co_await (*connection)->close();
    }
    EXPECT_EQ(connection.error().kind(), kind) << connection.error().describe();
    text = connection.error().describe();
    co_return Result<>();
  }
};

// A server, and a connection to it.
class ConnectedFixture : public ConnectionFixture {
 protected:
  void SetUp() override {
    ConnectionFixture::SetUp();
    if (!IsSkipped()) {
      start({});
    }
  }

  void TearDown() override {
    if (connection_) {
      run(connection_->close());
    }
  }

  // Anew, with lines for the server's configuration file.
  void start(const std::string& config) {
    if (connection_) {
      run(connection_->close());
    }
    server_.emplace(config);
    run(open(connection_, blocking(), options_for(*server_)));
  }

  std::optional<NatsServer> server_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace wasmcloud::nats

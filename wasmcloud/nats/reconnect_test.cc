// The server goes and comes back.
#include <mutex>

#include "wasmcloud/nats/testing/connection_fixture.h"

namespace wasmcloud::nats {
namespace {

using namespace std::chrono_literals;

// The changes of state, as they are told.
class States {
 public:
  void add(const StateChange& change) {
    const std::scoped_lock lock(mutex_);
    changes_.push_back(change);
    changed_.notify_all();
  }

  std::vector<StateChange> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, 30s, [&] { return changes_.size() >= count; }));
    return changes_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<StateChange> changes_;
};

class ReconnectTest : public ConnectionFixture {
 protected:
  void SetUp() override {
    ConnectionFixture::SetUp();
    if (!IsSkipped()) {
      server_.emplace();
      open({});
    }
  }

  void TearDown() override {
    if (connection_) {
      run(connection_->close());
    }
  }

  void open(std::function<void(ConnectOptions&)> change) {
    if (connection_) {
      run(connection_->close());
    }
    ConnectOptions options = options_for(*server_);
    options.on_state = [this](const StateChange& told) { states_.add(told); };
    options.state_executor = shards_[0].executor();
    if (change) {
      change(options);
    }
    states_at_open_ = connection_ ? 2 : 0;
    run(ConnectionFixture::open(connection_, blocking(), std::move(options)));
    states_.wait_for(states_at_open_ + 1);
  }

  // Kills the server and waits until the connection has noticed.
  void lose_server() {
    server_->kill();
    states_.wait_for(states_at_open_ + 2);
  }

  static Task<> subscribe(Connection& connection, std::string subject,
                          std::optional<Subscription>& into) {
    SubscribeOptions options{.subject = std::move(subject)};
    WC_CO_TRY(auto made, connection.subscribe(std::move(options)));
    into.emplace(std::move(made));
    co_return Result<>();
  }

  static Task<> expect_message(Subscription& subscription, std::string text) {
    WC_CO_TRY(const auto received, subscription.next(soon()));
    EXPECT_TRUE(received.has_value());
    EXPECT_EQ(received->text(), text);
    co_return Result<>();
  }

  // Subscriptions go where they belong.
  static Task<> drop(std::optional<Subscription>& subscription) {
    subscription.reset();
    co_return Result<>();
  }

  std::optional<NatsServer> server_;
  States states_;
  std::size_t states_at_open_ = 0;
  std::unique_ptr<Connection> connection_;
};

TEST_F(ReconnectTest, SubscriptionsLiveAgainAndStatesAreTold) {
  std::optional<Subscription> subscription;
  run(subscribe(*connection_, "a", subscription));
  lose_server();
  EXPECT_EQ(connection_->state(), ConnectionState::reconnecting);
  server_->start();
  run(connection_->wait_connected(soon()));
  ASSERT_TRUE(connection_->publish({.subject = "a", .payload = "after"}));
  run(expect_message(*subscription, "after"));
  run(drop(subscription));
  run(connection_->close());

  const auto states = states_.wait_for(4);
  ASSERT_EQ(states.size(), 4);
  EXPECT_EQ(states[0].state, ConnectionState::connected);
  EXPECT_EQ(states[0].server, server_->url());
  EXPECT_EQ(states[1].state, ConnectionState::reconnecting);
  EXPECT_EQ(states[2].state, ConnectionState::connected);
  EXPECT_EQ(states[3].state, ConnectionState::closed);
}

TEST_F(ReconnectTest, APendingRequestFailsAtOnce) {
  struct Run {
    static Task<> ask(Connection& connection, std::optional<ErrorKind>& ended) {
      Outgoing request{.subject = "silent"};
      const auto answer = co_await connection.request(std::move(request), Deadline::never());
      ended = answer.error().kind();
      EXPECT_NE(answer.error().describe().find("lost"), std::string::npos);
      co_return Result<>();
    }

    static Task<> go(Connection& connection, NatsServer& server) {
      SubscribeOptions options{.subject = "silent"};
      WC_CO_TRY(Subscription subscription, connection.subscribe(std::move(options)));
      std::optional<ErrorKind> ended;
      TaskScope scope(co_await asio::this_coro::executor);
      scope.spawn("ask", ask(connection, ended));
      WC_CO_CHECK_VALUE(co_await subscription.next(soon()));
      server.kill();
      WC_CO_CHECK(scope.join());
      EXPECT_EQ(ended, ErrorKind::unavailable);
      co_return Result<>();
    }
  };

  run(Run::go(*connection_, *server_));
}

TEST_F(ReconnectTest, ALossIsCountedAndCanBeWaitedFor) {
  struct Run {
    static Task<> wait(Connection& connection, bool& told) {
      WC_CO_CHECK(connection.wait_lost(0, soon()));
      told = true;
      co_return Result<>();
    }

    static Task<> go(Connection& connection, NatsServer& server) {
      const Result<> early = co_await connection.wait_lost(0, Deadline::after(10ms));
      EXPECT_EQ(early.error().kind(), ErrorKind::timeout);
      bool told = false;
      TaskScope scope(co_await asio::this_coro::executor);
      scope.spawn("wait", wait(connection, told));
      server.kill();
      WC_CO_CHECK(scope.join());
      EXPECT_TRUE(told);
      EXPECT_EQ(connection.losses(), 1U);
      co_return co_await connection.wait_lost(0, soon());  // it stays lost
    }
  };

  EXPECT_EQ(connection_->losses(), 0U);
  run(Run::go(*connection_, *server_));
}

TEST_F(ReconnectTest, WhatIsPublishedMeanwhileComesInOrder) {
  std::optional<Subscription> subscription;
  run(subscribe(*connection_, "kept", subscription));
  lose_server();
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(connection_->publish({.subject = "kept", .payload = std::to_string(i)}));
  }
  server_->start();
  run(connection_->wait_connected(soon()));
  for (int i = 1000; i < 1100; ++i) {
    ASSERT_TRUE(connection_->publish({.subject = "kept", .payload = std::to_string(i)}));
  }
  for (int i = 0; i < 1100; ++i) {
    run(expect_message(*subscription, std::to_string(i)));
  }
  EXPECT_EQ(connection_->lost_publishes(), 0);
  run(drop(subscription));
}

TEST_F(ReconnectTest, WhatIsKeptIsBounded) {
  open([](ConnectOptions& options) { options.reconnect_buffer_bytes = 1000; });
  lose_server();
  const std::string payload(600, 'x');
  EXPECT_TRUE(connection_->publish({.subject = "a", .payload = payload}));
  const Result<> second = connection_->publish({.subject = "a", .payload = payload});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind(), ErrorKind::exhausted);
}

TEST_F(ReconnectTest, OperationsWhileAwayEndInTime) {
  struct Run {
    static Task<> go(Connection& connection) {
      const auto flushed = co_await connection.flush(Deadline::after(10ms));
      EXPECT_EQ(flushed.error().kind(), ErrorKind::timeout);
      Outgoing request{.subject = "a"};
      const auto answer = co_await connection.request(std::move(request), Deadline::after(10ms));
      EXPECT_EQ(answer.error().kind(), ErrorKind::timeout);
      const auto waited = co_await connection.wait_connected(Deadline::after(10ms));
      EXPECT_EQ(waited.error().kind(), ErrorKind::timeout);
      co_return Result<>();
    }
  };

  lose_server();
  run(Run::go(*connection_));
}

TEST_F(ReconnectTest, SubscribedWhileAwayIsServedAfterwards) {
  lose_server();
  std::optional<Subscription> subscription;
  run(subscribe(*connection_, "a", subscription));
  std::optional<Subscription> gone;
  run(subscribe(*connection_, "b", gone));
  run(drop(gone));
  server_->start();
  run(connection_->wait_connected(soon()));
  ASSERT_TRUE(connection_->publish({.subject = "a", .payload = "x"}));
  run(expect_message(*subscription, "x"));
  run(drop(subscription));
}

TEST_F(ReconnectTest, AnotherServerOfTheListTakesOver) {
  NatsServer other;
  open([&](ConnectOptions& options) { options.urls.push_back(other.url()); });
  const bool on_first = connection_->server() == server_->url();
  NatsServer& current = on_first ? *server_ : other;
  NatsServer& rest = on_first ? other : *server_;
  current.kill();
  states_.wait_for(states_at_open_ + 3);
  EXPECT_EQ(connection_->server(), rest.url());
}

TEST_F(ReconnectTest, AServerThatStopsAnsweringIsNoticed) {
  open([](ConnectOptions& options) {
    options.ping_interval = 20ms;
    options.connect_timeout = 20ms;
  });
  server_->freeze();
  const auto states = states_.wait_for(states_at_open_ + 2);
  EXPECT_EQ(states.back().state, ConnectionState::reconnecting);
  server_->thaw();
  run(connection_->wait_connected(soon()));
}

TEST_F(ReconnectTest, ClosedWhileAway) {
  lose_server();
  run(connection_->close());
  EXPECT_EQ(connection_->state(), ConnectionState::closed);
  const Result<> late = connection_->publish({.subject = "a"});
  EXPECT_EQ(late.error().kind(), ErrorKind::unavailable);
}

}  // namespace
}  // namespace wasmcloud::nats

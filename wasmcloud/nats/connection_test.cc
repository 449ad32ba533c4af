// What goes through a connection: publish, request, headers, flush, drain, close.
#include "wasmcloud/nats/connection.h"

#include <future>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "wasmcloud/nats/testing/connection_fixture.h"

namespace wasmcloud::nats {
namespace {

using namespace std::chrono_literals;

// Answers each request with what came, and its headers, until the subscription ends.
Task<> serve_echo(Connection& connection, Subscription subscription) {
  for (;;) {
    WC_CO_TRY(const auto request, subscription.next(soon()));
    if (!request) {
      co_return Result<>();
    }
    Outgoing answer{.subject = std::string(request->reply()),
                    .payload = std::string(request->text()),
                    .headers = request->headers()};
    WC_CO_CHECK_VALUE(connection.publish(answer));
  }
}

using ConnectionTest = ConnectedFixture;

TEST_F(ConnectionTest, KnowsItsServer) {
  EXPECT_EQ(connection_->server(), server_->url());
  EXPECT_EQ(connection_->state(), ConnectionState::connected);
  EXPECT_EQ(connection_->max_payload(), 1024 * 1024);
}

TEST_F(ConnectionTest, RequestIsAnswered) {
  struct Run {
    static Task<> go(Connection& connection) {
      SubscribeOptions options{.subject = "echo"};
      WC_CO_TRY(Subscription subscription, connection.subscribe(std::move(options)));
      TaskScope scope(co_await asio::this_coro::executor);
      scope.spawn("echo", serve_echo(connection, std::move(subscription)));
      Outgoing request{.subject = "echo", .payload = std::string("a\0b", 3)};
      Result<Message> answer = co_await connection.request(std::move(request), soon());
      scope.cancel();
      WC_CO_CHECK(scope.join());
      WC_CO_TRY_VALUE(const Message received, std::move(answer));
      EXPECT_EQ(received.text(), std::string_view("a\0b", 3));
      EXPECT_TRUE(received.headers().empty());
      co_return Result<>();
    }
  };

  run(Run::go(*connection_));
}

TEST_F(ConnectionTest, WhatIsHeldLeavesAfterwards) {
  struct Run {
    // What came in the end, in its order, and whether the system may have lost its patience.
    static Task<bool> hold(Connection& connection, Connection& other, std::string& came) {
      SubscribeOptions options{.subject = "held"};
      WC_CO_TRY(Subscription subscription, other.subscribe(std::move(options)));
      WC_CO_CHECK(other.flush(soon()));
      const auto start = std::chrono::steady_clock::now();
      {
        const Connection::Hold outer(connection);
        const Connection::Hold inner(connection);
        WC_CO_CHECK_VALUE(connection.publish({.subject = "held", .payload = "first"}));
        WC_CO_CHECK_VALUE(other.publish({.subject = "held", .payload = "second"}));
        WC_CO_CHECK(other.flush(soon()));
      }
      const bool in_time = std::chrono::steady_clock::now() - start < 100ms;
      for (int i = 0; i < 2; ++i) {
        WC_CO_TRY(const auto message, subscription.next(soon()));
        came += message.value().text();
      }
      co_return in_time;
    }

    static Task<> go(Connection& connection, Connection& other) {
      for (int i = 0; i < 50; ++i) {
        std::string came;
        WC_CO_TRY(const bool in_time, hold(connection, other, came));
        if (in_time) {
          EXPECT_EQ(came, "secondfirst");
          co_return Result<>();
        }
      }
      co_return Error(ErrorKind::timeout, "this machine is too slow to tell");
    }
  };

  std::unique_ptr<Connection> other;
  run(open(other, blocking(), options_for(*server_)));
  run(Run::go(*connection_, *other));
  run(other->close());
}

TEST_F(ConnectionTest, HeadersKeepTheValuesOfANameInOrder) {
  struct Run {
    static Task<> go(Connection& connection) {
      SubscribeOptions options{.subject = "h"};
      WC_CO_TRY(Subscription subscription, connection.subscribe(std::move(options)));
      Headers headers{{"b", "2"}, {"a", "1"}, {"b", "1"}, {"Case", "x"}, {"empty", ""}};
      Outgoing message{.subject = "h", .payload = "p", .headers = headers, .reply = "back"};
      WC_CO_CHECK_VALUE(connection.publish(message));
      WC_CO_TRY(const auto received, subscription.next(soon()));
      const Headers found = received->headers();
      EXPECT_EQ(found.values("b"), (std::vector<std::string_view>{"2", "1"}));
      EXPECT_EQ(found.values("a"), (std::vector<std::string_view>{"1"}));
      EXPECT_EQ(found.entries().size(), 5);
      EXPECT_EQ(found.get("empty"), "");
      EXPECT_EQ(received->header("Case"), "x");
      EXPECT_EQ(received->header("case"), std::nullopt);
      EXPECT_EQ(received->reply(), "back");
      EXPECT_EQ(received->subject(), "h");
      EXPECT_EQ(received->text(), "p");
      co_return Result<>();
    }
  };

  run(Run::go(*connection_));
}

TEST_F(ConnectionTest, WhatWouldBreakTheProtocolIsRefused) {
  for (const char* const subject :
       {"", "a b", "a\r\nPUB b 0", ".a", "a..b", "a.", "*", "a.>", "a\tb"}) {
    const Result<> result = connection_->publish({.subject = subject});
    ASSERT_FALSE(result) << subject;
    EXPECT_EQ(result.error().kind(), ErrorKind::invalid);
  }
  EXPECT_FALSE(connection_->publish({.subject = "a", .reply = "b c"}));
  for (const Header& header : {Header{"", "v"}, Header{"a:b", "v"}, Header{"a b", "v"},
                               Header{"a", "v\r\nb: w"}, Header{"a\n", "v"}}) {
    const Result<> result = connection_->publish({.subject = "a", .headers = Headers{header}});
    ASSERT_FALSE(result) << header.name;
    EXPECT_EQ(result.error().kind(), ErrorKind::invalid);
  }
}

TEST_F(ConnectionTest, NobodyListens) {
  struct Run {
    static Task<> go(Connection& connection) {
      Outgoing request{.subject = "nobody.there"};
      const Result<Message> answer = co_await connection.request(std::move(request), soon());
      EXPECT_FALSE(answer);
      EXPECT_EQ(answer.error().kind(), ErrorKind::unavailable);
      EXPECT_NE(answer.error().describe().find("nobody listens"), std::string::npos);
      EXPECT_NE(answer.error().describe().find("nobody.there"), std::string::npos);
      co_return Result<>();
    }
  };

  run(Run::go(*connection_));
}

TEST_F(ConnectionTest, NoAnswerIsATimeout) {
  struct Run {
    static Task<> go(Connection& connection) {
      SubscribeOptions options{.subject = "silent"};
      WC_CO_TRY(const Subscription subscription, connection.subscribe(std::move(options)));
      Outgoing request{.subject = "silent"};
      const Result<Message> answer =
          co_await connection.request(std::move(request), Deadline::after(20ms));
      EXPECT_EQ(answer.error().kind(), ErrorKind::timeout);
      EXPECT_EQ(subscription.queued(), 1);
      co_return Result<>();
    }
  };

  run(Run::go(*connection_));
}

TEST_F(ConnectionTest, ARequestCanBeCancelled) {
  struct Run {
    static Task<> ask(Connection& connection, std::optional<ErrorKind>& ended) {
      Outgoing request{.subject = "silent"};
      const Result<Message> answer =
          co_await connection.request(std::move(request), Deadline::never());
      ended = answer.error().kind();
      co_return Result<>();
    }

    static Task<> go(Connection& connection) {
      SubscribeOptions options{.subject = "silent"};
      WC_CO_TRY(Subscription subscription, connection.subscribe(std::move(options)));
      std::optional<ErrorKind> ended;
      TaskScope scope(co_await asio::this_coro::executor);
      scope.spawn("ask", ask(connection, ended));
      const auto request = co_await subscription.next(soon());  // it is waiting now
      scope.cancel();
      WC_CO_CHECK(scope.join());
      EXPECT_EQ(ended, ErrorKind::cancelled);
      // An answer that comes too late harms nobody.
      WC_CO_CHECK_VALUE(connection.publish({.subject = std::string((*request)->reply())}));
      co_return co_await connection.flush(soon());
    }
  };

  run(Run::go(*connection_));
}

TEST_F(ConnectionTest, TooLongAPayloadIsRefused) {
  const std::string payload(connection_->max_payload() + 1, 'x');
  const Result<> result = connection_->publish({.subject = "a", .payload = payload});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind(), ErrorKind::exhausted);
  EXPECT_NE(result.error().describe().find("max_payload 1048576"), std::string::npos)
      << result.error().describe();
  const std::string most(connection_->max_payload(), 'x');
  EXPECT_TRUE(connection_->publish({.subject = "a", .payload = most}));
  // Headers count too.
  const Result<> with_headers =
      connection_->publish({.subject = "a", .payload = most, .headers = {{"a", "b"}}});
  ASSERT_FALSE(with_headers);
  EXPECT_EQ(with_headers.error().kind(), ErrorKind::exhausted);
  EXPECT_EQ(connection_->state(), ConnectionState::connected);
}

TEST_F(ConnectionTest, FlushMeansThatTheServerHasIt) {
  struct Run {
    static Task<> go(Connection& connection, Connection& other) {
      SubscribeOptions options{.subject = "f"};
      WC_CO_TRY(Subscription subscription, connection.subscribe(std::move(options)));
      WC_CO_CHECK(connection.flush(soon()));
      WC_CO_CHECK_VALUE(other.publish({.subject = "f"}));
      WC_CO_CHECK(other.flush(soon()));
      // The server has put it on the way to us: a flush comes after it.
      WC_CO_CHECK(connection.flush(soon()));
      WC_CO_TRY(const auto received, subscription.next(soon()));
      EXPECT_TRUE(received.has_value());
      co_return Result<>();
    }

    static Task<> with_other(ConnectionTest* test, asio::any_io_executor blocking,
                             ConnectOptions options, Connection& connection) {
      (void)test;
      WC_CO_TRY(const auto other, connect(std::move(blocking), std::move(options), soon()));
      WC_CO_CHECK(go(connection, *other));
      co_return co_await other->close();
    }
  };

  run(Run::with_other(this, blocking(), options_for(*server_), *connection_));
}

TEST_F(ConnectionTest, DrainLetsWhatCameBeReadAndThenEnds) {
  struct Run {
    static Task<> go(Connection& connection) {
      SubscribeOptions options{.subject = "d"};
      WC_CO_TRY(Subscription subscription, connection.subscribe(std::move(options)));
      for (int i = 0; i < 100; ++i) {
        WC_CO_CHECK_VALUE(connection.publish({.subject = "d", .payload = std::to_string(i)}));
      }
      WC_CO_CHECK(connection.drain(soon()));
      EXPECT_EQ(connection.state(), ConnectionState::closed);
      for (int i = 0; i < 100; ++i) {
        WC_CO_TRY(const auto received, subscription.next(soon()));
        EXPECT_TRUE(received.has_value());
        EXPECT_EQ(received->text(), std::to_string(i));
      }
      WC_CO_TRY(const auto end, subscription.next(soon()));
      EXPECT_FALSE(end.has_value());
      const Result<> late = connection.publish({.subject = "d"});
      EXPECT_EQ(late.error().kind(), ErrorKind::unavailable);
      co_return Result<>();
    }
  };

  run(Run::go(*connection_));
}

TEST_F(ConnectionTest, CloseEndsWhatWaits) {
  struct Run {
    static Task<> ask(Connection& connection, std::optional<ErrorKind>& ended) {
      Outgoing request{.subject = "silent"};
      const Result<Message> answer =
          co_await connection.request(std::move(request), Deadline::never());
      ended = answer.error().kind();
      co_return Result<>();
    }

    static Task<> read(Subscription subscription, bool& ended) {
      WC_CO_TRY(const auto received, subscription.next());
      ended = !received.has_value();
      co_return Result<>();
    }

    static Task<> go(Connection& connection) {
      SubscribeOptions silent{.subject = "silent"};
      WC_CO_TRY(Subscription subscription, connection.subscribe(std::move(silent)));
      SubscribeOptions idle{.subject = "idle"};
      WC_CO_TRY(Subscription waiting, connection.subscribe(std::move(idle)));
      std::optional<ErrorKind> request_ended;
      bool read_ended = false;
      TaskScope scope(co_await asio::this_coro::executor);
      scope.spawn("ask", ask(connection, request_ended));
      scope.spawn("read", read(std::move(waiting), read_ended));
      WC_CO_CHECK_VALUE(co_await subscription.next(soon()));
      WC_CO_CHECK(connection.close());
      WC_CO_CHECK(scope.join());
      EXPECT_EQ(request_ended, ErrorKind::unavailable);
      EXPECT_TRUE(read_ended);
      co_return co_await connection.close();  // again
    }
  };

  run(Run::go(*connection_));
}

TEST_F(ConnectionTest, DestroyedWithoutClose) {
  struct Run {
    static Task<> subscribe(Connection& connection, std::optional<Subscription>& into) {
      SubscribeOptions options{.subject = "x"};
      WC_CO_TRY(auto made, connection.subscribe(std::move(options)));
      into.emplace(std::move(made));
      co_return Result<>();
    }

    static Task<> end(std::optional<Subscription>& subscription) {
      WC_CO_TRY(const auto received, subscription->next());
      EXPECT_FALSE(received.has_value());
      subscription.reset();
      co_return Result<>();
    }
  };

  std::optional<Subscription> left;
  run(Run::subscribe(*connection_, left));
  connection_.reset();
  run(Run::end(left));
}

TEST_F(ConnectionTest, ManyRequestsAtATimeFindTheirAnswers) {
  struct Run {
    static Task<> ask(Connection& connection, int number, int& right) {
      for (int i = 0; i < 20; ++i) {
        const std::string text = fmt::format("{}-{}", number, i);
        Outgoing request{.subject = "echo", .payload = text};
        WC_CO_TRY(const Message answer, connection.request(std::move(request), soon()));
        right += answer.text() == text ? 1 : 0;
      }
      co_return Result<>();
    }

    static Task<> go(Connection& connection) {
      SubscribeOptions options{.subject = "echo"};
      WC_CO_TRY(Subscription subscription, connection.subscribe(std::move(options)));
      const auto executor = co_await asio::this_coro::executor;
      TaskScope server(executor);
      TaskScope askers(executor);
      server.spawn("echo", serve_echo(connection, std::move(subscription)));
      int right = 0;
      for (int i = 0; i < 50; ++i) {
        askers.spawn("ask", ask(connection, i, right));
      }
      WC_CO_CHECK(askers.join());
      server.cancel();
      WC_CO_CHECK(server.join());
      EXPECT_EQ(right, 1000);
      co_return Result<>();
    }
  };

  run(Run::go(*connection_));
}

}  // namespace
}  // namespace wasmcloud::nats

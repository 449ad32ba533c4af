// Order, groups, bounds and ends of subscriptions.
#include "wasmcloud/nats/subscription.h"

#include <thread>

#include "wasmcloud/nats/testing/connection_fixture.h"

namespace wasmcloud::nats {
namespace {

using namespace std::chrono_literals;

using SubscriptionTest = ConnectedFixture;

TEST_F(SubscriptionTest, HundredThousandMessagesInOrder) {
  static constexpr int kCount = 100'000;

  struct Run {
    static Task<> go(Connection& connection) {
      SubscribeOptions options{.subject = "n.*", .max_messages = kCount};
      WC_CO_TRY(Subscription subscription, connection.subscribe(std::move(options)));
      std::thread publisher([&connection] {
        for (int i = 0; i < kCount; ++i) {
          EXPECT_TRUE(connection.publish({.subject = "n.x", .payload = std::to_string(i)}));
        }
      });
      Result<> result;
      int in_order = 0;
      for (int i = 0; i < kCount && result; ++i) {
        Result<std::optional<Message>> received = co_await subscription.next(soon());
        if (!received || !*received) {
          EXPECT_TRUE(received) << received.error().describe();
          break;
        }
        in_order += (*received)->text() == std::to_string(i) ? 1 : 0;
      }
      publisher.join();
      EXPECT_EQ(in_order, kCount);
      EXPECT_EQ(subscription.dropped(), 0);
      EXPECT_EQ(subscription.queued(), 0);
      co_return result;
    }
  };

  run(Run::go(*connection_));
}

TEST_F(SubscriptionTest, AQueueGroupGetsEachMessageOnce) {
  struct Run {
    static Task<> go(Connection& connection) {
      SubscribeOptions options{.subject = "q", .queue_group = "g"};
      SubscribeOptions same = options;
      SubscribeOptions all{.subject = "q"};
      WC_CO_TRY(Subscription first, connection.subscribe(std::move(options)));
      WC_CO_TRY(Subscription second, connection.subscribe(std::move(same)));
      WC_CO_TRY(Subscription alone, connection.subscribe(std::move(all)));
      for (int i = 0; i < 200; ++i) {
        WC_CO_CHECK_VALUE(connection.publish({.subject = "q"}));
      }
      WC_CO_CHECK(first.drain(soon()));
      WC_CO_CHECK(second.drain(soon()));
      WC_CO_CHECK(alone.drain(soon()));
      std::array<int, 3> counts{};
      std::array<Subscription*, 3> subscriptions{&first, &second, &alone};
      for (std::size_t i = 0; i < 3; ++i) {
        for (;;) {
          WC_CO_TRY(const auto received, subscriptions[i]->next(soon()));
          if (!received) {
            break;
          }
          ++counts[i];
        }
      }
      EXPECT_EQ(counts[0] + counts[1], 200);
      EXPECT_GT(counts[0], 0);
      EXPECT_GT(counts[1], 0);
      EXPECT_EQ(counts[2], 200);
      co_return Result<>();
    }
  };

  run(Run::go(*connection_));
}

TEST_F(SubscriptionTest, AFullQueueDropsTheNewestAndCounts) {
  struct Run {
    static Task<> go(Connection& connection) {
      SubscribeOptions options{.subject = "s", .max_messages = 10};
      WC_CO_TRY(Subscription subscription, connection.subscribe(std::move(options)));
      SubscribeOptions end_options{.subject = "end"};
      WC_CO_TRY(Subscription end, connection.subscribe(std::move(end_options)));
      for (int i = 0; i < 101; ++i) {
        WC_CO_CHECK_VALUE(connection.publish({.subject = "s", .payload = std::to_string(i)}));
      }
      // One thread delivers for all subscriptions: what comes after is handled after.
      WC_CO_CHECK_VALUE(connection.publish({.subject = "end"}));
      WC_CO_CHECK_VALUE(co_await end.next(soon()));
      EXPECT_EQ(subscription.queued(), 10);
      for (int i = 0; i < 10; ++i) {
        WC_CO_TRY(const auto received, subscription.next(soon()));
        EXPECT_EQ(received->text(), std::to_string(i));
      }
      EXPECT_EQ(subscription.dropped(), 91);
      EXPECT_FALSE(subscription.try_next().has_value());
      WC_CO_CHECK_VALUE(connection.publish({.subject = "s", .payload = "again"}));
      WC_CO_TRY(const auto received, subscription.next(soon()));
      EXPECT_EQ(received->text(), "again");
      co_return Result<>();
    }
  };

  run(Run::go(*connection_));
}

TEST_F(SubscriptionTest, BytesAreBoundedToo) {
  struct Run {
    static Task<> go(Connection& connection) {
      SubscribeOptions options{.subject = "s", .max_bytes = 5000};
      WC_CO_TRY(Subscription subscription, connection.subscribe(std::move(options)));
      const std::string payload(2000, 'x');
      for (int i = 0; i < 10; ++i) {
        WC_CO_CHECK_VALUE(connection.publish({.subject = "s", .payload = payload}));
      }
      WC_CO_CHECK(subscription.drain(soon()));
      int count = 0;
      for (;;) {
        WC_CO_TRY(const auto received, subscription.next(soon()));
        if (!received) {
          break;
        }
        ++count;
      }
      // What is read while the rest arrives makes room for more.
      EXPECT_GE(count, 2);
      EXPECT_EQ(count + static_cast<int>(subscription.dropped()), 10);
      co_return Result<>();
    }
  };

  run(Run::go(*connection_));
}

TEST_F(SubscriptionTest, EndsAfterACount) {
  struct Run {
    static Task<> go(Connection& connection) {
      SubscribeOptions options{.subject = "u"};
      WC_CO_TRY(Subscription subscription, connection.subscribe(std::move(options)));
      WC_CO_CHECK(subscription.unsubscribe_after(3));
      for (int i = 0; i < 10; ++i) {
        WC_CO_CHECK_VALUE(connection.publish({.subject = "u", .payload = std::to_string(i)}));
      }
      for (int i = 0; i < 3; ++i) {
        WC_CO_TRY(const auto received, subscription.next(soon()));
        EXPECT_EQ(received->text(), std::to_string(i));
      }
      WC_CO_TRY(const auto end, subscription.next(soon()));
      EXPECT_FALSE(end.has_value());
      co_return Result<>();
    }
  };

  run(Run::go(*connection_));
}

TEST_F(SubscriptionTest, UnsubscribeEndsAWait) {
  struct Run {
    static Task<> read(Subscription& subscription, bool& ended) {
      WC_CO_TRY(const auto received, subscription.next());
      ended = !received.has_value();
      co_return Result<>();
    }

    static Task<> go(Connection& connection) {
      SubscribeOptions options{.subject = "u"};
      WC_CO_TRY(Subscription subscription, connection.subscribe(std::move(options)));
      bool ended = false;
      TaskScope scope(co_await asio::this_coro::executor);
      scope.spawn("read", read(subscription, ended));
      WC_CO_CHECK(subscription.unsubscribe());
      WC_CO_CHECK(scope.join());
      EXPECT_TRUE(ended);
      Outgoing request{.subject = "u"};
      const auto answer = co_await connection.request(std::move(request), soon());
      EXPECT_EQ(answer.error().kind(), ErrorKind::unavailable);
      co_return co_await subscription.unsubscribe();  // again
    }
  };

  run(Run::go(*connection_));
}

TEST_F(SubscriptionTest, AWaitCanTimeOutOrBeCancelledAndGoOn) {
  struct Run {
    static Task<> read(Subscription& subscription, std::optional<ErrorKind>& ended) {
      const auto received = co_await subscription.next();
      ended = received.error().kind();
      co_return Result<>();
    }

    static Task<> go(Connection& connection) {
      SubscribeOptions options{.subject = "w"};
      WC_CO_TRY(Subscription subscription, connection.subscribe(std::move(options)));
      const auto timed_out = co_await subscription.next(Deadline::after(1ms));
      EXPECT_EQ(timed_out.error().kind(), ErrorKind::timeout);
      std::optional<ErrorKind> ended;
      TaskScope scope(co_await asio::this_coro::executor);
      scope.spawn("read", read(subscription, ended));
      WC_CO_CHECK(connection.flush(soon()));
      scope.cancel();
      WC_CO_CHECK(scope.join());
      EXPECT_EQ(ended, ErrorKind::cancelled);
      WC_CO_CHECK_VALUE(connection.publish({.subject = "w"}));
      WC_CO_TRY(const auto received, subscription.next(soon()));
      EXPECT_TRUE(received.has_value());
      co_return Result<>();
    }
  };

  run(Run::go(*connection_));
}

TEST_F(SubscriptionTest, ManyComeAndGoWhileMessagesFlow) {
  struct Run {
    static Task<> go(Connection& connection) {
      std::atomic<bool> stop = false;
      std::thread publisher([&] {
        while (!stop) {
          EXPECT_TRUE(connection.publish({.subject = "c.x", .payload = "y"}));
        }
      });
      Result<> result;
      for (int i = 0; i < 300 && result; ++i) {
        SubscribeOptions options{.subject = "c.*", .max_messages = 5};
        Result<Subscription> subscription = co_await connection.subscribe(std::move(options));
        if (!subscription) {
          result = std::move(subscription).error();
        } else if (i % 3 != 0) {
          const auto received = co_await subscription->next(soon());
          EXPECT_TRUE(received && *received);
        }
      }
      stop = true;
      publisher.join();
      co_return result;
    }
  };

  run(Run::go(*connection_));
}

TEST_F(SubscriptionTest, WhatCannotBeSubscribedToIsRefused) {
  struct Run {
    static Task<> go(Connection& connection) {
      for (const char* const subject : {"", "a b", "a.>.b", "a..b", "a\r\nb"}) {
        SubscribeOptions options{.subject = subject};
        const auto made = co_await connection.subscribe(std::move(options));
        EXPECT_EQ(made.error().kind(), ErrorKind::invalid) << subject;
      }
      SubscribeOptions bad_group{.subject = "a", .queue_group = "g h"};
      const auto grouped = co_await connection.subscribe(std::move(bad_group));
      EXPECT_EQ(grouped.error().kind(), ErrorKind::invalid);
      SubscribeOptions no_room{.subject = "a", .max_messages = 0};
      const auto made = co_await connection.subscribe(std::move(no_room));
      EXPECT_EQ(made.error().kind(), ErrorKind::invalid);
      co_return Result<>();
    }
  };

  run(Run::go(*connection_));
}

}  // namespace
}  // namespace wasmcloud::nats

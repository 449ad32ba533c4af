// What is particular to NATS: each message of an invocation (wrpc.md 3.9), and what goes wrong.
#include <gmock/gmock.h>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/wrpc/transport_testing.h"

namespace wasmcloud::wrpc {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kSubject = "default.x.wrpc.0.0.1.a:b/c@1.0.0.f";

class OverNats : public nats::ConnectedFixture {
 public:
  void SetUp() override {
    nats::ConnectedFixture::SetUp();
    if (!IsSkipped()) {
      run(create());
    }
  }

  void TearDown() override {
    if (transport_) {
      run(end());
    }
    nats::ConnectedFixture::TearDown();
  }

  Task<> create() {
    WC_CO_TRY(transport_, NatsTransport::create(*connection_));
    client_ = transport_->client("default.x");
    co_return Result<>();
  }

  Task<> end() {
    EXPECT_EQ(transport_->sessions(), 0U);
    WC_CO_CHECK(transport_->stop());
    client_.reset();
    transport_.reset();
    co_return Result<>();
  }

  static Call call(std::string params = {}) {
    return {.instance = kInstance, .function = "f", .params = std::move(params)};
  }

  Task<nats::Subscription> listen(std::string subject) {
    nats::SubscribeOptions options{.subject = std::move(subject)};
    return connection_->subscribe(std::move(options));
  }

  Result<> publish(std::string subject, std::string payload, std::string reply = {}) {
    return connection_->publish({.subject = std::move(subject),
                                 .payload = std::move(payload),
                                 .headers = {},
                                 .reply = std::move(reply)});
  }

  static Task<nats::Message> next(nats::Subscription& subscription) {
    WC_CO_TRY(std::optional<nats::Message> message, subscription.next(soon()));
    if (!message) {
      co_return Error(ErrorKind::internal, "the subscription has ended");
    }
    co_return *std::move(message);
  }

  nats::Connection& connection() { return *connection_; }

  nats::NatsServer& server() { return *server_; }

  std::unique_ptr<NatsTransport> transport_;
  std::unique_ptr<Client> client_;
};

TEST_F(OverNats, ACallMessageByMessage) {
  struct Run {
    static Task<> serve(OverNats& test, nats::Subscription requests, std::string& said) {
      WC_CO_TRY(const nats::Message request, next(requests));
      EXPECT_EQ(request.subject(), kSubject);
      EXPECT_EQ(request.text(), "\x01");
      EXPECT_EQ(request.header("source-id"), "wash");
      const std::string client(request.reply());
      WC_CO_TRY(nats::Subscription mine, test.listen("mine.>"));
      WC_CO_CHECK_VALUE(test.publish(client, "", "mine"));
      // Data may come in any order between channels, and before anybody asks.
      WC_CO_CHECK_VALUE(test.publish(client + ".results.0.1", "trailers"));
      WC_CO_CHECK_VALUE(test.publish(client + ".results.0", ""));  // of an intermediate writer
      WC_CO_CHECK_VALUE(test.publish(client + ".results", std::string("\0", 1)));
      WC_CO_CHECK_VALUE(test.publish(client + ".results", "\x01"));
      WC_CO_CHECK_VALUE(test.publish(client + ".results", ""));
      WC_CO_CHECK_VALUE(test.publish(client + ".results", "after the end"));
      WC_CO_CHECK_VALUE(test.publish(client + ".results.0.0", "body"));
      WC_CO_CHECK_VALUE(test.publish(client + ".results.0.0", ""));
      WC_CO_TRY(const nats::Message end, next(mine));
      said = std::string(end.subject()) + "=" + std::string(end.text());
      co_return Result<>();
    }

    static Task<> go(OverNats& test) {
      WC_CO_TRY(nats::Subscription requests, test.listen(kSubject));
      TaskScope scope(co_await asio::this_coro::executor);
      std::string said;
      scope.spawn("server", serve(test, std::move(requests), said));
      Call request = call("\x01");
      request.headers = {{"source-id", "wash"}};
      WC_CO_TRY(const auto session, test.client_->call(std::move(request), soon()));
      WC_CO_TRY(const std::string results, read_all(*session, {}));
      EXPECT_EQ(results, std::string("\0\1", 2));
      WC_CO_TRY(const std::string body, read_all(*session, {0, 0}));
      EXPECT_EQ(body, "body");
      WC_CO_TRY(const std::string trailers, read_some(*session, {0, 1}, 8));
      EXPECT_EQ(trailers, "trailers");
      WC_CO_CHECK(scope.join());
      EXPECT_EQ(said, "mine.params=");
      co_return Result<>();
    }
  };

  run(Run::go(*this));
}

TEST_F(OverNats, ParametersBeyondOneMessageFollowTheAcceptance) {
  struct Run {
    static Task<> serve(OverNats& test, nats::Subscription requests, std::size_t& first,
                        std::string& all) {
      WC_CO_TRY(const nats::Message request, next(requests));
      first = request.payload().size();
      all = request.text();
      WC_CO_TRY(nats::Subscription mine, test.listen("mine.params"));
      WC_CO_CHECK_VALUE(test.publish(std::string(request.reply()), "", "mine"));
      for (;;) {
        WC_CO_TRY(const nats::Message more, next(mine));
        EXPECT_LE(more.payload().size(), test.connection().max_payload());
        if (more.payload().empty()) {
          co_return Result<>();
        }
        all += more.text();
      }
    }

    static Task<> go(OverNats& test) {
      WC_CO_TRY(nats::Subscription requests, test.listen(kSubject));
      TaskScope scope(co_await asio::this_coro::executor);
      std::size_t first = 0;
      std::string all;
      scope.spawn("server", serve(test, std::move(requests), first, all));
      const std::string params(3'000'000, 'p');
      Call request = call(params);
      request.headers = {{"name", std::string(1000, 'v')}};
      WC_CO_TRY(const auto session, test.client_->call(std::move(request), soon()));
      WC_CO_CHECK(scope.join());
      EXPECT_TRUE(all == params);
      EXPECT_LT(first, test.connection().max_payload() - 1000);
      EXPECT_GT(first, test.connection().max_payload() - 2000);
      co_return Result<>();
    }
  };

  run(Run::go(*this));
}

TEST_F(OverNats, NobodyServesIt) {
  struct Run {
    static Task<> go(OverNats& test) {
      const auto session = co_await test.client_->call(call(), soon());
      EXPECT_EQ(session.error().kind(), ErrorKind::not_found);
      EXPECT_THAT(session.error().describe(), HasSubstr(kSubject));
      co_return Result<>();
    }
  };

  run(Run::go(*this));
}

TEST_F(OverNats, AServerThatNeverAccepts) {
  struct Run {
    static Task<> go(OverNats& test) {
      WC_CO_TRY(nats::Subscription requests, test.listen(kSubject));
      const auto session = co_await test.client_->call(call(), Deadline::after(20ms));
      EXPECT_EQ(session.error().kind(), ErrorKind::timeout);
      co_return Result<>();
    }
  };

  run(Run::go(*this));
}

TEST_F(OverNats, AnAcceptanceWithoutAnInbox) {
  struct Run {
    static Task<> serve(OverNats& test, nats::Subscription requests) {
      WC_CO_TRY(const nats::Message request, next(requests));
      co_return test.publish(std::string(request.reply()), "");
    }

    static Task<> go(OverNats& test) {
      WC_CO_TRY(nats::Subscription requests, test.listen(kSubject));
      TaskScope scope(co_await asio::this_coro::executor);
      scope.spawn("server", serve(test, std::move(requests)));
      const auto session = co_await test.client_->call(call(), soon());
      EXPECT_EQ(session.error().kind(), ErrorKind::invalid);
      co_return co_await scope.join();
    }
  };

  run(Run::go(*this));
}

TEST_F(OverNats, NamesThatWouldBeOtherSubjects) {
  struct Run {
    static Task<> go(OverNats& test) {
      for (const char* const function : {"", "a b", "*", "a.>", "a..b"}) {
        Call request = call();
        request.function = function;
        const auto session = co_await test.client_->call(std::move(request), soon());
        EXPECT_EQ(session.error().kind(), ErrorKind::invalid) << function;
      }
      co_return Result<>();
    }
  };

  run(Run::go(*this));
}

TEST_F(OverNats, MoreThanIsKeptForAReader) {
  struct Run {
    static Task<> serve(OverNats& test, nats::Subscription requests) {
      WC_CO_TRY(const nats::Message request, next(requests));
      const std::string client(request.reply());
      WC_CO_CHECK_VALUE(test.publish(client, "", "mine"));
      for (int i = 0; i < 5; ++i) {
        WC_CO_CHECK_VALUE(test.publish(client + ".results.0", std::string(1000, 'x')));
      }
      co_return test.publish(client + ".results", "root");
    }

    static Task<> go(OverNats& test) {
      WC_CO_TRY(const auto small,
                NatsTransport::create(test.connection(), {.unread_bytes = 4500, .channels = 3}));
      WC_CO_TRY(nats::Subscription requests, test.listen(kSubject));
      TaskScope scope(co_await asio::this_coro::executor);
      scope.spawn("server", serve(test, std::move(requests)));
      const auto client = small->client("default.x");
      {
        WC_CO_TRY(const auto session, client->call(call(), soon()));
        const auto root = co_await session->read({}, soon());
        EXPECT_EQ(root.error().kind(), ErrorKind::exhausted);
      }
      WC_CO_CHECK(scope.join());
      co_return co_await small->stop();
    }
  };

  run(Run::go(*this));
}

TEST_F(OverNats, ALostConnectionFailsWhatIsUnderWay) {
  struct Run {
    static Task<> go(OverNats& test) {
      WC_CO_TRY(nats::Subscription requests, test.listen(kSubject));
      TaskScope scope(co_await asio::this_coro::executor);
      scope.spawn("server", accept(test, requests));
      WC_CO_TRY(const auto session, test.client_->call(call(), soon()));
      WC_CO_CHECK(scope.join());
      test.server().kill();
      const auto results = co_await session->read({}, soon());
      EXPECT_EQ(results.error().kind(), ErrorKind::unavailable);
      const Result<> written = co_await session->write({0}, "x", soon());
      EXPECT_EQ(written.error().kind(), ErrorKind::unavailable);
      test.server().start();
      WC_CO_CHECK(test.connection().wait_connected(soon()));
      scope.spawn("server", accept(test, requests));
      WC_CO_TRY(const auto again, test.client_->call(call(), soon()));
      co_return co_await scope.join();
    }

    static Task<> accept(OverNats& test, nats::Subscription& requests) {
      WC_CO_TRY(const nats::Message request, next(requests));
      co_return test.publish(std::string(request.reply()), "", "mine");
    }
  };

  run(Run::go(*this));
}

// --- the server's side ---

TEST_F(OverNats, AnInvocationMessageByMessage) {
  struct Run {
    static Task<> serve(Invocation invocation) {
      EXPECT_EQ(invocation.function, "r.f");
      EXPECT_EQ(invocation.headers.get("link-name"), "default");
      Session& session = *invocation.session;
      WC_CO_TRY(const std::string params, read_all(session, {}));
      EXPECT_EQ(params, "one two");
      WC_CO_TRY(const std::string stream, read_all(session, {0}));
      EXPECT_EQ(stream, "early");
      WC_CO_CHECK(session.write({}, "result", soon()));
      WC_CO_CHECK(session.finish({}));
      co_return co_await session.write({0}, "later", soon());  // and the session ends
    }

    static Task<> go(OverNats& test) {
      Serving handler(&serve);
      NatsServerOptions options{.prefix = "default.x", .queue_group = "default.x"};
      NatsServer server(*test.transport_, std::move(options), handler);
      std::vector<FunctionName> functions{{kInstance, "[method]r.f"}};
      WC_CO_CHECK(server.start(std::move(functions)));
      WC_CO_TRY(nats::Subscription mine, test.listen("mine.>"));
      WC_CO_TRY(nats::Subscription accepted, test.listen("mine"));
      nats::Outgoing request{.subject = "default.x.wrpc.0.0.1.a:b/c@1.0.0.r.f",
                             .payload = "one ",
                             .headers = {{"link-name", "default"}},
                             .reply = "mine"};
      WC_CO_CHECK_VALUE(test.connection().publish(request));
      WC_CO_TRY(const nats::Message accept, next(accepted));
      EXPECT_TRUE(accept.payload().empty());
      const std::string theirs(accept.reply());
      WC_CO_CHECK_VALUE(test.publish(theirs + ".params.0", "early"));
      WC_CO_CHECK_VALUE(test.publish(theirs + ".params", "two"));
      WC_CO_CHECK_VALUE(test.publish(theirs + ".params", ""));
      WC_CO_CHECK_VALUE(test.publish(theirs + ".params.0", ""));
      std::vector<std::string> said;
      for (int i = 0; i < 4; ++i) {
        WC_CO_TRY(const nats::Message message, next(mine));
        said.push_back(std::string(message.subject()) + "=" + std::string(message.text()));
      }
      EXPECT_THAT(said, ElementsAre("mine.results=result", "mine.results=", "mine.results.0=later",
                                    "mine.results.0="));
      co_return co_await server.stop(soon());
    }
  };

  run(Run::go(*this));
}

TEST_F(OverNats, AFailureIsOneEmptyMessage) {
  struct Run {
    static Task<> serve(Invocation invocation) {
      static_cast<void>(invocation);
      co_return Error(ErrorKind::trap, "unreachable");
    }

    static Task<> go(OverNats& test) {
      Serving handler(&serve);
      NatsServer server(*test.transport_, {.prefix = "default.x"}, handler);
      std::vector<FunctionName> functions{{kInstance, "f"}};
      WC_CO_CHECK(server.start(std::move(functions)));
      WC_CO_TRY(nats::Subscription mine, test.listen("mine.>"));
      WC_CO_CHECK_VALUE(test.publish(kSubject, "", "mine"));
      WC_CO_TRY(const nats::Message end, next(mine));
      EXPECT_EQ(end.subject(), "mine.results");
      EXPECT_TRUE(end.payload().empty());
      WC_CO_CHECK_VALUE(test.publish(kSubject, "no inbox"));  // dropped
      co_return co_await server.stop(soon());
    }
  };

  run(Run::go(*this));
}

TEST_F(OverNats, AtMostSoManyAtATime) {
  struct Gate {
    Signal opened;
    Signal entered;
    bool open = false;
    int inside = 0;
    int most = 0;
  };

  struct Run {
    static Task<> serve(std::shared_ptr<Gate> gate, Invocation invocation) {
      gate->most = std::max(gate->most, ++gate->inside);
      gate->entered.notify();
      while (!gate->open) {
        WC_CO_CHECK(gate->opened.wait(soon()));
      }
      --gate->inside;
      co_return co_await invocation.session->finish_all();
    }

    static Task<> ask(OverNats& test, int& answered) {
      WC_CO_TRY(const auto session, test.client_->call(call(), soon()));
      WC_CO_TRY(const std::string nothing, read_all(*session, {}));
      ++answered;
      co_return Result<>();
    }

    static Task<> go(OverNats& test) {
      const auto gate = std::make_shared<Gate>();
      Serving handler([gate](Invocation invocation) { return serve(gate, std::move(invocation)); });
      NatsServerOptions options{.prefix = "default.x", .queue_group = "g", .max_concurrent = 2};
      NatsServer server(*test.transport_, std::move(options), handler);
      std::vector<FunctionName> functions{{kInstance, "f"}};
      WC_CO_CHECK(server.start(std::move(functions)));
      TaskScope scope(co_await asio::this_coro::executor);
      int answered = 0;
      for (int i = 0; i < 6; ++i) {
        scope.spawn("a call", ask(test, answered));
      }
      while (gate->inside < 2) {
        WC_CO_CHECK(gate->entered.wait(soon()));
      }
      WC_CO_CHECK(test.connection().flush(soon()));  // all six are in the queue
      EXPECT_EQ(gate->inside, 2);
      gate->open = true;
      gate->opened.notify();
      WC_CO_CHECK(scope.join());
      EXPECT_EQ(answered, 6);
      EXPECT_EQ(gate->most, 2);
      co_return co_await server.stop(soon());
    }
  };

  run(Run::go(*this));
}

}  // namespace
}  // namespace wasmcloud::wrpc

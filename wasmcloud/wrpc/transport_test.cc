// What holds for every transport.
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/wrpc/channel_reader.h"
#include "wasmcloud/wrpc/sender.h"
#include "wasmcloud/wrpc/transport_testing.h"
#include "wasmcloud/wrpc/wire.h"

namespace wasmcloud::wrpc {
namespace {

using namespace std::chrono_literals;

class OnEachTransport : public nats::ConnectedFixture,
                        public testing::WithParamInterface<WireKind> {
 public:
  void SetUp() override {
    if (GetParam().name == "Nats") {
      nats::ConnectedFixture::SetUp();
      if (IsSkipped()) {
        return;
      }
    }
    wire_ = GetParam().make(connection_.get());
    run(wire_->start(handler_, functions()));
  }

  void TearDown() override {
    if (wire_ != nullptr) {
      run(wire_->stop());
      run(forget(wire_));
    }
    nats::ConnectedFixture::TearDown();
  }

  static std::vector<FunctionName> functions() {
    std::vector<FunctionName> functions;
    for (const char* const name : {"echo", "halves", "wide", "silent", "streams", "fails", "breaks",
                                   "hasty", "[method]r.leaves"}) {
      functions.push_back({kInstance, name});
    }
    return functions;
  }

  static Task<> forget(std::unique_ptr<Wire>& wire) {
    wire.reset();
    co_return Result<>();
  }

  Task<std::unique_ptr<Session>> call(std::string function, std::string params,
                                      bool has_async_params = false, nats::Headers headers = {}) {
    Call call{.instance = kInstance,
              .function = std::move(function),
              .params = std::move(params),
              .headers = std::move(headers),
              .has_async_params = has_async_params};
    return wire_->client().call(std::move(call), soon());
  }

  // What the server does; `a`, a byte that says how many more there are, then those, is an echo.
  Task<> serve(Invocation invocation) {
    EXPECT_EQ(invocation.instance, kInstance);
    Session& session = *invocation.session;
    if (invocation.function == "echo") {
      WC_CO_TRY(std::string params, read_all(session, {}));
      params += invocation.headers.get("mark").value_or("");
      if (!params.empty()) {
        WC_CO_CHECK(session.write({}, std::move(params), soon()));
      }
      co_return co_await session.finish_all();
    }
    if (invocation.function == "streams") {
      co_return co_await echo_streams(session);
    }
    if (invocation.function == "halves") {
      co_return co_await send_halves(session);
    }
    if (invocation.function == "r.leaves") {
      leaves_.push_back(co_await watch_leaving(session));
      gone_.notify();
      co_return Result<>();
    }
    if (invocation.function == "wide") {
      const Result<> written = co_await session.write({}, std::string(1'000'000, 'w'), soon());
      leaves_.push_back(written ? Result<ErrorKind>(ErrorKind::internal)
                                : Result<ErrorKind>(written.error().clone()));
      gone_.notify();
      co_return co_await session.finish_all();
    }
    if (invocation.function == "breaks") {
      std::vector<Outgoing> parts;
      parts.push_back({Path{0}, std::make_unique<Broken>()});
      parts.push_back({Path{1, 2}, std::make_unique<Stuck>(heard_)});
      co_return co_await answer(session, "result", std::move(parts), soon());
    }
    if (invocation.function == "hasty") {  // does not want what is streamed
      WC_CO_TRY(const std::string some, read_some(session, {}, 1));
      co_return co_await answer(session, "enough", {}, soon());
    }
    if (invocation.function == "silent") {
      WC_CO_TRY(auto nothing, session.read({7}, soon()));
      static_cast<void>(nothing);
      co_return Result<>();
    }
    co_return Error(ErrorKind::trap, "it always fails");
  }

  // What a stream or future holds, and cannot be had.
  class Broken final : public Contents {
   public:
    Task<Piece> next(Deadline) override { co_return Error(ErrorKind::trap, "it is broken"); }
  };

  // More than any way to a peer takes that does not read it.
  class Plenty final : public Contents {
   public:
    Task<Piece> next(Deadline) override {
      co_return Piece{.bytes = std::string(65536, 'x'), .parts = {}, .last = ++pieces_ == 500};
    }

   private:
    int pieces_ = 0;
  };

  // It cannot be had before somebody has heard of the other's failure.
  class Stuck final : public Contents {
   public:
    explicit Stuck(Signal& heard) : heard_(heard) {}

    Task<Piece> next(Deadline deadline) override {
      WC_CO_CHECK(heard_.wait(deadline));
      co_return Piece{.bytes = "late", .parts = {}, .last = true};
    }

   private:
    Signal& heard_;
  };

  // A list of bytes and something after it, the second half when it is asked for.
  static Task<> send_halves(Session& session) {
    WireWriter list;
    list.byte_list(as_u8(std::string(kListBytes, 'l')));
    const std::string bytes = list.take() + "after";
    WC_CO_CHECK(session.write({}, bytes.substr(0, kListBytes / 2), soon()));
    WC_CO_TRY(const std::string asked, read_some(session, {5}, 1));
    WC_CO_CHECK(session.write({}, bytes.substr(kListBytes / 2), soon()));
    co_return co_await session.finish_all();
  }

  static constexpr std::size_t kListBytes = 3'000'000;

  // Three channels, read and answered one beside the other.
  Task<> echo_streams(Session& session) {
    TaskScope scope(co_await asio::this_coro::executor);
    for (const Path& path : {Path{0}, Path{1, 0}, Path{1, 1}}) {
      scope.spawn("a channel", echo_channel(session, path));
    }
    WC_CO_CHECK(session.write({}, "three", soon()));
    WC_CO_CHECK(session.finish({}));
    WC_CO_CHECK(scope.join());
    co_return co_await session.finish_all();
  }

  static Task<> echo_channel(Session& session, Path path) {
    for (;;) {
      WC_CO_TRY(std::optional<std::string> bytes, session.read(path, soon()));
      if (!bytes) {
        co_return co_await session.finish(path);
      }
      WC_CO_CHECK(session.write(path, *std::move(bytes), soon()));
    }
  }

  // Writes until the client is gone, or reads its end.
  static Task<ErrorKind> watch_leaving(Session& session) {
    for (int i = 0; i < 10000; ++i) {
      const Result<> written = co_await session.write({0}, std::string(65536, 'x'), soon());
      if (!written) {
        co_return written.error().kind();
      }
    }
    co_return ErrorKind::internal;
  }

  Serving handler_{[this](Invocation invocation) { return serve(std::move(invocation)); }};
  Signal gone_;
  Signal heard_;
  std::vector<Result<ErrorKind>> leaves_;
  std::unique_ptr<Wire> wire_;
};

TEST_P(OnEachTransport, ParametersGoAndResultsCome) {
  struct Run {
    static Task<> go(OnEachTransport& test) {
      WC_CO_TRY(const auto session, test.call("echo", "params"));
      WC_CO_TRY(const std::string results, read_all(*session, {}));
      EXPECT_EQ(results, "params");
      WC_CO_TRY(const auto more, session->read({}, soon()));
      EXPECT_FALSE(more);  // the end stays
      co_return Result<>();
    }
  };

  run(Run::go(*this));
}

TEST_P(OnEachTransport, NothingIsSomethingToo) {
  struct Run {
    static Task<> go(OnEachTransport& test) {
      WC_CO_TRY(const auto session, test.call("echo", ""));
      WC_CO_TRY(const std::string results, read_all(*session, {}));
      EXPECT_EQ(results, "");
      co_return Result<>();
    }
  };

  run(Run::go(*this));
}

TEST_P(OnEachTransport, MoreThanOneMessageCarries) {
  struct Run {
    static Task<> go(OnEachTransport& test) {
      std::string params(5'000'000, ' ');
      for (std::size_t i = 0; i < params.size(); ++i) {
        params[i] = static_cast<char>(i * i >> 7U);
      }
      WC_CO_TRY(const auto session, test.call("echo", params));
      WC_CO_TRY(const std::string results, read_all(*session, {}));
      EXPECT_TRUE(results == params);
      co_return Result<>();
    }
  };

  run(Run::go(*this));
}

// Whoever reads a value gets it whole, and what follows it later; who was in a hurry loses nothing.
TEST_P(OnEachTransport, ALongValueInPieces) {
  struct Run {
    static Task<> go(OnEachTransport& test) {
      const std::vector types{
          *wit::ValueType::create({.kind = wit::ValueType::Kind::list,
                                   .parts = {wit::ValueType::of(wit::ValueType::Kind::u8)}})};
      WC_CO_TRY(const auto session, test.call("halves", "x", true));
      ChannelReader reader(*session);
      Scanner hurried(types);
      const auto early = co_await reader.collect({}, hurried, Deadline::after(20ms));
      EXPECT_FALSE(early);
      EXPECT_EQ(early.error().kind(), ErrorKind::timeout);
      WC_CO_CHECK(session->write({5}, "go on", soon()));
      Scanner scanner(types);
      WC_CO_TRY(const std::optional<std::string> list, reader.collect({}, scanner, soon()));
      WireReader in(as_u8(list.value()));
      EXPECT_TRUE(as_text(in.byte_list()) == std::string(kListBytes, 'l'));
      EXPECT_TRUE(in.status());
      EXPECT_EQ(in.remaining(), 0U);
      std::string rest;
      for (;;) {
        WC_CO_TRY(const std::optional<std::string> more, reader.next({}, soon()));
        if (!more) {
          break;
        }
        rest += *more;
      }
      EXPECT_EQ(rest, "after");
      co_return Result<>();
    }
  };

  run(Run::go(*this));
}

TEST_P(OnEachTransport, HeadersGoWithTheCall) {
  struct Run {
    static Task<> go(OnEachTransport& test) {
      WC_CO_TRY(const auto session, test.call("echo", "a", false, {{"mark", "b"}}));
      WC_CO_TRY(const std::string results, read_all(*session, {}));
      EXPECT_EQ(results, GetParam().has_headers ? "ab" : "a");
      co_return Result<>();
    }
  };

  run(Run::go(*this));
}

TEST_P(OnEachTransport, ChannelsGoBesideEachOther) {
  struct Run {
    static Task<> send(Session& session, Path path, int pieces) {
      for (int i = 0; i < pieces; ++i) {
        std::string piece = fmt::format("{}:{};", path.size(), i) + std::string(1000, '.');
        WC_CO_CHECK(session.write(path, std::move(piece), soon()));
      }
      co_return co_await session.finish(path);
    }

    static std::string sent(std::size_t depth, int pieces) {
      std::string all;
      for (int i = 0; i < pieces; ++i) {
        all += fmt::format("{}:{};", depth, i) + std::string(1000, '.');
      }
      return all;
    }

    static Task<> receive(Session& session, Path path, std::string expected) {
      WC_CO_TRY(const std::string all, read_some(session, path, expected.size()));
      EXPECT_TRUE(all == expected) << path.size();
      co_return Result<>();
    }

    static Task<> go(OnEachTransport& test) {
      WC_CO_TRY(const auto session, test.call("streams", "", true));
      TaskScope scope(co_await asio::this_coro::executor);
      scope.spawn("send", send(*session, {0}, 2000));
      scope.spawn("send", send(*session, {1, 0}, 1));
      scope.spawn("send", send(*session, {1, 1}, 300));
      scope.spawn("receive", receive(*session, {1, 1}, sent(2, 300)));
      scope.spawn("receive", receive(*session, {1, 0}, sent(2, 1)));
      scope.spawn("receive", receive(*session, {0}, sent(1, 2000)));
      WC_CO_TRY(const std::string root, read_some(*session, {}, 5));
      EXPECT_EQ(root, "three");
      WC_CO_CHECK(scope.join());
      co_return co_await session->finish_all();
    }
  };

  run(Run::go(*this));
}

// The server's last write is no failure, though its client leaves as soon as it has the result.
TEST_P(OnEachTransport, WhoeverHasTheResultMayLeave) {
  struct Run {
    static Task<> go(OnEachTransport& test) {
      {
        WC_CO_TRY(const auto session, test.call("wide", ""));
        WC_CO_TRY(const std::string results, read_some(*session, {}, 1'000'000));
        EXPECT_EQ(results.size(), 1'000'000U);
      }
      while (test.leaves_.empty()) {
        WC_CO_CHECK(test.gone_.wait(soon()));
      }
      EXPECT_TRUE(test.leaves_[0]) << test.leaves_[0].error().describe();
      co_return Result<>();
    }
  };

  run(Run::go(*this));
}

TEST_P(OnEachTransport, AFailureIsAnEarlyEnd) {
  struct Run {
    static Task<> go(OnEachTransport& test) {
      WC_CO_TRY(const auto session, test.call("fails", "x"));
      WC_CO_TRY(const std::string results, read_all(*session, {}));
      EXPECT_EQ(results, "");
      co_return Result<>();
    }
  };

  run(Run::go(*this));
}

// Of what the results promise, and of which nothing was ever sent.
TEST_P(OnEachTransport, AFailureAfterTheResultsEndsAllThatWasPromised) {
  struct Run {
    static Task<> go(OnEachTransport& test) {
      WC_CO_TRY(const auto session, test.call("breaks", "x", true));
      WC_CO_TRY(const std::string result, read_some(*session, {}, 6));
      EXPECT_EQ(result, "result");
      for (const Path& path : {Path{0}, Path{1, 2}}) {
        const auto end = co_await session->read(path, soon());
        EXPECT_TRUE(end) << end.error().describe();
        EXPECT_FALSE(*end);
      }
      test.heard_.notify();
      co_return Result<>();
    }
  };

  run(Run::go(*this));
}

// What it has said is heard.
TEST_P(OnEachTransport, AServerMayLeaveWhatIsSentToIt) {
  struct Run {
    static Task<> go(OnEachTransport& test) {
      WC_CO_TRY(const auto session, test.call("hasty", "x", true));
      Sender sender(*session, co_await asio::this_coro::executor);
      std::vector<Outgoing> parts;
      parts.push_back({Path{0}, std::make_unique<Plenty>()});
      sender.start(std::move(parts), soon());
      Result<> sent = unless_peer_left(co_await sender.join());
      EXPECT_TRUE(sent) << sent.error().describe();
      Result<std::string> result = co_await read_all(*session, {});
      EXPECT_TRUE(result) << result.error().describe();
      EXPECT_EQ(*result, "enough");
      co_return Result<>();
    }
  };

  run(Run::go(*this));
}

TEST_P(OnEachTransport, SilenceEndsAtTheDeadline) {
  struct Run {
    static Task<> go(OnEachTransport& test) {
      WC_CO_TRY(const auto session, test.call("silent", "x", true));
      const auto read = co_await session->read({}, Deadline::after(20ms));
      EXPECT_FALSE(read);
      EXPECT_EQ(read.error().kind(), ErrorKind::timeout);
      co_return Result<>();
    }
  };

  run(Run::go(*this));
}

TEST_P(OnEachTransport, ManyCallsAtATime) {
  struct Run {
    static Task<> one(OnEachTransport& test, int number, int& done) {
      const std::string params = fmt::format("call {}", number);
      for (int i = 0; i < 20; ++i) {
        WC_CO_TRY(const auto session, test.call("echo", params));
        WC_CO_TRY(const std::string results, read_all(*session, {}));
        EXPECT_EQ(results, params);
      }
      ++done;
      co_return Result<>();
    }

    static Task<> go(OnEachTransport& test) {
      TaskScope scope(co_await asio::this_coro::executor);
      int done = 0;
      for (int i = 0; i < 64; ++i) {
        scope.spawn("a call", one(test, i, done));
      }
      WC_CO_CHECK(scope.join());
      EXPECT_EQ(done, 64);
      co_return Result<>();
    }
  };

  run(Run::go(*this));
}

TEST_P(OnEachTransport, AClientMayLeave) {
  if (GetParam().name == "Nats") {
    GTEST_SKIP() << "over NATS a server does not learn of it";
  }

  struct Run {
    static Task<> go(OnEachTransport& test) {
      {
        WC_CO_TRY(const auto session, test.call("[method]r.leaves", ""));
        WC_CO_TRY(const std::string some, read_some(*session, {0}, 1000));
        EXPECT_GE(some.size(), 1000U);
      }
      while (test.leaves_.empty()) {
        WC_CO_CHECK(test.gone_.wait(soon()));
      }
      EXPECT_TRUE(test.leaves_[0]);
      EXPECT_EQ(*test.leaves_[0], ErrorKind::unavailable);
      co_return Result<>();
    }
  };

  run(Run::go(*this));
}

INSTANTIATE_TEST_SUITE_P(All, OnEachTransport, testing::ValuesIn(all_wires()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace wasmcloud::wrpc

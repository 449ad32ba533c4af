// Calls with C++ types, where something goes wrong.
#include <boost/asio/this_coro.hpp>
#include <gmock/gmock.h>

#include "wasmcloud/wrpc/dispatcher.h"
#include "wasmcloud/wrpc/exchange.h"
#include "wasmcloud/wrpc/invoke.h"
#include "wasmcloud/wrpc/trace.h"
#include "wasmcloud/wrpc/transport_testing.h"
#include "wasmcloud/wrpc/wit_testing.h"

namespace wasmcloud::wrpc {
namespace {

using ::testing::HasSubstr;

// Whether a source was asked for something.
class Asked {
 public:
  void say() {
    was_ = true;
    signal_.notify();
  }

  Task<> wait() {
    while (!was_) {
      WC_CO_CHECK(signal_.wait(soon()));
    }
    co_return Result<>();
  }

 private:
  bool was_ = false;
  Signal signal_;
};

// Gives nothing, until it is cancelled.
class SilentBytes final : public StreamSource<std::uint8_t> {
 public:
  explicit SilentBytes(Asked& asked) : asked_(asked) {}

  Task<std::optional<std::string>> next(Deadline deadline) override {
    asked_.say();
    WC_CO_CHECK(never_.wait(deadline));
    co_return Error(ErrorKind::internal, "nobody wakes it");
  }

 private:
  Asked& asked_;
  Signal never_;
};

class Broken final : public StreamSource<std::uint8_t> {
 public:
  Task<std::optional<std::string>> next(Deadline) override {
    if (std::exchange(begun_, true)) {
      co_return Error(ErrorKind::denied, "the disk is gone");
    }
    co_return "begun";
  }

 private:
  bool begun_ = false;
};

class Server {
 public:
  Task<std::uint64_t> size(Context, Stream<std::uint8_t> bytes) {
    WC_CO_TRY(const std::string all, bytes.all(1'000'000, soon()));
    co_return all.size();
  }

  // Has an answer before it has read anything.
  Task<std::expected<std::uint64_t, std::string>> refuse(Context, Stream<std::uint8_t>) {
    co_return failure(std::string("no room"));
  }

  Task<Stream<std::uint8_t>> silent(Context) {
    co_return Stream<std::uint8_t>(std::make_unique<SilentBytes>(asked));
  }

  Task<Stream<std::uint8_t>> echo(Context, Stream<std::uint8_t> bytes) {
    co_return std::move(bytes);
  }

  // Hands on the trace of its call.
  Task<std::string> trace(Context context) {
    const std::optional<TraceContext> trace = trace_of(context.headers);
    CallOptions next;
    if (trace) {
      add_trace(next.headers, *trace);
    }
    co_return fmt::format("{} {}", next.headers.get("traceparent").value_or("-"),
                          next.headers.get("tracestate").value_or("-"));
  }

  Asked asked;
};

class TypedCall : public ::testing::Test {
 public:
  // On a shard, with a server in this process.
  void run(Task<> (TypedCall::*body)(LocalTransport&)) {
    const Result<> done = block_on(shards_[0].executor(), both(body));
    EXPECT_TRUE(done) << done.error().describe();
  }

  Task<> both(Task<> (TypedCall::*body)(LocalTransport&)) {
    Dispatcher dispatcher;
    dispatcher.add<&Server::size>({kInstance, "size"}, server_);
    dispatcher.add<&Server::refuse>({kInstance, "refuse"}, server_);
    dispatcher.add<&Server::silent>({kInstance, "silent"}, server_);
    dispatcher.add<&Server::echo>({kInstance, "echo"}, server_);
    dispatcher.add<&Server::trace>({kInstance, "trace"}, server_);
    LocalTransport transport(co_await asio::this_coro::executor, dispatcher);
    Result<> done = co_await (this->*body)(transport);
    WC_CO_CHECK(transport.stop());
    co_return done;
  }

  static CallOptions options() { return {.deadline = soon(), .headers = {}, .limits = {}}; }

  Task<> what_is_not_there(LocalTransport& transport) {
    const auto function =
        co_await invoke<bool>(transport, {kInstance, "other"}, encode(), options());
    EXPECT_EQ(function.error().kind(), ErrorKind::unavailable);
    const auto instance = co_await invoke<bool>(transport, {"a:b/d", "size"}, encode(), options());
    EXPECT_EQ(instance.error().kind(), ErrorKind::unavailable);
    co_return Result<>();
  }

  Task<> traces(LocalTransport& transport) {
    const TraceContext trace = TraceContext::start(true);
    CallOptions with = options();
    with.headers = {{"mark", "x"}};
    add_trace(with.headers, trace);
    WC_CO_TRY(const std::string handed_on,
              invoke<std::string>(transport, {kInstance, "trace"}, encode(), with));
    EXPECT_EQ(handed_on, trace.traceparent() + " -");
    WC_CO_TRY(const std::string none,
              invoke<std::string>(transport, {kInstance, "trace"}, encode(), options()));
    EXPECT_EQ(none, "- -");
    co_return Result<>();
  }

  Task<> what_is_no_text(LocalTransport& transport) {
    const auto failed = co_await invoke<bool>(transport, {kInstance, "size"},
                                              encode(std::string_view("\xff")), options());
    EXPECT_EQ(failed.error().kind(), ErrorKind::invalid);
    EXPECT_THAT(failed.error().describe(), HasSubstr("a:b/c@1.0.0.size: string of 1 bytes"));
    co_return Result<>();
  }

  Task<> a_source_that_fails(LocalTransport& transport) {
    Stream<std::uint8_t> stream(std::make_unique<Broken>());
    const auto failed = co_await invoke<std::uint64_t>(transport, {kInstance, "size"},
                                                       encode(std::move(stream)), options());
    EXPECT_EQ(failed.error().kind(), ErrorKind::denied);
    EXPECT_THAT(failed.error().describe(), HasSubstr("the disk is gone"));
    co_return Result<>();
  }

  Task<> a_future_without_a_value(LocalTransport& transport) {
    const auto failed = co_await invoke<std::uint64_t>(transport, {kInstance, "size"},
                                                       encode(Future<std::string>()), options());
    EXPECT_EQ(failed.error().kind(), ErrorKind::invalid);
    co_return Result<>();
  }

  // More than the transport keeps is not read, which is no fault.
  Task<> an_early_answer(LocalTransport& transport) {
    const auto refused = co_await invoke<std::expected<std::uint64_t, std::string>>(
        transport, {kInstance, "refuse"},
        encode(Stream<std::uint8_t>::of(std::string(10'000'000, 'x'))), options());
    EXPECT_TRUE(refused) << refused.error().describe();
    EXPECT_EQ(*refused, std::unexpected("no room"));
    co_return Result<>();
  }

  // The stop of a server, in the midst of a result.
  Task<> a_stopped_server(LocalTransport& transport) {
    WC_CO_TRY(auto stream,
              invoke<Stream<std::uint8_t>>(transport, {kInstance, "silent"}, encode(), options()));
    WC_CO_CHECK(transport.stop());
    const auto ended = co_await stream.next(soon());
    EXPECT_FALSE(ended);  // that was not all
    co_return Result<>();
  }

  Task<> send_silence(LocalTransport& transport, Asked& asked) {
    Stream<std::uint8_t> silent(std::make_unique<SilentBytes>(asked));
    const auto cut = co_await invoke<std::uint64_t>(transport, {kInstance, "size"},
                                                    encode(std::move(silent)), options());
    EXPECT_EQ(cut.error().kind(), ErrorKind::cancelled);
    co_return Result<>();
  }

  Task<> a_cancelled_call(LocalTransport& transport) {
    Asked asked;
    TaskScope scope(co_await asio::this_coro::executor);
    scope.spawn("a call", send_silence(transport, asked));
    WC_CO_CHECK(asked.wait());
    scope.cancel();
    co_return co_await scope.join();
  }

  class SilentSource final : public Source {
   public:
    explicit SilentSource(Asked& asked) : asked_(asked) {}

    Task<std::optional<Chunk>> next() override {
      asked_.say();
      WC_CO_CHECK(never_.wait(Deadline::never()));
      co_return std::nullopt;
    }

   private:
    Asked& asked_;
    Signal never_;
  };

  static Task<> send_silence_dynamically(LocalTransport& transport, Asked& asked) {
    DynamicRequest request{
        .instance = kInstance, .function = "size", .signature = {}, .params = {}};
    request.signature.params.push_back({"bytes", testing::type_of("stream<u8>")});
    request.signature.result = testing::type_of("u64");
    request.params.push_back({wit::Handle{std::make_shared<SilentSource>(asked)}});
    const auto cut = co_await call_dynamic(transport, std::move(request), soon());
    EXPECT_EQ(cut.error().kind(), ErrorKind::cancelled);
    co_return Result<>();
  }

  Task<> a_cancelled_dynamic_call(LocalTransport& transport) {
    Asked asked;
    TaskScope scope(co_await asio::this_coro::executor);
    scope.spawn("a call", send_silence_dynamically(transport, asked));
    WC_CO_CHECK(asked.wait());
    scope.cancel();
    co_return co_await scope.join();
  }

  // What is still being sent ends with the scope, and the result's stream with it.
  Task<> a_cancelled_sending(LocalTransport& transport) {
    Asked asked;
    TaskScope sending(co_await asio::this_coro::executor);
    Stream<std::uint8_t> silent(std::make_unique<SilentBytes>(asked));
    WC_CO_TRY(auto echoed,
              invoke_while_sending<Stream<std::uint8_t>>(sending, transport, {kInstance, "echo"},
                                                         encode(std::move(silent)), options()));
    sending.cancel();
    WC_CO_CHECK(sending.join());
    const auto ended = co_await echoed.next(soon());
    EXPECT_FALSE(ended && *ended);
    co_return Result<>();
  }

  // A chunk that comes in pieces is given in pieces; one that is waited for in vain is not lost.
  Task<> cut_anywhere(LocalTransport&) {
    Signal go;
    Serving handler(
        [&go](Invocation invocation) { return send_pieces(std::move(invocation), go); });
    LocalTransport transport(co_await asio::this_coro::executor, handler);
    using Streams = std::tuple<Stream<std::uint8_t>, Stream<std::string>, std::string>;
    WC_CO_TRY(Streams streams, invoke<Streams>(transport, {kInstance, "f"}, encode(), options()));
    EXPECT_EQ(std::get<2>(streams), "héllo");
    WC_CO_TRY(const auto bytes, std::get<0>(streams).next(soon()));
    EXPECT_EQ(bytes, "ab");
    const auto early = co_await std::get<1>(streams).next(Deadline::after({}));
    EXPECT_EQ(early.error().kind(), ErrorKind::timeout);
    go.notify();
    WC_CO_TRY(const auto texts, std::get<1>(streams).next(soon()));
    EXPECT_EQ(texts, (std::vector<std::string>{"one", "two"}));
    WC_CO_TRY(const std::string rest, std::get<0>(streams).all(100, soon()));
    EXPECT_EQ(rest, "cde");
    WC_CO_TRY(const auto end, std::get<1>(streams).next(soon()));
    EXPECT_FALSE(end);
    co_return co_await transport.stop();
  }

  static Task<> send_pieces(Invocation invocation, Signal& go) {
    Session& session = *invocation.session;
    WC_CO_CHECK(session.write({0, 0},
                              "\x03"
                              "ab",
                              soon()));
    WC_CO_CHECK(session.write({0, 1}, "\x02\x03on", soon()));
    WC_CO_CHECK(session.write({}, std::string("\0\0\x06h\xc3", 5), soon()));
    WC_CO_CHECK(session.write({}, "\xa9llo", soon()));
    WC_CO_CHECK(session.finish({}));
    WC_CO_CHECK(go.wait(soon()));
    WC_CO_CHECK(session.write({0, 0},
                              std::string("c\x02"
                                          "de\0",
                                          5),
                              soon()));
    WC_CO_CHECK(session.write({0, 1}, std::string("e\x03two\0", 6), soon()));
    co_return co_await session.finish_all();
  }

  Task<> cut_short(LocalTransport&) {
    Serving handler([](Invocation invocation) { return send_a_part(std::move(invocation)); });
    LocalTransport transport(co_await asio::this_coro::executor, handler);
    WC_CO_TRY(auto stream,
              invoke<Stream<std::uint8_t>>(transport, {kInstance, "f"}, encode(), options()));
    WC_CO_TRY(const auto part, stream.next(soon()));
    EXPECT_EQ(part, "ab");
    const auto cut = co_await stream.next(soon());
    EXPECT_EQ(cut.error().kind(), ErrorKind::unavailable);
    EXPECT_THAT(cut.error().describe(), HasSubstr("3 bytes before"));
    co_return co_await transport.stop();
  }

  static Task<> send_a_part(Invocation invocation) {
    const std::string torn =
        "\x05"
        "ab";
    co_return co_await send_bytes(std::move(invocation), torn);
  }

  static Task<> send_bytes(Invocation invocation, std::string bytes) {
    WC_CO_CHECK(invocation.session->write({}, std::string(1, '\0'), soon()));
    WC_CO_CHECK(invocation.session->write({0}, std::move(bytes), soon()));
    co_return co_await invocation.session->finish_all();
  }

  // All that was sent are whole chunks, but not that of the end.
  template <typename T>
  static Task<> no_end(std::string chunk) {
    Serving handler(
        [chunk](Invocation invocation) { return send_bytes(std::move(invocation), chunk); });
    LocalTransport transport(co_await asio::this_coro::executor, handler);
    WC_CO_TRY(auto stream, invoke<Stream<T>>(transport, {kInstance, "f"}, encode(), options()));
    WC_CO_TRY(const auto part, stream.next(soon()));
    EXPECT_TRUE(part.has_value());
    const auto cut = co_await stream.next(soon());
    EXPECT_FALSE(cut);
    if (!cut) {
      EXPECT_THAT(cut.error().describe(), HasSubstr("cut short"));
    }
    co_return co_await transport.stop();
  }

  Task<> streams_without_end(LocalTransport&) {
    WC_CO_CHECK(no_end<std::uint8_t>("\x02hi"));
    co_return co_await no_end<std::string>("\x01\x02hi");
  }

  Server server_;
  Shards shards_{1};
};

TEST_F(TypedCall, WhatNobodyServesHasNoResult) { run(&TypedCall::what_is_not_there); }

TEST_F(TypedCall, ATraceIsHandedOn) { run(&TypedCall::traces); }

TEST_F(TypedCall, ParametersThatAreNoneAreNotSent) { run(&TypedCall::what_is_no_text); }

TEST_F(TypedCall, ASourceThatFailsFailsTheCall) { run(&TypedCall::a_source_that_fails); }

TEST_F(TypedCall, AFutureWithoutAValueFailsTheCall) { run(&TypedCall::a_future_without_a_value); }

TEST_F(TypedCall, AnAnswerBeforeAllIsReadIsAnAnswer) { run(&TypedCall::an_early_answer); }

TEST_F(TypedCall, AServerStopsInTheMidstOfAResult) { run(&TypedCall::a_stopped_server); }

TEST_F(TypedCall, ACancelledCallLeavesNothingBehind) { run(&TypedCall::a_cancelled_call); }

TEST_F(TypedCall, ACancelledDynamicCallLeavesNothingBehind) {
  run(&TypedCall::a_cancelled_dynamic_call);
}

TEST_F(TypedCall, WhatIsStillSentEndsWithItsScope) { run(&TypedCall::a_cancelled_sending); }

TEST_F(TypedCall, ValuesAreReadHoweverTheyAreCut) { run(&TypedCall::cut_anywhere); }

TEST_F(TypedCall, AChunkThatIsCutShortIsNoEnd) { run(&TypedCall::cut_short); }

TEST_F(TypedCall, AStreamThatDoesNotEndIsCutShort) { run(&TypedCall::streams_without_end); }

}  // namespace
}  // namespace wasmcloud::wrpc

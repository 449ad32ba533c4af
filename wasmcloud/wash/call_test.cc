// `wash call` over sockets, to a server of the test's, and over NATS, where `wash spy` looks on.
#include <fstream>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "wasmcloud/nats/testing/connection_fixture.h"
#include "wasmcloud/wash/home_testing.h"
#include "wasmcloud/wash/http_call.h"
#include "wasmcloud/wash/wit_functions.h"
#include "wasmcloud/wit/resolver_testing.h"
#include "wasmcloud/wrpc/async_paths.h"
#include "wasmcloud/wrpc/exchange.h"
#include "wasmcloud/wrpc/transport_testing.h"

namespace wasmcloud::wash {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using wrpc::soon;

constexpr std::string_view kWit = R"(package wc:test@0.1.0;
interface things {
  record person { name: string, age: option<u8> }
  enum colour { red, green }
  twice: func(who: person) -> tuple<person, person>;
  paint: func(shade: colour, sizes: list<u16>, note: option<string>) -> result<colour, string>;
  nothing: func();
  pipe: func(data: stream<u8>) -> stream<u8>;
  numbers: func() -> stream<u32>;
  both: func() -> result<tuple<stream<u8>, future<string>>, string>;
  later: func() -> future<string>;
  fails: func() -> u32;
}
world w { export things; export answer: func() -> u32; }
)";

// What the functions of kWit do.
class Things {
 public:
  Things()
      : functions_(wit::graph_of(kWit)),
        handler_([this](wrpc::Invocation call) { return handle(std::move(call)); }) {}

  wrpc::Handler& handler() { return handler_; }

 private:
  Task<> handle(wrpc::Invocation call) {
    if (call.function == "twice") {
      return twice(std::move(call), &functions_);
    }
    if (call.function == "paint") {
      return reply(std::move(call), std::string("\0\1", 2));
    }
    if (call.function == "pipe") {
      return pipe(std::move(call));
    }
    if (call.function == "numbers") {
      return stream(std::move(call), std::string(1, '\0'), {{{0}, {"\2\1\2\1\7\0", 6}}});
    }
    if (call.function == "both") {
      return stream(std::move(call), std::string(3, '\0'),
                    {{{0, 0}, {"\2hi\0", 4}}, {{0, 1}, {"\3yes", 4}}});
    }
    if (call.function == "later") {
      return stream(std::move(call), std::string(1, '\0'), {{{0}, "\3yes"}});
    }
    const bool answers = call.function == "answer" && call.instance.empty();
    return reply(std::move(call), answers ? "\x2a" : "");
  }

  static Task<> reply(wrpc::Invocation call, std::string bytes) {
    if (!bytes.empty()) {
      WC_CO_CHECK(call.session->write({}, std::move(bytes), soon()));
    }
    co_return co_await call.session->finish_all();
  }

  static Task<> twice(wrpc::Invocation call, const WitFunctions* functions) {
    WC_CO_TRY_VALUE(const KnownFunction function,
                    functions->find(call.instance + "." + call.function));
    wrpc::Receiver receiver(*call.session);
    WC_CO_TRY(const std::vector<wit::Value> params,
              receiver.tuple(wrpc::param_types(function.signature), soon()));
    std::vector<wit::Value> results(1);
    results.front().rep = wit::Tuple{{params.front(), params.front()}};
    co_return co_await wrpc::answer(*call.session, std::move(results),
                                    wrpc::result_types(function.signature), soon());
  }

  static Task<> pipe(wrpc::Invocation call) {
    WC_CO_CHECK(call.session->write({}, std::string(1, '\0'), soon()));
    WC_CO_CHECK(call.session->finish({}));
    for (;;) {
      WC_CO_TRY(std::optional<std::string> bytes, call.session->read({0}, soon()));
      if (!bytes) {
        break;
      }
      WC_CO_CHECK(call.session->write({0}, *std::move(bytes), soon()));
    }
    WC_CO_CHECK(call.session->finish({0}));
    co_return co_await call.session->finish_all();
  }

  static Task<> stream(wrpc::Invocation call, std::string root,
                       std::map<wrpc::Path, std::string> channels) {
    WC_CO_CHECK(call.session->write({}, std::move(root), soon()));
    WC_CO_CHECK(call.session->finish({}));
    for (const auto& [path, bytes] : channels) {
      WC_CO_CHECK(call.session->write(path, bytes, soon()));
      WC_CO_CHECK(call.session->finish(path));
    }
    co_return co_await call.session->finish_all();
  }

  WitFunctions functions_;
  wrpc::Serving handler_;
};

// Where the server listens.
struct Over {
  std::string name;
  std::string address;  // in the home, of a Unix socket
};

void PrintTo(const Over& over, std::ostream* out) { *out << over.name; }

class CallOver : public testing::TestWithParam<Over> {
 protected:
  void SetUp() override {
    std::ofstream(home_.path() / "things.wit") << kWit;
    std::string address = GetParam().address;
    if (address.starts_with("unix:")) {
      address = "unix:" + (home_.path() / address.substr(5)).string();
    }
    server_.emplace(address, things_.handler());
    run(server_->start());
    over_ = address.starts_with("unix:") ? server_->address() : "tcp://" + server_->address();
  }

  void TearDown() override { run(server_->stop(soon())); }

  void run(Task<> task) {
    const Result<> result = block_on(shards_[0].executor(), std::move(task));
    EXPECT_TRUE(result) << result.error().describe();
  }

  Ended call(std::vector<std::string> arguments, std::string input = {}) const {
    arguments.insert(arguments.begin(), {"call", "--over", over_, "--wit", "things.wit"});
    return home_.run(WC_WASH_PROGRAM, std::move(arguments), std::move(input));
  }

  // Of a call that goes well.
  std::string shown(std::vector<std::string> arguments, std::string input = {}) const {
    const Ended ended = call(std::move(arguments), std::move(input));
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_THAT(ended.err, IsEmpty());
    return ended.out;
  }

  json object(std::vector<std::string> arguments, std::string input = {}) const {
    arguments.insert(arguments.end(), {"-o", "json"});
    return json::parse(shown(std::move(arguments), std::move(input)), nullptr, false);
  }

  std::string failure(std::vector<std::string> arguments) const {
    const Ended ended = call(std::move(arguments));
    EXPECT_EQ(ended.code, 1) << ended.out;
    EXPECT_THAT(ended.out, IsEmpty());
    return ended.err;
  }

  Home home_;
  Things things_;
  Shards shards_{1};
  std::optional<wrpc::FramedServer> server_;
  std::string over_;
};

INSTANTIATE_TEST_SUITE_P(Sockets, CallOver,
                         testing::Values(Over{"tcp", "127.0.0.1:0"}, Over{"unix", "unix:socket"}),
                         [](const auto& tested) { return tested.param.name; });

TEST_P(CallOver, ValuesAreWave) {
  EXPECT_EQ(shown({"wc:test/things.twice", "{name: \"Ann\", age: 7}"}),
            framed("({name: \"Ann\", age: some(7)}, {name: \"Ann\", age: some(7)})"));
  EXPECT_EQ(shown({"wc:test/things@0.1.0.paint", "green", "[1, 65535]"}), framed("ok(green)"));
  EXPECT_EQ(shown({"-", "answer"}), framed("42"));  // "-": whom the address names
  const json wanted{{"result", "ok(green)"}, {"success", true}};
  EXPECT_EQ(object({"wc:test/things.paint", "green", "[]", "some(\"x\")"}), wanted);
}

TEST_P(CallOver, WithoutAResultNothingIsShown) {
  EXPECT_EQ(shown({"wc:test/things.nothing"}), "");
  const json wanted{{"result", nullptr}, {"success", true}};
  EXPECT_EQ(object({"wc:test/things.nothing"}), wanted);
}

TEST_P(CallOver, BytesGoInAndOutAsTheyAre) {
  const std::string bytes("one\0two\xff\n", 9);
  EXPECT_EQ(shown({"wc:test/things.pipe", "-"}, bytes), bytes);
  const std::string large(std::size_t{300} << 10U, 'x');
  std::ofstream(home_.path() / "large", std::ios::binary) << large;
  EXPECT_EQ(shown({"wc:test/things.pipe", "@large"}), large);
  EXPECT_EQ(shown({"wc:test/things.pipe", "[104, 105]"}), "hi");
  EXPECT_EQ(shown({"wc:test/things.pipe", "-"}), "");
}

TEST_P(CallOver, ElementsOfAStreamAreALineEach) {
  EXPECT_EQ(shown({"wc:test/things.numbers"}), "1\n2\n7\n");
  EXPECT_EQ(shown({"wc:test/things.later"}), framed("\"yes\""));
}

TEST_P(CallOver, WhatIsBesideAStreamGoesToStderr) {
  const Ended ended = call({"wc:test/things.both"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_EQ(ended.out, "hi");
  EXPECT_EQ(ended.err, "ok((<handle>, <handle>))\n\"yes\"\n");
}

TEST_P(CallOver, JsonHoldsWhatStreamsBrought) {
  const json shown = object({"wc:test/things.both"});
  EXPECT_EQ(shown["result"], "ok((<handle>, <handle>))");
  const json wanted =
      json::array({{{"path", "0.0"}, {"type", "stream<u8>"}, {"value", "[104, 105]"}},
                   {{"path", "0.1"}, {"type", "future<string>"}, {"value", "[\"yes\"]"}}});
  EXPECT_EQ(shown["streams"], wanted);
  EXPECT_EQ(object({"wc:test/things.numbers"})["streams"][0]["value"], "[1, 2, 7]");
}

TEST_P(CallOver, AWrongArgumentIsShownWithItsPlace) {
  EXPECT_THAT(failure({"wc:test/things.twice", "{name: 7}"}),
              AllOf(HasSubstr("argument `who`"), HasSubstr("1:8: expected "), HasSubstr("^")));
  EXPECT_THAT(failure({"wc:test/things.paint", "red"}),
              HasSubstr("expected 3 arguments (shade: enum { red, green }, sizes: list<u16>, note: "
                        "option<string>), found 1"));
  EXPECT_THAT(failure({"wc:test/things.pipe", "@missing"}),
              HasSubstr("argument `data`\n    1: missing: No such file"));
}

TEST_P(CallOver, AnUnknownFunctionIsToldWithThoseThatAreNear) {
  EXPECT_THAT(failure({"wc:test/things.pip", "-"}),
              HasSubstr("no function `wc:test/things.pip` in the WIT; there are near it "
                        "wc:test/things@0.1.0.pipe, "));
}

TEST_P(CallOver, ACallThatFailsSaysWhere) {
  EXPECT_EQ(failure({"wc:test/things.fails"}),
            "\nError calling " + over_ +
                "\n\nCaused by:\n    the peer ended without a value: it has failed\n");
}

// Nobody answers there; what is sent is seen.
class CallOverNats : public nats::ConnectedFixture {
 protected:
  void SetUp() override {
    ConnectedFixture::SetUp();
    if (!IsSkipped()) {
      run(subscribe(this));
    }
  }

  void TearDown() override {
    calls_.reset();
    ConnectedFixture::TearDown();
  }

  static Task<> subscribe(CallOverNats* test) {
    WC_CO_TRY(nats::Subscription calls,
              test->connection_->subscribe({.subject = "default.nobody.wrpc.>"}));
    test->calls_.emplace(std::move(calls));
    co_return co_await test->connection_->flush(soon());
  }

  static Task<> next_headers(CallOverNats* test, nats::Headers& headers) {
    WC_CO_TRY(const std::optional<nats::Message> message, test->calls_->next(soon()));
    headers = message.value().headers();
    co_return Result<>();
  }

  nats::Headers headers_of_call() {
    home_.run(WC_WASH_PROGRAM, {"call", "nobody", "wc:test/plain.say", "-t", "100", "-p",
                                std::to_string(server_->port())});
    nats::Headers headers;
    run(next_headers(this, headers));
    return headers;
  }

  Home home_;
  std::optional<nats::Subscription> calls_;
};

TEST_F(CallOverNats, TheTraceIsThatOfTheEnvironment) {
  const nats::Header source{"source-id", "wash"};
  const nats::Header parent{"traceparent",
                            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"};
  EXPECT_THAT(headers_of_call().entries(), testing::ElementsAre(source));
  home_.set("TRACEPARENT", parent.value);
  EXPECT_THAT(headers_of_call().entries(), testing::UnorderedElementsAre(source, parent));
  home_.set("TRACESTATE", "a=1");
  EXPECT_THAT(headers_of_call().entries(),
              testing::UnorderedElementsAre(source, parent, nats::Header{"tracestate", "a=1"}));
  home_.set("TRACEPARENT", "00-0af7");
  EXPECT_THAT(headers_of_call().entries(), testing::ElementsAre(source));
}

class OverNats : public nats::ConnectedFixture {
 protected:
  void SetUp() override {
    ConnectedFixture::SetUp();
    if (IsSkipped()) {
      return;
    }
    std::ofstream(home_.path() / "things.wit") << kWit;
    home_.set("WASMCLOUD_RPC_PORT", std::to_string(server_->port()));
    home_.set("WASMCLOUD_CTL_PORT", std::to_string(server_->port()));
    run(serve());
  }

  void TearDown() override {
    if (serving_ != nullptr) {
      run(end());
    }
    ConnectedFixture::TearDown();
  }

  Task<> serve() {
    WC_CO_TRY(transport_, wrpc::NatsTransport::create(*connection_));
    wrpc::NatsServerOptions options{.prefix = "default.things", .queue_group = "default.things"};
    serving_ =
        std::make_unique<wrpc::NatsServer>(*transport_, std::move(options), things_.handler());
    std::vector<wrpc::FunctionName> functions;
    for (const char* const name : {"pipe", "both", "numbers"}) {
      functions.push_back({"wc:test/things@0.1.0", name});
    }
    co_return co_await serving_->start(std::move(functions));
  }

  Task<> end() {
    WC_CO_CHECK(serving_->stop(soon()));
    serving_.reset();
    WC_CO_CHECK(transport_->stop());
    transport_.reset();
    co_return Result<>();
  }

  Ended wash(std::vector<std::string> arguments) const {
    return home_.run(WC_WASH_PROGRAM, std::move(arguments));
  }

  // All of a spy that looks on at these calls, from when it says that it does.
  std::string spied(std::vector<std::string> options, const std::string& last,
                    const std::vector<std::vector<std::string>>& calls) const {
    options.insert(options.begin(), {"spy", "things"});
    Program spy(WC_WASH_PROGRAM, home_.options(std::move(options)));
    EXPECT_TRUE(spy.wait_for_out("Spying on component things"));
    for (std::vector<std::string> call : calls) {
      call.insert(call.begin(), {"call", "things", "--wit", "things.wit"});
      EXPECT_EQ(wash(std::move(call)).code, 0);
    }
    EXPECT_TRUE(spy.wait_for_out(last)) << spy.out();
    spy.signal(SIGINT);
    EXPECT_EQ(spy.wait(), 0);
    return spy.out();
  }

  Home home_;
  Things things_;
  std::unique_ptr<wrpc::NatsTransport> transport_;
  std::unique_ptr<wrpc::NatsServer> serving_;
};

TEST_F(OverNats, ASpySeesWhatStreamsAndFuturesBring) {
  const std::string seen = spied({"--wit", "things.wit"}, "Message: \"yes\"\n",
                                 {{"wc:test/things.pipe", "[104, 105]"}, {"wc:test/things.both"}});
  EXPECT_THAT(seen, HasSubstr("\nFrom: wash                      To: things                   \n"
                              "\nStream 0 of: wc:test/things@0.1.0.pipe\nMessage: 2 bytes: hi\n"));
  EXPECT_THAT(seen, HasSubstr("\nFrom: things                    To: wash                     \n"
                              "\nStream 0 of: wc:test/things@0.1.0.pipe\nMessage: 2 bytes: hi\n"));
  EXPECT_THAT(seen, HasSubstr("\nStream 0.0 of: wc:test/things@0.1.0.both\n"));
  EXPECT_THAT(seen, HasSubstr("\nStream 0.1 of: wc:test/things@0.1.0.both\n"));
}

TEST_F(OverNats, WithoutTypesASpySeesNoStreams) {
  const std::string seen = spied({"--results"}, "Result of: wc:test/things@0.1.0.both",
                                 {{"wc:test/things.pipe", "[104, 105]"}, {"wc:test/things.both"}});
  EXPECT_THAT(seen, Not(HasSubstr("Stream")));
}

TEST_F(OverNats, ArgumentsNeedWit) {
  const Ended ended = wash({"call", "things", "wc:test/things.pipe", "[1]", "-t", "5000"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, StartsWith("\narguments need '--wit <PATH>', which tells what the "
                                    "function takes: no host that answers runs a component "
                                    "`things`\n"));
}

TEST(Call, ArgumentsThatCannotBeAreUsageErrors) {
  const Home home;
  const std::pair<std::vector<std::string>, std::string> cases[] = {
      {{"call"}, "were not provided:\n  <component-id>\n"},
      {{"call", "a"}, "were not provided:\n  <function>\n"},
      {{"call", "a.b", "c:d/e.f"}, "Component ID must contain only alphanumeric characters"},
      {{"call", "--over", "unix:x", "c:d/e.f", "1"}, "arguments need '--wit <PATH>'"},
      {{"call", "a", "c:d/e.f", "--over", "udp:x"}, "expected nats, tcp://HOST:PORT or unix:PATH"},
      {{"call", "a", "c:d/e.f", "--http-body", "x", "--http-body-path", "y"},
       "cannot be used with"},
      {{"call", "a", "c:d/e.f", "-p", "0"}, "invalid value '0' for '--rpc-port <RPC_PORT>': "},
      {{"call", "a", "c:d/e.f", "-t", "x"}, "for '--rpc-timeout-ms <RPC_TIMEOUT_MS>': "}};
  for (const auto& [arguments, message] : cases) {
    const Ended ended = home.run(WC_WASH_PROGRAM, arguments);
    EXPECT_EQ(ended.code, 2) << ended.err;
    EXPECT_THAT(ended.err, AllOf(StartsWith("error: "), HasSubstr(message)));
  }
}

TEST(Call, AFunctionHasAnInterface) {
  const Home home;
  const Ended ended = home.run(WC_WASH_PROGRAM, {"call", "a", "b", "-p", "1"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, StartsWith("\nInvalid function supplied. Must be in the form of "
                                    "`namespace:package/interface.function`\n"));
}

// --- HTTP ---

// As Rust hosts have it on the wire: wrpc.md 3.9 (e).
TEST(HttpCall, AsOnTheWire) {
  wrpc::DynamicRequest request = http_request({.body = "hi", .content_type = "text/plain"});
  EXPECT_EQ(request.instance, "wrpc:http/incoming-handler@0.1.0");
  EXPECT_EQ(request.function, "handle");
  wrpc::WireWriter out;
  wrpc::ValueEncoder encoder(out);
  ASSERT_TRUE(encoder.tuple(request.params, wrpc::param_types(request.signature)));
  std::string wanted("\0\0\0\1\1/\1\0\1\16localhost:8080\1", 25);
  wanted += "\14content-type";
  wanted += "\1\12text/plain";
  EXPECT_EQ(out.take(), wanted);
  const std::vector<wrpc::PartAt> parts = encoder.take_parts();
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].path, (wrpc::Path{0, 0}));
  EXPECT_EQ(parts[1].path, (wrpc::Path{0, 1}));
}

TEST(HttpCall, IsMadeForHandlersOnly) {
  EXPECT_TRUE(is_http_handler({"wasi:http/incoming-handler", "handle"}));
  EXPECT_TRUE(is_http_handler({"wrpc:http/incoming-handler@0.1.0", "handle"}));
  EXPECT_FALSE(is_http_handler({"wasi:http/outgoing-handler", "handle"}));
  EXPECT_FALSE(is_http_handler({"wasi:http/incoming-handler", "other"}));
}

}  // namespace
}  // namespace wasmcloud::wash

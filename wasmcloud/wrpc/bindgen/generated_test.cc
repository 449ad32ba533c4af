// Code that was generated, called and served over each transport, and against the dynamic form.
#include <gmock/gmock.h>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/wit/graph_values.h"
#include "wasmcloud/wit/source_files.h"
#include "wasmcloud/wrpc/dispatcher.h"
#include "wasmcloud/wrpc/exchange.h"
#include "wasmcloud/wrpc/invoke.h"
#include "wasmcloud/wrpc/transport_testing.h"
#include "wasmcloud/wrpc/wit_testing.h"

#include "wrpc_blobstore_client.h"
#include "wrpc_blobstore_provider.h"
#include "wrpc_http_client.h"
#include "wrpc_http_provider.h"
#include "wrpc_keyvalue_client.h"
#include "wrpc_keyvalue_provider.h"
#include "wrpc_messaging_client.h"
#include "wrpc_messaging_provider.h"
#include "wrpc_test_everything.h"

namespace wasmcloud::wrpc {
namespace {

namespace values = everything::test::everything::values;
namespace flows = everything::test::everything::flows;
namespace store = everything::test::everything::store;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::size_t kMany = 10'000'000;

// --- what is served ---

class Values final : public values::Server {
 public:
  Task<values::All> echo(Context context, values::All all) override {
    mark = context.headers.get("mark").value_or("");
    co_return std::move(all);
  }

  Task<std::string> joined(Context context, std::string options_, std::string context_,
                           std::optional<char32_t> sending_) override {
    EXPECT_EQ(context.instance, "test:everything/values@1.2.3");
    EXPECT_EQ(context.function, "joined");
    co_return options_ + context_ + (sending_ == U'é' ? "é" : "");
  }

  Task<std::tuple<values::Colour, values::Access, bool>> flip(Context, values::Colour colour,
                                                              values::Access access,
                                                              bool yes) override {
    co_return std::tuple{colour, access, !yes};
  }

  Task<std::expected<values::Shape, std::string>> check(Context, values::Shape shape) override {
    if (shape.value.index() == values::Shape::kEmpty) {
      co_return failure(std::string("empty"));
    }
    co_return std::move(shape);
  }

  Task<void> nothing(Context) override {
    ++nothings;
    co_return Result<>();
  }

  Task<std::uint32_t> fail(Context) override {
    co_return Error(ErrorKind::internal, "meant for the log");
  }

  std::string mark;
  int nothings = 0;
};

// Points, one more with each chunk. The first chunk is empty, which is not the end.
class Points final : public StreamSource<values::Point> {
 public:
  explicit Points(std::uint32_t count) : count_(count) {}

  Task<std::optional<std::vector<values::Point>>> next(Deadline) override {
    if (made_ == count_) {
      co_return std::nullopt;
    }
    std::vector<values::Point> some;
    for (std::uint32_t i = 0; i < chunk_ && made_ < count_; ++i, ++made_) {
      some.push_back({.x = static_cast<std::int32_t>(made_), .y = -1});
    }
    ++chunk_;
    co_return std::move(some);
  }

 private:
  const std::uint32_t count_;
  std::uint32_t made_ = 0;
  std::uint32_t chunk_ = 0;
};

class Flows final : public flows::Server {
 public:
  Task<Stream<std::uint8_t>> pipe(Context, Stream<std::uint8_t> bytes) override {
    co_return std::move(bytes);
  }

  Task<Stream<values::Point>> points(Context, std::uint32_t count) override {
    co_return Stream<values::Point>(std::make_unique<Points>(count));
  }

  Task<std::uint64_t> sum(Context, Stream<std::uint64_t> numbers) override {
    std::uint64_t sum = 0;
    for (;;) {
      WC_CO_TRY(const auto some, numbers.next(soon()));
      if (!some) {
        co_return sum;
      }
      for (const std::uint64_t each : *some) {
        sum += each;
      }
    }
  }

  Task<Future<std::string>> later(Context) override { co_return Future<std::string>::of("later"); }

  Task<std::expected<flows::Upload, std::string>> send(Context, flows::Upload upload) override {
    if (upload.name.empty()) {
      co_return failure(std::string("no name"));
    }
    co_return std::move(upload);
  }

  Task<std::tuple<Stream<Unit>, Future<Unit>>> ticks(Context, Stream<Unit> count,
                                                     Future<Unit> done) override {
    co_return std::tuple(std::move(count), std::move(done));
  }

  Task<Stream<Stream<std::string>>> nested(Context, std::vector<Stream<std::string>> streams,
                                           Future<Stream<std::string>> deep) override {
    WC_CO_TRY(Stream<std::string> last, deep.get(soon()));
    streams.push_back(std::move(last));
    co_return Stream<Stream<std::string>>::of(std::move(streams));
  }
};

class Store final : public store::Server {
 public:
  Task<store::Bucket> bucket(Context, std::string name) override {
    buckets_[name];
    co_return store::Bucket{name};
  }

  Task<std::expected<std::vector<std::uint8_t>, store::Error>> bucket_get(
      Context, store::Bucket self, std::string key) override {
    const auto& values = buckets_[self.bytes];
    const auto found = values.find(key);
    if (found == values.end()) {
      co_return failure(store::Error::no_such_key());
    }
    co_return found->second;
  }

  Task<void> bucket_set(Context, store::Bucket self, std::string key,
                        std::vector<std::uint8_t> value) override {
    buckets_[self.bytes][key] = std::move(value);
    co_return Result<>();
  }

  Task<std::expected<store::Bucket, store::Error>> bucket_merged(
      Context, std::vector<store::Bucket> buckets) override {
    if (buckets.empty()) {
      co_return failure(store::Error::other("none"));
    }
    for (const store::Bucket& each : buckets) {
      buckets_["merged"].insert(buckets_[each.bytes].begin(), buckets_[each.bytes].end());
    }
    co_return store::Bucket{"merged"};
  }

  Task<std::string> take(Context, store::Bucket bucket) override {
    buckets_.erase(bucket.bytes);
    co_return bucket.bytes;
  }

  Task<std::uint32_t> bucket_get_(Context) override {
    co_return static_cast<std::uint32_t>(buckets_.size());
  }

 private:
  std::map<std::string, std::map<std::string, std::vector<std::uint8_t>>> buckets_;
};

class World final : public everything::Server, public everything::inline_2::Server {
 public:
  Task<std::uint32_t> add(Context context, std::uint32_t a, std::uint32_t b) override {
    EXPECT_EQ(context.instance, "");
    co_return a + b;
  }

  Task<std::string> paint(Context, values::Colour colour) override {
    co_return colour == values::Colour::enum_ ? "enum" : "other";
  }

  Task<std::uint32_t> size(Context context, std::string text) override {
    EXPECT_EQ(context.instance, "inline");
    co_return static_cast<std::uint32_t>(text.size());
  }
};

values::All all_values() {
  values::All all;
  all.numbers = {.a = 200,
                 .b = -1,
                 .c = 300,
                 .d = -300,
                 .e = 1U << 31U,
                 .f = -123456,
                 .g = ~std::uint64_t{0},
                 .h = -1,
                 .i = 1.5F,
                 .j = -0.0,
                 .k = U'€'};
  all.text = "héllo";
  all.bytes = {0, 255};
  all.yes = {true, false};
  all.nested = {{}, {"x", std::nullopt}};
  all.colour = values::Colour::blue;
  all.access.bits = values::Access::kRead | values::Access::kDefault;
  all.wide.bits.set(values::Wide::kW67);
  all.shape = values::Shape::line({{.x = 1, .y = 2}});
  all.keyword = {.class_ = true, .int_ = 7};
  all.pair = {1, {"one"}};
  all.triple = {1, 2, 300};
  all.by_name = {{"a", 1}, {"b", 1000}};
  all.outcome = std::unexpected("no");
  all.done = std::unexpected(Unit{});
  all.failed = std::unexpected(values::Shape::static_("s"));
  return all;
}

// --- over each transport ---

class Generated : public nats::ConnectedFixture, public ::testing::WithParamInterface<WireKind> {
 public:
  void SetUp() override {
    if (GetParam().name == "Nats") {
      nats::ConnectedFixture::SetUp();
      if (IsSkipped()) {
        return;
      }
    }
    values::serve(dispatcher_, values_);
    flows::serve(dispatcher_, flows_);
    store::serve(dispatcher_, store_);
    everything::serve(dispatcher_, world_);
    everything::inline_2::serve(dispatcher_, world_);
    wire_ = GetParam().make(connection_.get());
    run(wire_->start(dispatcher_, dispatcher_.functions()));
  }

  void TearDown() override {
    if (wire_ != nullptr) {
      run(wire_->stop());
      run(forget(wire_));
    }
    nats::ConnectedFixture::TearDown();
  }

  static Task<> forget(std::unique_ptr<Wire>& wire) {
    wire.reset();
    co_return Result<>();
  }

 protected:
  Client& client() { return wire_->client(); }

  Task<> call_values() {
    values::Client client(this->client());
    const values::All all = all_values();
    CallOptions options{.deadline = soon(), .headers = {{"mark", "m"}}, .limits = {}};
    WC_CO_TRY(const values::All back, client.echo(all, std::move(options)));
    EXPECT_EQ(back, all);
    EXPECT_EQ(values_.mark, GetParam().has_headers ? "m" : "");
    WC_CO_TRY(const std::string joined, client.joined("a", "b", U'é'));
    EXPECT_EQ(joined, "abé");
    WC_CO_TRY(const auto flipped, client.flip(values::Colour::red, {values::Access::kWrite}, true));
    EXPECT_EQ(flipped,
              std::tuple(values::Colour::red, values::Access{values::Access::kWrite}, false));
    WC_CO_TRY(const auto checked, client.check(values::Shape::circle(2.5)));
    EXPECT_EQ(checked, values::Shape::circle(2.5));
    WC_CO_TRY(const auto empty, client.check(values::Shape::empty()));
    EXPECT_EQ(empty, std::unexpected("empty"));
    WC_CO_CHECK(client.nothing());
    EXPECT_EQ(values_.nothings, 1);
    co_return Result<>();
  }

  // No reason crosses the wire.
  Task<> call_what_fails() {
    values::Client client(this->client());
    const auto failed = co_await client.fail();
    EXPECT_FALSE(failed);
    if (!failed) {
      EXPECT_EQ(failed.error().kind(), ErrorKind::unavailable);
      EXPECT_EQ(failed.error().describe(),
                "test:everything/values@1.2.3.fail: the peer ended without a value: it has failed");
    }
    co_return Result<>();
  }

  // More than any buffer holds comes back while it is sent.
  Task<> pipe() {
    flows::Client client(this->client());
    std::string all(kMany, 'x');
    all.back() = 'y';
    TaskScope sending(co_await asio::this_coro::executor);
    WC_CO_TRY(Stream<std::uint8_t> piped, client.pipe(sending, Stream<std::uint8_t>::of(all)));
    WC_CO_TRY(const std::string back, piped.all(kMany, soon()));
    EXPECT_TRUE(back == all);
    co_return co_await sending.join();
  }

  Task<> call_flows() {
    flows::Client client(this->client());
    WC_CO_TRY(auto points, client.points(1000));
    WC_CO_TRY(const auto all, points.all(1000, soon()));
    EXPECT_EQ(all.size(), 1000U);
    EXPECT_EQ(all.empty() ? values::Point() : all.back(), (values::Point{.x = 999, .y = -1}));
    WC_CO_TRY(const std::uint64_t sum, client.sum(Stream<std::uint64_t>::of({1, 2, 1000})));
    EXPECT_EQ(sum, 1003U);
    WC_CO_TRY(auto later, client.later());
    WC_CO_TRY(const std::string text, later.get(soon()));
    EXPECT_EQ(text, "later");
    const auto again = co_await later.get(soon());
    EXPECT_EQ(again.error().kind(), ErrorKind::invalid);
    co_return Result<>();
  }

  Task<> upload() {
    flows::Client client(this->client());
    TaskScope sending(co_await asio::this_coro::executor);
    flows::Upload upload{.name = "n",
                         .body = Stream<std::uint8_t>::of("body"),
                         .trailers = Future<std::optional<std::string>>::of("t")};
    WC_CO_TRY(auto back, client.send(sending, std::move(upload)));
    EXPECT_TRUE(back);
    WC_CO_TRY(const auto trailers, back->trailers.get(soon()));
    EXPECT_EQ(trailers, "t");
    WC_CO_TRY(const std::string body, back->body.all(kMany, soon()));
    EXPECT_EQ(body, "body");
    flows::Upload nameless{.name = "", .body = Stream<std::uint8_t>::of("b"), .trailers = {}};
    nameless.trailers = Future<std::optional<std::string>>::of(std::nullopt);
    WC_CO_TRY(const auto refused, client.send(sending, std::move(nameless)));
    EXPECT_FALSE(refused);
    EXPECT_EQ(refused.error(), "no name");
    co_return co_await sending.join();
  }

  Task<> nested() {
    flows::Client client(this->client());
    TaskScope sending(co_await asio::this_coro::executor);
    WC_CO_TRY(auto ticked, client.ticks(sending, Stream<Unit>::of(3), Future<Unit>::of({})));
    WC_CO_TRY(const std::uint32_t ticks, std::get<0>(ticked).all(10, soon()));
    EXPECT_EQ(ticks, 3U);
    WC_CO_TRY(const Unit done, std::get<1>(ticked).get(soon()));
    static_cast<void>(done);
    std::vector<Stream<std::string>> streams;
    streams.push_back(Stream<std::string>::of({"a", "b"}));
    streams.push_back(Stream<std::string>::of({}));
    auto deep = Future<Stream<std::string>>::of(Stream<std::string>::of({"c"}));
    WC_CO_TRY(auto back, client.nested(sending, std::move(streams), std::move(deep)));
    WC_CO_TRY(auto all, back.all(10, soon()));
    std::vector<std::string> texts;
    for (Stream<std::string>& each : all) {
      WC_CO_TRY(const std::vector<std::string> some, each.all(10, soon()));
      texts.push_back(fmt::format("{}", fmt::join(some, "+")));
    }
    EXPECT_THAT(texts, ElementsAre("a+b", "", "c"));
    co_return co_await sending.join();
  }

  Task<> use_resources() {
    store::Client client(this->client());
    WC_CO_TRY(const store::Bucket one, client.bucket("one"));
    WC_CO_TRY(const store::Bucket two, client.bucket("two"));
    const std::vector<std::uint8_t> value{1, 2};
    WC_CO_CHECK(client.bucket_set(one, "k", value));
    WC_CO_TRY(const auto there, client.bucket_get(one, "k"));
    EXPECT_EQ(there, value);
    WC_CO_TRY(const auto not_there, client.bucket_get(two, "k"));
    EXPECT_EQ(not_there, std::unexpected(store::Error::no_such_key()));
    const std::vector<store::Bucket> both{one, two};
    WC_CO_TRY(const auto merged, client.bucket_merged(both));
    WC_CO_TRY(const auto found, client.bucket_get(*merged, "k"));
    EXPECT_EQ(found, value);
    WC_CO_TRY(const std::string taken, client.take(one));
    EXPECT_EQ(taken, "one");
    WC_CO_TRY(const std::uint32_t left, client.bucket_get_());
    EXPECT_EQ(left, 2U);
    co_return Result<>();
  }

  Task<> call_the_world() {
    everything::Client client(this->client());
    WC_CO_TRY(const std::uint32_t sum, client.add(300, 4));
    EXPECT_EQ(sum, 304U);
    WC_CO_TRY(const std::string painted, client.paint(values::Colour::enum_));
    EXPECT_EQ(painted, "enum");
    everything::inline_::Client inner(this->client());
    WC_CO_TRY(const std::uint32_t size, inner.size("four"));
    EXPECT_EQ(size, 4U);
    co_return Result<>();
  }

  Dispatcher dispatcher_;
  Values values_;
  Flows flows_;
  Store store_;
  World world_;
  std::unique_ptr<Wire> wire_;
};

INSTANTIATE_TEST_SUITE_P(Bindings, Generated, ::testing::ValuesIn(all_wires()),
                         [](const auto& kind) { return kind.param.name; });

TEST_P(Generated, ValuesOfEachKindGoAndCome) { run(call_values()); }

TEST_P(Generated, WhatFailsEndsWithoutAResult) { run(call_what_fails()); }

TEST_P(Generated, AStreamComesBackWhileItIsSent) { run(pipe()); }

TEST_P(Generated, StreamsAndFuturesAreReadAsTheyCome) { run(call_flows()); }

TEST_P(Generated, RecordsHoldStreams) { run(upload()); }

TEST_P(Generated, StreamsHoldStreams) { run(nested()); }

TEST_P(Generated, HandlesOfResourcesAreOpaque) { run(use_resources()); }

TEST_P(Generated, FunctionsOfTheWorldItself) { run(call_the_world()); }

// --- beside the dynamic form ---

wit::Graph everything_graph() {
  const auto files =
      wit::read_source_files(std::filesystem::path(WC_BINDGEN_TESTDATA) / "everything");
  EXPECT_TRUE(files) << files.error().describe();
  return wit::graph_of(*files);
}

wit::ValueTypePtr type_of(const wit::Graph& graph, std::string_view interface,
                          std::string_view name) {
  auto type = wit::value_type_of(
      graph, wit::type_in(graph, fmt::format("test:everything/{}@1.2.3", interface), name));
  EXPECT_TRUE(type) << type.error().describe();
  return *std::move(type);
}

TEST(GeneratedTypes, AreThoseOfTheWit) {
  const wit::Graph graph = everything_graph();
  const auto same = [&](const wit::ValueTypePtr& made, std::string_view interface,
                        std::string_view name) {
    EXPECT_EQ(made->describe(100'000), type_of(graph, interface, name)->describe(100'000));
  };
  same(wire_type<values::Colour>(), "values", "colour");
  same(wire_type<values::Wide>(), "values", "wide");
  same(wire_type<values::Shape>(), "values", "shape");
  same(wire_type<values::Namespace>(), "values", "namespace");
  same(wire_type<flows::Upload>(), "flows", "upload");
  same(wire_type<store::Error>(), "store", "error");
}

class BesideDynamic : public ::testing::Test {
 protected:
  wit::FuncSignature signature(std::string_view interface, std::string_view name) {
    const auto id = graph_.find_interface(fmt::format("test:everything/{}@1.2.3", interface));
    for (const wit::FunctionId function : graph_[id.value()].functions) {
      if (graph_.name_of(function) == name) {
        return wit::signature_of(graph_, function).value();
      }
    }
    ADD_FAILURE() << "no function " << name;
    return {};
  }

  void on_shard(Task<> task) {
    const Result<> done = block_on(shards_[0].executor(), std::move(task));
    EXPECT_TRUE(done) << done.error().describe();
  }

  // The dynamic form calls what was generated.
  Task<> call_dynamically() {
    Values values;
    Dispatcher dispatcher;
    values::serve(dispatcher, values);
    LocalTransport transport(co_await asio::this_coro::executor, dispatcher);
    const wit::FuncSignature of = signature("values", "check");
    for (const auto& [given, wanted] :
         std::map<std::string, std::string>{{"circle(2.5)", "ok(circle(2.5))"},
                                            {"line([{x: -1, y: 2}])", "ok(line([{x: -1, y: 2}]))"},
                                            {"%static(\"s\")", "ok(%static(\"s\"))"},
                                            {"empty", "err(\"empty\")"}}) {
      DynamicRequest request{.instance = std::string(values::kInstance),
                             .function = "check",
                             .signature = of,
                             .params = {}};
      request.params.push_back(wit::parse_wave(given, *of.params[0].type).value());
      WC_CO_TRY(const auto result, call_dynamic(transport, std::move(request), soon()));
      EXPECT_EQ(wit::to_wave(result.value()),
                wit::to_wave(wit::parse_wave(wanted, *of.result).value()));
    }
    co_return co_await transport.stop();
  }

  // The dynamic form serves what was generated.
  Task<> serve_dynamically() {
    Serving handler([this](Invocation invocation) { return echo(std::move(invocation)); });
    LocalTransport transport(co_await asio::this_coro::executor, handler);
    values::Client client(transport);
    WC_CO_TRY(const auto checked, client.check(values::Shape::line({{.x = 1, .y = -1}})));
    EXPECT_EQ(checked, values::Shape::line({{.x = 1, .y = -1}}));
    co_return co_await transport.stop();
  }

  Task<> echo(Invocation invocation) {
    const wit::FuncSignature of = signature("values", "check");
    Receiver receiver(*invocation.session);
    WC_CO_TRY(auto params, receiver.tuple({of.params[0].type}, soon()));
    std::vector<wit::Value> results;
    results.push_back({wit::ResultValue{true, std::move(params)}});
    co_return co_await answer(*invocation.session, std::move(results), {of.result}, soon());
  }

  const wit::Graph graph_ = everything_graph();
  Shards shards_{1};
};

TEST_F(BesideDynamic, IsCalledByIt) { on_shard(call_dynamically()); }

TEST_F(BesideDynamic, CallsIt) { on_shard(serve_dynamically()); }

TEST(GeneratedNames, AreThoseOfTheWire) {
  Dispatcher dispatcher;
  Store store;
  World world;
  store::serve(dispatcher, store);
  everything::serve(dispatcher, world);
  std::vector<std::string> names;
  for (const FunctionName& each : dispatcher.functions()) {
    names.push_back(fmt::format("{}#{}", each.instance, each.function));
  }
  EXPECT_THAT(names,
              ElementsAre("#add", "#paint", "test:everything/store@1.2.3#[constructor]bucket",
                          "test:everything/store@1.2.3#bucket-get",
                          "test:everything/store@1.2.3#[method]bucket.get",
                          "test:everything/store@1.2.3#[static]bucket.merged",
                          "test:everything/store@1.2.3#[method]bucket.set",
                          "test:everything/store@1.2.3#take"));
}

// --- the WIT of wasmCloud: what is generated stands on the wire as the sheet has it (wrpc.md 7.1)
// ---

template <typename... Params>
std::string hex_of(Params&&... params) {
  const auto encoded = encode(std::forward<Params>(params)...);
  EXPECT_TRUE(encoded);
  return testing::to_hex(as_u8(encoded->bytes));
}

TEST(WasmcloudWit, StandsOnTheWireAsTheSheetHasIt) {
  namespace kv = keyvalue_client::wrpc::keyvalue::store;
  using Found = std::expected<std::optional<std::vector<std::uint8_t>>, kv::Error>;
  EXPECT_EQ(hex_of(Found(std::vector<std::uint8_t>{0x2a})), "00 01 01 2a");
  EXPECT_EQ(hex_of(Found(std::unexpected(kv::Error::access_denied()))), "01 01");
  EXPECT_EQ(hex_of(Found(std::unexpected(kv::Error::other("x")))), "01 02 01 78");
  EXPECT_EQ(kv::kInstance, "wrpc:keyvalue/store@0.2.0-draft");

  namespace blob = blobstore_provider::wrpc::blobstore;
  EXPECT_EQ(hex_of(blob::types::ObjectId{.container = "c", .object = "o"}, Stream<std::uint8_t>()),
            "01 63 01 6f 00");

  namespace http = http_client::wrpc::http::types;
  http::Request request;
  request.path_with_query = "/";
  request.scheme = http::Scheme::http();
  request.authority = "localhost:8080";
  request.headers = {
      {"host", {{'l', 'o', 'c', 'a', 'l', 'h', 'o', 's', 't', ':', '8', '0', '8', '0'}}}};
  EXPECT_EQ(
      hex_of(std::move(request)),
      "00 00 00 01 01 2f 01 00 01 0e 6c 6f 63 61 6c 68 6f 73 74 3a 38 30 38 30 01 04 68 6f 73 74 "
      "01 0e 6c 6f 63 61 6c 68 6f 73 74 3a 38 30 38 30");
  using Answered = std::expected<http::Response, http::ErrorCode>;
  EXPECT_EQ(hex_of(Answered(std::unexpected(http::ErrorCode::internal_error("x")))),
            "01 26 01 01 78");

  namespace messaging = messaging_provider::wasmcloud::messaging::types;
  EXPECT_EQ(hex_of(messaging::BrokerMessage{.subject = "s", .body = {}, .reply_to = "_INBOX.x"}),
            "01 73 00 01 08 5f 49 4e 42 4f 58 2e 78");
}

}  // namespace
}  // namespace wasmcloud::wrpc

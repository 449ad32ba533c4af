#include "wasmcloud/wrpc/exchange.h"

#include <gmock/gmock.h>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/wrpc/async_paths.h"
#include "wasmcloud/wrpc/transport_testing.h"
#include "wasmcloud/wrpc/wit_testing.h"

namespace wasmcloud::wrpc {
namespace {

using ::testing::HasSubstr;
using testing::type_of;

wit::FuncSignature signature(const std::vector<std::string>& params, const std::string& result) {
  wit::FuncSignature made;
  for (const std::string& param : params) {
    made.params.push_back({fmt::format("p{}", made.params.size()), type_of(param)});
  }
  made.result = result.empty() ? nullptr : type_of(result);
  return made;
}

wit::Value from_wave(const std::string& text, const wit::ValueTypePtr& type) {
  auto value = wit::parse_wave(text, *type);
  EXPECT_TRUE(value) << value.error().describe();
  return *std::move(value);
}

wit::Value handle(std::shared_ptr<AsyncPart> part) { return {wit::Handle{std::move(part)}}; }

// So many elements, each of which `make` gives, a few at a time.
class Counting final : public Source {
 public:
  Counting(std::uint32_t count, std::uint32_t at_a_time,
           std::function<wit::Value(std::uint32_t)> make)
      : count_(count), at_a_time_(at_a_time), make_(std::move(make)) {}

  Task<std::optional<Chunk>> next() override {
    if (made_ == count_) {
      co_return std::nullopt;
    }
    Chunk chunk;
    for (; made_ < count_ && chunk.count < at_a_time_; ++made_, ++chunk.count) {
      chunk.items.push_back(make_(made_));
    }
    co_return std::move(chunk);
  }

 private:
  const std::uint32_t count_;
  const std::uint32_t at_a_time_;
  const std::function<wit::Value(std::uint32_t)> make_;
  std::uint32_t made_ = 0;
};

// What comes in a part is what goes out in another, while it comes.
class Relay final : public Source {
 public:
  Relay(std::shared_ptr<Receiver> from, PartAt part)
      : from_(std::move(from)), part_(std::move(part)) {}

  Task<std::optional<Chunk>> next() override {
    if (part_.type->kind() == wit::ValueType::Kind::future) {
      WC_CO_TRY(std::optional<wit::Value> value, from_->future(part_, soon()));
      co_return Chunk{.count = 1, .items = {*std::move(value)}};
    }
    WC_CO_TRY(Chunk chunk, from_->chunk(part_, soon()));
    if (chunk.count == 0) {
      co_return std::nullopt;
    }
    co_return std::move(chunk);
  }

 private:
  const std::shared_ptr<Receiver> from_;
  const PartAt part_;
};

class ExchangeTest : public ::testing::Test {
 public:
  // Answers with the parameters of that signature, as a tuple of one if there is one.
  static Task<> echo(wit::FuncSignature of, Invocation invocation) {
    const auto receiver = std::make_shared<Receiver>(*invocation.session);
    WC_CO_TRY(std::vector<wit::Value> params, receiver->tuple(param_types(of), soon()));
    std::vector<PartAt> parts = receiver->take_parts();
    std::size_t used = 0;
    for (wit::Value& param : params) {
      if (std::holds_alternative<wit::Handle>(param.rep)) {
        param = handle(std::make_shared<Relay>(receiver, parts.at(used++)));
      }
    }
    wit::Value result =
        params.size() == 1 ? std::move(params.front()) : wit::Value{wit::Tuple{std::move(params)}};
    std::vector<wit::Value> results;
    results.push_back(std::move(result));
    co_return co_await answer(*invocation.session, std::move(results), result_types(of), soon());
  }

  // On a shard, against a handler in this process.
  void on_shard(Serving::Function serve, std::function<Task<>(Client&)> body) {
    run_on(shards_[0].executor(), std::move(serve), std::move(body));
  }

  static DynamicRequest request(wit::FuncSignature of, std::vector<wit::Value> params) {
    return {.instance = kInstance,
            .function = "f",
            .signature = std::move(of),
            .params = std::move(params)};
  }

  Shards shards_{1};

 private:
  static Task<> both(Serving::Function serve, std::function<Task<>(Client&)> body) {
    Serving handler(std::move(serve));
    LocalTransport transport(co_await asio::this_coro::executor, handler);
    Result<> done = co_await body(transport);
    WC_CO_CHECK(transport.stop());
    co_return done;
  }

  static void run_on(const asio::any_io_executor& executor, Serving::Function serve,
                     std::function<Task<>(Client&)> body) {
    const Result<> done = block_on(executor, both(std::move(serve), std::move(body)));
    EXPECT_TRUE(done) << done.error().describe();
  }
};

TEST_F(ExchangeTest, ValuesGoAndCome) {
  struct Run {
    static Task<> go(Client& client) {
      const auto of = signature({"option<string>", "u32"}, "tuple<option<string>, u32>");
      std::vector<wit::Value> params;
      params.push_back(from_wave("some(\"hello\")", of.params[0].type));
      params.push_back(from_wave("300", of.params[1].type));
      WC_CO_TRY(const auto result, call_dynamic(client, request(of, std::move(params)), soon()));
      EXPECT_EQ(wit::to_wave(result.value()), "(some(\"hello\"), 300)");
      co_return Result<>();
    }
  };

  const auto of = signature({"option<string>", "u32"}, "tuple<option<string>, u32>");
  on_shard([of](Invocation i) { return echo(of, std::move(i)); }, &Run::go);
}

TEST_F(ExchangeTest, NoParametersNoResult) {
  struct Run {
    static Task<> serve(Invocation invocation) {
      Receiver receiver(*invocation.session);
      std::vector<wit::ValueTypePtr> none;
      WC_CO_TRY(const auto params, receiver.tuple(none, soon()));
      EXPECT_TRUE(params.empty());
      co_return co_await invocation.session->finish_all();
    }

    static Task<> go(Client& client) {
      WC_CO_TRY(const auto result, call_dynamic(client, request(signature({}, ""), {}), soon()));
      EXPECT_FALSE(result);
      co_return Result<>();
    }
  };

  on_shard(&Run::serve, &Run::go);
}

// More than any buffer holds goes through both ways, while it is made.
TEST_F(ExchangeTest, StreamsAndFuturesGoBesideEachOther) {
  static const std::vector<std::string> kParams{"stream<u32>", "future<string>", "stream<u64>"};
  static const std::string kResult = "tuple<stream<u32>, future<string>, stream<u64>>";
  static constexpr std::uint32_t kMany = 400'000;

  struct Run {
    static Task<> sum(Receiver& receiver, PartAt part, std::uint64_t& sum) {
      for (;;) {
        WC_CO_TRY(const Chunk chunk, receiver.chunk(part, soon()));
        if (chunk.count == 0) {
          co_return Result<>();
        }
        for (const wit::Value& item : chunk.items) {
          const auto* const small = std::get_if<std::uint32_t>(&item.rep);
          sum += small != nullptr ? *small : std::get<std::uint64_t>(item.rep);
        }
      }
    }

    static Task<> go(Client& client) {
      std::vector<wit::Value> params;
      params.push_back(handle(
          std::make_shared<Counting>(kMany, 1000, [](std::uint32_t i) { return wit::Value{i}; })));
      params.push_back(handle(std::make_shared<AsyncPart>(
          Chunk{.count = 1, .items = {wit::Value{std::string("later")}}})));
      params.push_back(handle(std::make_shared<Counting>(
          kMany, 1000, [](std::uint32_t i) { return wit::Value{std::uint64_t{i} << 30U}; })));
      WC_CO_TRY(const auto call,
                DynamicCall::start(client, request(signature(kParams, kResult), std::move(params)),
                                   soon()));
      WC_CO_TRY(const auto result, call->result(soon()));
      const auto parts = call->receiver().take_parts();
      EXPECT_EQ(parts.size(), 3U);
      TaskScope scope(co_await asio::this_coro::executor);
      std::uint64_t small = 0;
      std::uint64_t large = 0;
      scope.spawn("large", sum(call->receiver(), parts[2], large));
      scope.spawn("small", sum(call->receiver(), parts[0], small));
      WC_CO_TRY(const auto later, call->receiver().future(parts[1], soon()));
      EXPECT_EQ(wit::to_wave(later.value()), "\"later\"");
      WC_CO_CHECK(scope.join());
      constexpr std::uint64_t kSum = std::uint64_t{kMany} * (kMany - 1) / 2;
      EXPECT_EQ(small, kSum);
      EXPECT_EQ(large, kSum << 30U);
      WC_CO_CHECK(call->join());
      co_return co_await call->end();
    }
  };

  const auto of = signature(kParams, kResult);
  on_shard([of](Invocation i) { return echo(of, std::move(i)); }, &Run::go);
}

// The stream follows the value of the future on the same channel.
TEST_F(ExchangeTest, AStreamWithinAFuture) {
  struct Run {
    static Task<> serve_values(Invocation invocation) {
      const auto word = [](std::uint32_t i) {
        return wit::Value{std::string(1, static_cast<char>('b' + i))};
      };
      Chunk promised{.count = 1, .items = {handle(std::make_shared<Counting>(3, 2, word))}};
      std::vector<wit::Value> results{handle(std::make_shared<AsyncPart>(std::move(promised)))};
      co_return co_await answer(*invocation.session, std::move(results),
                                {type_of("future<stream<string>>")}, soon());
    }

    static Task<> serve_bytes(Invocation invocation) {
      WC_CO_CHECK(invocation.session->write({}, std::string("\0", 1), soon()));
      WC_CO_CHECK(invocation.session->finish({}));
      const auto bytes = testing::from_hex("00 02 01 62 01 63 01 00 00");
      WC_CO_CHECK(invocation.session->write({0}, std::string(as_text(bytes)), soon()));
      co_return co_await invocation.session->finish_all();
    }

    static Task<> go(Client& client) {
      WC_CO_TRY(
          const auto call,
          DynamicCall::start(client, request(signature({}, "future<stream<string>>"), {}), soon()));
      WC_CO_TRY(const auto result, call->result(soon()));
      auto parts = call->receiver().take_parts();
      WC_CO_TRY(const auto stream, call->receiver().future(parts.at(0), soon()));
      EXPECT_TRUE(stream);
      parts = call->receiver().take_parts();
      WC_CO_TRY(const Chunk first, call->receiver().chunk(parts.at(0), soon()));
      EXPECT_EQ(wit::to_wave(wit::Value{first.items}), "[\"b\", \"c\"]");
      WC_CO_TRY(const Chunk second, call->receiver().chunk(parts.at(0), soon()));
      EXPECT_EQ(second.count, 1U);
      WC_CO_TRY(const Chunk end, call->receiver().chunk(parts.at(0), soon()));
      EXPECT_EQ(end.count, 0U);
      co_return co_await call->end();
    }
  };

  on_shard(&Run::serve_bytes, &Run::go);
  on_shard(&Run::serve_values, &Run::go);
}

TEST_F(ExchangeTest, WhatIsWrongIsSaidWithTheFunctionsName) {
  struct Run {
    static Task<> serve(std::string answer, Invocation invocation) {
      if (!answer.empty()) {
        WC_CO_CHECK(invocation.session->write({}, std::move(answer), soon()));
      }
      co_return co_await invocation.session->finish_all();
    }

    static Task<> go(Client& client, ErrorKind kind, std::string text) {
      const auto result =
          co_await call_dynamic(client, request(signature({}, "tuple<bool, u8>"), {}), soon());
      EXPECT_EQ(result.error().kind(), kind) << result.error().describe();
      EXPECT_THAT(result.error().describe(), HasSubstr(text));
      EXPECT_THAT(result.error().describe(), HasSubstr("a:b/c@1.0.0.f: "));
      co_return Result<>();
    }
  };

  const auto check = [&](std::string answer, ErrorKind kind, std::string text) {
    on_shard([answer](Invocation i) { return Run::serve(answer, std::move(i)); },
             [kind, text](Client& client) { return Run::go(client, kind, text); });
  };
  check("", ErrorKind::unavailable, "it has failed");
  check("\x01", ErrorKind::unavailable, "in the middle of a value, after 1 bytes");
  check("\x02\x01", ErrorKind::invalid, "offset 0");
}

TEST_F(ExchangeTest, AStreamWithNothingToSendFailsTheCall) {
  struct Run {
    static Task<> serve(Invocation invocation) {
      WC_CO_TRY(const auto nothing, invocation.session->read({0}, soon()));
      EXPECT_FALSE(nothing);
      co_return Result<>();
    }

    static Task<> go(Client& client) {
      std::vector<wit::Value> params;
      params.push_back(handle(std::make_shared<AsyncPart>()));
      const auto result = co_await call_dynamic(
          client, request(signature({"stream<u8>"}, "u8"), std::move(params)), soon());
      EXPECT_EQ(result.error().kind(), ErrorKind::invalid) << result.error().describe();
      co_return Result<>();
    }
  };

  on_shard(&Run::serve, &Run::go);
}

}  // namespace
}  // namespace wasmcloud::wrpc

// The bytes that come out of a guest's memory, and what bytes make of it, are those of the dynamic
// codec: for components around types made by chance, in both directions of an import and an export.
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/bridge/exports.h"
#include "wasmcloud/bridge/remote_imports.h"
#include "wasmcloud/component/blocking_store.h"
#include "wasmcloud/component/differential_random.h"
#include "wasmcloud/component/differential_types.h"
#include "wasmcloud/component/differential_values.h"
#include "wasmcloud/component/differential_wat.h"
#include "wasmcloud/component/dynamic.h"
#include "wasmcloud/component/runtime_testing.h"
#include "wasmcloud/wit/wave.h"
#include "wasmcloud/wrpc/value_codec.h"

namespace wasmcloud::bridge {
namespace {

using component::differential::Random;
using component::differential::Shape;
using component::differential::Spec;

std::string encoded(const wit::Value& value, const wit::ValueTypePtr& type) {
  wrpc::WireWriter out;
  wrpc::ValueEncoder encoder(out);
  const Result<> written = encoder.tuple({&value, 1}, std::vector{type});
  EXPECT_TRUE(written) << written.error().describe();
  return out.take();
}

// The other side of a link: it gives back what it gets.
class Echo final : public component::HostState, public Caller, public LocalTarget {
 public:
  Result<Route> route(std::size_t import) override {
    EXPECT_EQ(import, 0U);
    return Route{.local = this, .client = nullptr, .headers = nullptr, .keep = nullptr};
  }

  Task<std::string> call(wrpc::Call call, Deadline /*deadline*/) override {
    EXPECT_EQ(call.instance, "");
    EXPECT_EQ(call.function, "g");
    *seen = call.params;
    co_return std::move(call.params);
  }

  std::string* seen = nullptr;
};

Caller& echo_of(component::Store& store) { return store.host<Echo>(); }

// A component that is called as a link would.
class Linked {
 public:
  explicit Linked(const Spec& spec) {
    const auto checked = component::testing::check(component::differential::component_text(spec));
    auto loaded = component::Component::load(component::testing::engine(), host_, checked.bytes,
                                             std::make_shared<RemoteImports>(&echo_of));
    EXPECT_TRUE(loaded) << loaded.error().describe();
    component_ = *std::move(loaded);
    auto exports = Exports::of(*component_);
    EXPECT_TRUE(exports) << exports.error().describe();
    exports_ = *std::move(exports);
  }

  Result<std::string> call(std::string params) {
    asio::io_context context{1};
    auto state = std::make_unique<Echo>();
    state->seen = &seen;
    ExportRun run{.component = component_,
                  .call = exports_.find("", "f"),
                  .executor = context.get_executor(),
                  .state = std::move(state),
                  .limits = {}};
    std::optional<Result<std::string>> result;
    asio::co_spawn(context, run_export(std::move(run), std::move(params)),
                   [&](const std::exception_ptr& thrown, Result<std::string> got) {
                     EXPECT_FALSE(thrown);
                     result.emplace(std::move(got));
                   });
    context.run();
    return *std::move(result);
  }

  // The same with values in between.
  Result<std::optional<wit::Value>> call_dynamic(const std::vector<wit::Value>& args) {
    WC_TRY(const auto store, component::BlockingStore::create(component_));
    std::optional<wit::Value> value;
    WC_CHECK(store->run([&](component::Store& running) -> Result<> {
      WC_TRY(value, component::call_dynamic(running, *exports_.find("", "f")->func, args));
      return {};
    }));
    return value;
  }

  std::string seen;  // by the other side

 private:
  component::Host host_;
  std::shared_ptr<const component::Component> component_;
  Exports exports_;
};

constexpr component::ast::StringEncoding kEncodings[] = {
    component::ast::StringEncoding::utf8, component::ast::StringEncoding::utf16,
    component::ast::StringEncoding::latin1_utf16};

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

class GuestCodec : public testing::Test {
 protected:
  Spec spec(Shape shape) {
    return {.shape = shape,
            .type = component::differential::random_type(random_, 1 + random_.below(4)),
            .encoding = random_.pick(kEncodings),
            .callee = component::ast::StringEncoding::utf8,
            .spread = false,
            .post_return = random_.one_in(2)};
  }

  static constexpr int kCallsEach = 8;

  const std::uint64_t seed_ = number_from("WASMCLOUD_BRIDGE_SEED", 20261123);
  const std::uint64_t components_ = number_from("WASMCLOUD_BRIDGE_COMPONENTS", 60);
  Random random_{seed_};
};

TEST_F(GuestCodec, BytesComeThroughAnExportAndAnImportAsTheyAre) {
  for (std::uint64_t i = 0; i < components_; ++i) {
    const Spec made = spec(Shape::host);
    SCOPED_TRACE(made.type->describe());
    Linked linked(made);
    for (int call = 0; call < kCallsEach; ++call) {
      const wit::Value value = component::differential::random_value(random_, *made.type);
      const std::string bytes = encoded(value, made.type);
      const Result<std::string> result = linked.call(bytes);
      ASSERT_TRUE(result) << result.error().describe() << "\n" << to_wave(value);
      ASSERT_EQ(*result, bytes) << to_wave(value);
      ASSERT_EQ(linked.seen, bytes);
    }
  }
}

// Whatever a guest says lies in its memory: the same is refused, in the same words, and the rest
// has the same bytes.
TEST_F(GuestCodec, ReadsMemoryAsTheDynamicFormDoes) {
  std::size_t good = 0;
  std::size_t refused = 0;
  for (std::uint64_t i = 0; i < components_; ++i) {
    const Spec made = spec(Shape::raw_result);
    SCOPED_TRACE(made.type->describe());
    Linked linked(made);
    const bool memory =
        component::differential::layout_of(*made.type).flat.size() > component::kMaxFlatResults;
    for (int call = 0; call < kCallsEach; ++call) {
      const auto image = component::differential::random_image(
          random_, *made.type,
          memory ? component::differential::Form::memory : component::differential::Form::flat,
          made.encoding);
      const std::uint32_t at = random_.one_in(12) ? component::differential::edge_address(random_)
                                                  : component::differential::kImageAt;
      const wit::Value list{wit::List(image.begin(), image.end())};
      const auto dynamic = linked.call_dynamic({list, {at}});
      const auto linked_result = linked.call([&] {
        wrpc::WireWriter params;
        params.byte_list(image);
        params.integer(at);
        return params.take();
      }());
      if (dynamic) {
        ++good;
        ASSERT_TRUE(linked_result) << linked_result.error().describe();
        ASSERT_EQ(*linked_result, encoded(**dynamic, made.type));
      } else {
        ++refused;
        ASSERT_FALSE(linked_result);
        ASSERT_EQ(linked_result.error().message(), dynamic.error().message());
      }
    }
  }
  EXPECT_GT(good, components_);
  EXPECT_GT(refused, 0U);
}

// A peer may send anything: the call fails with a word on it, or the bytes meant a value.
TEST_F(GuestCodec, RefusesBytesThatAreNoValue) {
  std::size_t refused = 0;
  for (std::uint64_t i = 0; i < components_; ++i) {
    const Spec made = spec(Shape::host);
    SCOPED_TRACE(made.type->describe());
    Linked linked(made);
    for (int call = 0; call < kCallsEach; ++call) {
      std::string bytes =
          encoded(component::differential::random_value(random_, *made.type), made.type);
      if (bytes.empty()) {
        continue;
      }
      bytes.resize(bytes.size() - 1 - random_.below(static_cast<std::uint32_t>(bytes.size())));
      if (!bytes.empty()) {
        bytes[random_.below(static_cast<std::uint32_t>(bytes.size()))] =
            static_cast<char>(random_.bits());
      }
      wrpc::WireReader in(as_u8(bytes));
      wrpc::ValueDecoder decoder(in);
      (void)decoder.tuple(std::vector{made.type});
      const auto result = linked.call(bytes);
      ASSERT_EQ(result.has_value(), !in.failed())
          << (result ? in.status() : Result<>(result.error().clone())).error().describe();
      if (!result) {
        ++refused;
        ASSERT_EQ(result.error().kind(), ErrorKind::invalid) << result.error().describe();
      }
    }
  }
  EXPECT_GT(refused, components_);
}

}  // namespace
}  // namespace wasmcloud::bridge

#include "wasmcloud/component/differential_sides.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "wasmcloud/component/differential_wasmtime.h"
#include "wasmcloud/component/dynamic.h"
#include "wasmcloud/component/runtime_testing.h"

namespace wasmcloud::component::differential {

using wit::Value;

// Why a call traps, whatever the words.
std::string reason_of(const Error& error) {
  if (error.kind() != ErrorKind::trap) {
    return fmt::format("not a trap: {}", error.describe());
  }
  constexpr std::pair<std::string_view, std::string_view> kReasons[] = {
      {"discriminant", "discriminant"},
      {"`char`", "char"},
      {"aligned", "alignment"},
      {"utf-8", "text"},
      {"utf8", "text"},
      {"utf-16", "text"},
      {"utf16", "text"},
      {"surrogate", "text"},
      {"out of bounds", "bounds"},
      {"out-of-bounds", "bounds"},
      {"beyond end of memory", "bounds"},
      {"unreachable", "unreachable"},
  };
  const std::string text = error.describe();
  for (const auto& [word, reason] : kReasons) {
    if (text.find(word) != std::string::npos) {
      return std::string(reason);
    }
  }
  return text;
}

class Both::Ours {
 public:
  explicit Ours(std::shared_ptr<const Component> component) : component_(std::move(component)) {}

  void renew() { store_.reset(); }

  Answer call(std::string_view instance, std::string_view function, const Values& args) {
    if (store_ == nullptr) {
      WC_TRY(store_, BlockingStore::create(component_));
    }
    const LiftedFunc* const func = component_->find_function(instance, function);
    if (func == nullptr) {
      return Error(ErrorKind::not_found, "no function `{}`", function);
    }
    std::optional<Value> result;
    WC_CHECK(store_->run([&](Store& store) -> Result<> {
      WC_TRY(result, call_dynamic(store, *func, args));
      return {};
    }));
    return result;
  }

 private:
  std::shared_ptr<const Component> component_;
  std::unique_ptr<BlockingStore> store_;
};

class Both::Theirs {
 public:
  explicit Theirs(std::unique_ptr<WasmtimeComponent> component)
      : component_(std::move(component)) {}

  void renew() { instance_.reset(); }

  Answer call(std::string_view instance, std::string_view function, const Values& args,
              bool has_result) {
    if (instance_ == nullptr) {
      WC_TRY(instance_, WasmtimeInstance::create(*component_));
    }
    return instance_->call(instance, function, args, has_result);
  }

 private:
  std::unique_ptr<WasmtimeComponent> component_;
  std::unique_ptr<WasmtimeInstance> instance_;
};

Both::Both(const std::string& text, const Host& host) {
  const auto bytes = assemble(text);
  if (!bytes) {
    ADD_FAILURE() << bytes.error().describe() << text;
    return;
  }
  const auto* const data = reinterpret_cast<const std::uint8_t*>(bytes->data());
  auto ours = Component::load(testing::engine(), host, {data, bytes->size()});
  auto theirs = WasmtimeComponent::load(*bytes);
  if (!ours || !theirs) {
    ADD_FAILURE() << "ours: " << (ours ? "good" : ours.error().describe())
                  << "\ntheirs: " << (theirs ? "good" : theirs.error().describe()) << text;
    return;
  }
  ours_ = std::make_unique<Ours>(*std::move(ours));
  theirs_ = std::make_unique<Theirs>(*std::move(theirs));
}

Both::~Both() = default;

void Both::renew() {
  ours_->renew();
  theirs_->renew();
}

std::pair<Answer, Answer> Both::call_with(std::string_view instance, std::string_view function,
                                          const std::pair<Values, Values>& args, bool has_result) {
  return {ours_->call(instance, function, args.first),
          theirs_->call(instance, function, args.second, has_result)};
}

}  // namespace wasmcloud::component::differential

// For tests: components from text, running in this process. Needs a main of GoogleTest.
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "wasmcloud/component/blocking_store.h"
#include "wasmcloud/component/validator_testing.h"

namespace wasmcloud::component::testing {

// One for the process.
inline Engine& engine() {
  static const std::unique_ptr<Engine> made = [] {
    EngineConfig config;
    config.instances = 32;
    auto created = Engine::create(config);
    EXPECT_TRUE(created) << created.error().describe();
    return *std::move(created);
  }();
  return *made;
}

// One component in one store, on a loop of its own.
class Running {
 public:
  Running(const std::string& text, const Host& host, StoreLimits limits = {}) {
    const Checked checked = check(text);
    auto loaded = Component::load(engine(), host, checked.bytes);
    EXPECT_TRUE(loaded) << loaded.error().describe();
    component = *loaded;
    auto created = BlockingStore::create(component, std::make_unique<HostState>(), limits);
    EXPECT_TRUE(created) << created.error().describe();
    blocking_ = *std::move(created);
    store = &blocking_->store();
  }

  asio::io_context& context() { return blocking_->context(); }

  Result<> run(Store::Body body) { return blocking_->run(std::move(body)); }

  // Calls an export of that type and gives its result.
  template <typename R, typename... Args>
  Result<R> call(std::string_view name, Args... args) {
    return blocking_->call<R>("", name, std::move(args)...);
  }

  void drop_store() {
    store = nullptr;
    blocking_.reset();
  }

  std::shared_ptr<const Component> component;
  Store* store = nullptr;

 private:
  std::unique_ptr<BlockingStore> blocking_;
};

}  // namespace wasmcloud::component::testing

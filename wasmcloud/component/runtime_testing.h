// For tests: components from text, running in this process. Needs a main of GoogleTest.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "wasmcloud/component/component.h"
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
    auto created =
        Store::create(component, context.get_executor(), std::make_unique<HostState>(), limits);
    EXPECT_TRUE(created) << created.error().describe();
    store = *std::move(created);
  }

  Result<> run(Store::Body body) {
    Result<> outcome;
    asio::co_spawn(
        context, store->run(std::move(body)),
        [&outcome](const std::exception_ptr&, Result<> result) { outcome = std::move(result); });
    context.restart();
    context.run();
    return outcome;
  }

  // Calls an export of that type and gives its result.
  template <typename R, typename... Args>
  Result<R> call(std::string_view name, Args... args) {
    Result<R> result = Error(ErrorKind::internal, "never called");
    Result<> outcome = run([&](Store& inside) -> Result<> {
      WC_TRY(const auto function, Export<R(Args...)>::find(*component, "", name));
      result = function(inside, std::move(args)...);
      return {};
    });
    if (!outcome) {
      return std::move(outcome).error();
    }
    return result;
  }

  asio::io_context context{1};
  std::shared_ptr<const Component> component;
  std::unique_ptr<Store> store;
};

}  // namespace wasmcloud::component::testing

// The engine of all tests that load components: there can be one in a process.
#pragma once

#include <gtest/gtest.h>

#include "wasmcloud/component/engine.h"

namespace wasmcloud::wasi {

inline const component::Engine& test_engine() {
  static const std::unique_ptr<component::Engine> engine = [] {
    component::EngineConfig config;
    config.instances = 10;
    auto made = component::Engine::create(config);
    EXPECT_TRUE(made) << made.error().describe();
    return *std::move(made);
  }();
  return *engine;
}

}  // namespace wasmcloud::wasi

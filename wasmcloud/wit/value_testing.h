// For tests: types in few words. Needs a main of GoogleTest.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "wasmcloud/wit/value_type.h"

namespace wasmcloud::wit::testing {

inline ValueTypePtr made(ValueType::Shape shape) {
  auto type = ValueType::create(std::move(shape));
  EXPECT_TRUE(type) << type.error().describe();
  return type ? *std::move(type) : nullptr;
}

inline ValueTypePtr record_of(std::vector<std::pair<std::string, ValueTypePtr>> fields) {
  ValueType::Shape shape{.kind = ValueType::Kind::record};
  for (auto& [name, type] : fields) {
    shape.names.push_back(std::move(name));
    shape.parts.push_back(std::move(type));
  }
  return made(std::move(shape));
}

}  // namespace wasmcloud::wit::testing

// For tests: components from text, which `wasm-tools parse` assembles while the tests run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "wasmcloud/component/validator.h"

namespace wasmcloud::component::testing {

using Raw = std::vector<std::uint8_t>;

Raw read_file(const std::filesystem::path& path);

// A validated component with all that it refers to.
struct Checked {
  Raw bytes;
  std::unique_ptr<ast::Component> syntax;
  std::unique_ptr<Validated> typed;
  std::string complaint;  // if it is not valid

  const TypedComponent& root() const { return typed->root; }

  const TypeArena& arena() const { return typed->arena; }
};

Checked check_bytes(Raw bytes, const Features& features = {});
// Fails the test that it is called in if the text cannot be assembled.
Checked check(const std::string& text, const Features& features = {});

}  // namespace wasmcloud::component::testing

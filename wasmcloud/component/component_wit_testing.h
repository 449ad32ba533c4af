// For tests: packages of WIT as text and as binary, and what the existing tools say of them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "wasmcloud/component/component_wit.h"
#include "wasmcloud/component/validator_testing.h"
#include "wasmcloud/wit/resolver.h"

namespace wasmcloud::component::testing {

// Of a binary; or what is wrong with it.
std::string text_of(Bytes bytes, const WitLimits& limits = {});

// A folder for the existing tools.
class WithFolder : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  // Runs `wasm-tools component wit ARGUMENTS`, which writes to `out`.
  std::string tool(const std::string& arguments) const;
  // The package in the folder, in its binary form.
  Raw encoded() const;
  // What the existing tools say of a binary.
  std::string told_by_tools(const Raw& bytes) const;
  // These are what is in the folder `wit`, and nothing else.
  void write(const std::vector<wit::SourceFile>& files) const;

  std::filesystem::path folder_;
};

wit::ResolveOptions all_features();

// Of a text of packages the first, which is the main one.
std::string_view main_package(std::string_view text);

// The files of WASI's packages, and all of them with one as the main package.
std::vector<std::filesystem::path> wasi_files();
std::vector<wit::SourceFile> wasi_package(const std::filesystem::path& main);

// A package with all that WASI's do not have, and what it uses.
std::vector<wit::SourceFile> everything();

}  // namespace wasmcloud::component::testing

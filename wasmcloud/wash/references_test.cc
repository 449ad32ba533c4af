#include "wasmcloud/wash/references.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "wasmcloud/base/testing/temporary_directory.h"

namespace wasmcloud::wash {
namespace {

TEST(ResolveReference, MakesAFileOfAPathThatExists) {
  const TemporaryDirectory directory;
  std::ofstream(directory.path() / "a.wasm") << "x";
  const std::string relative = std::filesystem::relative(directory.path() / "a.wasm").string();
  const std::string wanted =
      "file://" + std::filesystem::canonical(directory.path() / "a.wasm").string();
  EXPECT_EQ(resolve_reference(relative), wanted);
  EXPECT_EQ(resolve_reference("file://" + relative), wanted);
}

TEST(ResolveReference, MakesAFileOfAnyPathFromTheRoot) {
  EXPECT_EQ(resolve_reference("/none/a.wasm"), "file:///none/a.wasm");
  EXPECT_EQ(resolve_reference("file:///none/a.wasm"), "file:///none/a.wasm");
}

TEST(ResolveReference, LeavesTheRestAsItIs) {
  for (const char* const text : {"registry.example/acme/echo:1.0.0", "./none.wasm", "file://none",
                                 "wasmcloud+builtin://http-server", "file://", ""}) {
    EXPECT_EQ(resolve_reference(text), text);
  }
}

}  // namespace
}  // namespace wasmcloud::wash

#include "wasmcloud/component/component_wit_encode.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "wasmcloud/component/component_wit_testing.h"
#include "wasmcloud/wit/graph_syntax.h"
#include "wasmcloud/wit/resolver_testing.h"

namespace wasmcloud::component {
namespace {

namespace fs = std::filesystem;
using testing::all_features;
using testing::main_package;
using testing::Raw;
using testing::text_of;

Raw encode(const wit::Graph& graph) {
  auto bytes = encode_package(graph, graph.main_package());
  EXPECT_TRUE(bytes) << bytes.error().describe();
  return bytes ? *std::move(bytes) : Raw{};
}

std::string encode_error(std::string_view text, const EncodeLimits& limits = {}) {
  const wit::Graph graph = wit::graph_of(text);
  const auto bytes = encode_package(graph, graph.main_package(), limits);
  return bytes ? "no error" : bytes.error().describe();
}

// The section that names the program that made it is the last one.
Raw without_producers(Raw bytes) {
  constexpr std::string_view kName = "\x09producers";
  const auto name = std::search(bytes.begin(), bytes.end(), kName.begin(), kName.end());
  if (name == bytes.end()) {
    ADD_FAILURE() << "no section `producers`";
    return bytes;
  }
  const auto id = std::find(std::reverse_iterator(name), bytes.rend(), 0);
  bytes.erase(id.base() - 1, bytes.end());
  return bytes;
}

class EncodedPackages : public testing::WithFolder {
 protected:
  // By us, the same as by the existing tools.
  Raw check_bytes(const std::vector<wit::SourceFile>& files) {
    const Raw ours = encode(wit::graph_of(files, all_features()));
    write(files);
    const Raw theirs = encoded();
    EXPECT_TRUE(ours == without_producers(theirs));
    EXPECT_EQ(told_by_tools(ours), told_by_tools(theirs));
    return ours;
  }

  void check(const std::vector<wit::SourceFile>& files) {
    const std::string text = wit::print(wit::graph_of(files, all_features())).value();
    EXPECT_EQ(main_package(text_of(check_bytes(files))), main_package(text));
  }
};

TEST_F(EncodedPackages, OfWasiAreWhatToolsWrite) {
  for (const fs::path& main : testing::wasi_files()) {
    SCOPED_TRACE(main);
    check(testing::wasi_package(main));
  }
}

TEST_F(EncodedPackages, OfGuestsHereAreWhatToolsWrite) {
  for (const std::string_view path :
       {"examples/http-echo/wit", "examples/http-hello-world/wit", "examples/embed/guest/wit",
        "wasmcloud/host/test_guest/wit", "wasmcloud/wasi/test_guest/wit",
        "wasmcloud/wasi/test_guest/conformance"}) {
    SCOPED_TRACE(path);
    std::vector<wit::SourceFile> files = testing::wasi_package({});
    std::ifstream in(fs::path(WC_SOURCE_DIR) / path / "world.wit");
    files.push_back({.path = "world.wit", .text = {std::istreambuf_iterator<char>(in), {}}});
    check(files);
  }
}

TEST_F(EncodedPackages, HaveAllThatWitHas) { check(testing::everything()); }

TEST_F(EncodedPackages, ExportFunctionsFirstAndInterfacesInTheOrderOfUse) {
  const Raw bytes = check_bytes({{.path = "t.wit", .text = R"(package a:b;
interface x { resource r { m: func(); } }
interface y { use x.{r}; f: func(r: r); }
interface z { use y.{r as s}; g: func(s: borrow<s>); }
world w {
  export z;
  export f: func();
  export y;
  export lab: x;
  export x;
})"}});
  EXPECT_TRUE(
      text_of(bytes).ends_with("world w {\n  export f: func();\n  export x;\n  export y;\n"
                               "  export z;\n  export lab: x;\n}\n"));
}

TEST_F(EncodedPackages, KeepExternalIds) {
  const wit::Graph graph = wit::graph_of(R"(package a:b;
interface i {
  @external-id("T")
  type t = u8;

  @external-id("F")
  f: func();
}
world w {
  @external-id("I")
  import i;
  @external-id("G")
  export g: func();
})");
  EXPECT_EQ(text_of(encode(graph)), wit::print(graph).value());
}

TEST(EncodePackage, TakesAnyPackageOfAGraph) {
  const std::vector<wit::SourceFile> files{
      {.path = "a.wit", .text = "package a:a; interface x { use b:b/y@1.0.0.{t}; f: func(t: t); }"},
      {.path = "deps/b.wit", .text = "/// B.\npackage b:b@1.0.0; interface y { type t = u8; }"}};
  const wit::Graph graph = wit::graph_of(files);
  const auto b = encode_package(graph, graph.find_package("b:b@1.0.0").value());
  ASSERT_TRUE(b) << b.error().describe();
  EXPECT_EQ(text_of(*b), "/// B.\npackage b:b@1.0.0;\n\ninterface y {\n  type t = u8;\n}\n");
}

TEST(EncodePackage, RefusesWhatNoComponentCanSay) {
  EXPECT_TRUE(encode_error("package a:b; interface i { record r {} }")
                  .starts_with("package a:b has no binary form: offset 0x"));
}

TEST(EncodePackage, RefusesTypesOfWhatIsNotThere) {
  wit::Graph graph = wit::graph_of("package a:b; interface i { type t = u8; } world w {}");
  const wit::TypeId type = wit::type_in(graph, "a:b/i", "t");
  const wit::WorldId world = graph.find_world("a:b/w").value();
  wit::Function function{.name = "f", .owner = world, .params = {{.name = "t", .type = type}}};
  graph.at(world).exports.push_back({.name = "f", .what = graph.add(std::move(function))});
  const auto bytes = encode_package(graph, graph.main_package());
  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error().kind(), ErrorKind::unsupported);
  EXPECT_EQ(bytes.error().describe(),
            "package a:b: world `w`: export `f`: function `f`: type `t` of `a:b/i`, which has not "
            "come before");
}

// Each interface brings all that it uses along: what a chain of them takes grows with its square.
TEST(EncodePackage, HoldsItsLimit) {
  std::string text = "package a:b;\ninterface i0 { type t = u8; }\n";
  for (int i = 1; i < 100; ++i) {
    text += fmt::format("interface i{} {{ use i{}.{{t}}; }}\n", i, i - 1);
  }
  EXPECT_EQ(encode_error(text), "no error");
  EXPECT_TRUE(
      encode_error(text, {.bytes = 10'000}).ends_with("its binary form has more than 10000 bytes"));
}

}  // namespace
}  // namespace wasmcloud::component

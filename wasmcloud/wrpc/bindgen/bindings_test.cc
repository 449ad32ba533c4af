#include "wasmcloud/wrpc/bindgen/bindings.h"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>

#include "wasmcloud/wit/resolver_testing.h"
#include "wasmcloud/wit/source_files.h"

namespace wasmcloud::wrpc::bindgen {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::filesystem::path kTestdata(WC_BINDGEN_TESTDATA);

Result<Bindings> generated(const wit::Graph& graph, const std::string& root = "") {
  const auto world = graph.select_world("");
  EXPECT_TRUE(world) << world.error().describe();
  return generate(graph, *world, {.header_name = "made.h", .root_namespace = root});
}

Bindings bindings_of(std::string_view wit) {
  auto made = generated(wit::graph_of(wit));
  EXPECT_TRUE(made) << made.error().describe();
  return made ? *std::move(made) : Bindings{};
}

Bindings small() {
  const auto files = wit::read_source_files(kTestdata / "small");
  EXPECT_TRUE(files) << files.error().describe();
  auto made = generated(wit::graph_of(*files));
  EXPECT_TRUE(made) << made.error().describe();
  return made ? *std::move(made) : Bindings{};
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// To accept a change: `wrpc-bindgen testdata/small --out small`, and put the two files there.
TEST(Bindings, AreTheGoldenText) {
  const auto files = wit::read_source_files(kTestdata / "small");
  ASSERT_TRUE(files) << files.error().describe();
  const wit::Graph graph = wit::graph_of(*files);
  const auto made = generate(graph, *graph.select_world("small"),
                             {.header_name = "small.h", .root_namespace = ""});
  ASSERT_TRUE(made) << made.error().describe();
  EXPECT_EQ(made->header, text_of(kTestdata / "small" / "small.h.txt"));
  EXPECT_EQ(made->source, text_of(kTestdata / "small" / "small.cc.txt"));
}

TEST(Bindings, DocsStandWithWhatTheyAreOf) {
  const std::string header = small().header;
  EXPECT_THAT(header, HasSubstr("// Says hello.\n//\n// In more than one way"));
  EXPECT_THAT(header,
              HasSubstr("// How.\nenum class Tone : std::uint8_t {\n  // As among friends.\n"));
  EXPECT_THAT(header, HasSubstr("  // May be left out.\n  std::optional<std::string> last;\n"));
  EXPECT_THAT(header,
              HasSubstr("  // It is too late.\n  static constexpr std::size_t kAsleep = 0;\n"));
  EXPECT_THAT(header, HasSubstr("  // The greeting.\n  virtual "));
}

TEST(Bindings, VersionsOfAPackageAreToldApart) {
  const Bindings made = bindings_of(R"(
    package a:b;
    package c:d@1.0.0 { interface i { f: func(); } }
    package c:d@2.0.0-rc.1 { interface i { f: func(); } }
    world w { import c:d/i@1.0.0; import c:d/i@2.0.0-rc.1; })");
  EXPECT_THAT(made.header, HasSubstr("namespace w::c::d_1_0_0::i {"));
  EXPECT_THAT(made.header, HasSubstr("namespace w::c::d_2_0_0_rc_1::i {"));
}

TEST(Bindings, NamesThatCppTakesForOneAreToldApart) {
  const Bindings made = bindings_of(R"(
    package a:b;
    interface i { enum client { x } resource r { f: func(); } r-f: func(a: u8) -> client; }
    world w { import i; })");
  EXPECT_THAT(made.header, HasSubstr("enum class Client_ : std::uint8_t"));
  EXPECT_THAT(made.header, HasSubstr("r_f(const R& self"));
  EXPECT_THAT(made.header, HasSubstr("::wasmcloud::Task<Client_> r_f_(std::uint8_t a"));
}

TEST(Bindings, WhatHasNoFormOnTheWireIsRefusedByName) {
  const auto error_of = [](std::string_view wit) {
    const auto made = generated(wit::graph_of(wit));
    return made ? std::string("none") : made.error().describe();
  };
  EXPECT_EQ(
      error_of(
          R"(package a:b; interface i { f: func(a: list<error-context>); } world w { import i; })"),
      "interface a:b/i: function `f`, parameter `a`: error-context has no form on the wire of "
      "wRPC: "
      "give a string or a variant");
  EXPECT_THAT(error_of("package a:b; world w { export f: func() -> option<error-context>; }"),
              HasSubstr("world w: function `f`, result: "));
}

TEST(Bindings, OnlyWhatIsCalledHasAClass) {
  const std::string header = bindings_of(R"(
    package a:b;
    interface types { type t = u8; }
    interface i { use types.{t}; f: func() -> t; }
    world w { export i; })")
                                 .header;
  EXPECT_THAT(header, HasSubstr("using T = std::uint8_t;"));
  EXPECT_THAT(header, HasSubstr("using T = ::w::a::b::types::T;"));
  EXPECT_THAT(header, HasSubstr("class Server {"));
  EXPECT_THAT(header, Not(HasSubstr("class Client {")));
}

}  // namespace
}  // namespace wasmcloud::wrpc::bindgen

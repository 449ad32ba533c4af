#include "wasmcloud/wit/graph_syntax.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "wasmcloud/wit/resolver_testing.h"
#include "wasmcloud/wit/text_testing.h"

namespace wasmcloud::wit {
namespace {

namespace fs = std::filesystem;
using testing::without_empty_lines;

std::string printed(const Graph& graph) {
  const auto text = print(graph);
  return text ? *text : text.error().describe();
}

ResolveOptions all_features() {
  ResolveOptions options;
  options.all_features = true;
  return options;
}

constexpr std::string_view kWritten = R"(/// The package.
package a:b@1.0.0;

/// An interface.
@since(version = 1.0.0)
interface i {
  use other:p/types.{file as handle, %type};
  /// Why.
  @since(version = 1.0.0)
  @deprecated(version = 1.0.0)
  use other:p/types.{t2};

  /// A resource.
  resource r {
    constructor(a: u8);
    @unstable(feature = x)
    m: async func(a: borrow<r>) -> stream<u8>;
    @external-id("s")
    s: static func() -> result<r, %type>;
  }

  resource fallible {
    constructor() -> result<fallible>;
  }

  type r2 = r;

  type owned = own<r>;

  record fields {
    /// A field.
    %list: list<option<char>, 4>,
    b: map<string, result<_, tuple<u8, error-context>>>,
  }

  variant v {
    a,
    b(future),
  }

  enum e {
    a,
    /// B.
    b,
  }

  flags l {
    a,
  }

  f: func(x: r2, y: owned, z: handle) -> v;
}

interface j {
  use i.{v};

  g: func() -> v;
}

/// A world.
world w {
  import other:p/types;
  /// Imported.
  @since(version = 1.0.0)
  import i;
  import label: j;
  import here: interface {
    use i.{r};

    k: func() -> r;
  }

  use other:p/types.{file};

  resource in-world {
    m: func(f: borrow<file>);
  }

  type n = u8;

  import p: func(a: n) -> in-world;

  export j;
  export q: async func(a: n);
  export here: interface {
  }
}

/// Another.
package other:p {
  interface types {
    resource file;

    type %type = string;

    type t2 = %type;
  }
}
)";

TEST(GraphSyntax, EverythingIsWrittenOut) {
  const Graph graph = graph_of(kWritten, all_features());
  EXPECT_EQ(without_empty_lines(printed(graph)), without_empty_lines(kWritten));
}

TEST(GraphSyntax, WhatIsIncludedOrImpliedIsWrittenOut) {
  const Graph graph = graph_of(
      "package a:b; interface x { type t = u8; } interface y { use x.{t}; }"
      "world v { export y; import f: func(); } world w { include v with { f as g } }");
  EXPECT_EQ(printed(graph).substr(printed(graph).find("world w")),
            "world w {\n  import x;\n  import g: func();\n\n  export y;\n}\n");
}

std::string text_of(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Each of WASI's packages as the main one, with the others beside it.
TEST(GraphSyntax, WasiResolvesToTheSameAgain) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(WC_WASI_WIT_DIR)) {
    paths.push_back(entry.path());
  }
  ASSERT_EQ(paths.size(), 7U);
  for (const fs::path& main : paths) {
    std::vector<SourceFile> files;
    for (const fs::path& path : paths) {
      const std::string name = path.filename().string();
      files.push_back({.path = path == main ? name : "deps/" + name, .text = text_of(path)});
    }
    const Graph graph = graph_of(files, all_features());
    const std::string text = printed(graph);
    const Graph again = graph_of(text, all_features());
    EXPECT_EQ(printed(again), text) << main;
    EXPECT_EQ(again[again.main_package()].full_name(), graph[graph.main_package()].full_name());
    EXPECT_EQ(again.type_count(), graph.type_count()) << main;
    EXPECT_EQ(again.function_count(), graph.function_count()) << main;
    EXPECT_EQ(again.interface_count(), graph.interface_count()) << main;
    EXPECT_EQ(again.world_count(), graph.world_count()) << main;
  }
}

TEST(GraphSyntax, TextsThatWouldBeHugeAreRefused) {
  const Graph graph =
      graph_of("package a:b; interface i { type t = tuple<u8, u8, u8>; f: func(a: t); }");
  EXPECT_TRUE(print(graph, {.types = 4}));
  const auto refused = print(graph, {.types = 3});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::exhausted);
  EXPECT_EQ(refused.error().describe(),
            "interface a:b/i: function `f`: too many types are mentioned to be written out");
}

}  // namespace
}  // namespace wasmcloud::wit

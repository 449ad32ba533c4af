#include "wasmcloud/wit/printer.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "wasmcloud/wit/parser.h"

namespace wasmcloud::wit {
namespace {

namespace fs = std::filesystem;

std::string printed(std::string_view text) {
  const auto document = parse(text, "t.wit");
  return document ? print(*document) : document.error().describe();
}

constexpr std::string_view kCanonical = R"(/// The package.
package a:b@1.0.0-rc.1;

use c:d/e@2.0.0 as f;

/// An interface.
///
///   Indented.
@since(version = 1.0.0)
@deprecated(version = 1.0.1)
interface %interface {
  use f.{g, %type as %record};
  use f.{k};

  type h = result<_, list<own<k>, 4>>;

  record empty {
  }

  record i {
    /// A field.
    %func: tuple<g, string>,
    b: option<map<string, future>>,
  }

  variant v {
    a,
    b(stream<u8>),
  }

  enum e {
    a,
    /// B.
    b,
  }

  flags l {
    a,
  }

  /// A resource.
  resource k {
    constructor(a: u8) -> result<k>;

    /// A method.
    @unstable(feature = x)
    m: async func(a: borrow<k>);
    @external-id("a\"\u{7}")
    s: static func() -> k;
  }

  resource n;

  /// A function.
  o: func(%list: list<error-context>, b: u8) -> n;
}

world w {
  import f;
  import a: f;
  import c: c:d/e@2.0.0;

  export d: func();
  export g: async func() -> u8;

  /// Inline.
  export h: interface {
    i: func();
  }

  include c:d/j;
  include k with { l as m, %use as n }
}

/// Nested.
package o:p {
  interface i {
  }

  use q;
}
)";

TEST(Printer, WhatItPrintsIsTheSameWhenPrintedAgain) { EXPECT_EQ(printed(kCanonical), kCanonical); }

TEST(Printer, LayoutDoesNotMatter) {
  EXPECT_EQ(printed("/** A.\n * B. */interface i{/// C.\nf:func(a:u8,)->tuple<u8,>;// gone\n}"),
            "/// A.\n/// B.\ninterface i {\n  /// C.\n  f: func(a: u8) -> tuple<u8>;\n}\n");
}

TEST(Printer, AFileWithoutAPackageBeginsWithItsFirstItem) {
  EXPECT_EQ(printed("use a;"), "use a;\n");
  EXPECT_EQ(printed(""), "");
}

std::vector<fs::path> wit_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
    if (entry.path().extension() == ".wit") {
      files.push_back(entry.path());
    }
  }
  return files;
}

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void expect_round_trips(const fs::path& folder) {
  for (const fs::path& path : wit_files(folder)) {
    const auto document = parse(content(path), path.filename());
    ASSERT_TRUE(document) << document.error().describe();
    const auto again = parse(print(*document), path.filename());
    ASSERT_TRUE(again) << again.error().describe();
    EXPECT_EQ(*document, *again) << path;
  }
}

TEST(Printer, WasiSurvivesPrinting) {
  ASSERT_EQ(wit_files(WC_WASI_WIT_DIR).size(), 7U);
  expect_round_trips(WC_WASI_WIT_DIR);
}

TEST(Printer, TheExamplesSurvivePrinting) {
  ASSERT_FALSE(wit_files(WC_EXAMPLES_DIR).empty());
  expect_round_trips(WC_EXAMPLES_DIR);
}

}  // namespace
}  // namespace wasmcloud::wit

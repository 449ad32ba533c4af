#include "wasmcloud/component/component_wit_testing.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <unistd.h>

#include "wasmcloud/wit/graph_syntax.h"
#include "wasmcloud/wit/text_testing.h"

namespace wasmcloud::component::testing {
namespace {

namespace fs = std::filesystem;

std::string file_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What WASI's packages do not have.
constexpr std::string_view kPackage = R"(/// Package docs.
package t:a@1.2.3;

/// An interface.
@since(version = 1.0.0)
interface types {
  /// A resource.
  resource file {
    constructor(path: string);
    /// Docs.
    @since(version = 1.1.0)
    read: func(n: u64) -> result<list<u8>, error>;
    open: static func(path: string) -> result<file, error>;
    peek: async func(other: borrow<file>) -> stream<u8>;
  }
  resource thing {
    constructor(f: own<file>) -> result<thing, error>;
  }
  enum error { a, /// B.
    b }
  flags mode { %read, write }
  type own-file = own<file>;
  type file2 = file;
  type num = u8;
  type num2 = num;
  type bytes = list<u8>;
  type bytes2 = list<u8>;
  record rec { /// X.
    x: num, y: tuple<bytes, num2>, %type: list<u32, 4>, z: map<string, u8>, e: error-context }
  variant v { p(rec), q, %interface(future<u8>), s(future), t(stream) }
  @unstable(feature = odd)
  r1: func(a: result, b: result<u8>, c: result<_, string>, d: result<u8, string>) -> v;
  f: async func(x: borrow<file2>, y: file2) -> option<char>;
}

interface more {
  use types.{file, rec as record2, num2};
  g: func(f: file, r: record2, n: num2);
  type again = record2;
}

interface again2 {
  use more.{again, file as f3};
  h: func(x: f3) -> list<again>;
}

interface empty {}

/// A world.
world w {
  /// Import docs.
  import more;
  use types.{rec, file as ff};
  import plain: interface {
    use types.{mode};
    resource r { m: func(); }
    k: func(m: mode) -> r;
  }
  type loc = list<rec>;
  record wr { a: loc, b: borrow<ff> }
  resource wres { constructor(); m: func(a: wr); s: static func(); }
  /// Run docs.
  import run: func(a: wr, b: wres) -> rec;
  import lab: more;
  @since(version = 1.0.0)
  import empty;
  /// Export docs.
  export again2;
  export more;
  export types;
  export plain: interface { z: func(); }
  export go: async func(x: loc) -> wres;
}

world w2 {
  import d:e/i@1.0.0;
  import d:e/i@2.0.0;
}
)";

}  // namespace

std::string text_of(Bytes bytes, const WitLimits& limits) {
  const auto graph = wit_of(bytes, limits);
  if (!graph) {
    return graph.error().describe();
  }
  const auto text = wit::print(*graph);
  return text ? *text : text.error().describe();
}

void WithFolder::SetUp() {
  folder_ = fs::path(::testing::TempDir()) /
            fmt::format("wc-component-wit-{}", static_cast<int>(getpid()));
  fs::create_directories(folder_);
}

void WithFolder::TearDown() { fs::remove_all(folder_); }

std::string WithFolder::tool(const std::string& arguments) const {
  const fs::path out = folder_ / "out";
  fs::remove(out);
  const std::string command =
      fmt::format("'{}' component wit {} -o '{}'", WC_WASM_TOOLS, arguments, out.string());
  const int status = std::system(command.c_str());  // NOLINT(cert-env33-c): our own tool
  EXPECT_EQ(status, 0) << command;
  return file_text(out);
}

Raw WithFolder::encoded() const {
  const std::string bytes =
      tool(fmt::format("--all-features --wasm '{}'", (folder_ / "wit").string()));
  return {bytes.begin(), bytes.end()};
}

std::string WithFolder::told_by_tools(const Raw& bytes) const {
  const fs::path file = folder_ / "in.wasm";
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  return wit::testing::without_empty_lines(tool(fmt::format("'{}'", file.string())));
}

void WithFolder::write(const std::vector<wit::SourceFile>& files) const {
  fs::remove_all(folder_ / "wit");
  for (const wit::SourceFile& file : files) {
    const fs::path path = folder_ / "wit" / file.path;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << file.text;
  }
}

wit::ResolveOptions all_features() {
  wit::ResolveOptions options;
  options.all_features = true;
  return options;
}

std::string_view main_package(std::string_view text) {
  return text.substr(0, text.find("\npackage ", 1));
}

std::vector<fs::path> wasi_files() {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(WC_WASI_WIT_DIR)) {
    paths.push_back(entry.path());
  }
  EXPECT_EQ(paths.size(), 7U);
  return paths;
}

std::vector<wit::SourceFile> wasi_package(const fs::path& main) {
  std::vector<wit::SourceFile> files;
  for (const fs::path& path : wasi_files()) {
    const std::string name = path.filename().string();
    files.push_back({.path = path == main ? name : "deps/" + name, .text = file_text(path)});
  }
  return files;
}

std::vector<wit::SourceFile> everything() {
  return {{.path = "a.wit", .text = std::string(kPackage)},
          {.path = "deps/e1.wit", .text = "package d:e@1.0.0; interface i { type t = u8; }"},
          {.path = "deps/e2.wit", .text = "package d:e@2.0.0; interface i { type t = u16; }"}};
}

}  // namespace wasmcloud::component::testing

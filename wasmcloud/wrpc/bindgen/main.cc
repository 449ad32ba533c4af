// wrpc-bindgen: C++ bindings from a world of WIT (docs/wrpc.md).
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "wasmcloud/wit/resolver.h"
#include "wasmcloud/wit/source_files.h"
#include "wasmcloud/wrpc/bindgen/bindings.h"

namespace {

namespace fs = std::filesystem;
using namespace wasmcloud;

struct Arguments {
  fs::path wit;
  std::vector<fs::path> packages;
  std::string world;
  std::string root_namespace;
  fs::path out;  // without an extension
  bool all_features = false;
};

Result<> write(const fs::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) {
    return Error(ErrorKind::unavailable, "{}: cannot be written", path.string());
  }
  return {};
}

Result<> run(const Arguments& arguments) {
  WC_TRY(const auto files, wit::read_source_files(arguments.wit, arguments.packages));
  wit::ResolveOptions options;
  options.all_features = arguments.all_features;
  WC_TRY(const wit::Graph graph, wit::resolve(files, options), "{}", arguments.wit.string());
  WC_TRY(const wit::WorldId world, graph.select_world(arguments.world), "{}",
         arguments.wit.string());
  const fs::path header = fs::path(arguments.out) += ".h";
  WC_TRY(const auto bindings,
         wrpc::bindgen::generate(graph, world,
                                 {.header_name = header.filename().string(),
                                  .root_namespace = arguments.root_namespace}),
         "{}", arguments.wit.string());
  WC_CHECK(write(header, bindings.header));
  return write(fs::path(arguments.out) += ".cc", bindings.source);
}

int main_(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("C++ bindings to call and to serve the functions of a WIT world over wRPC",
               "wrpc-bindgen");
  app.add_option("wit", arguments.wit, "a folder of WIT, or a file; what it uses in deps/")
      ->required();
  app.add_option("--world", arguments.world, "which world; none: the only one");
  app.add_option("--package", arguments.packages, "a folder with a package that the world uses");
  app.add_option("--namespace", arguments.root_namespace, "of all; none: the world's name");
  app.add_flag("--all-features", arguments.all_features, "what is @unstable is in");
  app.add_option("--out", arguments.out, "what is written, without .h and .cc")->required();
  CLI11_PARSE(app, argc, argv);
  const Result<> done = run(arguments);
  if (!done) {
    std::fprintf(stderr, "wrpc-bindgen: %s\n", done.error().describe().c_str());
    return 1;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return main_(argc, argv);
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "wrpc-bindgen failed, and should not have: %s\n", exception.what());
    return 1;
  }
}

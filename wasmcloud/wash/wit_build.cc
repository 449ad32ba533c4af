// wash wit build: a folder of WIT becomes a package in its binary form.
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "wasmcloud/component/component_wit_encode.h"
#include "wasmcloud/wash/command.h"
#include "wasmcloud/wit/resolver.h"
#include "wasmcloud/wit/source_files.h"

namespace wasmcloud::wash {
namespace {

using std::filesystem::path;

Result<> write_file(const path& file, const std::vector<std::uint8_t>& bytes) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) {
    return Error(ErrorKind::unavailable, "{}: cannot be written: {}", file.string(),
                 std::strerror(errno));
  }
  return {};
}

class BuildWit final : public Command {
 public:
  Summary summary() const override {
    return {.name = "build", .description = "Make the binary form of a package of WIT"};
  }

  void declare(CLI::App& app) override {
    app.add_option("-d,--wit-dir", folder_, "The folder of the package [default: wit]")
        ->type_name("DIR")
        ->take_last();
    app.add_option("-f,--file", file_,
                   "What to write [default: NAMESPACE:PACKAGE@VERSION.wasm here]")
        ->type_name("OUTPUT_FILE")
        ->take_last();
  }

  Result<> prepare() override { return {}; }

  // What is unstable stays in, with its gate: who reads the package decides.
  Result<int> execute(const Output& output) override {
    WC_TRY(const std::vector<wit::SourceFile> files, wit::read_source_files(folder_), "--wit-dir");
    wit::ResolveOptions options;
    options.all_features = true;
    WC_TRY(const wit::Graph graph, wit::resolve(files, options), "{}: cannot be built", folder_);
    const wit::Package& package = graph[graph.main_package()];
    WC_TRY(const std::vector<std::uint8_t> bytes,
           component::encode_package(graph, graph.main_package()));
    const std::string file = file_.empty() ? package.full_name() + ".wasm" : file_;
    WC_CHECK(write_file(file, bytes));
    nlohmann::ordered_json json{
        {"path", file}, {"package", package.namespace_ + ":" + package.name}, {"version", nullptr}};
    if (package.version) {
      json["version"] = package.version->to_string();
    }
    output.success(fmt::format("WIT package written to {}", file), json);
    return kSuccess;
  }

 private:
  std::string folder_ = "wit";
  std::string file_;
};

}  // namespace

CommandGroup make_wit_commands() {
  CommandGroup group{
      .summary = {.name = "wit", .group = "Build", .description = "Build packages of WIT"},
      .commands = {}};
  group.commands.push_back(std::make_unique<BuildWit>());
  return group;
}

}  // namespace wasmcloud::wash

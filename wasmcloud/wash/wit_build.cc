// wash wit build: a folder of WIT becomes a package in its binary form.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "wasmcloud/component/component_wit_encode.h"
#include "wasmcloud/wash/command.h"
#include "wasmcloud/wit/resolver.h"

namespace wasmcloud::wash {
namespace {

using std::filesystem::path;

Result<std::string> read_text(const path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in.is_open() || in.bad()) {
    return Error(ErrorKind::unavailable, "{}: cannot be read: {}", file.string(),
                 std::strerror(errno));
  }
  return text;
}

// Those that are WIT, in the order of their names.
Result<> add_files(const path& root, const path& folder, std::vector<wit::SourceFile>& files) {
  std::vector<path> found;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() == ".wit") {
      found.push_back(entry->path());
    }
  }
  if (error) {
    return Error(ErrorKind::not_found, "{}: cannot be listed: {}", folder.string(),
                 error.message());
  }
  std::ranges::sort(found);
  for (const path& file : found) {
    WC_TRY(std::string text, read_text(file));
    files.push_back({.path = file.lexically_relative(root).string(), .text = std::move(text)});
  }
  return {};
}

// NAME.wit, deps/NAME.wit and deps/NAME/FILE.wit.
Result<std::vector<wit::SourceFile>> read_folder(const path& root) {
  std::vector<wit::SourceFile> files;
  WC_CHECK(add_files(root, root, files));
  if (files.empty()) {
    return Error(ErrorKind::not_found, "{}: has no .wit file: name the folder with --wit-dir",
                 root.string());
  }
  const path deps = root / "deps";
  std::error_code error;
  if (!std::filesystem::is_directory(deps, error)) {
    return files;
  }
  WC_CHECK(add_files(root, deps, files));
  std::vector<path> folders;
  for (std::filesystem::directory_iterator entry(deps, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->is_directory(error)) {
      folders.push_back(entry->path());
    }
  }
  std::ranges::sort(folders);
  for (const path& folder : folders) {
    WC_CHECK(add_files(root, folder, files));
  }
  return files;
}

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
    WC_TRY(const std::vector<wit::SourceFile> files, read_folder(folder_));
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

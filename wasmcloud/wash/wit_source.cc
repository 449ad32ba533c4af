#include "wasmcloud/wash/wit_source.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/component/component_wit.h"
#include "wasmcloud/wit/resolver.h"

namespace wasmcloud::wash {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kWasmMagic("\0asm", 4);

Result<std::string> read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) {
    return Error(ErrorKind::unavailable, "cannot be read");
  }
  return text;
}

// What is in a folder, in the order of names; nothing if it is not there.
std::vector<fs::path> entries(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> paths;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  return paths;
}

Result<> add_file(std::vector<wit::SourceFile>& files, const fs::path& path,
                  const std::string& folder) {
  WC_TRY(std::string text, read_file(path), "{}", path.string());
  files.push_back({.path = folder + path.filename().string(), .text = std::move(text)});
  return {};
}

Result<> add_folder(std::vector<wit::SourceFile>& files, const fs::path& path,
                    const std::string& folder) {
  for (const fs::path& each : entries(path)) {
    if (each.extension() == ".wit") {
      WC_CHECK(add_file(files, each, folder));
    }
  }
  return {};
}

// `deps/NAME.wit` and `deps/NAME/*.wit`.
Result<> add_deps(std::vector<wit::SourceFile>& files, const fs::path& deps) {
  WC_CHECK(add_folder(files, deps, "deps/"));
  for (const fs::path& each : entries(deps)) {
    if (fs::is_directory(each)) {
      WC_CHECK(add_folder(files, each, "deps/" + each.filename().string() + "/"));
    }
  }
  return {};
}

Result<wit::Graph> read_folder(const fs::path& path) {
  std::vector<wit::SourceFile> files;
  WC_CHECK(add_folder(files, path, ""));
  if (files.empty()) {
    return Error(ErrorKind::not_found, "holds no .wit file");
  }
  WC_CHECK(add_deps(files, path / "deps"));
  return wit::resolve(files);
}

Result<wit::Graph> read_text(const fs::path& path, std::string text) {
  std::vector<wit::SourceFile> files;
  files.push_back({.path = path.filename().string(), .text = std::move(text)});
  WC_CHECK(add_deps(files, path.parent_path() / "deps"));
  return wit::resolve(files);
}

Result<wit::Graph> read(const fs::path& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    return Error(ErrorKind::not_found,
                 "no such file or folder: name a component, a WIT package, a .wit file or a folder "
                 "of them");
  }
  if (fs::is_directory(path, ignored)) {
    return read_folder(path);
  }
  WC_TRY(std::string content, read_file(path));
  if (content.starts_with(kWasmMagic)) {
    return component::wit_of(as_u8(content));
  }
  return read_text(path, std::move(content));
}

}  // namespace

Result<wit::Graph> read_wit(const fs::path& path) {
  WC_TRY(wit::Graph graph, read(path), "{}", path.string());
  return graph;
}

}  // namespace wasmcloud::wash

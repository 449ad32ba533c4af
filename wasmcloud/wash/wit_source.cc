#include "wasmcloud/wash/wit_source.h"

#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/component/component_wit.h"
#include "wasmcloud/wit/source_files.h"

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

// Nothing if it is not WebAssembly.
Result<std::optional<wit::Graph>> read_binary(const fs::path& path) {
  WC_TRY(const std::string content, read_file(path));
  if (!content.starts_with(kWasmMagic)) {
    return std::nullopt;
  }
  WC_TRY(wit::Graph graph, component::wit_of(as_u8(content)));
  return graph;
}

}  // namespace

Result<wit::Graph> read_wit(const fs::path& path) {
  const std::string name = path.string();
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    return Error(ErrorKind::not_found,
                 "{}: no such file or folder: name a component, a WIT package, a .wit file or a "
                 "folder of them",
                 name);
  }
  if (!fs::is_directory(path, ignored)) {
    WC_TRY(std::optional<wit::Graph> graph, read_binary(path), "{}", name);
    if (graph) {
      return *std::move(graph);
    }
  }
  WC_TRY(const std::vector<wit::SourceFile> files, wit::read_source_files(path));
  WC_TRY(wit::Graph graph, wit::resolve(files), "{}", name);
  return graph;
}

}  // namespace wasmcloud::wash

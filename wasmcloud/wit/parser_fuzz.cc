// Whatever the text is, parsing and resolving it neither crash nor cost without bound. What parses
// is printed and parses again to the same; what resolves keeps what graph.h promises. Files are
// separated by form feeds: the main package, then dependencies.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/wit/parser.h"
#include "wasmcloud/wit/printer.h"
#include "wasmcloud/wit/resolver.h"

namespace {

namespace wit = wasmcloud::wit;

void expect(bool holds) {
  if (!holds) {
    std::abort();
  }
}

// Errors begin with the file or folder.
void expect_told(const wasmcloud::Error& error) {
  const std::string text = error.describe();
  expect(text.starts_with("main.wit:") || text.starts_with("deps/"));
}

void check_syntax(const wit::SourceFile& file) {
  const auto parsed = wit::parse(file.text, file.path);
  if (!parsed) {
    expect_told(parsed.error());
    return;
  }
  const std::string printed = wit::print(*parsed);
  const auto again = wit::parse(printed, file.path);
  expect(again && *again == *parsed && wit::print(*again) == printed);
}

void check_types(const wit::Graph& graph) {
  for (std::uint32_t i = 0; i < graph.type_count(); ++i) {
    const wit::TypeId id{i};
    const wit::TypeFacts& facts = graph.facts(id);
    for (const wit::TypeRef part : wit::parts_of(graph[id].body)) {
      const auto* const used = std::get_if<wit::TypeId>(&part.rep);
      expect(used == nullptr || (*used < id && graph.facts(*used).depth < facts.depth));
    }
    expect(!facts.target || !std::holds_alternative<wit::types::Alias>(graph[*facts.target].body));
    expect(!graph.describe(id).empty());
  }
}

void check_graph(const wit::Graph& graph) {
  check_types(graph);
  for (std::uint32_t i = 0; i < graph.interface_count(); ++i) {
    for (const wit::InterfaceId used : graph[wit::InterfaceId{i}].dependencies) {
      expect(used < wit::InterfaceId{i});
    }
  }
  for (std::uint32_t i = 0; i < graph.function_count(); ++i) {
    expect(!graph.name_of(wit::FunctionId{i}).empty());
  }
  for (std::uint32_t i = 0; i < graph.world_count(); ++i) {
    const wit::World& world = graph[wit::WorldId{i}];
    expect(graph.select_world(graph[world.package].full_name_of(world.name)).has_value());
  }
}

std::vector<wit::SourceFile> split(std::string_view text) {
  static constexpr std::array<const char*, 4> kPaths{"main.wit", "deps/a/a.wit", "deps/a/b.wit",
                                                     "deps/c.wit"};
  std::vector<wit::SourceFile> files;
  for (const char* const path : kPaths) {
    const std::size_t end = std::min(text.find('\f'), text.size());
    files.push_back({.path = path, .text = std::string(text.substr(0, end))});
    if (end == text.size()) {
      break;
    }
    text.remove_prefix(end + 1);
  }
  return files;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto files = split({reinterpret_cast<const char*>(data), size});
  for (const wit::SourceFile& file : files) {
    check_syntax(file);
  }
  for (const bool all_features : {false, true}) {
    wit::ResolveOptions options;
    options.all_features = all_features;
    options.limits.steps = 20'000;
    const auto graph = wit::resolve(files, options);
    if (graph) {
      check_graph(*graph);
    } else {
      expect_told(graph.error());
    }
  }
  return 0;
}

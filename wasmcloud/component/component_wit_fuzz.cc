// Whatever the bytes are, making WIT of them neither crashes nor costs without bound. What is made
// is printed and parses; where that resolves, it is the same when printed again. As a binary
// package it comes back the same, but for the order of exports.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/component/component_wit.h"
#include "wasmcloud/component/component_wit_encode.h"
#include "wasmcloud/wit/graph_syntax.h"
#include "wasmcloud/wit/graph_values.h"
#include "wasmcloud/wit/parser.h"
#include "wasmcloud/wit/resolver.h"

namespace {

namespace wit = wasmcloud::wit;
using wasmcloud::ErrorKind;

void expect(bool holds) {
  if (!holds) {
    std::abort();
  }
}

void check_graph(const wit::Graph& graph) {
  for (std::uint32_t i = 0; i < graph.type_count(); ++i) {
    for (const wit::TypeRef part : wit::parts_of(graph[wit::TypeId{i}].body)) {
      const auto* const used = std::get_if<wit::TypeId>(&part.rep);
      expect(used == nullptr || *used < wit::TypeId{i});
    }
  }
  for (std::uint32_t i = 0; i < graph.interface_count(); ++i) {
    for (const wit::InterfaceId used : graph[wit::InterfaceId{i}].dependencies) {
      expect(used < wit::InterfaceId{i});
    }
  }
  for (std::uint32_t i = 0; i < graph.function_count(); ++i) {
    const auto signature = wit::signature_of(graph, wit::FunctionId{i});
    expect(signature || !signature.error().message().empty());
  }
}

void check_text(const std::string& text) {
  const auto parsed = wit::parse(text, "t.wit");
  expect(parsed || parsed.error().kind() == ErrorKind::exhausted);
  wit::ResolveOptions options;
  options.all_features = true;
  const std::vector<wit::SourceFile> files{{.path = "t.wit", .text = text}};
  // It may be refused: WIT wants more than components do (names that differ in one package).
  const auto again = wit::resolve(files, options);
  if (again) {
    const auto printed = wit::print(*again);
    expect(printed.has_value());
    // What is implied was added; from now on nothing is.
    const std::vector<wit::SourceFile> second{{.path = "t.wit", .text = *printed}};
    const auto third = wit::resolve(second, options);
    expect(third && wit::print(*third).value() == *printed);
  } else {
    expect(!again.error().message().empty());
  }
}

std::vector<std::string_view> sorted_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  std::ranges::sort(lines);
  return lines;
}

// Of a text of packages the first, which is the main one.
std::string_view main_package(std::string_view text) {
  return text.substr(0, text.find("\npackage ", 1));
}

void check_encoded(const wit::Graph& graph, std::string_view text) {
  const auto encoded = wasmcloud::component::encode_package(graph, graph.main_package());
  if (!encoded) {
    expect(encoded.error().kind() == ErrorKind::unsupported ||
           encoded.error().kind() == ErrorKind::exhausted);
    return;
  }
  const auto back = wasmcloud::component::wit_of(*encoded);
  expect(back || back.error().kind() == ErrorKind::exhausted);
  if (back) {
    const std::string printed = wit::print(*back).value();
    expect(sorted_lines(main_package(printed)) == sorted_lines(main_package(text)));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto graph = wasmcloud::component::wit_of(wasmcloud::component::Bytes(data, size));
  if (!graph) {
    expect(!graph.error().message().empty());
    return 0;
  }
  check_graph(*graph);
  const auto text = wit::print(*graph);
  expect(text || text.error().kind() == ErrorKind::exhausted);
  if (text) {
    check_text(*text);
    check_encoded(*graph, *text);
  }
  return 0;
}

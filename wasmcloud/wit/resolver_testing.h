// For tests: graphs of WIT that stands in the test. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "wasmcloud/wit/resolver.h"

namespace wasmcloud::wit {

inline Graph graph_of(const std::vector<SourceFile>& files, const ResolveOptions& options = {}) {
  auto graph = resolve(files, options);
  EXPECT_TRUE(graph) << graph.error().describe();
  return graph ? *std::move(graph) : Graph{};
}

// Of a file `t.wit`.
inline Graph graph_of(std::string_view text, const ResolveOptions& options = {}) {
  return graph_of({SourceFile{.path = "t.wit", .text = std::string(text)}}, options);
}

inline std::string resolve_error(const std::vector<SourceFile>& files,
                                 const ResolveOptions& options = {}) {
  const auto graph = resolve(files, options);
  return graph ? "no error" : graph.error().describe();
}

inline std::string resolve_error(std::string_view text, const ResolveOptions& options = {}) {
  return resolve_error({SourceFile{.path = "t.wit", .text = std::string(text)}}, options);
}

// The type of that name in an interface: "a:b/i", "t".
inline TypeId type_in(const Graph& graph, std::string_view interface, std::string_view name) {
  for (const TypeId type : graph[graph.find_interface(interface).value()].types) {
    if (graph[type].name == name) {
      return type;
    }
  }
  ADD_FAILURE() << "no type " << name << " in " << interface;
  return {};
}

// "a:b/i@1.0.0", "f"; with " (implied)".
inline std::vector<std::string> names_of(const std::vector<WorldItem>& items) {
  std::vector<std::string> names;
  for (const WorldItem& item : items) {
    names.push_back(item.name + (item.implied ? " (implied)" : ""));
  }
  return names;
}

}  // namespace wasmcloud::wit

#include "wasmcloud/wrpc/bindgen/bindings.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "wasmcloud/wrpc/bindgen/cpp_names.h"
#include "wasmcloud/wrpc/bindgen/function_text.h"
#include "wasmcloud/wrpc/bindgen/text.h"
#include "wasmcloud/wrpc/bindgen/type_names.h"
#include "wasmcloud/wrpc/bindgen/type_text.h"

namespace wasmcloud::wrpc::bindgen {
namespace {

using wit::FunctionId;
using wit::InterfaceId;
using wit::TypeId;

struct Header {
  std::string_view name;
  std::string_view sign;  // what stands in a text that needs it
};

constexpr std::array<Header, 13> kHeaders{{{"array", "std::array<"},
                                           {"bitset", "std::bitset<"},
                                           {"cstddef", "std::size_t"},
                                           {"cstdint", "std::uint"},
                                           {"cstdint", "std::int"},
                                           {"expected", "std::expected<"},
                                           {"optional", "std::optional<"},
                                           {"span", "std::span<"},
                                           {"string", "std::string"},
                                           {"string_view", "std::string_view"},
                                           {"tuple", "std::tuple<"},
                                           {"utility", "std::move("},
                                           {"variant", "std::variant<"}}};

std::string includes_for(std::string_view text) {
  std::string made;
  std::string_view last;
  const auto add = [&](std::string_view name) {
    if (name != last) {
      made += fmt::format("#include <{}>\n", name);
      last = name;
    }
  };
  for (const Header& each : kHeaders) {
    if (text.find(each.sign) != std::string_view::npos) {
      add(each.name);
    }
  }
  if (text.find("std::vector<") != std::string_view::npos) {
    add("vector");
  }
  return made;
}

std::string in_namespace(const std::string& name, const std::string& text) {
  return fmt::format("namespace {0} {{\n{1}\n}}  // namespace {0}\n", name, text);
}

class Generator {
 public:
  Generator(const wit::Graph& graph, wit::WorldId world, const Options& options)
      : graph_(graph),
        world_(graph[world]),
        options_(options),
        names_(graph, world, root_of(graph[world], options)) {}

  Result<Bindings> run() {
    WC_CHECK(check());
    std::string header;
    std::string source;
    for (const InterfaceId id : names_.interfaces()) {
      add_interface(id, header, source);
    }
    add_world(header, source);
    return Bindings{.header = finish_header(header), .source = finish_source(source)};
  }

 private:
  static std::string root_of(const wit::World& world, const Options& options) {
    return options.root_namespace.empty() ? snake_case(world.name) : options.root_namespace;
  }

  static bool has(const std::vector<wit::WorldItem>& items, InterfaceId interface) {
    return std::ranges::any_of(items, [&](const wit::WorldItem& item) {
      const auto* const id = std::get_if<InterfaceId>(&item.what);
      return id != nullptr && *id == interface;
    });
  }

  static std::vector<FunctionId> functions_of(const std::vector<wit::WorldItem>& items) {
    std::vector<FunctionId> functions;
    for (const wit::WorldItem& item : items) {
      if (const auto* const id = std::get_if<FunctionId>(&item.what)) {
        functions.push_back(*id);
      }
    }
    return functions;
  }

  // Those of resources, each with what follows it, then the free ones.
  std::vector<FunctionId> functions_of(const std::vector<TypeId>& types) const {
    std::vector<FunctionId> functions;
    for (const TypeId type : types) {
      if (const auto* const resource = std::get_if<wit::types::Resource>(&graph_[type].body)) {
        functions.insert(functions.end(), resource->functions.begin(), resource->functions.end());
      }
    }
    return functions;
  }

  std::vector<FunctionId> functions_of(InterfaceId id) const {
    std::vector<FunctionId> functions = functions_of(graph_[id].types);
    functions.insert(functions.end(), graph_[id].functions.begin(), graph_[id].functions.end());
    return functions;
  }

  Result<> check() const {
    for (const InterfaceId id : names_.interfaces()) {
      WC_CHECK(check(graph_[id].types, functions_of(id)), "interface {}", graph_.name_of(id));
    }
    std::vector<FunctionId> functions = functions_of(world_.imports);
    const std::vector<FunctionId> exports = functions_of(world_.exports);
    functions.insert(functions.end(), exports.begin(), exports.end());
    WC_CHECK(check(names_.world_types(), functions), "world {}", world_.name);
    return {};
  }

  Result<> check(const std::vector<TypeId>& types, const std::vector<FunctionId>& functions) const {
    for (const TypeId type : types) {
      WC_CHECK(names_.check(type), "type `{}`", graph_[type].name);
    }
    for (const FunctionId id : functions) {
      for (const wit::Param& param : graph_[id].params) {
        WC_CHECK(names_.check(param.type), "function `{}`, parameter `{}`", graph_.name_of(id),
                 param.name);
      }
      if (graph_[id].result) {
        WC_CHECK(names_.check(*graph_[id].result), "function `{}`, result", graph_.name_of(id));
      }
    }
    return {};
  }

  std::string define_types(const std::vector<TypeId>& types) {
    std::string made;
    for (const TypeId type : types) {
      made += "\n" + define_type(names_, type);
      descriptions_ += describe_type(names_, type);
    }
    return made;
  }

  void add_interface(InterfaceId id, std::string& header, std::string& source) {
    const wit::Interface& interface = graph_[id];
    const FunctionGroup group{.instance = graph_.name_of(id),
                              .in = names_.namespace_of(id),
                              .functions = functions_of(id)};
    std::string types = define_types(interface.types);
    std::string declared;
    std::string defined;
    add_functions(group, has(world_.imports, id), has(world_.exports, id), declared, defined);
    if (!declared.empty()) {
      declared = fmt::format("\ninline constexpr std::string_view kInstance = \"{}\";\n{}",
                             group.instance, declared);
    }
    if (!declared.empty() || !types.empty()) {
      header += "\n" + comment(interface.docs, 0) + in_namespace(group.in, types + declared);
    }
    if (!defined.empty()) {
      source += "\n" + in_namespace(group.in, defined);
    }
  }

  void add_functions(const FunctionGroup& group, bool imported, bool exported,
                     std::string& declared, std::string& defined) const {
    if (group.functions.empty()) {
      return;
    }
    if (imported) {
      declared +=
          "\n// Calls the functions of " + whose(group) + ".\n" + declare_client(names_, group);
      defined += define_client(names_, group);
    }
    if (exported) {
      declared += "\n// To implement: the functions of " + whose(group) + ".\n" +
                  declare_server(names_, group);
      defined += define_server(names_, group);
    }
  }

  std::string whose(const FunctionGroup& group) const {
    return group.instance.empty() ? fmt::format("world {} itself", world_.name) : group.instance;
  }

  // What it imports and exports besides interfaces.
  void add_world(std::string& header, std::string& source) {
    FunctionGroup imports{
        .instance = {}, .in = names_.root(), .functions = functions_of(names_.world_types())};
    const std::vector<FunctionId> free = functions_of(world_.imports);
    imports.functions.insert(imports.functions.end(), free.begin(), free.end());
    const FunctionGroup exports{
        .instance = {}, .in = names_.root(), .functions = functions_of(world_.exports)};
    std::string declared = define_types(names_.world_types());
    std::string defined;
    add_functions(imports, true, false, declared, defined);
    add_functions(exports, false, true, declared, defined);
    if (!declared.empty()) {
      header += "\n" + comment(world_.docs, 0) + in_namespace(names_.root(), declared);
    }
    if (!defined.empty()) {
      source += "\n" + in_namespace(names_.root(), defined);
    }
  }

  std::string made_from() const {
    return fmt::format("// Made by wrpc-bindgen from world `{}` of {}: change that, not this.\n",
                       world_.name, graph_[world_.package].full_name());
  }

  std::string finish_header(const std::string& text) const {
    return made_from() + "#pragma once\n\n" + includes_for(text) +
           "\n#include \"wasmcloud/base/task.h\"\n#include \"wasmcloud/wit/native.h\"\n"
           "#include \"wasmcloud/wrpc/session.h\"\n#include \"wasmcloud/wrpc/typed.h\"\n"
           "\nnamespace wasmcloud::wrpc {\nclass Dispatcher;  // wasmcloud/wrpc/dispatcher.h\n}\n" +
           text + (descriptions_.empty() ? "" : "\n") + descriptions_;
  }

  std::string finish_source(const std::string& text) const {
    return made_from() + fmt::format("#include \"{}\"\n\n", options_.header_name) +
           includes_for(text) +
           "\n#include \"wasmcloud/wrpc/dispatcher.h\"\n#include \"wasmcloud/wrpc/invoke.h\"\n" +
           text;
  }

  const wit::Graph& graph_;
  const wit::World& world_;
  const Options& options_;
  const TypeNames names_;
  std::string descriptions_;
};

}  // namespace

Result<Bindings> generate(const wit::Graph& graph, wit::WorldId world, const Options& options) {
  return Generator(graph, world, options).run();
}

}  // namespace wasmcloud::wrpc::bindgen

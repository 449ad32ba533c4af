// wash inspect FILE: what a component imports and exports, or with --wit its WIT.
#include <filesystem>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "wasmcloud/component/component_wit.h"
#include "wasmcloud/component/decoder.h"
#include "wasmcloud/component/types.h"
#include "wasmcloud/component/validator.h"
#include "wasmcloud/wash/command.h"
#include "wasmcloud/wash/component_file.h"
#include "wasmcloud/wit/graph_syntax.h"

namespace wasmcloud::wash {
namespace {

using component::Entity;
using component::NamedEntity;
using component::TypeArena;

// An import or export: its name, what it is, and for an interface what is in it.
struct Item {
  std::string name;
  std::string kind;
  std::vector<std::string> functions;
  std::vector<std::string> resources;
  std::vector<std::string> types;
};

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};

std::string kind_of(const Entity& entity) {
  return std::visit(Overloaded{[](component::ModuleTypeId) { return "core module"; },
                               [](component::FuncTypeId) { return "function"; },
                               [](const component::TypeEntity& type) {
                                 return std::holds_alternative<component::ResourceId>(type.type)
                                            ? "resource"
                                            : "type";
                               },
                               [](component::ComponentTypeId) { return "component"; },
                               [](component::InstanceTypeId) { return "interface"; },
                               [](const component::ValType&) { return "value"; }},
                    entity);
}

// "[method]fields.get" -> "fields.get", "[constructor]fields" -> "fields"
std::string plain_name(std::string_view name) {
  const std::size_t bracket = name.find(']');
  return std::string(
      name.starts_with('[') && bracket != std::string_view::npos ? name.substr(bracket + 1) : name);
}

// "fields.get(self, name)", and "constructor fields(...)" to tell it from the resource.
std::string signature(const TypeArena& arena, const NamedEntity& named, component::FuncTypeId id) {
  std::string parameters;
  for (const component::types::Param& parameter : arena[id].params) {
    parameters += parameters.empty() ? "" : ", ";
    parameters += parameter.name;
  }
  const std::string_view prefix = named.name.starts_with("[constructor]") ? "constructor " : "";
  return fmt::format("{}{}({})", prefix, plain_name(named.name), parameters);
}

Item item_of(const TypeArena& arena, const NamedEntity& named) {
  Item item{.name = named.name,
            .kind = kind_of(named.entity),
            .functions = {},
            .resources = {},
            .types = {}};
  if (const auto* const function = std::get_if<component::FuncTypeId>(&named.entity)) {
    item.functions.push_back(signature(arena, named, *function));
    return item;
  }
  const auto* const instance = std::get_if<component::InstanceTypeId>(&named.entity);
  if (instance == nullptr) {
    return item;
  }
  for (const NamedEntity& inner : arena[*instance].exports) {
    if (const auto* const function = std::get_if<component::FuncTypeId>(&inner.entity)) {
      item.functions.push_back(signature(arena, inner, *function));
    } else if (kind_of(inner.entity) == "resource") {
      item.resources.push_back(inner.name);
    } else {
      item.types.push_back(inner.name);
    }
  }
  return item;
}

std::vector<Item> items_of(const TypeArena& arena, const std::vector<NamedEntity>& entities) {
  std::vector<Item> items;
  items.reserve(entities.size());
  for (const NamedEntity& named : entities) {
    items.push_back(item_of(arena, named));
  }
  return items;
}

std::string text_of(std::string_view title, const std::vector<Item>& items) {
  std::string text = fmt::format("\n{}:\n", title);
  if (items.empty()) {
    text += "  none\n";
  }
  for (const Item& item : items) {
    if (item.kind == "function") {
      text += fmt::format("  {}\n", item.functions.front());
      continue;
    }
    text += item.kind == "interface" ? fmt::format("  {}\n", item.name)
                                     : fmt::format("  {} ({})\n", item.name, item.kind);
    for (const std::string& function : item.functions) {
      text += fmt::format("    {}\n", function);
    }
  }
  return text;
}

// Names alone, for scripts; what is in them stands under "items".
nlohmann::ordered_json names_of(const std::vector<Item>& items) {
  nlohmann::ordered_json names = nlohmann::ordered_json::array();
  for (const Item& item : items) {
    names.push_back(item.name);
  }
  return names;
}

nlohmann::ordered_json json_of(const std::vector<Item>& items) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Item& item : items) {
    nlohmann::ordered_json json{{"name", item.name}, {"kind", item.kind}};
    if (item.kind == "interface") {
      json["functions"] = item.functions;
      json["resources"] = item.resources;
      json["types"] = item.types;
    }
    list.push_back(std::move(json));
  }
  return list;
}

// "ghcr.io/wasmcloud/components/hello:0.1.0": a host with a dot or a port, and a path; or a scheme.
bool looks_like_reference(std::string_view target) {
  const std::string_view host = target.substr(0, target.find('/'));
  const bool has_host = host.size() < target.size() && !host.starts_with('.') &&
                        (host.contains('.') || host.contains(':') || host == "localhost");
  return has_host || target.contains("://");
}

Result<> check_target(const std::string& target) {
  std::error_code error;
  if (looks_like_reference(target) && !std::filesystem::exists(target, error)) {
    return Error(ErrorKind::unsupported,
                 "{}: there is no such file, and wash does not pull from registries yet: pull it "
                 "with another tool, and name the file",
                 target);
  }
  return {};
}

class InspectCommand final : public Command {
 public:
  Summary summary() const override {
    return {.name = "inspect",
            .group = "Build",
            .description = "Show what a component imports and exports"};
  }

  void declare(CLI::App& app) override {
    app.add_option("file", file_, "The component: a .wasm file")->type_name("FILE");
    app.add_flag("--wit,--world", wit_, "Print its WIT: the world, and the packages it uses")
        ->disable_flag_override();
  }

  Result<> prepare() override { return {}; }

  Result<int> execute(const Output& output) override {
    WC_CHECK(check_target(file_));
    WC_TRY(const std::vector<std::uint8_t> bytes, read_component_file(file_));
    WC_TRY(const auto syntax, component::decode(bytes),
           "{}: is not a well-formed component: it may have been cut short or damaged, build or "
           "copy it again",
           file_);
    WC_TRY(const auto validated, component::validate(*syntax),
           "{}: is not a valid component: build it with current tools (wasm-tools validate tells "
           "their view)",
           file_);
    if (wit_) {
      return show_wit(output, *syntax, *validated);
    }
    show(output, *validated, bytes.size());
    return kSuccess;
  }

 private:
  Result<int> show_wit(const Output& output, const component::ast::Component& syntax,
                       const component::Validated& validated) const {
    WC_TRY(const wit::Graph graph, component::wit_of(syntax, validated),
           "{}: has no WIT that could be shown", file_);
    WC_TRY(const std::string text, wit::print(graph), "{}: writing out its WIT", file_);
    output.success(std::string_view(text).substr(0, text.size() - 1), {{"wit", text}});
    return kSuccess;
  }

  void show(const Output& output, const component::Validated& validated, std::size_t size) const {
    const auto imports = items_of(validated.arena, validated.root.imports);
    const auto exports = items_of(validated.arena, validated.root.exports);
    const std::string text = fmt::format("{}: component, {}\n{}{}", file_, human_size(size),
                                         text_of("Imports", imports), text_of("Exports", exports));
    const nlohmann::ordered_json json{
        {"kind", "component"},
        {"file", file_},
        {"size", size},
        {"imports", names_of(imports)},
        {"exports", names_of(exports)},
        {"items", {{"imports", json_of(imports)}, {"exports", json_of(exports)}}}};
    output.success(std::string_view(text).substr(0, text.size() - 1), json);
  }

  std::string file_;
  bool wit_ = false;
};

}  // namespace

std::unique_ptr<Command> make_inspect_command() { return std::make_unique<InspectCommand>(); }

}  // namespace wasmcloud::wash

#include "wasmcloud/wit/printer.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <variant>

#include <fmt/format.h>

#include "wasmcloud/wit/lexer.h"

namespace wasmcloud::wit {
namespace {

std::string written(const syntax::Id& id) { return (is_keyword(id.text) ? "%" : "") + id.text; }

std::string version(const std::optional<syntax::Version>& version) {
  return version ? "@" + version->value.to_string() : "";
}

std::string_view keyword_of(syntax::TypeKind kind) {
  switch (kind) {
    case syntax::TypeKind::own:
      return "own";
    case syntax::TypeKind::borrow:
      return "borrow";
    case syntax::TypeKind::list:
    case syntax::TypeKind::fixed_list:
      return "list";
    case syntax::TypeKind::option:
      return "option";
    case syntax::TypeKind::tuple:
      return "tuple";
    case syntax::TypeKind::result:
      return "result";
    case syntax::TypeKind::map:
      return "map";
    case syntax::TypeKind::stream:
      return "stream";
    case syntax::TypeKind::future:
      return "future";
    default:
      return "_";
  }
}

void append(std::string& text, const syntax::Type& type) {
  if (type.kind == syntax::TypeKind::primitive) {
    text += to_string(type.primitive);
    return;
  }
  if (type.kind == syntax::TypeKind::name) {
    text += written(type.name);
    return;
  }
  text += keyword_of(type.kind);
  if (type.kind == syntax::TypeKind::own || type.kind == syntax::TypeKind::borrow) {
    text += "<" + written(type.name) + ">";
    return;
  }
  if (type.arguments.empty() && type.kind != syntax::TypeKind::tuple) {
    return;
  }
  std::string_view separator = "<";
  for (const syntax::Type& argument : type.arguments) {
    text += separator;
    append(text, argument);
    separator = ", ";
  }
  if (type.arguments.empty()) {
    text += "<";
  }
  if (type.kind == syntax::TypeKind::fixed_list) {
    text += fmt::format(", {}", type.length);
  }
  text += ">";
}

std::string signature(const syntax::FuncType& type) {
  std::string text = "(";
  for (const syntax::Param& param : type.params) {
    text += (text.size() > 1 ? ", " : "") + written(param.name) + ": ";
    append(text, param.type);
  }
  text += ")";
  if (type.result) {
    text += " -> ";
    append(text, *type.result);
  }
  return text;
}

std::string function(const syntax::FuncType& type) {
  return (type.async ? "async func" : "func") + signature(type);
}

class Printer {
 public:
  std::string print(const syntax::Document& document) {
    if (document.package) {
      docs(document.package->docs);
      line(package(document.package->name) + ";");
    }
    for (const auto& item : document.items) {
      std::visit([&](const auto& it) { top_level(it); }, item);
    }
    return std::move(text_);
  }

 private:
  void line(std::string_view content) {
    text_.append(indentation_, ' ');
    text_ += content;
    text_ += '\n';
    fresh_ = false;
  }

  void open(std::string_view head) {
    line(fmt::format("{} {{", head));
    indentation_ += 2;
    fresh_ = true;
  }

  void close() {
    indentation_ -= 2;
    line("}");
  }

  // An empty line before what is more than a line, but not right after `{`.
  void gap() {
    if (!fresh_ && !text_.empty()) {
      text_ += '\n';
    }
  }

  void docs(std::string_view docs) {
    while (!docs.empty()) {
      const std::size_t end = std::min(docs.find('\n'), docs.size());
      line(end == 0 ? "///" : fmt::format("/// {}", docs.substr(0, end)));
      docs.remove_prefix(std::min(end + 1, docs.size()));
    }
  }

  void attributes(const syntax::Attributes& attributes) {
    docs(attributes.docs);
    if (attributes.since) {
      line(fmt::format("@since(version = {})", attributes.since->value.to_string()));
    }
    if (attributes.unstable) {
      line(fmt::format("@unstable(feature = {})", written(*attributes.unstable)));
    }
    if (attributes.deprecated) {
      line(fmt::format("@deprecated(version = {})", attributes.deprecated->value.to_string()));
    }
    if (attributes.external_id) {
      line(fmt::format("@external-id({})", quoted(*attributes.external_id)));
    }
  }

  static std::string package(const syntax::PackageName& package) {
    return fmt::format("package {}:{}{}", written(package.namespace_), written(package.name),
                       version(package.version));
  }

  void top_level(const syntax::FileUse& use) {
    gap();
    docs(use.docs);
    line(fmt::format("use {}{};", wit::print(use.path),
                     use.as ? " as " + written(*use.as) : std::string()));
  }

  void top_level(const syntax::Interface& interface) {
    gap();
    attributes(interface.attributes);
    open("interface " + written(interface.name));
    items(interface.items);
    close();
  }

  void top_level(const syntax::World& world) {
    gap();
    attributes(world.attributes);
    open("world " + written(world.name));
    items(world.items);
    close();
  }

  void top_level(const syntax::NestedPackage& nested) {
    gap();
    docs(nested.declaration.docs);
    open(package(nested.declaration.name));
    for (const syntax::PackageItem& item : nested.items) {
      std::visit([&](const auto& it) { top_level(it); }, item);
    }
    close();
  }

  // Items of one group stand together, without an empty line between.
  enum class Group : std::uint8_t { none, use, include, import, export_ };

  static Group group_of(const syntax::Use&) { return Group::use; }

  static Group group_of(const syntax::Include&) { return Group::include; }

  static Group group_of(const syntax::Extern& item) {
    return item.direction == syntax::Direction::import ? Group::import : Group::export_;
  }

  static Group group_of(const auto&) { return Group::none; }

  template <typename Item>
  void items(const std::vector<Item>& items) {
    Group last = Group::none;
    for (const Item& item : items) {
      std::visit(
          [&](const auto& it) {
            const Group group = group_of(it);
            if (!it.attributes.docs.empty() || group != last || group == Group::none) {
              gap();
            }
            last = group;
            attributes(it.attributes);
            this->item(it);
          },
          item);
    }
  }

  void item(const syntax::Use& use) {
    std::string names;
    for (const syntax::UsedName& used : use.names) {
      names += (names.empty() ? "" : ", ") + written(used.name);
      names += used.as ? " as " + written(*used.as) : "";
    }
    line(fmt::format("use {}.{{{}}};", wit::print(use.from), names));
  }

  void item(const syntax::Include& include) {
    const std::string head = "include " + wit::print(include.from);
    if (include.names.empty()) {
      line(head + ";");
      return;
    }
    std::string names;
    for (const syntax::RenamedName& renamed : include.names) {
      names += (names.empty() ? "" : ", ") + written(renamed.name) + " as " + written(renamed.as);
    }
    line(fmt::format("{} with {{ {} }}", head, names));
  }

  void item(const syntax::Extern& item) {
    std::string head = item.direction == syntax::Direction::import ? "import " : "export ";
    if (item.name) {
      head += written(*item.name) + ": ";
    }
    if (const auto* path = std::get_if<syntax::UsePath>(&item.what)) {
      line(head + wit::print(*path) + ";");
    } else if (const auto* type = std::get_if<syntax::FuncType>(&item.what)) {
      line(head + function(*type) + ";");
    } else {
      open(head + "interface");
      items(std::get<syntax::InlineInterface>(item.what).items);
      close();
    }
  }

  void item(const syntax::Function& item) {
    line(fmt::format("{}: {};", written(item.name), function(item.type)));
  }

  void item(const syntax::TypeDefinition& definition) {
    std::visit([&](const auto& body) { this->body(written(definition.name), body); },
               definition.body);
  }

  void body(const std::string& name, const syntax::Alias& alias) {
    line(fmt::format("type {} = {};", name, wit::print(alias.type)));
  }

  void body(const std::string& name, const syntax::Record& record) {
    open("record " + name);
    for (const syntax::Field& field : record.fields) {
      docs(field.docs);
      line(fmt::format("{}: {},", written(field.name), wit::print(field.type)));
    }
    close();
  }

  void body(const std::string& name, const syntax::Variant& variant) {
    open("variant " + name);
    for (const syntax::Case& one : variant.cases) {
      docs(one.docs);
      line(one.type ? fmt::format("{}({}),", written(one.name), wit::print(*one.type))
                    : written(one.name) + ",");
    }
    close();
  }

  void body(const std::string& name, const syntax::Enum& enumeration) {
    labels("enum " + name, enumeration.cases);
  }

  void body(const std::string& name, const syntax::Flags& flags) {
    labels("flags " + name, flags.flags);
  }

  void labels(std::string_view head, const std::vector<syntax::Label>& labels) {
    open(head);
    for (const syntax::Label& label : labels) {
      docs(label.docs);
      line(written(label.name) + ",");
    }
    close();
  }

  void body(const std::string& name, const syntax::Resource& resource) {
    if (resource.functions.empty()) {
      line("resource " + name + ";");
      return;
    }
    open("resource " + name);
    for (const syntax::ResourceFunction& one : resource.functions) {
      if (!one.function.attributes.docs.empty()) {
        gap();
      }
      attributes(one.function.attributes);
      resource_function(one);
    }
    close();
  }

  void resource_function(const syntax::ResourceFunction& one) {
    if (one.kind == syntax::ResourceFunctionKind::constructor) {
      line(fmt::format("constructor{};", signature(one.function.type)));
      return;
    }
    const bool is_static = one.kind == syntax::ResourceFunctionKind::static_;
    line(fmt::format("{}: {}{};", written(one.function.name), is_static ? "static " : "",
                     function(one.function.type)));
  }

  std::string text_;
  std::size_t indentation_ = 0;
  bool fresh_ = true;  // nothing since `{`
};

}  // namespace

std::string print(const syntax::Document& document) { return Printer().print(document); }

std::string print(const syntax::Type& type) {
  std::string text;
  append(text, type);
  return text;
}

std::string print(const syntax::UsePath& path) {
  if (!path.package) {
    return written(path.name);
  }
  return fmt::format("{}:{}/{}{}", written(path.package->namespace_), written(path.package->name),
                     written(path.name), version(path.package->version));
}

}  // namespace wasmcloud::wit

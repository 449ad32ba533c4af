#include "wasmcloud/wrpc/bindgen/type_text.h"

#include <bit>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "wasmcloud/wrpc/bindgen/cpp_names.h"
#include "wasmcloud/wrpc/bindgen/text.h"

namespace wasmcloud::wrpc::bindgen {
namespace {

using wit::Primitive;
using wit::TypeId;
using wit::TypeRef;
namespace types = wit::types;

std::vector<std::string> field_names(const types::Record& record) {
  NameScope scope;
  std::vector<std::string> names;
  for (const types::Field& field : record.fields) {
    names.push_back(scope.take(snake_case(field.name)));
  }
  return names;
}

// Bits of the number that has room for so many flags; 0: none has.
std::size_t flag_width(std::size_t count) {
  return count > 64 ? 0 : std::max<std::size_t>(8, std::bit_ceil(count));
}

class Definition {
 public:
  Definition(const TypeNames& names, TypeId type)
      : names_(names),
        type_(type),
        name_(names.name_of(type)),
        in_(names.full_name_of(type).substr(0,
                                            names.full_name_of(type).size() - name_.size() - 2)) {}

  std::string operator()(const types::Record& record) const {
    const std::vector<std::string> fields = field_names(record);
    std::string made = open_struct();
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const types::Field& field = record.fields[i];
      made += comment(field.docs, 2);
      made += fmt::format("  {} {}{};\n", write(field.type), fields[i], initial(field.type));
    }
    return made + close_struct();
  }

  // A constant and a function for each case, the value, in this order.
  std::string operator()(const types::Variant& variant) const {
    NameScope scope{name_, "value"};
    std::string constants;
    std::string makers;
    std::vector<std::string> payloads;
    for (std::size_t i = 0; i < variant.cases.size(); ++i) {
      const types::Case& each = variant.cases[i];
      payloads.push_back(each.type ? write(*each.type) : "::wasmcloud::wrpc::Unit");
      constants += comment(each.docs, 2);
      constants += fmt::format("  static constexpr std::size_t {} = {};\n",
                               scope.take(constant_case(each.name)), i);
      makers += make_case(scope.take(snake_case(each.name)), i, each.type);
    }
    return open_struct() + constants + "\n" + makers +
           packed("std::variant<", payloads, "> value;", 2) + close_struct();
  }

  std::string operator()(const types::Enum& enumeration) const {
    NameScope scope;
    const std::size_t width = enumeration.cases.size() > 256 ? 32 : 8;
    std::string made = fmt::format("enum class {} : std::uint{}_t {{\n", name_, width);
    for (const types::Label& label : enumeration.cases) {
      made += comment(label.docs, 2);
      made += fmt::format("  {},\n", scope.take(snake_case(label.name)));
    }
    return made + "};\n";
  }

  std::string operator()(const types::Flags& flags) const {
    NameScope scope;
    const std::size_t width = flag_width(flags.flags.size());
    const std::string type = width == 0 ? fmt::format("std::bitset<{}>", flags.flags.size())
                                        : fmt::format("std::uint{}_t", width);
    std::string made = open_struct();
    for (std::size_t i = 0; i < flags.flags.size(); ++i) {
      made += comment(flags.flags[i].docs, 2);
      const std::string name = scope.take(constant_case(flags.flags[i].name));
      made += width == 0
                  ? fmt::format("  static constexpr std::size_t {} = {};\n", name, i)
                  : fmt::format("  static constexpr {0} {1} = {0}{{1}} << {2}U;\n", type, name, i);
    }
    return made + fmt::format("\n  {} bits{};\n", type, width == 0 ? "" : " = 0") + close_struct();
  }

  std::string operator()(const types::Resource& /*resource*/) const {
    return fmt::format("using {0} = ::wasmcloud::wrpc::Handle<class {0}Resource>;\n", name_);
  }

  std::string operator()(const types::Alias& alias) const {
    return fmt::format("using {} = {};\n", name_, write(alias.type));
  }

  template <typename Unnamed>
  std::string operator()(const Unnamed& unnamed) const {
    // `type a = list<u8>` is the list, by that name.
    return fmt::format("using {} = {};\n", name_, names_.write_body(unnamed, in_));
  }

 private:
  std::string write(TypeRef type) const { return names_.write(type, in_); }

  std::string open_struct() const { return fmt::format("struct {} {{\n", name_); }

  // What holds a stream or future is equal to nothing.
  std::string close_struct() const {
    if (names_.is_async(type_)) {
      return "};\n";
    }
    return fmt::format("\n  friend bool operator==(const {0}&, const {0}&) = default;\n}};\n",
                       name_);
  }

  std::string make_case(const std::string& name, std::size_t index,
                        const std::optional<TypeRef>& type) const {
    const std::string head =
        fmt::format("static {} {}({}) {{", name_, name, type ? write(*type) + " payload" : "");
    const std::string body = fmt::format("return {{decltype(value)(std::in_place_index<{}>{})}};",
                                         index, type ? ", std::move(payload)" : "");
    const std::string one = fmt::format("  {} {} }}\n\n", head, body);
    return one.size() <= kColumns + 2 ? one : fmt::format("  {}\n    {}\n  }}\n\n", head, body);
  }

  std::string initial(TypeRef type) const {
    const auto* const primitive = std::get_if<Primitive>(&type.rep);
    if (primitive != nullptr && *primitive != Primitive::string) {
      return *primitive == Primitive::boolean ? " = false" : " = 0";
    }
    return names_.is_small(type) ? "{}" : "";
  }

  const TypeNames& names_;
  const TypeId type_;
  const std::string name_;
  const std::string in_;  // the namespace
};

template <typename Named>
std::vector<std::string> quoted(const std::vector<Named>& all) {
  std::vector<std::string> names;
  for (const Named& each : all) {
    names.push_back(fmt::format("\"{}\"", each.name));
  }
  return names;
}

std::string describe_labels(std::string_view macro, const std::string& type,
                            std::vector<std::string> labels) {
  labels.insert(labels.begin(), type);
  return packed(fmt::format("{}(", macro), labels, ");", 0);
}

}  // namespace

std::string define_type(const TypeNames& names, TypeId type) {
  const wit::TypeDefinition& definition = names.graph()[type];
  return comment(definition.docs, 0) + std::visit(Definition(names, type), definition.body);
}

std::string describe_type(const TypeNames& names, TypeId type) {
  const std::string full = names.full_name_of(type);
  const types::Body& body = names.graph()[type].body;
  if (const auto* const variant = std::get_if<types::Variant>(&body)) {
    return describe_labels("WC_WIT_VARIANT", full, quoted(variant->cases));
  }
  if (const auto* const enumeration = std::get_if<types::Enum>(&body)) {
    return describe_labels("WC_WIT_ENUM", full, quoted(enumeration->cases));
  }
  if (const auto* const flags = std::get_if<types::Flags>(&body)) {
    return describe_labels("WC_WIT_FLAGS", full, quoted(flags->flags));
  }
  const auto* const record = std::get_if<types::Record>(&body);
  if (record == nullptr) {
    return {};
  }
  std::vector<std::string> members = field_names(*record);
  for (std::string& member : members) {
    member = fmt::format("&{}::{}", full, member);
  }
  constexpr std::size_t kBehind = 14;  // WC_WIT_RECORD(
  return fmt::format("WC_WIT_RECORD({},\n", full) + packed("WC_MEMBERS(", members, "),", kBehind) +
         packed("", quoted(record->fields), ");", kBehind);
}

}  // namespace wasmcloud::wrpc::bindgen

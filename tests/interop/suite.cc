#include "suite.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "wasmcloud/base/assert.h"
#include "wasmcloud/wit/graph_values.h"
#include "wasmcloud/wit/resolver.h"
#include "wasmcloud/wit/wave.h"
#include "wasmcloud/wrpc/subject.h"

namespace wasmcloud::interop {
namespace {

std::string instance_of(std::string_view interface) {
  return fmt::format("wasmcloud-interop:suite/{}@0.1.0", interface);
}

std::string read_file(const char* path) {
  std::ifstream file(path);
  WC_ASSERT(file.good());
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

void add(const wit::Graph& graph, std::string_view interface, wit::FunctionId id,
         std::vector<Function>& into) {
  auto signature = wit::signature_of(graph, id);
  WC_ASSERT(signature.has_value());
  into.push_back({.interface = std::string(interface),
                  .instance = instance_of(interface),
                  .name = graph.name_of(id),
                  .signature = *std::move(signature)});
}

std::vector<Function> load() {
  const std::vector<wit::SourceFile> files{
      {.path = "interop.wit", .text = read_file(WC_INTEROP_WIT)}};
  const auto graph = wit::resolve(files);
  WC_ASSERT(graph.has_value());
  std::vector<Function> all;
  for (const char* const name :
       {"types", "handles", "streams", "nested", "gathered", "choices", "calls", "unserved"}) {
    const auto interface = graph->find_interface(instance_of(name));
    WC_ASSERT(interface.has_value());
    for (const wit::FunctionId id : (*graph)[*interface].functions) {
      add(*graph, name, id, all);
    }
    for (const wit::TypeId type : (*graph)[*interface].types) {
      if (const auto* const resource = std::get_if<wit::types::Resource>(&(*graph)[type].body)) {
        for (const wit::FunctionId id : resource->functions) {
          add(*graph, name, id, all);
        }
      }
    }
  }
  return all;
}

std::string quoted(std::size_t length) { return fmt::format("\"{}\"", std::string(length, 'a')); }

std::string zeros(std::size_t count) {
  std::string text = "[0";
  for (std::size_t i = 1; i < count; ++i) {
    text += ", 0";
  }
  return text + "]";
}

}  // namespace

const std::vector<Function>& functions() {
  static const std::vector<Function> all = load();
  return all;
}

const Function* find_function(std::string_view instance, std::string_view wire_name) {
  const auto found = std::ranges::find_if(functions(), [&](const Function& each) {
    return each.instance == instance && wrpc::wire_name(each.name) == wire_name;
  });
  return found == functions().end() ? nullptr : &*found;
}

const Function& function(std::string_view interface, std::string_view name) {
  const Function* const found = find_function(instance_of(interface), wrpc::wire_name(name));
  WC_ASSERT(found != nullptr);
  return *found;
}

// The same values stand in rust/peer/src/values.rs.
const std::vector<KnownValues>& known_values() {
  static const std::vector<KnownValues> all{
      {"bools", {"true", "false"}},
      {"u8s", {"0", "1", "127", "128", "200", "255"}},
      {"u16s", {"0", "127", "128", "255", "300", "16383", "16384", "65535"}},
      {"u32s", {"0", "127", "128", "624485", "2097152", "268435455", "268435456", "4294967295"}},
      {"u64s", {"0", "300", "4294967296", "9223372036854775808", "18446744073709551615"}},
      {"s8s", {"0", "-1", "127", "-128"}},
      {"s16s", {"0", "63", "64", "-1", "-64", "-65", "8191", "8192", "-8192", "32767"}},
      {"s32s",
       {"0", "-1", "63", "64", "-65", "-123456", "134217727", "134217728", "-134217728",
        "2147483647"}},
      {"s64s",
       {"0", "-1", "4611686018427387903", "4611686018427387904", "-4611686018427387904",
        "9223372036854775807"}},
      {"low-s16s", {"-8193", "-32768"}},
      {"low-s32s", {"-134217729", "-2147483648"}},
      {"low-s64s", {"-4611686018427387905", "-9223372036854775808"}},
      {"f32s", {"0", "-0", "1", "1.5", "-2.25", "1e-45", "3.4028235e38", "inf", "-inf", "nan"}},
      {"f64s",
       {"0", "-0", "1", "1.5", "-2.25", "5e-324", "1.7976931348623157e308", "inf", "-inf", "nan"}},
      {"chars", {"'a'", "'\\u{0}'", "'~'"}},
      {"wide-chars", {"'é'", "'€'", "'😀'"}},
      {"strings", {"\"\"", "\"test\"", "\"ƒ𐍈Ő\"", quoted(127), quoted(128), quoted(5000)}},
      {"bytes", {"[]", "[1, 2, 255]", zeros(300)}},
      {"numbers", {"[]", "[1, 300, 4294967295]"}},
      {"words", {"[]", R"(["foo", "", "bar"])"}},
      {"grids", {"[]", "[[1], []]", "[[1, 2], [300]]"}},
      {"options", {"none", "some(0)", "some(300)"}},
      {"nested-options", {"none", "some(none)", "some(some(\"x\"))"}},
      {"optional-bytes", {"none", "some([42])", "some([])"}},
      {"results", {"ok(300)", "err(\"no\")"}},
      {"half-results", {"ok", "err(\"\")", "err(\"io\")"}},
      {"bare-results", {"ok", "err"}},
      {"variants",
       {"nothing", "circle(1.5)", "rectangle((3, 400))", "named(\"x\")", "place({x: -1, y: 2})"}},
      {"enums", {"red", "green", "blue"}},
      {"flags3", {"{}", "{a}", "{a, c}"}},
      {"flags8", {"{}", "{a0}", "{a7}", "{a0, a1, a2, a3, a4, a5, a6, a7}"}},
      {"flags17", {R"(({}, "x"))", R"(({b16}, "y"))", R"(({b0, b8, b16}, "z"))"}},
      {"records",
       {R"({name: "Ada", age: 36, tags: ["math", "engines"], boss: some("Charles"), home: {x: -1, y: 64}})",
        R"({name: "", age: 0, tags: [], boss: none, home: {x: 0, y: 0}})"}},
      {"tuples",
       {R"x((1, ("a", some(true)), [("b", 2), ("", 65535)]))x", R"((255, ("", none), []))"}},
  };
  return all;
}

Result<wit::Value> known_value(const Function& function, std::size_t which) {
  const auto known = std::ranges::find(known_values(), function.name, &KnownValues::function);
  if (known == known_values().end() || which >= known->texts.size()) {
    return Error(ErrorKind::not_found, "{} has no value {}", function.name, which);
  }
  return wit::parse_wave(known->texts[which], *function.signature.result);
}

std::vector<std::uint8_t> pattern(std::size_t length) {
  std::vector<std::uint8_t> bytes(length);
  for (std::size_t i = 0; i < length; ++i) {
    bytes[i] = static_cast<std::uint8_t>(i * 7 % 251);
  }
  return bytes;
}

wit::List values_of(const std::vector<std::uint8_t>& bytes) {
  wit::List values;
  values.reserve(bytes.size());
  for (const std::uint8_t byte : bytes) {
    values.push_back({byte});
  }
  return values;
}

}  // namespace wasmcloud::interop

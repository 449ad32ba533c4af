#include "wasmcloud/wrpc/bindgen/cpp_names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>

#include <fmt/format.h>

namespace wasmcloud::wrpc::bindgen {
namespace {

// Sorted. Beside the keywords: macros of the C library that expand anywhere, and `std`, which each
// line of a header means by that name.
constexpr auto kReserved = std::to_array<std::string_view>(
    {"alignas",       "alignof",     "and",       "and_eq",    "asm",          "assert",
     "auto",          "bitand",      "bitor",     "bool",      "break",        "case",
     "catch",         "char",        "char16_t",  "char32_t",  "char8_t",      "class",
     "co_await",      "co_return",   "co_yield",  "compl",     "concept",      "const",
     "const_cast",    "consteval",   "constexpr", "constinit", "continue",     "decltype",
     "default",       "delete",      "do",        "double",    "dynamic_cast", "else",
     "enum",          "errno",       "explicit",  "export",    "extern",       "false",
     "float",         "for",         "friend",    "goto",      "if",           "inline",
     "int",           "linux",       "long",      "mutable",   "namespace",    "new",
     "noexcept",      "not",         "not_eq",    "nullptr",   "operator",     "or",
     "or_eq",         "private",     "protected", "public",    "register",     "reinterpret_cast",
     "requires",      "return",      "short",     "signed",    "sizeof",       "static",
     "static_assert", "static_cast", "std",       "stderr",    "stdin",        "stdout",
     "struct",        "switch",      "template",  "this",      "thread_local", "throw",
     "true",          "try",         "typedef",   "typeid",    "typename",     "union",
     "unix",          "unsigned",    "using",     "virtual",   "void",         "volatile",
     "wchar_t",       "while",       "xor",       "xor_eq"});
static_assert(std::ranges::is_sorted(kReserved));

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

char upper(char c) { return static_cast<char>(std::toupper(static_cast<unsigned char>(c))); }

}  // namespace

std::string snake_case(std::string_view label) {
  std::string name;
  for (const char c : label) {
    name += c == '-' ? '_' : lower(c);
  }
  if (std::ranges::binary_search(kReserved, std::string_view(name))) {
    name += '_';
  }
  return name;
}

std::string pascal_case(std::string_view label) {
  std::string name;
  bool begins = true;
  for (const char c : label) {
    if (c == '-') {
      begins = true;
      continue;
    }
    name += begins ? upper(c) : lower(c);
    begins = false;
  }
  return name;
}

std::string constant_case(std::string_view label) { return 'k' + pascal_case(label); }

// `a`, `a_`, `a_2`, `a_3`: never two underscores, which C++ keeps for itself.
std::string NameScope::take(std::string wanted) {
  if (taken_.insert(wanted).second) {
    return wanted;
  }
  if (!wanted.ends_with('_')) {
    wanted += '_';
    if (taken_.insert(wanted).second) {
      return wanted;
    }
  }
  std::size_t number = 2;
  while (!taken_.insert(fmt::format("{}{}", wanted, number)).second) {
    ++number;
  }
  return fmt::format("{}{}", wanted, number);
}

}  // namespace wasmcloud::wrpc::bindgen

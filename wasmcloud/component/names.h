// Names of imports and exports (Explainer.md "Import and Export Definitions", grammar
// `externname`): their parts, and when two of them are too alike to stand in one scope. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "wasmcloud/base/result.h"

namespace wasmcloud::component {

enum class NameKind : std::uint8_t {
  label,        // "get-thing"
  constructor,  // "[constructor]r"
  method,       // "[method]r.m"
  static_,      // "[static]r.m"
  interface,    // "wasi:http/types@0.2.0"
  dependency,   // "locked-dep=<..>", "unlocked-dep=<..>": imports of older tools
  url,          // "url=<..>"
  hash,         // "integrity=<..>"
};

// Views into the name that was parsed.
struct ExternName {
  NameKind kind = NameKind::label;
  std::string_view resource{};    // constructor, method, static_
  std::string_view label{};       // label, method, static_
  std::string_view namespace_{};  // interface, dependency: "wasi"
  std::string_view package{};     // "http"
  std::string_view interface{};   // "types"; interface only
  // "0.2.0"; empty if there is none. For an unlocked dependency the range as written.
  std::string_view version{};
};

// Error `invalid` with what is wrong: "`Abc` is not in kebab case", "expected `/` after package
// name", "unexpected end of input while parsing minor version number".
Result<ExternName> parse_extern_name(std::string_view name);
// The same, for the name of an import, which may have one of the dependency forms too.
Result<ExternName> parse_import_name(std::string_view name);

// label ::= fragments of [a-z0-9] or of [A-Z0-9], joined by `-`, the first of which starts with a
// letter.
bool is_label(std::string_view text) noexcept;

// Names are strongly unique when their canonical forms differ: lower case, without `[method]` or
// `[static]`, and `[method]l.l` is `l` ("Name Uniqueness").
std::string canonical_name(std::string_view name);

// Whether `text` is a version as Semantic Versioning 2.0 has it; else Error `invalid` with why.
Result<> check_semver(std::string_view text);

}  // namespace wasmcloud::component

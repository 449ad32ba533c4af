// Core WebAssembly's import matching, as far as components see it.
#include <fmt/format.h>

#include "wasmcloud/component/subtype.h"

namespace wasmcloud::component {
namespace {

// a.min >= b.min, and if b has a maximum, a has one that is not larger.
bool limits_match(const CoreLimits& actual, const CoreLimits& expected) noexcept {
  if (actual.min < expected.min) {
    return false;
  }
  return !expected.max || (actual.max && *actual.max <= *expected.max);
}

std::string heap_name(std::int64_t heap) {
  switch (heap) {
    case -0x10:
      return "func";
    case -0x11:
      return "extern";
    case -0x12:
      return "any";
    case -0x13:
      return "eq";
    case -0x14:
      return "i31";
    case -0x15:
      return "struct";
    case -0x16:
      return "array";
    case -0x17:
      return "exn";
    case -0x0f:
      return "none";
    case -0x0e:
      return "noextern";
    case -0x0d:
      return "nofunc";
    case -0x0c:
      return "noexn";
    default:
      return fmt::format("{}", heap);
  }
}

std::string to_string(const CoreFuncType& type) {
  std::string out = "(func";
  const auto list = [&](const char* what, const std::vector<CoreValType>& values) {
    if (values.empty()) {
      return;
    }
    out += fmt::format(" ({}", what);
    for (const CoreValType& value : values) {
      out += ' ';
      out += component::to_string(value);
    }
    out += ')';
  };
  list("param", type.params);
  list("result", type.results);
  return out + ")";
}

Result<> check(const CoreFuncType& actual, const CoreFuncType& expected) {
  if (actual != expected) {
    return Error(ErrorKind::invalid, "expected: {}, found: {}", to_string(expected),
                 to_string(actual));
  }
  return {};
}

Result<> check(const CoreTagType& actual, const CoreTagType& expected) {
  return check(actual.type, expected.type);
}

Result<> check(const CoreTableType& actual, const CoreTableType& expected) {
  return check_core_table(actual, expected);
}

Result<> check(const CoreMemoryType& actual, const CoreMemoryType& expected) {
  return check_core_memory(actual, expected);
}

// A constant may be used where a reference to the same may be null.
bool value_fits(const CoreValType& actual, const CoreValType& expected) noexcept {
  return actual.code == expected.code && actual.heap == expected.heap &&
         (expected.nullable || !actual.nullable);
}

Result<> check(const CoreGlobalType& actual, const CoreGlobalType& expected) {
  if (actual.mutable_ != expected.mutable_) {
    return Error(ErrorKind::invalid, "global types differ in mutability");
  }
  if (actual.shared != expected.shared) {
    return Error(ErrorKind::invalid, "mismatch in the shared flag for globals");
  }
  const bool fits =
      actual.mutable_ ? actual.type == expected.type : value_fits(actual.type, expected.type);
  if (!fits) {
    return Error(ErrorKind::invalid, "expected global type {}, found {}", to_string(expected.type),
                 to_string(actual.type));
  }
  return {};
}

}  // namespace

std::string to_string(const CoreValType& type) {
  switch (type.code) {
    case CoreValType::Code::i32:
      return "i32";
    case CoreValType::Code::i64:
      return "i64";
    case CoreValType::Code::f32:
      return "f32";
    case CoreValType::Code::f64:
      return "f64";
    case CoreValType::Code::v128:
      return "v128";
    case CoreValType::Code::ref:
      break;
  }
  if (type.nullable && type.heap < 0) {
    return heap_name(type.heap) + "ref";
  }
  return fmt::format("(ref {}{})", type.nullable ? "null " : "", heap_name(type.heap));
}

std::string_view describe(const CoreExternType& type) noexcept {
  constexpr std::array<std::string_view, 5> kNames = {"func", "table", "memory", "global", "tag"};
  return kNames[type.index()];
}

Result<> check_core_table(const CoreTableType& actual, const CoreTableType& expected) {
  if (actual.element != expected.element) {
    return Error(ErrorKind::invalid, "expected table element type {}, found {}",
                 to_string(expected.element), to_string(actual.element));
  }
  if (actual.shared != expected.shared) {
    return Error(ErrorKind::invalid, "mismatch in the shared flag for tables");
  }
  if (actual.is64 != expected.is64) {
    return Error(ErrorKind::invalid, "mismatch in index type used for tables");
  }
  if (!limits_match(actual.limits, expected.limits)) {
    return Error(ErrorKind::invalid, "mismatch in table limits");
  }
  return {};
}

Result<> check_core_memory(const CoreMemoryType& actual, const CoreMemoryType& expected) {
  if (actual.shared != expected.shared) {
    return Error(ErrorKind::invalid, "mismatch in the shared flag for memories");
  }
  if (actual.is64 != expected.is64) {
    return Error(ErrorKind::invalid, "mismatch in index type used for memories");
  }
  if (actual.page_size_log2 != expected.page_size_log2) {
    return Error(ErrorKind::invalid, "mismatch in page size for memories");
  }
  if (!limits_match(actual.limits, expected.limits)) {
    return Error(ErrorKind::invalid, "mismatch in memory limits");
  }
  return {};
}

Result<> check_core_subtype(const CoreExternType& actual, const CoreExternType& expected) {
  if (actual.index() != expected.index()) {
    return Error(ErrorKind::invalid, "expected {}, found {}", describe(expected), describe(actual));
  }
  return std::visit(
      [&]<typename T>(const T& type) -> Result<> { return check(type, std::get<T>(expected)); },
      actual);
}

}  // namespace wasmcloud::component

#include "wasmcloud/wit/primitive.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace wasmcloud::wit {
namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, 14> kNames{"bool", "s8",   "u8",     "s16",          "u16",
                                                  "s32",  "u32",  "s64",    "u64",          "f32",
                                                  "f64",  "char", "string", "error-context"};

}  // namespace

std::string_view to_string(Primitive primitive) noexcept {
  return kNames.at(static_cast<std::size_t>(primitive));
}

std::optional<Primitive> primitive_of(std::string_view keyword) noexcept {
  const auto found = std::ranges::find(kNames, keyword);
  if (found == kNames.end()) {
    return std::nullopt;
  }
  return static_cast<Primitive>(found - kNames.begin());
}

}  // namespace wasmcloud::wit

// A value or an Error. Success allocates nothing; dropping a Result is a warning.
#pragma once

#include <expected>
#include <type_traits>
#include <utility>

#include "wasmcloud/base/error.h"

namespace wasmcloud {

template <typename T = void>
class [[nodiscard]] Result : public std::expected<T, Error> {
  using Base = std::expected<T, Error>;

 public:
  using Base::Base;

  Result() = default;

  Result(Error error)  // NOLINT(google-explicit-constructor): `return Error(...)` is the point
      : Base(std::unexpect, std::move(error)) {}
};

namespace internal {
template <typename R>
Error take_error(R&& result) {
  return std::move(result).error();
}

inline Error with_context(Error error) { return error; }

template <typename... Args>
Error with_context(Error error, fmt::format_string<Args...> format, Args&&... args) {
  return std::move(error).with_context(fmt::format(format, std::forward<Args>(args)...));
}
}  // namespace internal

}  // namespace wasmcloud

#define WC_CONCAT_INNER(a, b) a##b
#define WC_CONCAT(a, b) WC_CONCAT_INNER(a, b)

#define WC_TRY_IMPL(keyword, result, target, expression, ...)                             \
  auto result = (expression);                                                             \
  if (!result) [[unlikely]] {                                                             \
    keyword ::wasmcloud::internal::with_context(                                          \
        ::wasmcloud::internal::take_error(std::move(result)) __VA_OPT__(, ) __VA_ARGS__); \
  }                                                                                       \
  target = *std::move(result)

#define WC_CHECK_IMPL(keyword, result, expression, ...)                                     \
  do {                                                                                      \
    auto result = (expression);                                                             \
    if (!result) [[unlikely]] {                                                             \
      keyword ::wasmcloud::internal::with_context(                                          \
          ::wasmcloud::internal::take_error(std::move(result)) __VA_OPT__(, ) __VA_ARGS__); \
    }                                                                                       \
  } while (false)

// Declares or assigns `target` from a Result, or returns its error, with context if a format string
// follows:
//   WC_TRY(auto manifest, parse_manifest(text), "manifest {}", name);
#define WC_TRY(target, expression, ...)                           \
  WC_TRY_IMPL(return, WC_CONCAT(wc_result_, __COUNTER__), target, \
                    expression __VA_OPT__(, ) __VA_ARGS__)
// The same for a Result<> (or one whose value is of no interest).
#define WC_CHECK(expression, ...) \
  WC_CHECK_IMPL(return, WC_CONCAT(wc_result_, __COUNTER__), expression __VA_OPT__(, ) __VA_ARGS__)

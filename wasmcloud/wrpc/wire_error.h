// What is said of bytes that are no value: by the reader of whole values and by the scanner of
// pieces, in the same words. Each names the offset, the thing, and what was expected. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wasmcloud/base/error.h"
#include "wasmcloud/wit/value_type.h"

namespace wasmcloud::wrpc::wire_error {

// `what`: "bool", "option status".
[[gnu::cold]] Error bad_status(std::size_t offset, std::string_view what, std::uint8_t byte);
[[gnu::cold]] Error too_wide(std::size_t offset, std::string_view what, unsigned bits);
// `what`: "enum", "variant".
[[gnu::cold]] Error unknown_case(std::size_t offset, std::string_view what, std::uint64_t index,
                                 std::size_t cases);
[[gnu::cold]] Error unknown_flags(std::size_t offset, std::uint8_t byte, std::size_t labels);
[[gnu::cold]] Error not_utf8(std::size_t offset, std::string_view what, std::uint8_t byte);
[[gnu::cold]] Error cut_short(std::size_t offset, std::string_view what, std::size_t missing);
// Kind `unsupported`: of an error-context, or a list of fixed length 0.
[[gnu::cold]] Error no_form(std::size_t offset, const wit::ValueType& type);

}  // namespace wasmcloud::wrpc::wire_error

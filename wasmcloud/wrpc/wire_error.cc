#include "wasmcloud/wrpc/wire_error.h"

namespace wasmcloud::wrpc::wire_error {

Error bad_status(std::size_t offset, std::string_view what, std::uint8_t byte) {
  return Error(ErrorKind::invalid, "offset {}: {} byte {}: expected 0 or 1", offset, what, byte);
}

Error too_wide(std::size_t offset, std::string_view what, unsigned bits) {
  return Error(ErrorKind::invalid, "offset {}: {}: expected an integer of {} bits", offset, what,
               bits);
}

Error unknown_case(std::size_t offset, std::string_view what, std::uint64_t index,
                   std::size_t cases) {
  return Error(ErrorKind::invalid, "offset {}: {} case {}: expected one below {}", offset, what,
               index, cases);
}

Error unknown_flags(std::size_t offset, std::uint8_t byte, std::size_t labels) {
  return Error(ErrorKind::invalid,
               "offset {}: flags byte {:#04x}: expected no bit beyond {} labels", offset, byte,
               labels);
}

Error not_utf8(std::size_t offset, std::string_view what, std::uint8_t byte) {
  return Error(ErrorKind::invalid, "offset {}: {} byte {:#04x}: expected UTF-8", offset, what,
               byte);
}

Error cut_short(std::size_t offset, std::string_view what, std::size_t missing) {
  return Error(ErrorKind::invalid, "offset {}: {}: expected {} more bytes at least, found the end",
               offset, what, missing);
}

Error no_form(std::size_t offset, const wit::ValueType& type) {
  return Error(ErrorKind::unsupported, "offset {}: type {} has no form on the wire", offset,
               type.describe());
}

}  // namespace wasmcloud::wrpc::wire_error

#include "wasmcloud/component/wasmtime_handles.h"

namespace wasmcloud::component {
namespace {

// Wasmtime renders a failure as "error while executing at wasm backtrace:\n    0: ...\n\nCaused
// by:\n    <cause>", where the cause may itself be a chain of numbered lines.
struct Rendered {
  std::string cause;
  std::string backtrace;
};

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// "0: text" -> "text"
std::string_view without_number(std::string_view line) {
  const auto digits = line.find_first_not_of("0123456789");
  if (digits != 0 && digits != std::string_view::npos && line.substr(digits, 2) == ": ") {
    return line.substr(digits + 2);
  }
  return line;
}

Rendered split(std::string_view text) {
  constexpr std::string_view kCausedBy = "Caused by:";
  constexpr std::string_view kBacktrace = "error while executing at wasm backtrace:";
  Rendered rendered;
  const auto cause = text.find(kCausedBy);
  if (!text.starts_with(kBacktrace) || cause == std::string_view::npos) {
    rendered.cause = trim(text);
    return rendered;
  }
  rendered.backtrace = trim(text.substr(kBacktrace.size(), cause - kBacktrace.size()));
  std::string_view rest = trim(text.substr(cause + kCausedBy.size()));
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    const std::string_view line = without_number(trim(rest.substr(0, end)));
    if (!line.empty()) {
      if (!rendered.cause.empty()) {
        rendered.cause += ": ";
      }
      rendered.cause += line;
    }
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  }
  return rendered;
}

Error rendered_error(ErrorKind kind, std::string_view text) {
  Rendered rendered = split(text);
  Error error(kind, "{}", rendered.cause);
  if (!rendered.backtrace.empty()) {
    return std::move(error).with_detail("wasm backtrace:\n    " + rendered.backtrace);
  }
  return error;
}

}  // namespace

Error to_error(ErrorHandle error, ErrorKind kind) {
  ByteVec message;
  wasmtime_error_message(error.get(), message.get());
  return rendered_error(kind, message.view());
}

Error to_error(TrapHandle trap) {
  ByteVec message;
  wasm_trap_message(trap.get(), message.get());
  std::string_view text = message.view();
  if (text.ends_with('\0')) {
    text.remove_suffix(1);
  }
  return rendered_error(ErrorKind::trap, text);
}

}  // namespace wasmcloud::component

// What went wrong, in a form that the caller can act on. An Error names what a caller may do about
// it (its kind), what happened (its message), and what each layer above was doing at the time (its
// context, outermost last).
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace wasmcloud {

// What a caller may do about an error.
enum class ErrorKind : std::uint8_t {
  invalid,      // the input is wrong: correct it
  not_found,    // it does not exist: create it, or name another
  denied,       // not allowed: ask for the right
  conflict,     // the state forbids it now: read again, then decide
  unavailable,  // a peer cannot be reached: try later
  timeout,      // the deadline passed: it may or may not have happened
  cancelled,    // somebody asked to stop
  exhausted,    // a limit was reached: use less, or raise it
  unsupported,  // this implementation does not do that
  trap,         // a guest trapped
  internal,     // a bug of ours, or a broken machine
};

// "invalid", "not_found", ...
std::string_view to_string(ErrorKind kind) noexcept;

// Move-only, one pointer wide. A moved-from Error may only be destroyed or assigned to.
class [[nodiscard]] Error {
 public:
  // The format string is checked at compile time. Where the text is data, pass it as an argument of
  // "{}".
  template <typename... Args>
  struct Format {
    template <typename S>
      requires std::convertible_to<const S&, fmt::format_string<Args...>>
    consteval Format(
        const S& text,  // NOLINT(google-explicit-constructor): it carries the caller's place
        std::source_location where_ = std::source_location::current())
        : format(text), where(where_) {}

    fmt::format_string<Args...> format;
    std::source_location where;
  };

  template <typename... Args>
  explicit Error(ErrorKind kind, Format<std::type_identity_t<Args>...> format, Args&&... args)
      : Error(kind, fmt::format(format.format, std::forward<Args>(args)...), format.where) {}

  Error(Error&&) noexcept;
  Error& operator=(Error&&) noexcept;
  Error(const Error&) = delete;
  Error& operator=(const Error&) = delete;
  ~Error();

  ErrorKind kind() const noexcept;
  // What happened, without context.
  const std::string& message() const noexcept;
  // What the layers above were doing, innermost first.
  const std::vector<std::string>& context() const noexcept;
  // Where in our code it was made.
  const std::source_location& where() const noexcept;

  // Says what the caller was doing. Returns itself, for `return std::move(e).with_context(...)`.
  Error&& with_context(std::string what) &&;
  // A further text for logs, such as a guest's backtrace. Empty if there is none.
  Error&& with_detail(std::string detail) &&;
  const std::string& detail() const noexcept;

  // "reading manifest app.yaml: line 3: expected a map, found a list": outermost context first, the
  // message last.
  std::string describe() const;

  // A second Error with the same content, for those who need to tell two parties.
  Error clone() const;

 private:
  struct Rep;
  Error(ErrorKind kind, std::string message, std::source_location where);
  explicit Error(std::unique_ptr<Rep> rep) noexcept;

  std::unique_ptr<Rep> rep_;
};

}  // namespace wasmcloud

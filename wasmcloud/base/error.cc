#include "wasmcloud/base/error.h"

#include <utility>

namespace wasmcloud {

struct Error::Rep {
  ErrorKind kind;
  std::string message;
  std::source_location where;
  std::vector<std::string> context;
  std::string detail;
};

std::string_view to_string(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::invalid:
      return "invalid";
    case ErrorKind::not_found:
      return "not_found";
    case ErrorKind::denied:
      return "denied";
    case ErrorKind::conflict:
      return "conflict";
    case ErrorKind::unavailable:
      return "unavailable";
    case ErrorKind::timeout:
      return "timeout";
    case ErrorKind::cancelled:
      return "cancelled";
    case ErrorKind::exhausted:
      return "exhausted";
    case ErrorKind::unsupported:
      return "unsupported";
    case ErrorKind::trap:
      return "trap";
    case ErrorKind::internal:
      return "internal";
  }
  return "unknown";
}

Error::Error(ErrorKind kind, std::string message, std::source_location where)
    : rep_(std::make_unique<Rep>(Rep{kind, std::move(message), where, {}, {}})) {}

Error::Error(std::unique_ptr<Rep> rep) noexcept : rep_(std::move(rep)) {}

Error::Error(Error&&) noexcept = default;
Error& Error::operator=(Error&&) noexcept = default;
Error::~Error() = default;

ErrorKind Error::kind() const noexcept { return rep_->kind; }

const std::string& Error::message() const noexcept { return rep_->message; }

const std::vector<std::string>& Error::context() const noexcept { return rep_->context; }

const std::source_location& Error::where() const noexcept { return rep_->where; }

Error&& Error::with_context(std::string what) && {
  rep_->context.push_back(std::move(what));
  return std::move(*this);
}

Error&& Error::with_detail(std::string detail) && {
  rep_->detail = std::move(detail);
  return std::move(*this);
}

const std::string& Error::detail() const noexcept { return rep_->detail; }

std::string Error::describe() const {
  std::string text;
  for (auto frame = rep_->context.rbegin(); frame != rep_->context.rend(); ++frame) {
    text += *frame;
    text += ": ";
  }
  text += rep_->message;
  return text;
}

Error Error::clone() const { return Error(std::make_unique<Rep>(*rep_)); }

}  // namespace wasmcloud

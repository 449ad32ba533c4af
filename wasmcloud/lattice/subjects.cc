#include "wasmcloud/lattice/subjects.h"

#include <algorithm>

#include <fmt/format.h>

#include "wasmcloud/nats/message.h"

namespace wasmcloud::lattice {
namespace {

constexpr std::string_view kVersion = "v1";

// Tokens of a subject that means one thing: none empty, no wildcard, nothing that ends a line of
// the protocol.
bool is_plain_subject(std::string_view text) noexcept {
  const bool printable = std::ranges::all_of(
      text, [](char c) { return c > ' ' && c < '\x7f' && c != '*' && c != '>'; });
  return printable && !text.empty() && text.front() != '.' && text.back() != '.' &&
         !text.contains("..");
}

// The text before the next dot; `rest` loses it and the dot.
std::string_view next_token(std::string_view& rest) noexcept {
  const std::size_t end = rest.find('.');
  const std::string_view token = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return token;
}

}  // namespace

Result<ControlSubjects> ControlSubjects::create(std::string_view lattice, std::string_view prefix) {
  if (!nats::is_name(lattice)) {
    return Error(ErrorKind::invalid,
                 "lattice `{}`: a name has letters, digits, `_` and `-`, and at least one",
                 lattice);
  }
  if (!is_plain_subject(prefix)) {
    return Error(ErrorKind::invalid,
                 "control prefix `{}`: tokens with dots between them, without wildcards or blanks",
                 prefix);
  }
  return ControlSubjects(std::string(lattice), fmt::format("{}.{}.{}", prefix, kVersion, lattice));
}

std::string ControlSubjects::operation(std::string_view noun, std::string_view verb) const {
  return fmt::format("{}.{}.{}", root_, noun, verb);
}

std::string ControlSubjects::operation(std::string_view noun, std::string_view verb,
                                       std::string_view id) const {
  return fmt::format("{}.{}.{}.{}", root_, noun, verb, id);
}

std::string ControlSubjects::queue_group(std::string_view noun) const {
  return fmt::format("{}.{}", root_, noun);
}

std::optional<ControlOperation> ControlSubjects::parse(std::string_view subject) const {
  if (!subject.starts_with(root_) || subject.size() <= root_.size() ||
      subject[root_.size()] != '.') {
    return std::nullopt;
  }
  std::string_view rest = subject.substr(root_.size() + 1);
  ControlOperation operation;
  operation.noun = next_token(rest);
  operation.verb = next_token(rest);
  operation.id = next_token(rest);
  if (operation.noun.empty() || operation.verb.empty() || !rest.empty() || subject.back() == '.') {
    return std::nullopt;
  }
  return operation;
}

}  // namespace wasmcloud::lattice

#include "wasmcloud/wash/prompt.h"

#include <iostream>

#include <fmt/format.h>

#include "wasmcloud/wash/arguments.h"
#include "wasmcloud/wash/output.h"

namespace wasmcloud::wash {

Result<std::string> ask(std::string_view question, std::string_view otherwise) {
  write(Stream::err, otherwise.empty() ? fmt::format("{}: ", question)
                                       : fmt::format("{} [{}]: ", question, otherwise));
  std::string answer;
  if (!std::getline(std::cin, answer)) {
    write(Stream::err, "\n");
    return Error(ErrorKind::unavailable, "no answer to \"{}\": there is no more input", question);
  }
  return answer.empty() ? std::string(otherwise) : answer;
}

Result<std::size_t> choose(std::string_view question, const std::vector<std::string>& options) {
  for (std::size_t i = 0; i < options.size(); ++i) {
    write(Stream::err, fmt::format("  {}) {}\n", i + 1, options[i]));
  }
  for (;;) {
    WC_TRY(const std::string answer, ask(question, {}));
    if (const auto number = parse_number(answer, 1, options.size())) {
      return static_cast<std::size_t>(*number - 1);
    }
    write(Stream::err, fmt::format("Answer with a number from 1 to {}.\n", options.size()));
  }
}

}  // namespace wasmcloud::wash

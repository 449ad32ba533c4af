#include "wasmcloud/wash/output.h"

#include <cerrno>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <unistd.h>

namespace wasmcloud::wash {
namespace {

int descriptor(Stream stream) { return stream == Stream::out ? STDOUT_FILENO : STDERR_FILENO; }

// Names and paths are bytes; JSON is UTF-8.
std::string dump(const nlohmann::ordered_json& json, int indent) {
  return json.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

// Outermost first.
std::vector<std::string_view> chain_of(const Error& error) {
  std::vector<std::string_view> chain(error.context().rbegin(), error.context().rend());
  chain.emplace_back(error.message());
  return chain;
}

nlohmann::ordered_json succeeded(const nlohmann::ordered_json& json) {
  nlohmann::ordered_json framed = json;
  framed["success"] = true;
  return framed;
}

}  // namespace

void write(Stream stream, std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor(stream), text.data(), text.size());
    if (written > 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (written < 0 && errno == EAGAIN) {  // somebody made our terminal non-blocking
      pollfd waiting{.fd = descriptor(stream), .events = POLLOUT, .revents = 0};
      ::poll(&waiting, 1, -1);
    } else if (written == 0 || errno != EINTR) {
      return;
    }
  }
}

bool is_terminal(Stream stream) noexcept {
  const char* const term = std::getenv("TERM");
  return ::isatty(descriptor(stream)) == 1 && term != nullptr && std::string_view(term) != "dumb";
}

bool has_colour(Stream stream) noexcept {
  const char* const no_color = std::getenv("NO_COLOR");
  const char* const clicolor = std::getenv("CLICOLOR");
  return is_terminal(stream) && (no_color == nullptr || *no_color == '\0') &&
         (clicolor == nullptr || std::string_view(clicolor) != "0");
}

std::string error_text(const Error& error) {
  const auto chain = chain_of(error);
  std::string text(chain.front());
  if (chain.size() == 1) {
    return text;
  }
  text += "\n\nCaused by:";
  for (std::size_t i = 1; i < chain.size(); ++i) {
    text += chain.size() == 2 ? fmt::format("\n    {}", chain[i])
                              : fmt::format("\n    {}: {}", i - 1, chain[i]);
  }
  return text;
}

std::string error_json(const Error& error) {
  const auto chain = chain_of(error);
  nlohmann::ordered_json json{{"success", false}, {"error", chain.front()}};
  for (std::size_t i = 1; i < chain.size(); ++i) {
    json["error_chain"].push_back(chain[i]);
  }
  return dump(json, 2);
}

void Output::success(std::string_view text, const nlohmann::ordered_json& json) const {
  bare_success(text, succeeded(json));
}

void Output::bare_success(std::string_view text, const nlohmann::ordered_json& json) const {
  if (format_ == OutputFormat::json) {
    write(Stream::out, fmt::format("\n{}\n", dump(json, 2)));
  } else {
    write(Stream::out, fmt::format("\n{}\n", text));
  }
}

void Output::started(std::string_view text, const nlohmann::ordered_json& json) const {
  if (format_ == OutputFormat::json) {
    write(Stream::out, fmt::format("{}\n", dump(succeeded(json), -1)));
  } else {
    write(Stream::out, fmt::format("\n{}\n", text));
  }
}

void Output::failure(const Error& error) const {
  write(Stream::err, fmt::format("\n{}\n", format_ == OutputFormat::json ? error_json(error)
                                                                         : error_text(error)));
}

void Output::note(std::string_view line) const {
  if (format_ == OutputFormat::text) {
    write(Stream::err, fmt::format("{}\n", line));
  }
}

}  // namespace wasmcloud::wash

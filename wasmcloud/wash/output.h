// What a command says, and how it is framed: text or JSON, stdout or stderr. A closed pipe is no
// error: what is written to it is dropped.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "wasmcloud/base/error.h"

namespace wasmcloud::wash {

enum class OutputFormat : std::uint8_t { text, json };
enum class Stream : std::uint8_t { out, err };

// At once, and whole.
void write(Stream stream, std::string_view text) noexcept;

// Whether colours and moving lines make sense there: a terminal that is not "dumb".
bool is_terminal(Stream stream) noexcept;
// A terminal, and neither NO_COLOR nor CLICOLOR=0 is set.
bool has_colour(Stream stream) noexcept;

// "outermost: what happened", then the chain below it: what the text and JSON forms are made of.
std::string error_text(const Error& error);
std::string error_json(const Error& error);

class Output {
 public:
  explicit Output(OutputFormat format) noexcept : format_(format) {}

  OutputFormat format() const noexcept { return format_; }

  // The end of a command that went well: `text`, or `json` (an object) with "success": true.
  void success(std::string_view text, const nlohmann::ordered_json& json) const;
  // The same with `json` as it is, for one whose keys are the user's.
  void bare_success(std::string_view text, const nlohmann::ordered_json& json) const;
  // The same on one line of JSON, for a command that goes on.
  void started(std::string_view text, const nlohmann::ordered_json& json) const;
  void failure(const Error& error) const;
  // A line on stderr beside the result; nothing in JSON.
  void note(std::string_view line) const;

 private:
  OutputFormat format_;
};

}  // namespace wasmcloud::wash

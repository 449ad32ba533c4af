// Structured logs: a constant sentence and fields. Whether they become text or JSON is the sink's
// affair. Thread-safe.
//
//   log::info("component scaled", {{"component_id", id}, {"max_instances", n}});
//
// error: someone must act. warn: degraded, we coped. info: state changed. debug: per request.
// trace: per operation.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "wasmcloud/base/result.h"

namespace wasmcloud::log {

enum class Level : std::uint8_t { trace, debug, info, warn, error, off };
enum class Format : std::uint8_t { text, json };

// Only views: a Field lives for the length of the log call that it is written in.
struct Field {
  using Value = std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool>;

  Field(std::string_view name_, std::string_view text) : name(name_), value(text) {}

  Field(std::string_view name_, const char* text) : name(name_), value(std::string_view(text)) {}

  Field(std::string_view name_, const std::string& text)
      : name(name_), value(std::string_view(text)) {}

  Field(std::string_view name_, std::same_as<bool> auto flag) : name(name_), value(flag) {}

  Field(std::string_view name_, std::floating_point auto number)
      : name(name_), value(static_cast<double>(number)) {}

  template <std::integral Int>
    requires(!std::same_as<Int, bool>)
  Field(std::string_view name_, Int number) : name(name_) {
    if constexpr (std::signed_integral<Int>) {
      value = static_cast<std::int64_t>(number);
    } else {
      value = static_cast<std::uint64_t>(number);
    }
  }

  std::string_view name;
  Value value;
};

using Fields = std::initializer_list<Field>;

// To stderr, from `level` up. Before the first call: text from warn up. Call it once, early in
// main.
void configure(Level level, Format format);
// "trace" "debug" "info" "warn" "error" "off", in any case.
Result<Level> parse_level(std::string_view name);

bool enabled(Level level) noexcept;
void write(Level level, std::string_view sentence, Fields fields) noexcept;
// Blocks until what was logged has been handed to the system.
void flush() noexcept;

inline void trace(std::string_view sentence, Fields fields = {}) noexcept {
  write(Level::trace, sentence, fields);
}

inline void debug(std::string_view sentence, Fields fields = {}) noexcept {
  write(Level::debug, sentence, fields);
}

inline void info(std::string_view sentence, Fields fields = {}) noexcept {
  write(Level::info, sentence, fields);
}

inline void warn(std::string_view sentence, Fields fields = {}) noexcept {
  write(Level::warn, sentence, fields);
}

inline void error(std::string_view sentence, Fields fields = {}) noexcept {
  write(Level::error, sentence, fields);
}

}  // namespace wasmcloud::log

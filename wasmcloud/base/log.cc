#include "wasmcloud/base/log.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace wasmcloud::log {
namespace {

constexpr std::string_view kTextPattern = "%Y-%m-%dT%H:%M:%S.%fZ %v";
constexpr std::string_view kRawPattern = "%v";

std::atomic<Level> threshold{Level::warn};
std::atomic<Format> format{Format::text};

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
    auto made = std::make_shared<spdlog::logger>("wasmcloud", std::move(sink));
    made->set_level(spdlog::level::trace);
    made->set_formatter(std::make_unique<spdlog::pattern_formatter>(
        std::string(kTextPattern), spdlog::pattern_time_type::utc));
    return made;
  }();
  return *instance;
}

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::trace:
      return spdlog::level::trace;
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warn:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
    case Level::off:
      break;
  }
  return spdlog::level::off;
}

std::string_view to_string(Level level) {
  constexpr std::array<std::string_view, 6> kNames{"trace", "debug", "info",
                                                   "warn",  "error", "off"};
  return kNames.at(static_cast<std::size_t>(level));
}

// A text value stands bare where that is unambiguous, else as a JSON string, so that a guest cannot
// forge fields or lines.
void append_text_value(std::string& line, const Field::Value& value) {
  std::visit(
      [&line](const auto& held) {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, std::string_view>) {
          const bool bare = !held.empty() && std::ranges::all_of(held, [](unsigned char c) {
            return c > 0x20 && c < 0x7f && c != '"' && c != '=' && c != '\\';
          });
          if (bare) {
            line += held;
          } else {
            line +=
                nlohmann::json(held).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
          }
        } else {
          line += fmt::format("{}", held);
        }
      },
      value);
}

std::string text_line(Level level, std::string_view sentence, Fields fields) {
  std::string line = fmt::format("{:<5} {}", to_string(level), sentence);
  for (const Field& field : fields) {
    line += ' ';
    line += field.name;
    line += '=';
    append_text_value(line, field.value);
  }
  return line;
}

std::string json_line(Level level, std::string_view sentence, Fields fields) {
  nlohmann::ordered_json line;
  const auto now =
      std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  const auto seconds = std::chrono::time_point_cast<std::chrono::seconds>(now);
  const std::time_t time = std::chrono::system_clock::to_time_t(seconds);
  std::tm utc{};
  gmtime_r(&time, &utc);
  line["timestamp"] =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", utc.tm_year + 1900, utc.tm_mon + 1,
                  utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, (now - seconds).count());
  line["level"] = to_string(level);
  line["message"] = sentence;
  for (const Field& field : fields) {
    std::visit([&](const auto& held) { line[std::string(field.name)] = held; }, field.value);
  }
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

void configure(Level level, Format new_format) {
  threshold = level;
  format = new_format;
  const auto pattern = new_format == Format::json ? kRawPattern : kTextPattern;
  logger().set_formatter(std::make_unique<spdlog::pattern_formatter>(
      std::string(pattern), spdlog::pattern_time_type::utc));
}

Result<Level> parse_level(std::string_view name) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const Level level :
       {Level::trace, Level::debug, Level::info, Level::warn, Level::error, Level::off}) {
    if (lower == to_string(level)) {
      return level;
    }
  }
  return Error(ErrorKind::invalid,
               "log level \"{}\": expected trace, debug, info, warn, error or off", name);
}

bool enabled(Level level) noexcept { return level >= threshold.load(std::memory_order_relaxed); }

void write(Level level, std::string_view sentence, Fields fields) noexcept {
  if (!enabled(level)) {
    return;
  }
  try {
    const std::string line = format == Format::json ? json_line(level, sentence, fields)
                                                    : text_line(level, sentence, fields);
    logger().log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
  } catch (...) {
    // A log line that cannot be written must not take the work with it; there is no one left to
    // tell.
    return;
  }
}

void flush() noexcept {
  try {
    logger().flush();
  } catch (...) {
    return;
  }
}

}  // namespace wasmcloud::log

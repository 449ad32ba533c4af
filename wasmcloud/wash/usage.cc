#include "wasmcloud/wash/usage.h"

#include <algorithm>
#include <array>
#include <numeric>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace wasmcloud::wash {
namespace {

constexpr std::size_t kRuleWidth = 81;
constexpr std::string_view kBanner =
    R"(                               ____ _                 _   ____  _          _ _
 __      ____ _ ___ _ __ ___  / ___| | ___  _   _  __| | / ___|| |__   ___| | |
 \ \ /\ / / _` / __| '_ ` _ \| |   | |/ _ \| | | |/ _` | \___ \| '_ \ / _ \ | |
  \ V  V / (_| \__ \ | | | | | |___| | (_) | |_| | (_| |  ___) | | | |  __/ | |
   \_/\_/ \__,_|___/_| |_| |_|\____|_|\___/ \__,_|\__,_| |____/|_| |_|\___|_|_|)";
constexpr std::string_view kDescription =
    "Interact and manage wasmCloud applications, projects, and runtime environments";

// The groups of the whole shell, in order; those without a command are not shown.
constexpr std::array<std::string_view, 5> kGroups{"Build", "Run", "Iterate", "Publish",
                                                  "Configure"};

class Paint {
 public:
  explicit Paint(bool on) : on_(on) {}

  std::string green(std::string_view text) const { return with("32", text); }

  std::string blue(std::string_view text) const { return with("34", text); }

  std::string heading(std::string_view text) const { return with("1;32", text); }

  std::string literal(std::string_view text) const { return with("1;36", text); }

 private:
  std::string with(std::string_view code, std::string_view text) const {
    return on_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }

  bool on_;
};

struct Row {
  std::string name;
  std::string description;
};

std::size_t widest(const std::vector<Row>& rows) {
  return std::accumulate(
      rows.begin(), rows.end(), std::size_t{0},
      [](std::size_t most, const Row& row) { return std::max(most, row.name.size()); });
}

std::string padding(const Row& row, std::size_t column) {
  return std::string(column - row.name.size(), ' ');
}

// "-o, --output <OUTPUT>", "    --addr <HOST:PORT>", "<FILE>", "[FILE]" if it may be absent,
// "<FILE>..." if there may be more.
std::string full_name(const CLI::Option& option) {
  const bool needed = option.get_items_expected_min() > 0;
  std::string placeholder;
  if (!option.get_type_name().empty()) {
    placeholder = needed ? fmt::format("<{}>", option.get_type_name())
                         : fmt::format("[{}]", option.get_type_name());
  }
  if (option.get_positional()) {
    return placeholder + (option.get_items_expected_max() > 1 ? "..." : "");
  }
  std::string name = option.get_snames().empty() ? "    " : "-" + option.get_snames().front();
  if (!option.get_lnames().empty()) {
    name += option.get_snames().empty() ? "" : ", ";
    name += "--" + option.get_lnames().front();
  }
  return placeholder.empty() ? name : fmt::format("{} {}", name, placeholder);
}

std::vector<Row> rows_of(const CLI::App& app, bool positional) {
  std::vector<Row> rows;
  for (const CLI::Option* const option : app.get_options()) {
    if (option->get_positional() == positional && !option->get_group().empty()) {  // "": hidden
      rows.push_back({full_name(*option), option->get_description()});
    }
  }
  return rows;
}

std::vector<Row> command_rows(const CLI::App& app) {
  std::vector<Row> rows;
  for (const CLI::App* const command : app.get_subcommands({})) {
    rows.push_back({command->get_name(), command->get_description()});
  }
  return rows;
}

// "wash get hosts"
std::string command_path(const CLI::App& app) {
  return app.get_parent() == nullptr
             ? app.get_name()
             : fmt::format("{} {}", command_path(*app.get_parent()), app.get_name());
}

std::string section(std::string_view title, const std::vector<Row>& rows, const Paint& paint) {
  if (rows.empty()) {
    return {};
  }
  const std::size_t column = widest(rows) + 2;
  std::string text = fmt::format("\n{}\n", paint.heading(title));
  for (const Row& row : rows) {
    text +=
        fmt::format("  {}{}{}\n", paint.literal(row.name), padding(row, column), row.description);
  }
  return text;
}

// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

std::string top_level_help(const std::vector<Command::Summary>& commands, bool colour) {
  const Paint paint(colour);
  const std::string rule(kRuleWidth, '_');
  std::string text = fmt::format(
      "{}\n\n{}\n\n{} {}\n", paint.heading(fmt::format("{}\n{}\n{}", rule, kBanner, rule)),
      paint.green(kDescription), paint.green("Usage:"), paint.blue("[OPTIONS] <COMMAND>"));
  const std::vector<Row> options{{"-o, --output <OUTPUT>", "Output format: text or json"},
                                 {"-h, --help", "Print help"},
                                 {"-V, --version", "Print the versions of what this build holds"}};
  std::size_t column = widest(options);
  for (const Command::Summary& command : commands) {
    column = std::max(column, command.name.size());
  }
  column += 3;
  const auto line = [&](const Row& row) {
    return fmt::format("  {}{}{}\n", paint.blue(row.name), padding(row, column), row.description);
  };
  for (const std::string_view group : kGroups) {
    std::string lines;
    for (const Command::Summary& command : commands) {
      if (command.group == group) {
        lines += line({command.name, command.description});
      }
    }
    if (!lines.empty()) {
      text += fmt::format("\n{}\n{}", paint.heading(fmt::format("{}:", group)), lines);
    }
  }
  text += fmt::format("\n{}\n", paint.heading("Options:"));
  for (const Row& option : options) {
    text += line(option);
  }
  return text;
}

std::string usage_line(const CLI::App& app) {
  std::string line = command_path(app) + " [OPTIONS]";
  if (!app.get_subcommands({}).empty()) {
    line += " <COMMAND>";
  }
  for (const Row& row : rows_of(app, true)) {
    line += ' ';
    line += row.name;
  }
  return line;
}

std::string command_help(const CLI::App& app, bool colour) {
  const Paint paint(colour);
  return fmt::format("{}\n\n{} {}\n{}{}{}", app.get_description(), paint.heading("Usage:"),
                     paint.literal(usage_line(app)), section("Commands:", command_rows(app), paint),
                     section("Arguments:", rows_of(app, true), paint),
                     section("Options:", rows_of(app, false), paint));
}

std::string option_text(const CLI::App& app, std::string_view name) {
  const CLI::Option* const option = app.get_option_no_throw(std::string(name));
  if (option == nullptr || option->get_type_name().empty()) {
    return std::string(name);
  }
  return option->get_positional() ? fmt::format("<{}>", option->get_type_name())
                                  : fmt::format("{} <{}>", name, option->get_type_name());
}

std::vector<std::string> flag_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* const option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      names.push_back("--" + name);
    }
  }
  return names;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* const command : app.get_subcommands({})) {
    names.push_back(command->get_name());
  }
  return names;
}

std::string closest(std::string_view given, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t best_distance = given.size();
  for (const std::string& candidate : candidates) {
    // What was cut short is as good as what was mistyped.
    const bool begins = given.size() >= 3 && candidate.starts_with(given);
    const std::size_t d = begins ? 1 : distance(given, candidate);
    const std::size_t tolerated = std::max<std::size_t>(1, candidate.size() / 3);
    if (d <= tolerated && d < best_distance) {
      best = candidate;
      best_distance = d;
    }
  }
  return best;
}

}  // namespace wasmcloud::wash

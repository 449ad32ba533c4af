#include "wasmcloud/wash/shell.h"

#include <algorithm>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "wasmcloud/wash/usage.h"
#include "wasmcloud/wash/version.h"

namespace wasmcloud::wash {
namespace {

constexpr std::string_view kBadOutput =
    "error parsing output type, see help for the list of accepted outputs";

std::optional<OutputFormat> parse_format(std::string_view text) {
  if (text == "text") {
    return OutputFormat::text;
  }
  if (text == "json") {
    return OutputFormat::json;
  }
  return std::nullopt;
}

// The options that `wash` and each of its commands have.
struct CommonOptions {
  std::string output;
  bool help = false;

  void declare(CLI::App& app) {
    app.set_help_flag();  // ours, so that help is a value like others and not an exception
    app.allow_extras();   // ours to complain of, with a hint
    app.add_option("-o,--output", output, "Output format: text or json [default: text]")
        ->type_name("OUTPUT")
        ->take_last();
    app.add_flag("-h,--help", help, "Print help")->disable_flag_override();
  }
};

struct Entry {
  std::unique_ptr<Command> command;
  CommonOptions common;
  CLI::App* app = nullptr;
};

// The format to complain in when the arguments could not be read: as asked for, wherever it stands.
OutputFormat guess_format(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    const bool bare = argument == "-o" || argument == "--output";
    if (argument == "--output=json" || argument == "-ojson" || argument == "-o=json" ||
        (bare && i + 1 < arguments.size() && arguments[i + 1] == "json")) {
      return OutputFormat::json;
    }
  }
  return OutputFormat::text;
}

class Shell {
 public:
  Shell(std::vector<std::string> arguments, Services services)
      : arguments_(std::move(arguments)), app_("", "wash"), format_(guess_format(arguments_)) {
    common_.declare(app_);
    app_.add_flag("-V,--version", version_, "Print the versions of what this build holds")
        ->disable_flag_override();
    app_.require_subcommand(0, 1);
    add(make_inspect_command());
    add(make_run_command(std::move(services.start_http_service)));
    add(make_up_command());
    add(make_down_command());
  }

  int run() {
    try {
      std::vector<std::string> reversed(arguments_.rbegin(), arguments_.rend());  // as CLI11 has it
      app_.parse(std::move(reversed));
    } catch (const CLI::ArgumentMismatch& error) {
      return complain(chosen_app(), mismatch(chosen_app(), error.what()));
    } catch (const CLI::ParseError& error) {
      return complain(chosen_app(), error.what());
    }
    Entry* const chosen = find_chosen();
    CLI::App& app = chosen == nullptr ? app_ : *chosen->app;
    if (const auto problem = settle_format(chosen)) {
      return complain(app, *problem);
    }
    if (chosen != nullptr && chosen->common.help) {
      write(Stream::out, command_help(app, has_colour(Stream::out)));
      return kSuccess;
    }
    if (common_.help) {
      write(Stream::out, help(Stream::out));
      return kSuccess;
    }
    if (version_) {
      write(Stream::out, version_text(format_));
      return kSuccess;
    }
    if (const auto problem = unexpected_argument(app_)) {
      return complain(app_, *problem);
    }
    if (chosen == nullptr) {
      write(Stream::err, help(Stream::err));
      return kUsageError;
    }
    if (const auto problem = unexpected_argument(app)) {
      return complain(app, *problem);
    }
    return execute(*chosen);
  }

 private:
  void add(std::unique_ptr<Command> command) {
    Entry& entry = *entries_.emplace_back(std::make_unique<Entry>());
    const Command::Summary summary = command->summary();
    entry.app = app_.add_subcommand(summary.name, summary.description);
    entry.command = std::move(command);
    entry.command->declare(*entry.app);
    entry.common.declare(*entry.app);
  }

  Entry* find_chosen() {
    const auto found = std::ranges::find_if(
        entries_, [this](const auto& entry) { return app_.got_subcommand(entry->app); });
    return found == entries_.end() ? nullptr : found->get();
  }

  CLI::App& chosen_app() {
    const Entry* const chosen = find_chosen();
    return chosen == nullptr ? app_ : *chosen->app;
  }

  std::string help(Stream stream) const {
    std::vector<Command::Summary> summaries;
    for (const auto& entry : entries_) {
      summaries.push_back(entry->command->summary());
    }
    return top_level_help(summaries, has_colour(stream));
  }

  // The one behind the command's name wins over the one before it.
  std::optional<std::string> settle_format(const Entry* chosen) {
    for (const std::string& given :
         {common_.output, chosen == nullptr ? std::string() : chosen->common.output}) {
      if (given.empty()) {
        continue;
      }
      const auto format = parse_format(given);
      if (!format) {
        return fmt::format("invalid value '{}' for '--output <OUTPUT>': {}", given, kBadOutput);
      }
      format_ = *format;
    }
    return std::nullopt;
  }

  // CLI11's "--addr: 1 required HOST:PORT missing" and "watch was given a disallowed flag
  // override".
  static std::string mismatch(const CLI::App& app, std::string_view what) {
    const std::string_view name = what.substr(0, what.find(':'));
    if (what.ends_with("missing") && name.starts_with('-')) {
      return fmt::format("a value is required for '{}' but none was supplied",
                         option_text(app, name));
    }
    if (what.ends_with("flag override")) {
      return fmt::format("the flag '--{}' takes no value", what.substr(0, what.find(' ')));
    }
    return std::string(what);
  }

  static std::optional<std::string> unexpected_argument(const CLI::App& app) {
    const std::vector<std::string> extras = app.remaining();
    if (extras.empty()) {
      return std::nullopt;
    }
    const std::string& given = extras.front();
    const bool flag = given.size() > 1 && given.front() == '-';
    const bool command = !flag && app.get_parent() == nullptr;
    const std::string name = flag ? given.substr(0, given.find('=')) : given;
    const std::string meant = flag      ? closest(name, flag_names(app))
                              : command ? closest(name, command_names(app))
                                        : std::string();
    std::string text = command ? fmt::format("unrecognized subcommand '{}'", name)
                               : fmt::format("unexpected argument '{}' found", name);
    if (!meant.empty()) {
      text += fmt::format("\n\n  tip: a similar {} exists: '{}'",
                          command ? "subcommand" : "argument", meant);
    }
    return text;
  }

  int complain(const CLI::App& app, std::string_view problem) const {
    if (format_ == OutputFormat::json) {
      Output(format_).failure(Error(ErrorKind::invalid, "{}", problem));
    } else {
      write(Stream::err,
            fmt::format("error: {}\n\nUsage: {}\n\nFor more information, try '--help'.\n", problem,
                        usage_line(app)));
    }
    return kUsageError;
  }

  int execute(Entry& entry) {
    const Output output(format_);
    if (const Result<> prepared = entry.command->prepare(); !prepared) {
      return complain(*entry.app, prepared.error().describe());
    }
    const Result<int> ended = entry.command->execute(output);
    if (!ended) {
      output.failure(ended.error());
      return kFailure;
    }
    return *ended;
  }

  std::vector<std::string> arguments_;
  CLI::App app_;
  CommonOptions common_;
  bool version_ = false;
  std::vector<std::unique_ptr<Entry>> entries_;  // CLI11 keeps references to what is in them
  OutputFormat format_;
};

}  // namespace

int run_shell(std::vector<std::string> arguments, Services services) {
  return Shell(std::move(arguments), std::move(services)).run();
}

}  // namespace wasmcloud::wash

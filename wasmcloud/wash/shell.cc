#include "wasmcloud/wash/shell.h"

#include <algorithm>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "wasmcloud/base/log.h"
#include "wasmcloud/wash/environment.h"
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
  bool experimental = false;

  void declare(CLI::App& app) {
    app.set_help_flag();  // ours, so that help is a value like others and not an exception
    app.allow_extras();   // ours to complain of, with a hint
    app.add_option("-o,--output", output, "Output format: text or json [default: text]")
        ->type_name("OUTPUT")
        ->take_last();
    // Nothing of ours is an experiment, but scripts for the existing shell have it.
    app.add_flag("--experimental", experimental)->group("");
    app.add_flag("-h,--help", help, "Print help")->disable_flag_override();
  }
};

// A command, or a group of them; `wash` itself is one.
struct Entry {
  std::unique_ptr<Command> command;  // null: a group
  CommonOptions common;
  CLI::App* app = nullptr;
  std::vector<std::unique_ptr<Entry>> children;
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

// CLI11 takes an argument "[1, 2]" for two. To WAVE, which is what lists are written in, a blank
// behind it is nothing.
void keep_lists_whole(std::vector<std::string>& arguments) {
  if (std::ranges::find(arguments, "call") == arguments.end()) {
    return;
  }
  for (std::string& argument : arguments) {
    if (argument.starts_with('[') && argument.ends_with(']')) {
      argument += ' ';
    }
  }
}

class Shell {
 public:
  Shell(std::vector<std::string> arguments, Services services)
      : arguments_(std::move(arguments)), app_("", "wash"), format_(guess_format(arguments_)) {
    root_.app = &app_;
    root_.common.declare(app_);
    app_.add_flag("-V,--version", version_, "Print the versions of what this build holds")
        ->disable_flag_override();
    app_.require_subcommand(0, 1);
    add(make_inspect_command());
    add(make_wit_commands());
    add(make_run_command(std::move(services.start_http_service)));
    add(make_up_command());
    add(make_down_command());
    add(make_get_commands());
    add(make_call_command());
    add(make_spy_command());
    add(make_start_commands());
    add(make_scale_commands());
    add(make_stop_commands());
    add(make_update_commands());
    add(make_link_commands());
    add(make_label_command());
    add(make_config_commands());
    add(make_context_commands());
    add(make_key_commands());
  }

  int run() {
    try {
      std::vector<std::string> reversed(arguments_.rbegin(), arguments_.rend());  // as CLI11 has it
      keep_lists_whole(reversed);
      app_.parse(std::move(reversed));
    } catch (const CLI::ArgumentMismatch& error) {
      return complain(*chosen().back()->app, mismatch(*chosen().back()->app, error.what()));
    } catch (const CLI::ParseError& error) {
      return complain(*chosen().back()->app, error.what());
    }
    const std::vector<Entry*> path = chosen();
    Entry& last = *path.back();
    if (const auto problem = settle_format(path)) {
      return complain(*last.app, *problem);
    }
    const auto helped = std::find_if(path.rbegin(), path.rend(),
                                     [](const Entry* entry) { return entry->common.help; });
    if (helped != path.rend()) {
      write(Stream::out, help_of(**helped, Stream::out));
      return kSuccess;
    }
    if (version_) {
      write(Stream::out, version_text(format_));
      return kSuccess;
    }
    for (const Entry* const entry : path) {
      if (const auto problem = unexpected_argument(*entry->app)) {
        return complain(*entry->app, *problem);
      }
    }
    if (last.command == nullptr) {
      write(Stream::err, help_of(last, Stream::err));
      return kUsageError;
    }
    if (const auto problem = missing_argument(*last.app)) {
      return complain(*last.app, *problem);
    }
    return execute(last);
  }

 private:
  static Entry& add(Entry& parent, const Command::Summary& summary) {
    Entry& entry = *parent.children.emplace_back(std::make_unique<Entry>());
    entry.app = parent.app->add_subcommand(summary.name, summary.description);
    for (const std::string& alias : summary.aliases) {
      entry.app->alias(alias);
    }
    return entry;
  }

  static void add(Entry& parent, std::unique_ptr<Command> command) {
    Entry& entry = add(parent, command->summary());
    entry.command = std::move(command);
    entry.command->declare(*entry.app);
    entry.common.declare(*entry.app);
  }

  void add(std::unique_ptr<Command> command) {
    summaries_.push_back(command->summary());
    add(root_, std::move(command));
  }

  void add(CommandGroup group) {
    Entry& entry = add(root_, group.summary);
    entry.common.declare(*entry.app);
    entry.app->require_subcommand(0, 1);
    for (auto& command : group.commands) {
      add(entry, std::move(command));
    }
    summaries_.push_back(std::move(group.summary));
  }

  // From `wash` to the command that was named, as far as the arguments go.
  std::vector<Entry*> chosen() {
    std::vector<Entry*> path{&root_};
    for (;;) {
      const Entry& last = *path.back();
      const auto next = std::ranges::find_if(
          last.children, [&](const auto& child) { return last.app->got_subcommand(child->app); });
      if (next == last.children.end()) {
        return path;
      }
      path.push_back(next->get());
    }
  }

  std::string help_of(const Entry& entry, Stream stream) const {
    return &entry == &root_ ? top_level_help(summaries_, has_colour(stream))
                            : command_help(*entry.app, has_colour(stream));
  }

  // The one behind a command's name wins over the one before it.
  std::optional<std::string> settle_format(const std::vector<Entry*>& path) {
    for (const Entry* const entry : path) {
      const std::string& given = entry->common.output;
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
    const bool command = !flag && !app.get_subcommands({}).empty();
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

  static std::optional<std::string> missing_argument(const CLI::App& app) {
    std::string missing;
    for (const CLI::Option* const option : app.get_options()) {
      const std::string placeholder = placeholder_of(*option);
      if (option->get_positional() && option->empty() && placeholder.starts_with('<')) {
        missing += "\n  " + placeholder;
      }
    }
    return missing.empty()
               ? std::nullopt
               : std::optional("the following required arguments were not provided:" + missing);
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
    log::configure(log_level_variable().value_or(log::Level::error), log::Format::text);
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
  bool version_ = false;
  Entry root_;  // CLI11 keeps references to what is in it
  std::vector<Command::Summary> summaries_;
  OutputFormat format_;
};

}  // namespace

int run_shell(std::vector<std::string> arguments, Services services) {
  return Shell(std::move(arguments), std::move(services)).run();
}

}  // namespace wasmcloud::wash

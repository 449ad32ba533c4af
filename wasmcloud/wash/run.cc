// wash run FILE: serve a component over HTTP, without a lattice.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "wasmcloud/base/log.h"
#include "wasmcloud/wash/arguments.h"
#include "wasmcloud/wash/command.h"
#include "wasmcloud/wash/component_file.h"
#include "wasmcloud/wash/directories.h"
#include "wasmcloud/wash/environment.h"
#include "wasmcloud/wash/serve.h"

namespace wasmcloud::wash {
namespace {

constexpr std::uint64_t kWasmPage = 64 * 1024;
constexpr std::uint64_t kMaxShards = 1024;

// The text of each flag, until prepare() has read it.
struct Flags {
  std::string address = "127.0.0.1:8000";
  std::vector<std::string> env;
  std::vector<std::string> dirs;
  std::string max_memory = "256MiB";
  std::string timeout = "10m";
  std::string shards;
  std::string log_level;
  std::string log_format = "text";
  bool watch = false;
};

// The flag, else the variable, else what tells a user of a server that it works.
Result<log::Level> choose_level(const std::string& flag) {
  if (!flag.empty()) {
    return log::parse_level(flag);
  }
  return log_level_variable().value_or(log::Level::info);
}

Result<log::Format> parse_log_format(std::string_view text) {
  if (text == "text") {
    return log::Format::text;
  }
  if (text == "json") {
    return log::Format::json;
  }
  return Error(ErrorKind::invalid, "expected text or json");
}

// A folder that is missing would show only when the guest looks for it.
Result<> check_dirs(const std::vector<std::pair<std::string, std::string>>& dirs) {
  for (const auto& [host, guest] : dirs) {
    std::error_code error;
    const auto status = std::filesystem::status(host, error);
    if (status.type() == std::filesystem::file_type::not_found) {
      return Error(ErrorKind::not_found, "--dir {}::{}: no such directory: make {} first", host,
                   guest, host);
    }
    if (error) {
      return Error(ErrorKind::denied, "--dir {}::{}: {}", host, guest, error.message());
    }
    if (status.type() != std::filesystem::file_type::directory) {
      return Error(ErrorKind::invalid, "--dir {}::{}: {} is not a directory", host, guest, host);
    }
  }
  return {};
}

Error with_hint(Error error, const std::string& address) {
  if (error.kind() == ErrorKind::conflict) {
    return std::move(error).with_context(fmt::format(
        "{} is in use: stop who uses it, or choose another with --addr (port 0 takes any free one)",
        address));
  }
  return error;
}

class RunCommand final : public Command {
 public:
  explicit RunCommand(StartHttpService start) : start_(std::move(start)) {}

  Summary summary() const override {
    return {.name = "run", .group = "Run", .description = "Serve a component over HTTP"};
  }

  void declare(CLI::App& app) override {
    app.add_option("file", file_, "The component: a .wasm file")->type_name("FILE");
    const auto add = [&app](const char* name, std::string& value, const char* type,
                            const char* text) {
      app.add_option(name, value, text)->type_name(type)->take_last();
    };
    const auto add_many = [&app](const char* name, std::vector<std::string>& values,
                                 const char* type, const char* text) {
      app.add_option(name, values, text)->type_name(type)->allow_extra_args(false);
    };
    add("--addr", flags_.address, "HOST:PORT",
        "Where to listen; port 0 takes any free one [default: 127.0.0.1:8000]");
    add_many("--env", flags_.env, "KEY=VALUE",
             "An environment variable of the component; may be given again");
    add_many("--dir", flags_.dirs, "HOST::GUEST",
             "A directory the component may use, and its path there; may be given again");
    add("--max-memory", flags_.max_memory, "BYTES",
        "Most memory of one instance, with KiB, MiB or GiB [default: 256MiB]");
    add("--timeout", flags_.timeout, "DURATION",
        "Most time of one request, with ms, s, m or h [default: 10m]");
    add("--shards", flags_.shards, "N", "Event loops, a thread each [default: one a core]");
    app.add_flag("--watch", flags_.watch, "Swap the component when its file changes")
        ->disable_flag_override();
    add("--log-level", flags_.log_level, "LEVEL",
        "trace, debug, info, warn, error or off [default: RUST_LOG, else info]");
    add("--log-format", flags_.log_format, "FORMAT", "text or json [default: text]");
  }

  Result<> prepare() override {
    WC_CHECK(parse_option(flags_.address, "--addr <HOST:PORT>", parse_address));
    config_.address = flags_.address;
    for (const std::string& env : flags_.env) {
      WC_CHECK(parse_option(env, "--env <KEY=VALUE>", parse_env));
    }
    WC_TRY(config_.env, parse_envs(flags_.env));
    for (const std::string& text : flags_.dirs) {
      WC_TRY(auto dir, parse_option(text, "--dir <HOST::GUEST>", parse_dir));
      config_.dirs.push_back(std::move(dir));
    }
    WC_TRY(config_.max_memory, parse_option(flags_.max_memory, "--max-memory <BYTES>", parse_size));
    if (config_.max_memory < kWasmPage) {
      return bad_value(flags_.max_memory, "--max-memory <BYTES>",
                       Error(ErrorKind::invalid, "expected at least one page of memory, 64KiB"));
    }
    WC_TRY(config_.timeout, parse_option(flags_.timeout, "--timeout <DURATION>", parse_duration));
    if (!flags_.shards.empty()) {
      const auto parse_shards = [](std::string_view text) {
        return parse_number(text, 1, kMaxShards);
      };
      WC_TRY(config_.shards, parse_option(flags_.shards, "--shards <N>", parse_shards));
    }
    WC_TRY(level_, parse_option(flags_.log_level, "--log-level <LEVEL>", choose_level));
    WC_TRY(log_format_, parse_option(flags_.log_format, "--log-format <FORMAT>", parse_log_format));
    return {};
  }

  Result<int> execute(const Output& output) override {
    WC_CHECK(check_component_file(file_));
    WC_CHECK(check_dirs(config_.dirs));
    log::configure(level_, log_format_);
    if (const auto cache = cache_directory()) {
      config_.cache_dir = *cache / "components";
    }
    const std::string address = config_.address;
    Result<int> ended = serve_until_signal(file_, std::move(config_),
                                           flags_.watch ? Watch::yes : Watch::no, start_, output);
    if (!ended) {
      return with_hint(std::move(ended).error(), address);
    }
    return ended;
  }

 private:
  StartHttpService start_;
  std::string file_;
  Flags flags_;
  host::HttpServiceConfig config_;
  log::Level level_ = log::Level::info;
  log::Format log_format_ = log::Format::text;
};

}  // namespace

std::unique_ptr<Command> make_run_command(StartHttpService start) {
  return std::make_unique<RunCommand>(std::move(start));
}

}  // namespace wasmcloud::wash

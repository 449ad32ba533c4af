// What every subcommand is to the shell: one object, made by the function at the end that bears its
// name.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wash/output.h"

namespace CLI {
class App;
}

namespace wasmcloud::host {
class HttpService;
struct HttpServiceConfig;
}  // namespace wasmcloud::host

namespace wasmcloud::wash {

inline constexpr int kSuccess = 0;
inline constexpr int kFailure = 1;
inline constexpr int kUsageError = 2;

// Used once: declare, then prepare, then execute.
class Command {
 public:
  struct Summary {
    std::string name;
    std::string group = {};  // its heading in `wash --help`; of no use below a group of commands
    std::string description;
    std::vector<std::string> aliases = {};
  };

  virtual ~Command() = default;

  virtual Summary summary() const = 0;
  // Adds its flags and arguments; none of them required() to CLI11, which would complain of a
  // missing one before it complains of one that does not exist. The shell sees to it that arguments
  // are there, but for those whose type_name is in brackets: "[host-id]".
  virtual void declare(CLI::App& app) = 0;
  // Checks the values it was given. An error is the user's: exit code 2 and the usage.
  virtual Result<> prepare() = 0;
  // Does it, and says so; an error is told by the caller. The exit code.
  virtual Result<int> execute(const Output& output) = 0;
};

// A command of commands: `wash get hosts`.
struct CommandGroup {
  Command::Summary summary;
  std::vector<std::unique_ptr<Command>> commands;
};

// host::start_http_service, or a fake.
using StartHttpService = std::function<Result<std::unique_ptr<host::HttpService>>(
    std::string component, host::HttpServiceConfig config)>;

std::unique_ptr<Command> make_call_command();
CommandGroup make_config_commands();
CommandGroup make_context_commands();
std::unique_ptr<Command> make_down_command();
CommandGroup make_get_commands();
std::unique_ptr<Command> make_inspect_command();
CommandGroup make_key_commands();
std::unique_ptr<Command> make_label_command();
CommandGroup make_link_commands();
std::unique_ptr<Command> make_run_command(StartHttpService start);
CommandGroup make_scale_commands();
std::unique_ptr<Command> make_spy_command();
CommandGroup make_start_commands();
CommandGroup make_stop_commands();
std::unique_ptr<Command> make_up_command();
CommandGroup make_update_commands();
CommandGroup make_wit_commands();

}  // namespace wasmcloud::wash

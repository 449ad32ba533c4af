// Help and complaints about arguments, as the Rust tools word them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/wash/command.h"

namespace CLI {
class Option;
}

namespace wasmcloud::wash {

// The help of `wash` itself: commands by group.
std::string top_level_help(const std::vector<Command::Summary>& commands, bool colour);

// The help of one subcommand, made from what it declared.
std::string command_help(const CLI::App& app, bool colour);

// "wash run [OPTIONS] <FILE>"
std::string usage_line(const CLI::App& app);

// "<FILE>", or "[FILE]" if it may be absent: its type_name, which is in brackets then.
std::string placeholder_of(const CLI::Option& option);

// "<HOST:PORT>" becomes "--addr <HOST:PORT>" for the option that `name` names; `name` itself if
// there is none.
std::string option_text(const CLI::App& app, std::string_view name);

// The names of all long flags, or of all subcommands, of `app`.
std::vector<std::string> flag_names(const CLI::App& app);
std::vector<std::string> command_names(const CLI::App& app);

// The candidate that was most likely meant, or an empty text if none is near.
std::string closest(std::string_view given, const std::vector<std::string>& candidates);

}  // namespace wasmcloud::wash

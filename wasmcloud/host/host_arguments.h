// The command line of the program `wasmcloud`, and its environment (fact sheet "lattice", 6.1).
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "wasmcloud/base/log.h"
#include "wasmcloud/base/result.h"
#include "wasmcloud/host/lattice_host.h"

namespace wasmcloud::host {

struct HostArguments {
  LatticeHostConfig config;
  log::Level log_level = log::Level::info;
  log::Format log_format = log::Format::text;
};

// A text to print on stdout instead: help, version.
struct HostInformation {
  std::string text;
};

// `arguments` without the program's name. What is not given there is taken from this process's
// environment; variables that we do not know are ignored. `version`: the program's. Errors:
// `invalid`, `unsupported`; they name the option.
Result<std::variant<HostArguments, HostInformation>> parse_host_arguments(
    std::vector<std::string> arguments, std::string version);

}  // namespace wasmcloud::host

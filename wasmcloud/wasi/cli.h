// wasi:cli (0.2): what a program expects of its surroundings. Its output goes to the log, its input
// is empty, and there is no terminal.
#pragma once

#include "wasmcloud/component/abi.h"

namespace wasmcloud::component {
class Host;
}

namespace wasmcloud::wasi {

// Nobody gets one: the resources are there so that components link.
class TerminalInput final : public component::HostResource {};

class TerminalOutput final : public component::HostResource {};

// wasi:cli/environment, exit, stdin, stdout, stderr, terminal-*
void add_cli(component::Host& host);

}  // namespace wasmcloud::wasi

WC_COMPONENT_RESOURCE(wasmcloud::wasi::TerminalInput, "terminal-input");
WC_COMPONENT_RESOURCE(wasmcloud::wasi::TerminalOutput, "terminal-output");

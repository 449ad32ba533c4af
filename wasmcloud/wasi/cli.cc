#include "wasmcloud/wasi/cli.h"

#include <expected>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "wasmcloud/component/host.h"
#include "wasmcloud/wasi/context.h"
#include "wasmcloud/wasi/io_streams.h"

namespace wasmcloud::wasi {
namespace {

using component::HostInterface;
using component::make_own;
using component::Store;
using component::Unit;

// An error that no host function turns into a value unwinds everything the guest has on its stack.
Result<> exit_with(Store& store, std::uint8_t status) {
  store.host<Context>().exit_status = status;
  return Error(ErrorKind::cancelled, "the component asked to exit with status {}", status);
}

HostInterface make_environment() {
  HostInterface interface("wasi:cli/environment@0.2.12");
  interface.function("get-environment", [](Store& store) {
    std::vector<std::tuple<std::string_view, std::string_view>> variables;
    for (const auto& [name, value] : store.host<Context>().environment().variables) {
      variables.emplace_back(name, value);
    }
    return variables;
  });
  interface.function("get-arguments", [](Store& store) {
    const auto& arguments = store.host<Context>().environment().arguments;
    return std::vector<std::string_view>(arguments.begin(), arguments.end());
  });
  interface.function("initial-cwd",
                     [](Store&) -> std::optional<std::string> { return std::nullopt; });
  return interface;
}

HostInterface make_exit() {
  HostInterface interface("wasi:cli/exit@0.2.12");
  interface.function("exit", [](Store& store, std::expected<void, Unit> status) {
    return exit_with(store, status.has_value() ? 0 : 1);
  });
  interface.function("exit-with-code", exit_with);
  return interface;
}

HostInterface make_stdin() {
  HostInterface interface("wasi:cli/stdin@0.2.12");
  interface.resource<InputStream>("input-stream");
  interface.function("get-stdin",
                     [](Store&) { return make_own<InputStream>(std::make_shared<EmptySource>()); });
  return interface;
}

HostInterface make_stdout() {
  HostInterface interface("wasi:cli/stdout@0.2.12");
  interface.resource<OutputStream>("output-stream");
  interface.function("get-stdout", [](Store& store) {
    return make_own<OutputStream>(store.host<Context>().standard_output());
  });
  return interface;
}

HostInterface make_stderr() {
  HostInterface interface("wasi:cli/stderr@0.2.12");
  interface.resource<OutputStream>("output-stream");
  interface.function("get-stderr", [](Store& store) {
    return make_own<OutputStream>(store.host<Context>().standard_error());
  });
  return interface;
}

template <typename Terminal>
HostInterface make_terminal(std::string name, std::string resource) {
  HostInterface interface(std::move(name));
  interface.resource<Terminal>(std::move(resource));
  return interface;
}

// An interface whose one function gives a terminal, if there is one.
template <typename Terminal>
HostInterface make_terminal_of(std::string name, std::string resource, std::string function) {
  HostInterface interface = make_terminal<Terminal>(std::move(name), std::move(resource));
  interface.function(std::move(function),
                     [](Store&) { return std::optional<component::Own<Terminal>>(); });
  return interface;
}

}  // namespace

void add_cli(component::Host& host) {
  host.add(make_environment());
  host.add(make_exit());
  host.add(make_stdin());
  host.add(make_stdout());
  host.add(make_stderr());
  host.add(make_terminal<TerminalInput>("wasi:cli/terminal-input@0.2.12", "terminal-input"));
  host.add(make_terminal<TerminalOutput>("wasi:cli/terminal-output@0.2.12", "terminal-output"));
  host.add(make_terminal_of<TerminalInput>("wasi:cli/terminal-stdin@0.2.12", "terminal-input",
                                           "get-terminal-stdin"));
  host.add(make_terminal_of<TerminalOutput>("wasi:cli/terminal-stdout@0.2.12", "terminal-output",
                                            "get-terminal-stdout"));
  host.add(make_terminal_of<TerminalOutput>("wasi:cli/terminal-stderr@0.2.12", "terminal-output",
                                            "get-terminal-stderr"));
}

}  // namespace wasmcloud::wasi

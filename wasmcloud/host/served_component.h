// A component from the file that a user names, and what it can be called for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "wasmcloud/bridge/exports.h"
#include "wasmcloud/bridge/remote_imports.h"
#include "wasmcloud/component/component.h"
#include "wasmcloud/host/translated_exports.h"
#include "wasmcloud/wasi/http_incoming.h"

namespace wasmcloud::host {

// Immutable; the handler belongs to the component.
struct ServedComponent {
  std::shared_ptr<const component::Component> component;
  std::optional<wasi::IncomingHandler> handler;  // if it answers HTTP requests
  std::shared_ptr<const wasi::Environment> environment;
  std::shared_ptr<const bridge::Exports> exports;
  std::shared_ptr<const TranslatedExports> translated;
  std::vector<std::string> imports;  // that links may fulfil (guest_context.h)
};

inline constexpr std::uint64_t kMaxComponentBytes = std::uint64_t{1} << 30U;

struct ServeOptions {
  bool needs_incoming_handler = false;
  bool links = false;  // what the host does not offer is imported by links
};

// Errors: `not_found` no such file, `denied` not readable, `exhausted` larger than
// kMaxComponentBytes, `invalid` no component, or one that does not export what is needed (says
// what it exports), and those of Component::load. Blocks: compiles. `engine` and `host` must
// outlive it. `environment`: all of it but the name for the log, which is the file's unless it is
// given.
Result<ServedComponent> load_served_component(const std::filesystem::path& path,
                                              const component::Engine& engine,
                                              const component::Host& host,
                                              wasi::Environment environment, ServeOptions options);

}  // namespace wasmcloud::host

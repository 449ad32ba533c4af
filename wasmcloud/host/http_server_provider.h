// The built-in HTTP server, `wasmcloud+builtin://http-server` (fact sheet "providers", 2 and 3.1):
// listeners that links configure, and requests that reach components of this host as resources.
#pragma once

#include <memory>
#include <string>

#include "wasmcloud/base/shard.h"
#include "wasmcloud/host/builtin_provider.h"

namespace wasmcloud::host {

// `id`: the provider's own. `config`: its named configurations, merged. In path and host mode it
// listens when this ends; in address mode as links come. Awaited on the control executor. Errors:
// `invalid` configuration, `unsupported` TLS, `conflict` address in use, `denied`. `shards` serve,
// the first one is the control executor's; they and `targets` must outlive it.
Task<std::unique_ptr<BuiltinProvider>> make_http_server_provider(std::string id,
                                                                 lattice::StringMap config,
                                                                 Shards& shards,
                                                                 HttpTargets& targets);

}  // namespace wasmcloud::host

// wasi:logging: a component's own lines in the host's log.
#pragma once

namespace wasmcloud::component {
class Host;
}

namespace wasmcloud::wasi {

// wasi:logging/logging, 0.1.0-draft and without a version.
void add_logging(component::Host& host);

}  // namespace wasmcloud::wasi

// All of WASI 0.2 that this host offers, with wasi:config and wasi:logging.
#pragma once

namespace wasmcloud::component {
class Host;
}

namespace wasmcloud::wasi {

// Every interface, at the newest 0.2 version that we know; a component that imports any other 0.2.x
// gets the same ones. The stores' HostState must be a Context (context.h).
void add_to(component::Host& host);

}  // namespace wasmcloud::wasi

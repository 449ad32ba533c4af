// wasmcloud:bus/lattice: a component chooses by which of its links it calls.
#pragma once

#include "wasmcloud/component/host.h"

namespace wasmcloud::host {

// Versions 1.0.0 and 2.0.x. The stores' HostState must be a GuestContext.
void add_lattice_bus(component::Host& host);

}  // namespace wasmcloud::host

// wasi:keyvalue for components: store, atomics and batch, each call by a link (wrpc.md 5.8.2). A
// bucket is its name, which goes with each call; to open one asks nobody.
#pragma once

#include "wasmcloud/component/host.h"

namespace wasmcloud::host {

// Version 0.2.0-draft. The stores' HostState must be a GuestContext.
void add_keyvalue(component::Host& host);

}  // namespace wasmcloud::host

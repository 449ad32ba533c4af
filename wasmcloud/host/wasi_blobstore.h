// wasi:blobstore for components: blobstore, container and types, each call by a link (wrpc.md
// 5.8.3). A container is its name, which goes with each call; what an object holds is streamed.
#pragma once

#include "wasmcloud/component/host.h"

namespace wasmcloud::host {

// Version 0.2.0-draft. The stores' HostState must be a GuestContext.
void add_blobstore(component::Host& host);

}  // namespace wasmcloud::host

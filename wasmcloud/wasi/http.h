// wasi:http (0.2) for components to import: types and outgoing-handler.
#pragma once

#include "wasmcloud/component/host.h"

namespace wasmcloud::wasi {

// The stores that import it must have a Context as their host state.
void add_http(component::Host& host);

}  // namespace wasmcloud::wasi

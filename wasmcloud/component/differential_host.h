// Host functions for the differential test. Ours are of C++ types, which chance cannot make: so it
// picks from a list of them.
#pragma once

#include <functional>
#include <span>

#include "wasmcloud/component/host.h"
#include "wasmcloud/wit/value_type.h"

namespace wasmcloud::component::differential {

struct HostType {
  wit::ValueTypePtr type;
  Host host;  // its root has `g`, which gives back its argument of that type
};

// The same at each call.
std::span<const HostType> host_types();

}  // namespace wasmcloud::component::differential

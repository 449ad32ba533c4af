// A name by which people tell hosts apart.
#pragma once

#include <string>

namespace wasmcloud::host {

// "quiet-fog-0042": drawn at random, made of [a-z0-9-].
std::string friendly_name();

}  // namespace wasmcloud::host

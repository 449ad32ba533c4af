// The WIT of what runs in a lattice, found by its id alone.
#pragma once

#include <string>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/task.h"
#include "wasmcloud/wash/lattice_session.h"
#include "wasmcloud/wit/graph.h"

namespace wasmcloud::wash {

// Asks the hosts where component `id` came from; if that is a file which is here as well, its WIT.
// Errors: `not_found`, with what was looked for, also if no host answers until `deadline`; those of
// read_wit().
Task<wit::Graph> find_wit(LatticeSession& session, std::string id, Deadline deadline);

}  // namespace wasmcloud::wash

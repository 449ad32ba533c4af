// What `wash get links` and `wash link query` share: all of it but the name.
#pragma once

#include <memory>

#include "wasmcloud/wash/command.h"

namespace wasmcloud::wash {

std::unique_ptr<Command> make_link_query_command(Command::Summary summary);

}  // namespace wasmcloud::wash

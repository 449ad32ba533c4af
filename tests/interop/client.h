// Our side as a client of wit/interop.wit, with values whose type is known at run time.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "wasmcloud/wrpc/session.h"

namespace wasmcloud::interop {

// Which rows, and how long each may take.
struct Wanted {
  std::chrono::milliseconds patience;
  std::vector<std::string> rows;  // all but calls.killed if empty
};

// In the order in which they are called.
std::vector<std::string> row_names();

// Calls each function and prints what came of it, a line a row: "types.u8s ok",
// "types.chars wrong: ...", as README.md has it. `client` outlives it.
Task<> call_all(wrpc::Client& client, Wanted wanted);

}  // namespace wasmcloud::interop

// Tools that make components break a cycle with two small core modules: one whose functions do
// nothing but call through a table, and one that fills the table when it is instantiated
// (wit-component's "shim" and "fixups"; section 3.9 of the fact sheet). Where a program has such a
// pair, what the table would hold is known when it is compiled, and both modules are left out: two
// core instances fewer for each store. Internal to the module.
//
// Nothing is assumed from names: a module counts only if its bytes do exactly that, and the table
// is seen by no one else.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/component/module_fusion.h"

namespace wasmcloud::component {

struct Program;

// A module of functions that each pass their parameters on through one slot of the module's only
// table.
struct ForwardingModule {
  std::string table;                           // the name under which it exports the table
  std::map<std::string, std::uint32_t> slots;  // of each exported function
};

// A module that does nothing but write functions that it imports into a table that it imports.
struct FillingModule {
  std::uint32_t table_import = 0;                       // its position among the imports
  std::map<std::uint32_t, std::uint32_t> slot_imports;  // slot -> position among the imports
};

// Nothing if the module is anything else.
std::optional<ForwardingModule> read_forwarding_module(const fusion::Outline& outline);
std::optional<FillingModule> read_filling_module(const fusion::Outline& outline);

// Removes such pairs from `program`, whose trampolines are not linked yet.
void resolve_forwarding(Program& program);

}  // namespace wasmcloud::component

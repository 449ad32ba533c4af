// Calls of component-level functions: entering and leaving instances around a core call
// (CanonicalABI.md `canon_lift`, `canon_lower`; sections 3.5 to 3.8 of the fact sheet). Internal to
// the module.
#pragma once

#include "wasmcloud/component/store_impl.h"

namespace wasmcloud::component {

// What `guest` failed with, or nothing.
Result<> outcome_of(Guest& guest);

// Makes the program's trampolines known to Wasmtime, and binds the modules that import nothing
// else. Once, when the program is complete.
Result<> link_trampolines(Program& program);

// A guest's call of another guest's function.
Result<> call_between(Store::Impl& impl, const trampoline::LowerGuest& lowered, RawValue* values);

// Ends what an own handle stood for. `entered`: the instances that a guest's destructor enters.
Result<> end_resource(Store::Impl& impl, ResourceIndex which, std::uint32_t rep,
                      const std::vector<std::uint32_t>& entered);

// resource.drop: the handle goes, and with an own handle what it stands for.
Result<> drop_handle(Store::Impl& impl, Guest& guest, const trampoline::ResourceOp& operation,
                     std::uint32_t index);

}  // namespace wasmcloud::component

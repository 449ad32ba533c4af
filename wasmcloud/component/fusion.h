// Core instances that are made one after the other and bound to each other (a main module and the
// adapter for WASI preview 1 that tools put beside it) become one: their modules are fused
// (module_fusion.h) when the component is compiled, so that a store has one instance to make, with
// all that it imports bound in advance. Internal to the module.
//
// What runs is what ran before, but for one thing: a start function of the last part runs when the
// fused instance exists, so that a call that comes back to it finds it where it would have trapped.
#pragma once

#include <cstdint>
#include <set>

namespace wasmcloud::component {

struct Program;

// Fuses what can be in `program`, whose trampolines are not linked yet and whose modules still know
// their bytes. Gives the modules (positions in Program::modules) that are valid, and compiled with
// others, though nothing instantiates them by themselves any more.
std::set<std::uint32_t> fuse_modules(Program& program);

}  // namespace wasmcloud::component

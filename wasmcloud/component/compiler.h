// From a validated component to a Program: runs the component's definitions at compile time,
// following every instantiation, alias and argument to what it names, so that only core
// instantiation is left for run time. Internal to the module.
#pragma once

#include <memory>

#include "wasmcloud/base/result.h"
#include "wasmcloud/component/program.h"
#include "wasmcloud/component/validator.h"

namespace wasmcloud::component {

// Takes the types out of `validated`. Errors: `not_found` names every import that the host does not
// offer, nor `source` if there is one; `invalid` one that it offers with another type, or a core
// module that Wasmtime refuses; `unsupported` what this runtime cannot run.
Result<std::unique_ptr<Program>> compile(const Engine& engine, const Host& host,
                                         std::shared_ptr<ImportSource> source,
                                         Validated& validated);

}  // namespace wasmcloud::component

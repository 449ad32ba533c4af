// A compiled component as bytes, for the cache: what it takes to run it again without decoding,
// validating or compiling it. Internal to the module.
//
// What a host decides is left out: its functions and resources are bound anew, and their types
// checked, whenever an image is used. Machine code is named by its key in the cache.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "wasmcloud/base/result.h"
#include "wasmcloud/component/program.h"

namespace wasmcloud::component {

// Part of the key of an image in the cache: to be raised with each change of what one holds or
// means. (program_image_test notices a change of what it holds.)
inline constexpr std::string_view kImageForm = "program 1";

// Nothing if the program has what an image cannot: core modules that the host gave or that are
// exported, or code that is not in the cache.
std::optional<std::string> image_of(const Program& program);

// Null if the image is of no use: it is not whole, its code is not in the cache any more, or the
// host's resources are told apart in another way. Errors: as compile() has them for imports.
Result<std::unique_ptr<Program>> program_of(const Engine& engine, const Host& host,
                                            std::shared_ptr<ImportSource> source,
                                            std::string_view image);

}  // namespace wasmcloud::component

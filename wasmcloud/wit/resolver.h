// From the files of a WIT folder to a graph: names are looked up, types put in order, gates
// applied, worlds filled with what they include and imply. Reading the files is the caller's part.
// Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wit/graph.h"
#include "wasmcloud/wit/parser.h"

namespace wasmcloud::wit {

// A file, by its path within the WIT folder:
//   NAME.wit               a part of the main package
//   deps/NAME/FILE.wit     a part of the package that `deps/NAME` holds
//   deps/NAME.wit          a package
// Others are passed over.
struct SourceFile {
  std::string path;
  std::string text;
};

// What hostile files may cost.
struct ResolveLimits {
  std::size_t bytes = std::size_t{64} << 20;  // of all files
  std::uint32_t type_depth = 100;             // names looked through
  std::uint32_t type_size = 1'000'000;        // written out as a tree
  std::uint64_t steps = 1'000'000;            // things made, copied by `include`, or implied
};

struct ResolveOptions {
  std::set<std::string, std::less<>> features{};  // `@unstable` items of these are in
  bool all_features = false;
  ParseLimits parse{};
  ResolveLimits limits{};
};

// Errors are as those of the parser: kind, place, line and caret. `exhausted`: a limit was reached;
// everything else is `invalid`.
//
// - A package needs `package a:b;` in one of its files; a path with a version means exactly that
//   version, one without a package without. A package may be there twice if both say the same.
// - `@since` items are in; a gate must not name a version beyond the package's. A gate counts for
//   all that stands within its item. Of what it leaves out only the syntax is looked at, and
//   whoever refers to it is told so.
// - Names that differ only in case are the same.
Result<Graph> resolve(std::span<const SourceFile> files, const ResolveOptions& options = {});

}  // namespace wasmcloud::wit

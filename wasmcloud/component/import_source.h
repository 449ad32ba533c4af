// What serves imports that no HostInterface was written for: links to other components and to
// providers, whose types are known only when a component is loaded.
#pragma once

#include <string_view>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/component/types.h"

namespace wasmcloud::component {

class HostInterface;

// An instance that a component imports; of the root's own functions, with an empty name. Views are
// good for the length of the call that it is given to.
struct ImportedInstance {
  struct Function {
    std::string_view name;
    const types::Func& type;
  };

  std::string_view name;
  std::vector<Function> functions;
  std::vector<std::string_view> resources;
  const TypeArena& arena;
};

class ImportSource {
 public:
  virtual ~ImportSource() = default;
  // What serves it: functions and resources by the same names; null: nothing does. Asked once for
  // each instance, while the component is loaded. The interface lives as long as the source, which
  // the component keeps.
  virtual Result<const HostInterface*> serve(const ImportedInstance& imported) = 0;
};

}  // namespace wasmcloud::component

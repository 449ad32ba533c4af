// wasi:config: what whoever runs the component has configured for it.
#pragma once

#include <map>
#include <memory>
#include <string>

namespace wasmcloud::component {
class Host;
}

namespace wasmcloud::wasi {

// Thread-safe: asked by guests on all shards.
class ConfigSource {
 public:
  virtual ~ConfigSource() = default;

  // What holds now; never null. A guest that asks again sees what has changed meanwhile.
  virtual std::shared_ptr<const std::map<std::string, std::string>> current() const = 0;
};

// wasi:config/store and, the same under its older name, wasi:config/runtime, both 0.2.0-draft.
void add_config(component::Host& host);

}  // namespace wasmcloud::wasi

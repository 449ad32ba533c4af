// Components that serve HTTP: how long it takes to make an instance, to load one, and what
// instances take of memory. The C API side has its imports defined as traps, so that nothing of
// WASI is measured, and nothing can be called.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "wasmcloud/component/component.h"

#include "peer_calls.h"
#include "side_by_side.h"

namespace wasmcloud::bench {

class HttpComponent {
 public:
  // Compiles it on both sides. `path` must be readable.
  explicit HttpComponent(const std::string& path);

  // A store with its instance, made and destroyed. Ours has a WASI context as well.
  Measure our_instance() const;
  Measure peer_instance() const;

  // Kept, for memory to be looked at.
  std::shared_ptr<void> keep_ours() const;
  std::shared_ptr<void> keep_peer() const;

 private:
  std::unique_ptr<component::Store> new_store() const;
  component::StoreHandle new_peer_store() const;

  std::shared_ptr<const component::Component> ours_;
  PeerComponent peer_;
  PeerLinker linker_;
};

// From bytes to what can be instantiated, in nanoseconds: compiled; from what is on disk; the same
// when the caller says what the bytes are by a digest (ours).
struct LoadTimes {
  double compiled = 0;
  double cached = 0;
  double known = 0;
};

LoadTimes our_load_times(const std::string& path);
LoadTimes peer_load_times(const std::string& path);

// Runs in a process of its own, which prints what it takes. "ours" or "peer".
int print_memory(const std::string& side, const std::string& path);
// Kilobytes for each of a thousand live instances, as such a process says.
double memory_of(const std::string& side, const std::string& path);

}  // namespace wasmcloud::bench

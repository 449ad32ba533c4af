// The same calls through Wasmtime's component C API, on the same engine and so with the same
// settings: pool, epochs, copy-on-write images. Its stores are synchronous, because this build of
// the C API has no asynchronous calls of components: so it does without a fibre, which is to its
// advantage.
#pragma once

#include <memory>
#include <string>

#include <wasmtime/component.h>

#include "wasmcloud/base/deleter.h"
#include "wasmcloud/component/wasmtime_handles.h"

#include "side_by_side.h"

namespace wasmcloud::bench {

using PeerComponent = std::unique_ptr<wasmtime_component_t, Deleter<wasmtime_component_delete>>;
using PeerLinker =
    std::unique_ptr<wasmtime_component_linker_t, Deleter<wasmtime_component_linker_delete>>;

wasm_engine_t* raw_engine();
void need(wasmtime_error_t* error);
// One whose epoch deadline is never reached.
component::StoreHandle new_raw_store();

// Arguments are made before, results deleted each time.
class PeerCalls {
 public:
  PeerCalls();
  ~PeerCalls();
  PeerCalls(const PeerCalls&) = delete;
  PeerCalls& operator=(const PeerCalls&) = delete;

  Measure scalars();
  Measure record();
  Measure text(std::size_t size);
  Measure bytes(std::size_t size);
  Measure records(std::size_t count);
  Measure host(const std::string& function, std::uint32_t times);
  Measure host(const std::string& function, std::uint32_t times, std::uint32_t size);

 private:
  // Takes the arguments.
  Measure call(std::size_t batch, const std::string& function,
               std::vector<wasmtime_component_val_t> args, bool has_result);

  PeerComponent component_;
  PeerLinker linker_;
  component::StoreHandle store_;
  wasmtime_component_instance_t instance_{};
};

}  // namespace wasmcloud::bench

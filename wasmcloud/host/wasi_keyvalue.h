// wasi:keyvalue for components: store, atomics and batch, each call by a link (wrpc.md 5.8.2). A
// bucket is its name, which goes with each call; to open one asks nobody.
#pragma once

#include <string>
#include <utility>

#include "wasmcloud/component/host.h"

namespace wasmcloud::host {

// resource bucket.
class KeyValueBucket final : public component::HostResource {
 public:
  explicit KeyValueBucket(std::string name) : name_(std::move(name)) {}

  const std::string& name() const noexcept { return name_; }

 private:
  std::string name_;
};

// Version 0.2.0-draft. The stores' HostState must be a GuestContext.
void add_keyvalue(component::Host& host);

}  // namespace wasmcloud::host

WC_COMPONENT_RESOURCE(wasmcloud::host::KeyValueBucket, "bucket");

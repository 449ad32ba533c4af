#include "wasmcloud/bridge/guest_codec.h"

namespace wasmcloud::bridge {

Error refuse_resource(const component::HostResourceType* type) {
  if (type == nullptr) {
    return Error(ErrorKind::unsupported,
                 "a handle of a resource that a component exports: a link cannot carry it, because "
                 "the next call would meet another instance");
  }
  return Error(ErrorKind::unsupported,
               "a handle of the host's resource `{}`: a link cannot carry it", type->name);
}

}  // namespace wasmcloud::bridge

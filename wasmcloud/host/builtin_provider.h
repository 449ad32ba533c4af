// A provider that lives in the host's process, and what it is given to reach components.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/task.h"
#include "wasmcloud/lattice/messages.h"

namespace wasmcloud::http {
class Handler;
}

namespace wasmcloud::host {

// The components of this host, for HTTP requests.
class HttpTargets {
 public:
  virtual ~HttpTargets() = default;

  // Answers on behalf of the component `id`, whether it runs by now or not: a request that comes
  // while it does not is answered with 503. Any thread; never null. The handler is for all shards,
  // and good until the HttpTargets go.
  virtual std::shared_ptr<http::Handler> target(std::string_view id) = 0;
};

// All methods are awaited on the control executor, one at a time.
class BuiltinProvider {
 public:
  virtual ~BuiltinProvider() = default;

  // A link of which this provider is source or target: new, or (same source, target, package and
  // name) with other configuration, then in the place of the one before. An error says why it does
  // not work as it is; it is kept all the same, and the provider tries again by itself when that
  // may help.
  virtual Task<> put_link(lattice::ResolvedLink link) = 0;
  // No error if there is none. Requests under way end.
  virtual Task<> delete_link(lattice::Link link) = 0;
  // Ends everything; requests under way have until `deadline`. Once, before destruction.
  virtual Task<> stop(Deadline deadline) = 0;
};

}  // namespace wasmcloud::host

// Imports of a component that links fulfil: whatever the host does not offer itself is called over
// wRPC, wherever the link leads at that moment (design: a component's import is bound when it is
// loaded, its target looked up in a table when it is called).
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/component/host.h"
#include "wasmcloud/component/import_source.h"
#include "wasmcloud/wrpc/session.h"

namespace wasmcloud {
struct TraceContext;
}

namespace wasmcloud::bridge {

// Whoever can be called without a wire: a component of the same host, on the same shard.
class LocalTarget {
 public:
  virtual ~LocalTarget() = default;
  // The bytes of the result, of a function without streams and futures. Errors: `not_found` if
  // there is no such function, and whatever it failed with.
  virtual Task<std::string> call(wrpc::Call call, Deadline deadline) = 0;
};

// Where calls of one import go: to one of the two.
struct Route {
  LocalTarget* local = nullptr;
  wrpc::Client* client = nullptr;          // of the store's shard
  const nats::Headers* headers = nullptr;  // of every call
  const TraceContext* trace = nullptr;     // the caller's; null: none
  std::shared_ptr<const void> keep;        // what client and headers belong to, while it calls
};

// Of one call by it.
nats::Headers headers_of(const Route& route);

// On whose behalf a store's imports are called. Belongs to the store's shard.
class Caller {
 public:
  virtual ~Caller() = default;
  // `import`: its place in RemoteImports::instances(). Error `not_found`, in words for the
  // component's operator, if there is no link for it.
  virtual Result<Route> route(std::size_t import) = 0;
};

// Finds the Caller in the state of a store.
using CallerOf = Caller& (*)(component::Store& store);

// Serves every instance that it is asked for, and the root's functions. For one component.
class RemoteImports final : public component::ImportSource {
 public:
  explicit RemoteImports(CallerOf caller_of) : caller_of_(caller_of) {}

  ~RemoteImports() override;

  // `invalid`, `unsupported`, `exhausted`: what the type of a function cannot have.
  Result<const component::HostInterface*> serve(
      const component::ImportedInstance& imported) override;

  // The names of those that it serves, as the component imports them; "" for the root's functions.
  const std::vector<std::string>& instances() const noexcept { return names_; }

 private:
  class Function;

  CallerOf caller_of_;
  std::vector<std::string> names_;
  std::deque<component::HostInterface> interfaces_;  // addresses stay
  std::deque<std::string> resource_names_;
  std::deque<component::HostResourceType> resources_;
};

}  // namespace wasmcloud::bridge

// A component's exported functions, served to links: an invocation runs in a store of its own, its
// parameters go from the wire into the guest's memory and its result from there to the wire.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/component/component.h"
#include "wasmcloud/wit/value_type.h"
#include "wasmcloud/wrpc/session.h"

namespace wasmcloud::bridge {

struct ExportedCall {
  std::string interface;  // as it is exported, with its version; empty: of the root
  std::string name;       // as the component names it
  const component::LiftedFunc* func = nullptr;
  std::vector<wit::ValueTypePtr> params;
};

// Immutable. `component` must outlive it.
class Exports {
 public:
  // Error `exhausted` for types that nest too deep.
  static Result<Exports> of(const component::Component& component);

  // By the names on the wire (wrpc.md 2.2). Null: no such function.
  const ExportedCall* find(std::string_view instance, std::string_view function) const noexcept;

  const std::vector<ExportedCall>& all() const noexcept { return calls_; }

 private:
  std::vector<ExportedCall> calls_;
  using ByName = std::map<std::string, std::size_t, std::less<>>;
  std::map<std::string, ByName, std::less<>> instances_;
};

// What an invocation runs in.
struct ExportRun {
  std::shared_ptr<const component::Component> component;
  const ExportedCall* call = nullptr;  // of `component`
  asio::any_io_executor executor;      // the shard's
  std::unique_ptr<component::HostState> state;
  component::StoreLimits limits;
};

// The bytes of the parameters, when they are whole. Errors: those of the session; `unavailable` if
// it ends before, `invalid` bytes.
Task<std::string> read_params(const ExportedCall& call, wrpc::Session& session, Deadline deadline);

// Runs the guest and gives the bytes of its result. `params` are whole. Errors: `exhausted` (no
// room for another instance), `trap`, `timeout`, `cancelled`, `unsupported` handles.
Task<std::string> run_export(ExportRun run, std::string params);

// Sends the bytes of a result, and every end.
Task<> send_result(wrpc::Session& session, std::string result, Deadline deadline);

}  // namespace wasmcloud::bridge

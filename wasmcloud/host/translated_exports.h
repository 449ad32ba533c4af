// Functions that a component exports with resources of its host as parameters: on the wire they
// stand in another form (wrpc.md 5.6).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wasmcloud/component/component.h"
#include "wasmcloud/wrpc/session.h"

namespace wasmcloud::host {

// What a call runs in.
struct GuestRun {
  std::shared_ptr<const component::Component> component;
  asio::any_io_executor executor;  // the shard's
  std::unique_ptr<component::HostState> state;
  component::StoreLimits limits;
  // What is given back when the guest is gone.
  std::unique_ptr<void, void (*)(void*)> lease;
};

class TranslatedExport {
 public:
  // `name`: on the wire.
  explicit TranslatedExport(wrpc::FunctionName name) : name_(std::move(name)) {}

  virtual ~TranslatedExport() = default;
  TranslatedExport(const TranslatedExport&) = delete;
  TranslatedExport& operator=(const TranslatedExport&) = delete;

  const wrpc::FunctionName& name() const noexcept { return name_; }

  using MakeRun = std::function<Task<GuestRun>()>;

  // Reads the parameters, runs the guest in what `make_run` then gives, and answers. An error is
  // for the server of wRPC: the caller sees no result.
  virtual Task<> serve(wrpc::Invocation invocation, Deadline deadline, MakeRun make_run) const = 0;
  // The same for a caller in this process: from bytes to bytes, as they are on the wire.
  virtual Task<std::string> call(std::string params, MakeRun make_run) const = 0;

 private:
  const wrpc::FunctionName name_;
};

// Immutable.
class TranslatedExports {
 public:
  // Those whose resources `host` has. `invalid`: one of them has another type than it should.
  // `component` must outlive it.
  static Result<TranslatedExports> of(const component::Component& component,
                                      const component::Host& host);

  // Whether the functions of an exported interface are served by these, and not as they are.
  bool takes(std::string_view interface) const noexcept;

  // By the names on the wire; null: no such function.
  const TranslatedExport* find(std::string_view instance, std::string_view function) const noexcept;

  const std::vector<std::unique_ptr<const TranslatedExport>>& all() const noexcept { return all_; }

 private:
  std::vector<std::unique_ptr<const TranslatedExport>> all_;
  std::vector<std::string_view> interfaces_;
};

}  // namespace wasmcloud::host

#include "wasmcloud/bridge/remote_imports.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/bridge/guest_codec.h"
#include "wasmcloud/component/value_types.h"
#include "wasmcloud/wrpc/async_paths.h"
#include "wasmcloud/wrpc/channel_reader.h"
#include "wasmcloud/wrpc/trace.h"

namespace wasmcloud::bridge {
namespace {

// The bytes of the result; none for a function without one, when it has ended.
Task<std::string> invoke(Route route, wrpc::Call call, wit::ValueTypePtr result,
                         Deadline deadline) {
  if (route.local != nullptr) {
    co_return co_await route.local->call(std::move(call), deadline);
  }
  WC_CO_TRY(const std::unique_ptr<wrpc::Session> session,
            route.client->call(std::move(call), deadline));
  wrpc::ChannelReader reader(*session);
  if (result == nullptr) {
    WC_CO_CHECK(reader.await_end({}, deadline));
    co_return std::string();
  }
  wrpc::Scanner scanner({std::move(result)});
  WC_CO_TRY(std::optional<std::string> bytes, reader.collect({}, scanner, deadline));
  if (!bytes) {
    co_return Error(ErrorKind::unavailable,
                    "the call ended without a result: the other side has failed");
  }
  co_return *std::move(bytes);
}

}  // namespace

class RemoteImports::Function final : public component::HostFunction {
 public:
  Function(CallerOf caller_of, std::size_t import, std::string instance, std::string name,
           wit::ValueTypePtr result)
      : caller_of_(caller_of),
        import_(import),
        instance_(std::move(instance)),
        name_(std::move(name)),
        result_(std::move(result)) {}

  // Whatever the component means by it is what is sent.
  Result<> check(const component::TypeArena& /*arena*/,
                 const component::ResourceResolver& /*resources*/,
                 const component::types::Func& /*func*/) const override {
    return {};
  }

  void call(component::Guest& guest, const component::FuncPlan& plan,
            component::RawValue* values) const override {
    wrpc::WireWriter params;
    encode_params(guest, plan, values, params);
    if (guest.failed()) {
      return;
    }
    Result<std::string> bytes = invoke_from(guest.store(), params.take());
    if (!bytes) {
      guest.fail(std::move(bytes).error().with_context(
          fmt::format("calling {}{}{}", instance_, instance_.empty() ? "" : ".", name_)));
      return;
    }
    guest.refresh();
    wrpc::WireReader in(as_u8(*bytes));
    decode_result(guest, plan, values, in);
  }

 private:
  Result<std::string> invoke_from(component::Store& store, std::string params) const {
    WC_TRY(Route route, caller_of_(store).route(import_));
    wrpc::Call call{.instance = instance_,
                    .function = name_,
                    .params = std::move(params),
                    .headers = headers_of(route)};
    return store.await(invoke(std::move(route), std::move(call), result_, store.limits().deadline));
  }

  const CallerOf caller_of_;
  const std::size_t import_;
  const std::string instance_;
  const std::string name_;
  const wit::ValueTypePtr result_;
};

nats::Headers headers_of(const Route& route) {
  nats::Headers headers = route.headers == nullptr ? nats::Headers() : *route.headers;
  if (route.trace != nullptr) {
    wrpc::add_trace(headers, *route.trace);
  }
  return headers;
}

RemoteImports::~RemoteImports() = default;

Result<const component::HostInterface*> RemoteImports::serve(
    const component::ImportedInstance& imported) {
  const std::size_t import = names_.size();
  names_.emplace_back(imported.name);
  component::HostInterface& made = interfaces_.emplace_back(names_.back());
  for (const std::string_view name : imported.resources) {
    const std::string& kept = resource_names_.emplace_back(name);
    made.resource(
        kept, &resources_.emplace_back(component::HostResourceType{.name = kept, .remote = true}));
  }
  for (const auto& [name, type] : imported.functions) {
    WC_TRY(wit::FuncSignature signature, component::signature_of(imported.arena, type), "{}#{}",
           imported.name, name);
    std::shared_ptr<const component::HostFunction> function = std::make_shared<const Function>(
        caller_of_, import, names_.back(), std::string(name), signature.result);
    made.function(std::string(name), std::move(function));
  }
  return &made;
}

}  // namespace wasmcloud::bridge

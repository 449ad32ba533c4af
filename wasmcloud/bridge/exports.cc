#include "wasmcloud/bridge/exports.h"

#include <array>
#include <optional>
#include <span>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/bridge/guest_codec.h"
#include "wasmcloud/component/value_plan.h"
#include "wasmcloud/component/value_types.h"
#include "wasmcloud/wrpc/async_paths.h"
#include "wasmcloud/wrpc/channel_reader.h"
#include "wasmcloud/wrpc/subject.h"

namespace wasmcloud::bridge {

Result<Exports> Exports::of(const component::Component& component) {
  Exports made;
  for (const component::ExportedFunction& each : component.exported_functions()) {
    WC_TRY(const wit::FuncSignature signature, component::signature_of(component, *each.func),
           "{}#{}", each.interface, each.name);
    made.instances_[std::string(each.interface)].try_emplace(
        std::string(wrpc::wire_name(each.name)), made.calls_.size());
    made.calls_.push_back({.interface = std::string(each.interface),
                           .name = std::string(each.name),
                           .func = each.func,
                           .params = wrpc::param_types(signature)});
  }
  return made;
}

const ExportedCall* Exports::find(std::string_view instance,
                                  std::string_view function) const noexcept {
  const auto functions = instances_.find(instance);
  if (functions == instances_.end()) {
    return nullptr;
  }
  const auto found = functions->second.find(function);
  return found == functions->second.end() ? nullptr : &calls_[found->second];
}

Task<std::string> read_params(const ExportedCall& call, wrpc::Session& session, Deadline deadline) {
  wrpc::Scanner scanner(call.params);
  wrpc::ChannelReader reader(session);
  WC_CO_TRY(std::optional<std::string> bytes, reader.collect({}, scanner, deadline));
  if (!bytes) {
    co_return Error(ErrorKind::unavailable, "the call ended before its parameters were there");
  }
  co_return *std::move(bytes);
}

namespace {

Result<std::string> call_guest(component::Store& store, const component::LiftedFunc& func,
                               const std::string& params) {
  const component::FuncPlan& plan = component::internal::export_plan(func);
  std::array<component::RawValue, component::kMaxFlatParams> values;
  wrpc::WireWriter result;
  auto lower = [&](component::Guest& guest) {
    wrpc::WireReader in(as_u8(params));
    decode_params(guest, plan, values.data(), in);
  };
  auto lift = [&](component::Guest& guest) { encode_result(guest, plan, values.data(), result); };
  WC_CHECK(component::internal::call_export(
      store, func, std::span(values).first(plan.lifted_values()), lower, lift));
  return result.take();
}

}  // namespace

Task<std::string> run_export(ExportRun run, std::string params) {
  component::HostState& state = *run.state;
  WC_CO_TRY_VALUE(const auto store, component::Store::create(std::move(run.component), run.executor,
                                                             std::move(run.state), run.limits));
  Result<std::string> result = std::string();
  Result<> ran = co_await store->run([&](component::Store& running) -> Result<> {
    WC_TRY(result, call_guest(running, *run.call->func, params));
    return {};
  });
  WC_CO_CHECK(component::close_state(state));
  if (!ran) {
    co_return std::move(ran).error();
  }
  co_return std::move(result);
}

Task<> send_result(wrpc::Session& session, std::string result, Deadline deadline) {
  if (!result.empty()) {
    WC_CO_CHECK(session.write({}, std::move(result), deadline));
  }
  co_return co_await session.finish_all();
}

}  // namespace wasmcloud::bridge

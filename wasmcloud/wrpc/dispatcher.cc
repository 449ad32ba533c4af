#include "wasmcloud/wrpc/dispatcher.h"

#include "wasmcloud/wrpc/subject.h"

namespace wasmcloud::wrpc {

Task<> internal::read_params(std::shared_ptr<Incoming> from, Reading* params, Deadline deadline) {
  if (params == nullptr) {  // the end of the channel is all that comes
    co_return co_await from->channels().await_end({}, deadline);
  }
  WC_CO_TRY(const bool came, Incoming::read(std::move(from), {}, *params, deadline), "parameters");
  if (!came) {
    co_return Error(ErrorKind::unavailable, "the peer ended without parameters");
  }
  co_return Result<>();
}

Task<> internal::send_result(std::shared_ptr<Incoming> to, Result<Encoded> result,
                             Deadline deadline) {
  WC_CO_TRY_VALUE(Encoded encoded, std::move(result), "result");
  co_return co_await answer(to->session(), std::move(encoded.bytes), std::move(encoded.parts),
                            deadline);
}

void Dispatcher::add(FunctionName name, Serve serve) {
  auto& functions = instances_[name.instance];
  std::string wire(wire_name(name.function));
  functions.insert_or_assign(std::move(wire), Function{std::move(name), std::move(serve)});
}

std::vector<FunctionName> Dispatcher::functions() const {
  std::vector<FunctionName> names;
  for (const auto& [instance, functions] : instances_) {
    for (const auto& [wire, function] : functions) {
      names.push_back(function.name);
    }
  }
  return names;
}

Task<> Dispatcher::handle(Invocation invocation) {
  const auto instance = instances_.find(invocation.instance);
  if (instance == instances_.end()) {
    co_return Error(ErrorKind::not_found, "no functions of `{}`", invocation.instance);
  }
  const auto function = instance->second.find(invocation.function);
  if (function == instance->second.end()) {
    co_return Error(ErrorKind::not_found, "no function `{}` of `{}`", invocation.function,
                    invocation.instance);
  }
  internal::Serving serving{
      .context = {.instance = std::move(invocation.instance),
                  .function = std::move(invocation.function),
                  .headers = std::move(invocation.headers)},
      .incoming = std::make_shared<Incoming>(std::move(invocation.session), options_.limits),
      .options = options_};
  co_return co_await function->second.serve(std::move(serving));
}

}  // namespace wasmcloud::wrpc

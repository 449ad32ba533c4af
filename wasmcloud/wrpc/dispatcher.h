// Serves functions with C++ types: which member function of which object an invocation is for, its
// parameters and result. What bindings stand on; it is the handler of any server.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/task.h"
#include "wasmcloud/wrpc/codec.h"
#include "wasmcloud/wrpc/session.h"
#include "wasmcloud/wrpc/typed.h"

namespace wasmcloud::wrpc {

struct ServeOptions {
  std::chrono::milliseconds params_timeout = std::chrono::seconds(30);   // but not their streams
  std::chrono::milliseconds results_timeout = std::chrono::minutes(10);  // with their streams
  DecodeLimits limits = {};
};

namespace internal {
template <typename Method>
struct MethodTraits;

template <typename S, typename R, typename... Args>
struct MethodTraits<Task<R> (S::*)(Context, Args...)> {
  using Server = S;
  using Value = R;
  using Params = std::tuple<Args...>;
};

// An invocation under way, as its server has it.
struct Serving {
  Context context;
  std::shared_ptr<Incoming> incoming;
  ServeOptions options;
};

Task<> read_params(std::shared_ptr<Incoming> from, Reading* params, Deadline deadline);
Task<> send_result(std::shared_ptr<Incoming> to, Result<Encoded> result, Deadline deadline);

template <typename Params>
struct ParamsReading;

template <typename... Args>
struct ParamsReading<std::tuple<Args...>> {
  using type = RowReading<std::remove_cvref_t<Args>...>;
};

template <auto Method>
Task<> serve(typename MethodTraits<decltype(Method)>::Server* server, Serving serving) {
  using Traits = MethodTraits<decltype(Method)>;
  typename ParamsReading<typename Traits::Params>::type params;
  const bool none = std::tuple_size_v<typename Traits::Params> == 0;
  WC_CO_CHECK(read_params(serving.incoming, none ? nullptr : &params,
                          Deadline::after(serving.options.params_timeout)));
  const auto call = [&](auto&&... each) {
    return (server->*Method)(std::move(serving.context), std::move(each)...);
  };
  if (none) {
    params.values.emplace();
  }
  auto result = co_await std::apply(call, *std::move(params.values));
  if (!result) {
    co_return std::move(result).error();
  }
  Encoder to;
  if constexpr (!std::is_void_v<typename Traits::Value>) {
    codec::encode_item<typename Traits::Value>(to, 0, *std::move(result));
  }
  co_return co_await send_result(serving.incoming, to.take(),
                                 Deadline::after(serving.options.results_timeout));
}
}  // namespace internal

// Complete before a server has it; then it may be asked by all shards, and the objects are asked on
// the shard of the invocation.
class Dispatcher final : public Handler {
 public:
  explicit Dispatcher(ServeOptions options = {}) : options_(options) {}

  // `Method` is a `Task<R> (Server::*)(Context, Params...)`, R what the function gives (void for
  // nothing). An error fails the call, and what it says stays here: no reason crosses the wire.
  // What the caller is to see as an error is a std::expected in R. `server` outlives this.
  template <auto Method>
  void add(FunctionName name, typename internal::MethodTraits<decltype(Method)>::Server& server) {
    add(std::move(name), [server = &server](internal::Serving serving) {
      return internal::serve<Method>(server, std::move(serving));
    });
  }

  // All that were added, as NatsServer::start() takes them.
  std::vector<FunctionName> functions() const;

  // `not_found`: nobody added it.
  Task<> handle(Invocation invocation) override;

 private:
  using Serve = std::function<Task<>(internal::Serving)>;

  struct Function {
    FunctionName name;
    Serve serve;
  };

  void add(FunctionName name, Serve serve);

  const ServeOptions options_;
  std::map<std::string, std::map<std::string, Function>> instances_;  // by names on the wire
};

}  // namespace wasmcloud::wrpc

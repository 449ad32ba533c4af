// Our side as a server of wit/interop.wit, with values whose type is known at run time.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "wasmcloud/wrpc/exchange.h"

#include "suite.h"

namespace wasmcloud::interop {

class Server final : public wrpc::Handler {
 public:
  // `hanging` is called when a call that never ends has begun.
  explicit Server(std::function<void()> hanging) : hanging_(std::move(hanging)) {}

  Task<> handle(wrpc::Invocation invocation) override;

 private:
  using Values = std::vector<wit::Value>;

  Task<Values> answer_of(const Function& function, Values params, wrpc::Receiver& receiver);
  Result<Values> count(const Function& function, Values params);
  Result<std::uint32_t*> counter(const wit::Value& handle);
  Task<Values> hang();

  const std::function<void()> hanging_;
  std::vector<std::uint32_t> counters_;  // a handle is the position
};

}  // namespace wasmcloud::interop

// wRPC without a wire: the server is in this process, on the same executor.
#pragma once

#include <memory>

#include "wasmcloud/base/task.h"
#include "wasmcloud/wrpc/session.h"

namespace wasmcloud::wrpc {

// Belongs to the executor of one thread. Sessions may outlive it; the handler must outlive stop().
class LocalTransport final : public Client {
 public:
  LocalTransport(asio::any_io_executor executor, Handler& handler);
  ~LocalTransport() override;  // after stop()

  // The handler runs beside the caller. There are no headers but those of the call, no limits but
  // that a writer waits for its reader.
  Task<std::unique_ptr<Session>> call(Call call, Deadline deadline) override;

  // Cancels what runs.
  Task<> stop();

 private:
  Handler& handler_;
  TaskScope scope_;
};

}  // namespace wasmcloud::wrpc

// The invocations that a server serves: so many at a time, and at its end some time to finish.
#pragma once

#include <cstddef>
#include <string>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/signal.h"
#include "wasmcloud/base/task.h"

namespace wasmcloud::wrpc {

// Belongs to the executor of one thread.
class ServerTasks {
 public:
  ServerTasks(asio::any_io_executor executor, std::size_t most);
  ~ServerTasks();  // after drain()

  void spawn(std::string name, Task<> task);
  // Returns when there is room for one more.
  Task<> wait_room();
  // Returns when one has ended, or at the deadline. `cancelled`.
  Task<> pause(Deadline deadline);

  // Whether nothing of it runs: only then it may go without drain().
  bool idle() const noexcept { return scope_.size() == 0; }

  // Lets what runs end until `deadline`, and cancels the rest; also if this is cancelled.
  Task<> drain(Deadline deadline);

 private:
  Task<> run(Task<> task);

  const std::size_t most_;
  std::size_t active_ = 0;
  Signal ended_;  // one of them has
  TaskScope scope_;
};

}  // namespace wasmcloud::wrpc

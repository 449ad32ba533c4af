// Tasks beside their maker, of which those with the same key run one after the other.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <string>

#include "wasmcloud/base/task.h"

namespace wasmcloud::host {

// Lives on one executor, with the scope that runs the tasks, which must outlive it.
class KeyedTasks {
 public:
  // Tasks that have not ended, of all keys together.
  static constexpr std::size_t kMaxTasks = 10'000;

  explicit KeyedTasks(TaskScope& scope) : scope_(scope) {}

  // Never runs any of `task` before it returns. A failure is logged with `name`, a cancellation is
  // not. Errors: `exhausted`: there are too many; `cancelled`: after close().
  Result<> spawn(std::string key, std::string name, Task<> task);
  // Takes no more, and drops the tasks that have not begun. Idempotent.
  void close() noexcept;

 private:
  struct Waiting {
    std::string name;
    Task<> task;
  };

  Task<> run(std::string key);

  TaskScope& scope_;
  std::map<std::string, std::deque<Waiting>, std::less<>> queues_;  // a key is here while one runs
  std::size_t tasks_ = 0;
  bool closed_ = false;
};

}  // namespace wasmcloud::host

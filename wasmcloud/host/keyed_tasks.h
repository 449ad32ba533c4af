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
  // Tasks that may wait for their turn, of all keys together.
  static constexpr std::size_t kMaxWaiting = 10'000;

  explicit KeyedTasks(TaskScope& scope) : scope_(scope) {}

  // A failure is logged with `name`, a cancellation is not. Error `exhausted`: too many wait.
  Result<> spawn(std::string key, std::string name, Task<> task);

 private:
  struct Waiting {
    std::string name;
    Task<> task;
  };

  Task<> run(std::string key);

  TaskScope& scope_;
  std::map<std::string, std::deque<Waiting>, std::less<>> queues_;  // a key is here while one runs
  std::size_t waiting_ = 0;
};

}  // namespace wasmcloud::host

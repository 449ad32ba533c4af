#include "wasmcloud/host/keyed_tasks.h"

#include <exception>
#include <utility>

#include "wasmcloud/base/log.h"

namespace wasmcloud::host {

Result<> KeyedTasks::spawn(std::string key, std::string name, Task<> task) {
  if (waiting_ >= kMaxWaiting) {
    return Error(ErrorKind::exhausted, "{} tasks are waiting already", kMaxWaiting);
  }
  ++waiting_;
  const auto [queue, first] = queues_.try_emplace(key);
  queue->second.push_back({std::move(name), std::move(task)});
  if (first) {
    scope_.spawn("tasks of " + key, run(std::move(key)));
  }
  return {};
}

Task<> KeyedTasks::run(std::string key) {
  // Whatever a task does, those behind it get their turn; when cancelled they end by themselves.
  co_await asio::this_coro::throw_if_cancelled(false);
  for (std::deque<Waiting>& queue = queues_[key]; !queue.empty();) {
    Waiting next = std::move(queue.front());
    queue.pop_front();
    --waiting_;
    Result<> ended;
    try {
      ended = co_await std::move(next.task);
    } catch (const std::exception& exception) {
      ended = Error(ErrorKind::internal, "exception: {}", exception.what());
    }
    if (!ended && ended.error().kind() != ErrorKind::cancelled) {
      log::error("a task failed", {{"task", next.name}, {"error", ended.error().describe()}});
    }
  }
  queues_.erase(key);
  co_return Result<>();
}

}  // namespace wasmcloud::host

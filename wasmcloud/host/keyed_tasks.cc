#include "wasmcloud/host/keyed_tasks.h"

#include <exception>
#include <utility>

#include <boost/asio/post.hpp>

#include "wasmcloud/base/log.h"

namespace wasmcloud::host {

Result<> KeyedTasks::spawn(std::string key, std::string name, Task<> task) {
  if (closed_) {
    return Error(ErrorKind::cancelled, "no more tasks are taken");
  }
  if (tasks_ >= kMaxTasks) {
    return Error(ErrorKind::exhausted, "{} tasks are under way already", kMaxTasks);
  }
  ++tasks_;
  const auto [queue, first] = queues_.try_emplace(key);
  queue->second.push_back({std::move(name), std::move(task)});
  if (first) {
    std::string title = "tasks of " + key;
    scope_.spawn(std::move(title), run(std::move(key)));
  }
  return {};
}

void KeyedTasks::close() noexcept {
  closed_ = true;
  for (auto& [key, queue] : queues_) {
    tasks_ -= queue.size();
    queue.clear();
  }
}

Task<> KeyedTasks::run(std::string key) {
  // Whatever a task does, those behind it get their turn: a cancellation is an error like others.
  co_await asio::this_coro::throw_if_cancelled(false);
  // A scope starts a task at once, but who spawned it has more to say first.
  co_await asio::post(asio::use_awaitable);
  for (std::deque<Waiting>& queue = queues_[key]; !queue.empty(); --tasks_) {
    Waiting next = std::move(queue.front());
    queue.pop_front();
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

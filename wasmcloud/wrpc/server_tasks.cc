#include "wasmcloud/wrpc/server_tasks.h"

#include <utility>

namespace wasmcloud::wrpc {

ServerTasks::ServerTasks(asio::any_io_executor executor, std::size_t most)
    : most_(most), scope_(std::move(executor)) {}

ServerTasks::~ServerTasks() = default;

void ServerTasks::spawn(std::string name, Task<> task) {
  ++active_;
  scope_.spawn(std::move(name), run(std::move(task)));
}

// The scope counts a task until after it has ended: too long for those who are told of the end.
Task<> ServerTasks::run(Task<> task) {
  struct End {
    ~End() {
      --tasks.active_;
      tasks.ended_.notify();
    }

    ServerTasks& tasks;
  };

  const End end{*this};
  co_return co_await std::move(task);
}

Task<> ServerTasks::wait_room() {
  while (active_ >= most_) {
    WC_CO_CHECK(ended_.wait(Deadline::never()));
  }
  co_return Result<>();
}

Task<> ServerTasks::pause(Deadline deadline) {
  Result<> waited = co_await ended_.wait(deadline);
  if (!waited && waited.error().kind() == ErrorKind::cancelled) {
    co_return waited;
  }
  co_return Result<>();
}

Task<> ServerTasks::drain(Deadline deadline) {
  while (active_ != 0 && !deadline.expired()) {
    const Result<> waited = co_await ended_.wait(deadline);
    if (!waited && waited.error().kind() == ErrorKind::cancelled) {
      break;
    }
  }
  scope_.cancel();
  co_return co_await scope_.join();
}

}  // namespace wasmcloud::wrpc

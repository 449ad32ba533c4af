#include "wasmcloud/base/task.h"

#include <future>
#include <list>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_future.hpp>

#include "wasmcloud/base/assert.h"
#include "wasmcloud/base/log.h"

namespace wasmcloud {
namespace {

struct Child {
  std::string name;
  asio::cancellation_signal signal;
};

std::string describe_exception(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "an exception of unknown type";
  }
}

bool was_cancelled(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const boost::system::system_error& e) {
    return e.code() == asio::error::operation_aborted;
  } catch (...) {
    return false;
  }
}

// Asio hops once more when a task ends that never was suspended, and throws there, into the event
// loop, if the task has been cancelled meanwhile, such as by itself.
Task<> to_its_end(Task<> task) {
  std::exception_ptr exception;
  Result<> result;
  try {
    result = co_await std::move(task);
  } catch (...) {
    exception = std::current_exception();
  }
  co_await asio::this_coro::throw_if_cancelled(false);
  if (exception) {
    std::rethrow_exception(exception);
  }
  co_return result;
}

}  // namespace

struct TaskScope::State {
  explicit State(asio::any_io_executor executor_)
      : executor(std::move(executor_)), empty(executor) {
    empty.expires_at(asio::steady_timer::time_point::max());
  }

  void cancel() noexcept {
    cancelled = true;
    // A child that ends at once erases itself: step before the signal is given.
    for (auto child = children.begin(); child != children.end();) {
      const auto current = child++;
      current->signal.emit(asio::cancellation_type::terminal);
    }
  }

  void finished(std::list<Child>::iterator child, const std::exception_ptr& exception,
                const Result<>& result) {
    if (exception) {
      if (!was_cancelled(exception)) {
        log::error("task ended by an exception",
                   {{"task", child->name}, {"error", describe_exception(exception)}});
      }
    } else if (!result && result.error().kind() != ErrorKind::cancelled) {
      log::error("task failed", {{"task", child->name}, {"error", result.error().describe()}});
    }
    children.erase(child);
    if (children.empty()) {
      empty.cancel();
    }
  }

  asio::any_io_executor executor;
  std::list<Child> children;
  asio::steady_timer
      empty;  // never expires: cancelled when the last child ends, which is how joiners are told
  bool cancelled = false;
};

TaskScope::TaskScope(asio::any_io_executor executor)
    : state_(std::make_shared<State>(std::move(executor))) {}

TaskScope::~TaskScope() { WC_ASSERT(state_->children.empty()); }

void TaskScope::spawn(std::string name, Task<> task) {
  const auto child = state_->children.emplace(state_->children.end());
  child->name = std::move(name);
  asio::co_spawn(
      state_->executor, to_its_end(std::move(task)),
      asio::bind_cancellation_slot(
          child->signal.slot(), [state = state_.get(), child](const std::exception_ptr& exception,
                                                              const Result<>& result) {
            state->finished(child, exception, result);
          }));
  if (state_->cancelled) {
    // Through the executor: the new task must have reached its first suspension for the signal to
    // find it.
    asio::post(state_->executor, [weak = std::weak_ptr(state_)] {
      if (const auto state = weak.lock()) {
        state->cancel();
      }
    });
  }
}

void TaskScope::cancel() noexcept { state_->cancel(); }

Task<> TaskScope::join() {
  // Whoever joins must see the children end even when it is itself being cancelled.
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  while (!state_->children.empty()) {
    co_await state_->empty.async_wait(as_result);
  }
  co_return Result<>();
}

std::size_t TaskScope::size() const noexcept { return state_->children.size(); }

Error to_error(const boost::system::error_code& error, std::string_view doing) {
  ErrorKind kind = ErrorKind::internal;
  if (error == asio::error::operation_aborted) {
    kind = ErrorKind::cancelled;
  } else if (error == asio::error::timed_out) {
    kind = ErrorKind::timeout;
  } else if (error == asio::error::access_denied) {
    kind = ErrorKind::denied;
  } else if (error == asio::error::address_in_use || error == asio::error::already_connected) {
    kind = ErrorKind::conflict;
  } else if (error == asio::error::eof || error == asio::error::connection_refused ||
             error == asio::error::connection_reset || error == asio::error::connection_aborted ||
             error == asio::error::broken_pipe || error == asio::error::host_unreachable ||
             error == asio::error::network_unreachable || error == asio::error::host_not_found ||
             error == asio::error::host_not_found_try_again) {
    kind = ErrorKind::unavailable;
  }
  return Error(kind, "{}: {}", doing, error.message());
}

Result<> block_on(asio::any_io_executor executor, Task<> task) {
  auto done = asio::co_spawn(std::move(executor), std::move(task), asio::use_future);
  try {
    return done.get();
  } catch (const std::exception& e) {
    return Error(ErrorKind::internal, "exception: {}", e.what());
  }
}

}  // namespace wasmcloud

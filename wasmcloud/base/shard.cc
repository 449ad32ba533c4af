#include "wasmcloud/base/shard.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <future>
#include <string>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/use_future.hpp>
#include <pthread.h>
#include <sched.h>

#include "wasmcloud/base/log.h"

namespace wasmcloud {
namespace {

constexpr std::size_t kBlockingThreads = 4;
thread_local const Shard* current_shard = nullptr;

// A handler that throws is a bug, but the loop serves others too: log it and go on.
void run_loop(asio::io_context& context) noexcept {
  for (;;) {
    try {
      context.run();
      return;
    } catch (const std::exception& e) {
      log::error("exception in an event loop", {{"error", e.what()}});
    } catch (...) {
      log::error("exception of unknown type in an event loop");
    }
  }
}

}  // namespace

struct Shards::Thread {
  explicit Thread(Shard& shard)
      : work(asio::make_work_guard(shard.context())), thread([&shard] {
          current_shard = &shard;
          const std::string name = "wc-shard-" + std::to_string(shard.index());
          pthread_setname_np(pthread_self(), name.c_str());
          run_loop(shard.context());
        }) {}

  asio::executor_work_guard<asio::io_context::executor_type> work;
  std::thread thread;
};

bool Shard::is_current() const noexcept { return current_shard == this; }

Shards::Shards(std::size_t count) : blocking_pool_(kBlockingThreads) {
  const std::size_t wanted = count == 0 ? usable_cores() : count;
  shards_.reserve(wanted);
  threads_.reserve(wanted);
  for (std::size_t i = 0; i < wanted; ++i) {
    shards_.push_back(std::make_unique<Shard>(i));
    threads_.push_back(std::make_unique<Thread>(*shards_.back()));
  }
}

Shards::~Shards() { stop(); }

Result<> Shards::run_on_all(std::function<Task<>(Shard&)> make) {
  std::vector<std::future<Result<>>> pending;
  pending.reserve(shards_.size());
  for (const auto& shard : shards_) {
    pending.push_back(asio::co_spawn(
        shard->context(), [&make, &shard]() -> Task<> { return make(*shard); }, asio::use_future));
  }
  Result<> first;
  for (auto& each : pending) {
    try {
      Result<> result = each.get();
      if (!result && first) {
        first = std::move(result);
      }
    } catch (const std::exception& e) {
      if (first) {
        first = Error(ErrorKind::internal, "exception on a shard: {}", e.what());
      }
    }
  }
  return first;
}

Task<> Shards::on_all(std::function<Task<>(Shard&)> make) {
  Result<> first;
  for (const auto& shard : shards_) {
    Result<> result = co_await asio::co_spawn(shard->context(), make(*shard), not_cancelled());
    if (!result && first) {
      first = std::move(result);
    }
  }
  co_return first;
}

void Shards::stop() noexcept {
  for (const auto& thread : threads_) {
    thread->work.reset();
  }
  for (const auto& shard : shards_) {
    shard->context().stop();
  }
  for (const auto& thread : threads_) {
    if (thread->thread.joinable()) {
      thread->thread.join();
    }
  }
  blocking_pool_.join();
}

std::size_t usable_cores() noexcept {
  std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  cpu_set_t mask;
  if (sched_getaffinity(0, sizeof(mask), &mask) == 0) {
    cores = static_cast<std::size_t>(std::max(1, CPU_COUNT(&mask)));
  }
  // "max 100000" or "150000 100000": microseconds of CPU time in each period.
  std::ifstream quota_file("/sys/fs/cgroup/cpu.max");
  double quota = 0;
  double period = 0;
  if (quota_file >> quota >> period && quota > 0 && period > 0) {
    cores = std::min(cores, static_cast<std::size_t>(std::max(1.0, std::ceil(quota / period))));
  }
  return cores;
}

}  // namespace wasmcloud

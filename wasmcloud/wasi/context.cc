#include "wasmcloud/wasi/context.h"

#include "wasmcloud/wasi/io_streams.h"

namespace wasmcloud::wasi {

Context::Context(const Environment& environment, asio::any_io_executor executor,
                 http::Client* client)
    : environment_(environment), executor_(std::move(executor)), client_(client) {}

Context::~Context() = default;

TaskScope& Context::tasks() {
  if (!tasks_) {
    tasks_ = std::make_unique<TaskScope>(executor_);
  }
  return *tasks_;
}

Task<> Context::close() {
  if (tasks_) {
    tasks_->cancel();
    WC_CO_CHECK(tasks_->join());
  }
  co_return Result<>();
}

const std::shared_ptr<OutputSink>& Context::standard_output() {
  if (!standard_output_) {
    standard_output_ = make_log_sink(environment_.log_name, "stdout");
  }
  return standard_output_;
}

const std::shared_ptr<OutputSink>& Context::standard_error() {
  if (!standard_error_) {
    standard_error_ = make_log_sink(environment_.log_name, "stderr");
  }
  return standard_error_;
}

}  // namespace wasmcloud::wasi

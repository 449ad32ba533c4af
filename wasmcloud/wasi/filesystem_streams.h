// Streams of files. They hold the open file, so they outlive the descriptor that they came from.
#pragma once

#include <cstdint>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/thread_pool.hpp>

#include "wasmcloud/base/task.h"
#include "wasmcloud/wasi/filesystem_path.h"
#include "wasmcloud/wasi/io.h"

namespace wasmcloud::wasi::filesystem {

// Where a stream's work is done: results come back to `executor`; what may block runs on `blocking`
// (null: at once, on the caller's thread).
struct StreamThreads {
  asio::any_io_executor executor;
  asio::thread_pool* blocking = nullptr;
};

std::shared_ptr<InputSource> make_file_source(SharedHandle file, std::uint64_t offset,
                                              StreamThreads threads);

// Writes from `offset` on.
std::shared_ptr<OutputSink> make_file_sink(SharedHandle file, std::uint64_t offset,
                                           StreamThreads threads);
// Each write goes to the end of the file as it then is.
std::shared_ptr<OutputSink> make_append_sink(SharedHandle file, StreamThreads threads);

}  // namespace wasmcloud::wasi::filesystem

// What a program in the foreground writes, passed on as it comes.
#pragma once

#include <memory>
#include <optional>

#include <boost/asio/posix/stream_descriptor.hpp>

#include "wasmcloud/base/task.h"
#include "wasmcloud/wash/log_file.h"
#include "wasmcloud/wash/output.h"

namespace wasmcloud::wash {

class OutputPump {
 public:
  // To `to`, and to `copy` if there is one.
  static Result<std::unique_ptr<OutputPump>> create(asio::any_io_executor executor, Stream to,
                                                    std::optional<LogFile> copy);
  ~OutputPump();
  OutputPump(const OutputPump&) = delete;
  OutputPump& operator=(const OutputPump&) = delete;

  // The end to write to, for a program to inherit. Close it here when it has.
  int writing_end() const noexcept { return writing_end_; }

  void close_writing_end() noexcept;

  // Until nobody can write any more. Never blocks its thread where the reader of `to` does not
  // read: then it waits, and the program, when the pipe is full. A closed `to` takes all.
  Task<> run();

 private:
  OutputPump(asio::any_io_executor executor, int reading_end, int writing_end, int to_descriptor,
             Stream to, std::optional<LogFile> copy);

  asio::posix::stream_descriptor pipe_;
  int writing_end_;
  asio::posix::stream_descriptor reader_;  // only waited for
  Stream to_;
  std::optional<LogFile> copy_;
};

}  // namespace wasmcloud::wash

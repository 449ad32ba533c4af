// A server connection's socket with its input buffer and its time limits. Limits are plain points
// in time that sweep() looks at now and then: no timer is armed for an operation.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <span>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "wasmcloud/base/task.h"
#include "wasmcloud/http/input_buffer.h"

namespace wasmcloud::http {

using ServerSocket =
    asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;  // not type-erased
using TimePoint = std::chrono::steady_clock::time_point;

// Up to three pieces that go out together.
class Pieces {
 public:
  void add(std::span<const std::uint8_t> bytes) noexcept { add(bytes.data(), bytes.size()); }

  void add(std::string_view text) noexcept { add(text.data(), text.size()); }

  bool empty() const noexcept { return first_ == count_; }

  std::span<const asio::const_buffer> rest() const noexcept {
    return std::span(buffers_).subspan(first_, count_ - first_);
  }

  void consume(std::size_t count) noexcept;

 private:
  void add(const void* data, std::size_t size) noexcept {
    if (size != 0) {
      buffers_[count_++] = asio::const_buffer(data, size);
    }
  }

  std::array<asio::const_buffer, 3> buffers_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

// One reader and one writer at a time. Errors of both: `timeout`, `unavailable`, `cancelled`.
class ServerTransport {
 public:
  ServerTransport(ServerSocket socket, std::size_t input_limit);

  InputBuffer& input() noexcept { return input_; }

  // Receives more; how much, 0 at the end of what the peer sends. `exhausted` if the input buffer
  // is full.
  Task<std::size_t> fill(TimePoint deadline);
  // Sends what can be sent without waiting; true if that was all, or if the connection is lost
  // (then `lost` is set).
  bool write_now(Pieces& pieces, bool& lost) noexcept;
  // Sends all. The bytes must stay until the task ends. Each piece of progress moves the deadline.
  Task<> write(Pieces pieces, std::chrono::milliseconds stall_limit);

  // Ends operations whose deadline has passed.
  void sweep(TimePoint now) noexcept;
  // Ends operations, also future ones, with `unavailable`.
  void interrupt() noexcept;
  // Says that no more will be sent.
  void shutdown_send() noexcept;
  void close() noexcept;
  // Closes so that the peer sees an error and not an end.
  void reset() noexcept;

  bool reading() const noexcept { return reading_; }

  bool writing() const noexcept { return writing_; }

  int native_handle() noexcept { return socket_.native_handle(); }

 private:
  Task<> yield();
  Error ended(const boost::system::error_code& error, bool timed_out, bool cancelled) const;

  ServerSocket socket_;
  InputBuffer input_;
  TimePoint read_deadline_ = TimePoint::max();
  TimePoint write_deadline_ = TimePoint::max();
  std::size_t sent_without_waiting_ = 0;
  bool reading_ = false;
  bool writing_ = false;
  bool read_timed_out_ = false;
  bool write_timed_out_ = false;
  bool interrupted_ = false;
};

}  // namespace wasmcloud::http

#include "wasmcloud/http/server_transport.h"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include "wasmcloud/base/assert.h"

namespace wasmcloud::http {
namespace {

// A writer whose peer always has room lets others run after so many bytes.
constexpr std::size_t kYieldAfter = 256 * 1024;

// Asio takes a sequence of one buffer to a plain send().
std::size_t send_some(ServerSocket& socket, const Pieces& pieces,
                      boost::system::error_code& error) noexcept {
  const auto rest = pieces.rest();
  return rest.size() == 1 ? socket.write_some(rest[0], error) : socket.write_some(rest, error);
}

}  // namespace

void Pieces::consume(std::size_t count) noexcept {
  while (count != 0) {
    asio::const_buffer& front = buffers_[first_];
    const std::size_t taken = std::min(count, front.size());
    front += taken;
    count -= taken;
    if (front.size() == 0) {
      ++first_;
    }
  }
}

ServerTransport::ServerTransport(ServerSocket socket, std::size_t input_limit)
    : socket_(std::move(socket)), input_(input_limit) {
  boost::system::error_code ignored;  // the first operation on a bad socket tells
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

Task<std::size_t> ServerTransport::fill(TimePoint deadline) {
  const auto room = input_.prepare();
  if (room.empty()) {
    co_return Error(ErrorKind::exhausted, "the input buffer of {} bytes is full", input_.size());
  }
  WC_ASSERT(!reading_);
  for (;;) {
    if (interrupted_) {
      co_return Error(ErrorKind::unavailable, "the connection is closing");
    }
    reading_ = true;
    read_timed_out_ = false;
    read_deadline_ = deadline;
    const asio::mutable_buffer target(room.data(), room.size());
    auto [error, size] = co_await socket_.async_read_some(target, as_result);
    reading_ = false;
    read_deadline_ = TimePoint::max();
    sent_without_waiting_ = 0;
    if (!error) {
      input_.commit(size);
      co_return size;
    }
    if (error == asio::error::eof) {
      co_return std::size_t{0};
    }
    const bool cancelled =
        (co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none;
    if (error == asio::error::operation_aborted && !read_timed_out_ && !interrupted_ &&
        !cancelled && socket_.is_open()) {
      continue;  // it was the writer that timed out
    }
    co_return ended(error, read_timed_out_, cancelled);
  }
}

bool ServerTransport::write_now(Pieces& pieces, bool& lost) noexcept {
  if (interrupted_) {
    lost = true;
    return true;
  }
  while (!pieces.empty() && sent_without_waiting_ < kYieldAfter) {
    boost::system::error_code error;
    const std::size_t sent = send_some(socket_, pieces, error);
    if (error) {
      lost = error != asio::error::would_block && error != asio::error::try_again;
      return lost;
    }
    sent_without_waiting_ += sent;
    pieces.consume(sent);
  }
  return pieces.empty();
}

Task<> ServerTransport::write(Pieces pieces, std::chrono::milliseconds stall_limit) {
  WC_ASSERT(!writing_);
  for (;;) {
    bool lost = false;
    if (write_now(pieces, lost)) {
      if (lost) {
        co_return Error(ErrorKind::unavailable, "the peer went away");
      }
      co_return Result<>();
    }
    if (sent_without_waiting_ >= kYieldAfter) {
      WC_CO_CHECK(yield());
      continue;
    }
    writing_ = true;
    write_timed_out_ = false;
    write_deadline_ = std::chrono::steady_clock::now() + stall_limit;
    auto [error] = co_await socket_.async_wait(ServerSocket::wait_write, as_result);
    writing_ = false;
    write_deadline_ = TimePoint::max();
    sent_without_waiting_ = 0;
    if (!error) {
      continue;
    }
    const bool cancelled =
        (co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none;
    if (error == asio::error::operation_aborted && !write_timed_out_ && !interrupted_ &&
        !cancelled && socket_.is_open()) {
      continue;  // it was the reader that timed out
    }
    co_return ended(error, write_timed_out_, cancelled);
  }
}

Task<> ServerTransport::yield() {
  sent_without_waiting_ = 0;
  co_await asio::post(asio::use_awaitable);
  co_return Result<>();
}

Error ServerTransport::ended(const boost::system::error_code& error, bool timed_out,
                             bool cancelled) const {
  if (timed_out) {
    return Error(ErrorKind::timeout, "the peer stalled");
  }
  if (error == asio::error::operation_aborted && cancelled) {
    return to_error(error, "talking to the peer");
  }
  return Error(ErrorKind::unavailable, "the connection was lost: {}",
               interrupted_ ? "closing" : error.message());
}

void ServerTransport::sweep(TimePoint now) noexcept {
  read_timed_out_ = read_timed_out_ || now >= read_deadline_;
  write_timed_out_ = write_timed_out_ || now >= write_deadline_;
  if (now >= read_deadline_ || now >= write_deadline_) {
    boost::system::error_code ignored;
    socket_.cancel(ignored);
  }
}

void ServerTransport::interrupt() noexcept {
  interrupted_ = true;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

void ServerTransport::shutdown_send() noexcept {
  boost::system::error_code ignored;
  socket_.shutdown(ServerSocket::shutdown_send, ignored);
}

void ServerTransport::close() noexcept {
  interrupted_ = true;
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void ServerTransport::reset() noexcept {
  boost::system::error_code ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  close();
}

}  // namespace wasmcloud::http

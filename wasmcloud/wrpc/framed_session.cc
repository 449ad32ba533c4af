#include "wasmcloud/wrpc/framed_session.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/write.hpp>

#include "wasmcloud/base/bytes.h"

namespace wasmcloud::wrpc {
namespace {

// The Go implementation takes a frame for whole that came in part (wrpc.md 6, B12): small ones come
// whole.
constexpr std::size_t kFrameBytes = 4096;
// Nothing more is read while so much waits for readers, and no reader waits for more.
constexpr std::size_t kUnreadBytes = std::size_t{1} << 20U;
// A writer waits while so much has not been handed to the system.
constexpr std::size_t kUnsentBytes = std::size_t{256} << 10U;
// How long we wait for the peer's end, so that what we sent is not lost with a reset.
constexpr std::chrono::seconds kLinger{2};

}  // namespace

FramedConnection::FramedConnection(Socket socket, FrameReader::From from, ChannelLimits limits)
    : socket_(std::move(socket)),
      reader_(from),
      channels_(limits),
      linger_(socket_.get_executor()) {}

// --- what comes ---

void FramedConnection::want_more() {
  if (!reading_ && !at_end_ && socket_.is_open()) {
    reading_ = true;
    read();
  }
}

void FramedConnection::read() {
  socket_.async_read_some(
      asio::buffer(buffer_),
      [self = shared_from_this()](const boost::system::error_code& error, std::size_t count) {
        self->reading_ = false;
        if (error) {
          self->on_end(error);
        } else {
          self->on_read(std::span(self->buffer_).first(count));
        }
      });
}

void FramedConnection::on_read(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    auto piece = reader_.next(bytes);
    if (!piece) {
      channels_.fail(std::move(piece).error().with_context("reading frames"));
      at_end_ = true;
      break;
    }
    if (*piece && !abandoned_) {
      channels_.append((*piece)->path, (*piece)->bytes);
    }
  }
  header_came_.notify();
  if (abandoned_ || channels_.unread_bytes() < kUnreadBytes) {
    want_more();
  }
}

void FramedConnection::on_end(const boost::system::error_code& error) {
  at_end_ = true;
  if (error == asio::error::eof && reader_.at_end_of_frame()) {
    channels_.end_all();
  } else if (error == asio::error::eof) {
    channels_.fail(Error(ErrorKind::unavailable, "the connection ended in the middle of a frame"));
  } else {
    channels_.fail(to_error(error, "reading from the connection"));
  }
  header_came_.notify();
  close_if_done();
}

Task<> FramedConnection::wait_header(Deadline deadline) {
  const auto self = shared_from_this();
  want_more();
  while (header() == nullptr && !at_end_) {
    WC_CO_CHECK(header_came_.wait(deadline), "waiting for the name of the function");
  }
  if (header() == nullptr) {
    std::string nothing;
    WC_CO_CHECK_VALUE(channels_.take({}, nothing));
    co_return Error(ErrorKind::unavailable, "the connection ended before the function's name");
  }
  co_return Result<>();
}

// --- what goes ---

void FramedConnection::start_writing() {
  if (writing_ || error_ || !socket_.is_open()) {
    return;
  }
  if (out_.size() == 0) {
    if (finishing_ && !std::exchange(finished_, true)) {
      boost::system::error_code ignored;  // the peer may be gone already
      socket_.shutdown(Socket::shutdown_send, ignored);
    }
    close_if_done();
    return;
  }
  writing_ = true;
  sending_ = out_.take();
  asio::async_write(
      socket_, asio::buffer(sending_),
      [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
        self->writing_ = false;
        self->on_written(error);
      });
}

void FramedConnection::on_written(const boost::system::error_code& error) {
  if (error) {
    error_ = to_error(error, "writing to the connection");
    close_if_done();
  } else {
    start_writing();
  }
  written_.notify();
}

Task<> FramedConnection::wait_written(Deadline deadline) {
  const auto self = shared_from_this();
  while (!error_ && out_.size() > kUnsentBytes) {
    WC_CO_CHECK(written_.wait(deadline), "waiting for the peer to read");
  }
  if (error_) {
    co_return error_->clone();
  }
  co_return Result<>();
}

void FramedConnection::fail(Error error) {
  error_ = error.clone();
  written_.notify();
  channels_.fail(std::move(error));
}

void FramedConnection::finish() {
  finishing_ = true;
  start_writing();
}

void FramedConnection::abandon(Rest rest) {
  abandoned_ = true;
  if (rest == Rest::is_dropped) {
    close();
    return;
  }
  finish();
  linger_.expires_after(kLinger);
  linger_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error) {
      self->close();
    }
  });
  want_more();
  close_if_done();
}

void FramedConnection::close_if_done() {
  if (abandoned_ && at_end_ && !writing_ && (finished_ || error_)) {
    close();
  }
}

void FramedConnection::close() {
  linger_.cancel();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

// --- the session ---

FramedSession::FramedSession(std::shared_ptr<FramedConnection> connection, Role role)
    : connection_(std::move(connection)), role_(role) {}

FramedSession::~FramedSession() {
  connection_->abandon(role_ == Role::server ? FramedConnection::Rest::is_sent
                                             : FramedConnection::Rest::is_dropped);
}

Task<std::optional<std::string>> FramedSession::read(Path path, Deadline deadline) {
  const auto connection = connection_;
  Channels& channels = connection->channels();
  std::string bytes;
  for (;;) {
    WC_CO_TRY_VALUE(const Channels::Taken taken, channels.take(path, bytes));
    if (taken == Channels::Taken::bytes) {
      co_return std::move(bytes);
    }
    if (taken == Channels::Taken::end) {
      co_return std::nullopt;
    }
    connection->want_more();
    WC_CO_CHECK(channels.wait(path, deadline));
  }
}

Task<> FramedSession::write(Path path, std::string bytes, Deadline deadline) {
  const auto connection = connection_;
  auto rest = as_u8(bytes);
  for (; !rest.empty(); rest = rest.subspan(std::min(rest.size(), kFrameBytes))) {
    write_frame(connection->out(), path, rest.first(std::min(rest.size(), kFrameBytes)));
  }
  connection->start_writing();
  co_return co_await connection->wait_written(deadline);
}

// Channels have no end of their own: the peer knows by what they carry, or when we end them all.
Task<> FramedSession::finish(Path) { co_return Result<>(); }

Task<> FramedSession::finish_all() {
  connection_->finish();
  co_return Result<>();
}

}  // namespace wasmcloud::wrpc

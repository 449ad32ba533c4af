#include "wasmcloud/wrpc/framed_session.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <utility>

#include <boost/asio/error.hpp>

namespace wasmcloud::wrpc {
namespace {

// What is read at once. It is on the stack: connections that wait have no buffer, and this one is
// in the processor's cache.
constexpr std::size_t kReadBytes = std::size_t{64} << 10U;
// How often one connection reads before others have their turn.
constexpr int kReadsAtOnce = 16;
// How often one writes, likewise.
constexpr int kWritesAtOnce = 16;
// As many as Asio hands to the system with one call.
constexpr std::size_t kPiecesAtOnce = 64;
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
      linger_(socket_.get_executor()) {
  boost::system::error_code ignored;  // what is wrong with the socket is told when it is used
  socket_.non_blocking(true, ignored);
}

// --- what comes ---

void FramedConnection::want_more() {
  if (reading_ || at_end_ || !socket_.is_open()) {
    return;
  }
  reading_ = true;
  socket_.async_wait(Socket::wait_read,
                     [self = shared_from_this()](const boost::system::error_code& error) {
                       self->reading_ = false;
                       self->on_readable(error);
                     });
}

bool FramedConnection::wants_more() const noexcept {
  return abandoned_ || channels_.unread_bytes() < std::max(kUnreadBytes, expected_);
}

void FramedConnection::on_readable(boost::system::error_code error) {
  std::array<std::uint8_t, kReadBytes> buffer;  // NOLINT: it is written before it is read
  bool again = !error;
  for (int i = 0; i < kReadsAtOnce && again; ++i) {
    const std::size_t count = socket_.read_some(asio::buffer(buffer), error);
    on_read(std::span(buffer).first(count));
    again = count == buffer.size() && !at_end_ && wants_more();
  }
  header_came_.notify();
  if (error && error != asio::error::would_block) {
    on_end(error);
  } else if (wants_more()) {
    want_more();
  }
}

void FramedConnection::on_read(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    auto piece = reader_.next(bytes);
    if (!piece) {
      channels_.fail(std::move(piece).error().with_context("reading frames"));
      at_end_ = true;
      return;
    }
    if (*piece && !abandoned_) {
      channels_.append((*piece)->path, (*piece)->bytes);
    }
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
  if (!writing_ && socket_.is_open()) {
    write();
  }
}

// As much as the system takes: what is begun is ended before others have their turn, so that little
// is under way at a time.
void FramedConnection::write() {
  boost::system::error_code error;
  for (int i = 0; i < kWritesAtOnce && !error && !written_all(); ++i) {
    write_some(error);
  }
  if (error && error != asio::error::would_block) {
    error_ = to_error(error, "writing to the connection");
  }
  if (!written_all()) {
    write_later();
    return;
  }
  if (finishing_ && !std::exchange(finished_, true)) {
    boost::system::error_code ignored;  // the peer may be gone already
    socket_.shutdown(Socket::shutdown_send, ignored);
  }
  close_if_done();
}

void FramedConnection::write_some(boost::system::error_code& error) {
  out_.next(pieces_, kPiecesAtOnce);
  buffers_.clear();
  for (const FrameQueue::Bytes piece : pieces_) {
    buffers_.emplace_back(piece.data(), piece.size());
  }
  out_.sent(socket_.write_some(std::span<const asio::const_buffer>(buffers_), error));
}

void FramedConnection::write_later() {
  writing_ = true;
  socket_.async_wait(Socket::wait_write,
                     [self = shared_from_this()](const boost::system::error_code& error) {
                       self->writing_ = false;
                       self->on_writable(error);
                     });
}

void FramedConnection::on_writable(const boost::system::error_code& error) {
  if (error) {
    error_ = to_error(error, "writing to the connection");
  }
  write();
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

// Long values come in many pieces, which are put together where they come in, and not again here.
Task<bool> FramedSession::read_on(Path path, std::string& bytes, std::uint64_t expected,
                                  Deadline deadline) {
  const auto connection = connection_;
  Channels& channels = connection->channels();
  const std::size_t before = bytes.size();
  if (!channels.put_back(path, bytes, expected)) {
    co_return co_await Session::read_on(std::move(path), bytes, expected, deadline);
  }
  const std::size_t wanted = before + std::clamp<std::uint64_t>(expected, 1, kUnreadBytes);
  Result<> waited;
  connection->expect(wanted);
  while (waited && channels.unread(path) < wanted && channels.open(path)) {
    connection->want_more();
    waited = co_await channels.wait(path, deadline);
  }
  connection->expect(0);
  WC_CO_CHECK_VALUE(channels.take(path, bytes));
  WC_CO_CHECK_VALUE(std::move(waited));
  if (bytes.size() > before) {
    co_return true;
  }
  std::string none;
  WC_CO_CHECK_VALUE(channels.take(path, none));
  co_return false;
}

Task<> FramedSession::write(Path path, std::string bytes, Deadline deadline) {
  const auto connection = connection_;
  connection->out().push(path, std::move(bytes));
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

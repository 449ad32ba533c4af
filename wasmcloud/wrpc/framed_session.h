// One end of an invocation on a byte stream. Only for the transport.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include "wasmcloud/wrpc/channels.h"
#include "wasmcloud/wrpc/frame.h"
#include "wasmcloud/wrpc/frame_queue.h"
#include "wasmcloud/wrpc/session.h"

namespace wasmcloud::wrpc {

// The socket and what goes through it. Held by the session and by each operation under way, so that
// what was written still goes out when the session is gone.
class FramedConnection final : public std::enable_shared_from_this<FramedConnection> {
 public:
  using Socket = asio::generic::stream_protocol::socket;

  FramedConnection(Socket socket, FrameReader::From from, ChannelLimits limits);

  // --- what comes ---
  Channels& channels() noexcept { return channels_; }

  // Reads on unless enough is unread. Whoever wants more calls it.
  void want_more();

  // So many unread bytes are not enough for somebody who waits for more; 0: nobody does.
  void expect(std::size_t bytes) noexcept { expected_ = bytes; }

  // Until a client has said what it calls. The reference is good until destruction.
  Task<> wait_header(Deadline deadline);

  const FrameHeader* header() const noexcept { return reader_.header(); }

  // --- what goes ---
  // For what is to be sent with the next start_writing().
  FrameQueue& out() noexcept { return out_; }

  void start_writing();
  // Until little waits to be sent. Error: of the connection.
  Task<> wait_written(Deadline deadline);
  // After what was written, the end.
  void finish();
  // Of whoever gives up: what is under way ends with `error`.
  void fail(Error error);
  // Nobody reads any more. With `rest` what was written still goes out.
  enum class Rest : std::uint8_t { is_sent, is_dropped };

  void abandon(Rest rest);

 private:
  bool wants_more() const noexcept;
  void on_readable(boost::system::error_code error);
  void on_read(std::span<const std::uint8_t> bytes);
  void on_end(const boost::system::error_code& error);

  // Or nothing more can be.
  bool written_all() const noexcept { return error_ || out_.size() == 0; }

  void write();
  void write_some(boost::system::error_code& error);
  void write_later();
  void on_writable(const boost::system::error_code& error);
  void close();
  void close_if_done();

  Socket socket_;
  FrameReader reader_;
  Channels channels_;
  std::size_t expected_ = 0;
  bool reading_ = false;
  bool at_end_ = false;  // the peer sends no more
  bool abandoned_ = false;
  Signal header_came_;

  FrameQueue out_;
  std::vector<FrameQueue::Bytes> pieces_;    // of out_, for one write
  std::vector<asio::const_buffer> buffers_;  // the same
  bool writing_ = false;                     // when the socket takes more
  bool finishing_ = false;
  bool finished_ = false;
  std::optional<Error> error_;  // of writing
  Signal written_;
  asio::steady_timer linger_;
};

class FramedSession final : public Session {
 public:
  enum class Role : std::uint8_t { client, server };

  FramedSession(std::shared_ptr<FramedConnection> connection, Role role);
  ~FramedSession() override;

  Task<std::optional<std::string>> read(Path path, Deadline deadline) override;
  Task<bool> read_on(Path path, std::string& bytes, std::uint64_t expected,
                     Deadline deadline) override;

  void fail(Error error) override { connection_->fail(std::move(error)); }

  Task<> write(Path path, std::string bytes, Deadline deadline) override;
  Task<> finish(Path path) override;
  Task<> finish_all() override;

 private:
  const std::shared_ptr<FramedConnection> connection_;
  const Role role_;
};

}  // namespace wasmcloud::wrpc

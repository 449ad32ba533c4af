// For tests: a peer that speaks bytes, not HTTP. Blocking, each call with a time limit that only a
// failing test reaches.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace wasmcloud::http {

class RawPeer {
 public:
  // To 127.0.0.1. Throws if nobody listens.
  static RawPeer connect(std::uint16_t port);

  explicit RawPeer(int socket) noexcept : socket_(socket) {}

  RawPeer(RawPeer&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)), received_(std::move(other.received_)) {}

  RawPeer& operator=(RawPeer&&) = delete;
  ~RawPeer();

  // False if the other side is gone.
  bool send(std::string_view bytes);
  // What the system takes now without waiting.
  std::size_t send_some(std::string_view bytes);
  // Says that no more comes.
  void end();
  // Up to and with `mark`; less if the other side ends before.
  std::string read_until(std::string_view mark);
  std::string read_exactly(std::size_t size);
  // A head and as much as its Content-Length says.
  std::string read_response();
  std::string read_to_end();

  // Whether the other side ends without sending more.
  bool is_ended() { return read_to_end().empty(); }

 private:
  bool receive();

  int socket_;
  std::string received_;
};

// Listens at a port of 127.0.0.1 that the system chooses.
class RawListener {
 public:
  RawListener();
  RawListener(const RawListener&) = delete;
  RawListener& operator=(const RawListener&) = delete;
  ~RawListener();

  std::uint16_t port() const noexcept { return port_; }

  RawPeer accept();
  // So that a later connection is refused.
  void close();

 private:
  int socket_;
  std::uint16_t port_ = 0;
};

// Of "127.0.0.1:8000".
std::uint16_t port_of(std::string_view address);

}  // namespace wasmcloud::http

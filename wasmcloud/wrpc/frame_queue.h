// What waits to be sent on a connection of frames: small frames side by side in one buffer, large
// payloads where they are, cut into frames only as they are sent. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "wasmcloud/wrpc/wire.h"

namespace wasmcloud::wrpc {

class FrameQueue {
 public:
  using Bytes = std::span<const std::uint8_t>;

  // For what stands before the frames, and frames that someone else writes.
  WireWriter& plain() noexcept { return plain_; }

  // Bytes of a channel, in as many frames as it takes.
  void push(std::span<const std::uint32_t> path, std::string payload);

  // Not sent yet.
  std::size_t size() const noexcept { return queued_ + plain_.size(); }

  // What goes next, in at most `most` pieces; good until sent().
  void next(std::vector<Bytes>& pieces, std::size_t most);
  // So much of it was.
  void sent(std::size_t count);

 private:
  // A payload in frames of the same size, but for the last.
  struct Payload {
    std::string head;       // of each frame
    std::string last_head;  // of the last; all there is, if there is no payload
    std::string bytes;
    std::size_t frames = 1;
    std::size_t frame = 0;  // the first that is not sent,
    std::size_t at = 0;     // and how much of it is

    // Head and bytes of a frame.
    std::pair<Bytes, Bytes> parts(std::size_t index) const;
  };

  void queue(Payload payload);
  void queue_plain();

  WireWriter plain_;
  std::deque<Payload> queue_;
  std::size_t queued_ = 0;  // bytes, heads with them
};

}  // namespace wasmcloud::wrpc

#include "wasmcloud/wrpc/frame_queue.h"

#include <algorithm>
#include <utility>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/wrpc/frame.h"

namespace wasmcloud::wrpc {
namespace {

// The Go implementation takes a frame for whole that came in part (wrpc.md 6, B12): small ones come
// whole.
constexpr std::size_t kFrameBytes = 4096;

std::string head_of(std::span<const std::uint32_t> path, std::size_t length) {
  WireWriter out;
  write_frame_head(out, path, length);
  return out.take();
}

}  // namespace

std::pair<FrameQueue::Bytes, FrameQueue::Bytes> FrameQueue::Payload::parts(
    std::size_t index) const {
  if (index + 1 == frames) {
    return {as_u8(last_head), as_u8(bytes).subspan(index * kFrameBytes)};
  }
  return {as_u8(head), as_u8(bytes).subspan(index * kFrameBytes, kFrameBytes)};
}

void FrameQueue::push(std::span<const std::uint32_t> path, std::string payload) {
  if (payload.size() <= kFrameBytes) {
    if (!payload.empty()) {
      write_frame(plain_, path, as_u8(payload));
    }
    return;
  }
  queue_plain();
  const std::size_t frames = (payload.size() + kFrameBytes - 1) / kFrameBytes;
  queue({.head = head_of(path, kFrameBytes),
         .last_head = head_of(path, payload.size() - (frames - 1) * kFrameBytes),
         .bytes = std::move(payload),
         .frames = frames});
}

void FrameQueue::queue(Payload payload) {
  queued_ +=
      (payload.frames - 1) * payload.head.size() + payload.last_head.size() + payload.bytes.size();
  queue_.push_back(std::move(payload));
}

// What has been given out stays where it is.
void FrameQueue::queue_plain() {
  if (plain_.size() != 0) {
    queue({.head = {}, .last_head = plain_.take(), .bytes = {}});
  }
}

void FrameQueue::next(std::vector<Bytes>& pieces, std::size_t most) {
  queue_plain();
  pieces.clear();
  for (const Payload& payload : queue_) {
    std::size_t skipped = payload.at;
    for (std::size_t frame = payload.frame; frame != payload.frames; ++frame) {
      const auto [head, bytes] = payload.parts(frame);
      for (Bytes part : {head, bytes}) {
        const std::size_t skip = std::min(skipped, part.size());
        skipped -= skip;
        part = part.subspan(skip);
        if (part.empty()) {
          continue;
        }
        if (pieces.size() == most) {
          return;
        }
        pieces.push_back(part);
      }
    }
  }
}

void FrameQueue::sent(std::size_t count) {
  queued_ -= count;
  while (!queue_.empty()) {
    Payload& first = queue_.front();
    for (; first.frame != first.frames; ++first.frame) {
      const auto [head, bytes] = first.parts(first.frame);
      const std::size_t left = head.size() + bytes.size() - first.at;
      if (count < left) {
        first.at += count;
        return;
      }
      count -= left;
      first.at = 0;
    }
    queue_.pop_front();
  }
}

}  // namespace wasmcloud::wrpc

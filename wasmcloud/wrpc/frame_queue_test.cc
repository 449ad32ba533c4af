#include "wasmcloud/wrpc/frame_queue.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/wrpc/frame.h"

namespace wasmcloud::wrpc {
namespace {

std::string payload_of(std::size_t size) {
  std::string payload(size, ' ');
  for (std::size_t i = 0; i < size; ++i) {
    payload[i] = static_cast<char>(i * i >> 5U);
  }
  return payload;
}

// All that waits, sent at most `step` bytes at a time, `most` pieces with each.
std::string drain(FrameQueue& queue, std::size_t step, std::size_t most) {
  std::string all;
  std::vector<FrameQueue::Bytes> pieces;
  while (queue.size() != 0) {
    queue.next(pieces, most);
    EXPECT_FALSE(pieces.empty());
    EXPECT_LE(pieces.size(), most);
    std::size_t count = 0;
    for (const FrameQueue::Bytes piece : pieces) {
      const auto taken = piece.first(std::min(piece.size(), step - count));
      all += as_text(taken);
      count += taken.size();
    }
    queue.sent(count);
  }
  return all;
}

struct Frame {
  Path path;
  std::string bytes;

  bool operator==(const Frame&) const = default;
};

std::vector<Frame> frames_in(std::string_view bytes) {
  FrameReader reader(FrameReader::From::server);
  std::vector<Frame> frames;
  bool begins = true;
  for (auto input = as_u8(bytes);;) {
    const auto piece = *reader.next(input);
    if (!piece) {
      EXPECT_TRUE(reader.at_end_of_frame());
      return frames;
    }
    if (begins) {
      frames.push_back({.path = {piece->path.begin(), piece->path.end()}, .bytes = {}});
    }
    frames.back().bytes += as_text(piece->bytes);
    begins = piece->last;
  }
}

TEST(FrameQueue, LargePayloadsAreCutIntoFramesThatAnyPeerReads) {
  for (const std::size_t size : {1U, 4095U, 4096U, 4097U, 8192U, 100'000U}) {
    FrameQueue queue;
    queue.push(Path{1, 300}, payload_of(size));
    std::string together;
    for (const Frame& frame : frames_in(drain(queue, 1U << 20U, 64))) {
      EXPECT_EQ(frame.path, (Path{1, 300}));
      EXPECT_LE(frame.bytes.size(), 4096U);
      EXPECT_FALSE(frame.bytes.empty());
      together += frame.bytes;
    }
    EXPECT_TRUE(together == payload_of(size)) << size;
  }
}

TEST(FrameQueue, GoesOnWhereTheSystemStopped) {
  const auto fill = [](FrameQueue& queue) {
    write_frame(queue.plain(), {}, as_u8("first"));
    queue.push(Path{0}, payload_of(10'000));
    queue.push(Path{}, "small");
    queue.push(Path{2}, payload_of(4097));
  };
  FrameQueue at_once;
  fill(at_once);
  const std::string expected = drain(at_once, 1U << 20U, 64);
  EXPECT_EQ(frames_in(expected).size(), 1U + 3U + 1U + 2U);
  for (const std::size_t step : {1U, 2U, 3U, 7U, 1000U, 4097U, 5000U}) {
    for (const std::size_t most : {1U, 2U, 5U}) {
      FrameQueue queue;
      fill(queue);
      EXPECT_EQ(queue.size(), expected.size());
      EXPECT_TRUE(drain(queue, step, most) == expected) << step << ", " << most;
    }
  }
}

TEST(FrameQueue, WhatIsUnderWayStaysWhereItIs) {
  FrameQueue queue;
  queue.push(Path{}, "one");
  std::vector<FrameQueue::Bytes> pieces;
  queue.next(pieces, 64);
  const std::string before(as_text(pieces.at(0)));
  for (int i = 0; i < 100; ++i) {
    queue.push(Path{}, "another");
    queue.push(Path{}, payload_of(5000));
  }
  EXPECT_EQ(as_text(pieces.at(0)), before);  // ASan sees it too
  queue.sent(before.size());
  EXPECT_EQ(frames_in(drain(queue, 777, 64)).size(), 300U);
}

}  // namespace
}  // namespace wasmcloud::wrpc

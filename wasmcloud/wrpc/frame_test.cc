#include "wasmcloud/wrpc/frame.h"

#include <gtest/gtest.h>

#include "wasmcloud/wrpc/wit_testing.h"

namespace wasmcloud::wrpc {
namespace {

using testing::Bytes;
using testing::from_hex;
using testing::to_hex;
using From = FrameReader::From;

std::string frame(const Path& path, std::string_view payload) {
  WireWriter out;
  write_frame(out, path, {reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size()});
  return to_hex(out.view());
}

// What a reader makes of bytes in pieces of `step`: pieces of a frame are put together again.
struct Read {
  std::vector<std::string> frames;  // "[0,1] 61 62"
  std::string error;
};

Read read(From from, const Bytes& bytes, std::size_t step, FrameLimits limits = {}) {
  FrameReader reader(from, limits);
  Read result;
  std::string frame;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    auto input = std::span(bytes).subspan(at, std::min(step, bytes.size() - at));
    for (;;) {
      const auto piece = reader.next(input);
      if (!piece) {
        result.error = piece.error().describe();
        return result;
      }
      if (!*piece) {
        break;
      }
      if (frame.empty()) {
        frame = fmt::format("[{}] {}:", fmt::join((*piece)->path, ","), (*piece)->frame_bytes);
      }
      frame += (*piece)->bytes.empty() ? "" : " " + to_hex((*piece)->bytes);
      if ((*piece)->last) {
        result.frames.push_back(std::exchange(frame, {}));
      }
    }
    EXPECT_TRUE(input.empty());
  }
  if (reader.header() != nullptr) {
    result.frames.insert(result.frames.begin(),
                         reader.header()->instance + "#" + reader.header()->function);
  }
  result.error = reader.at_end_of_frame() ? "" : "cut off";
  return result;
}

// wrpc.md 7.1, 187 to 191
TEST(Frame, IsWritten) {
  WireWriter out;
  write_header(out, {"wrpc-examples:hello/handler", "hello"});
  EXPECT_EQ(
      to_hex(out.view()),
      "00 1b 77 72 70 63 2d 65 78 61 6d 70 6c 65 73 3a 68 65 6c 6c 6f 2f 68 61 6e 64 6c 65 72 "
      "05 68 65 6c 6c 6f");
  EXPECT_EQ(frame({}, ""), "00 00");
  EXPECT_EQ(frame({0, 1, 2}, "test"), "03 00 01 02 04 74 65 73 74");
  EXPECT_EQ(frame({0x42}, "\x7f\u0192\U00010348\u0150"), "01 42 09 7f c6 92 f0 90 8d 88 c5 90");
  EXPECT_EQ(frame({300, 0}, std::string_view("\0", 1)), "02 ac 02 00 01 00");
}

// wrpc.md 4.5
TEST(Frame, ConversationIsReadHoweverItIsCut) {
  const Bytes sent = from_hex(
      "00 05 61 3a 62 2f 63 04 70 69 70 65 00 01 00 01 00 06 05 68 65 6c 6c 6f 02 ac 02 00 01 00 "
      "00 00");
  const std::vector<std::string> expected = {"a:b/c#pipe", "[] 1: 00", "[0] 6: 05 68 65 6c 6c 6f",
                                             "[300,0] 1: 00", "[] 0:"};
  for (std::size_t step = 1; step <= sent.size(); ++step) {
    const Read result = read(From::client, sent, step);
    EXPECT_EQ(result.frames, expected) << step;
    EXPECT_EQ(result.error, "") << step;
  }
}

TEST(Frame, ServerSendsNoHeader) {
  const Read result = read(From::server, from_hex("00 02 01 68"), 4);
  EXPECT_EQ(result.frames, std::vector<std::string>{"[] 2: 01 68"});
  EXPECT_EQ(result.error, "");
  EXPECT_EQ(read(From::server, {}, 1).error, "");
}

TEST(Frame, EmptyNamesAreNames) {
  const Read result = read(From::client, from_hex("00 00 00 00 00"), 1);
  EXPECT_EQ(result.frames, (std::vector<std::string>{"#", "[] 0:"}));
}

TEST(Frame, EndWithinSomethingIsSeen) {
  const Bytes sent = from_hex("00 01 61 01 62 02 ac 02 00 02 68 69");
  for (std::size_t size = 0; size < sent.size(); ++size) {
    const Read result =
        read(From::client, Bytes(sent.begin(), sent.begin() + std::ptrdiff_t(size)), 99);
    EXPECT_EQ(result.error, size == 5 ? "" : "cut off") << size;
  }
}

TEST(Frame, EndWithinADepthIsSeen) {
  EXPECT_EQ(read(From::server, from_hex("80"), 1).error, "cut off");
}

TEST(Frame, RefusesWhatIsNone) {
  const auto error = [](std::string_view hex) {
    return read(From::client, from_hex(hex), 1).error;
  };
  EXPECT_EQ(error("01"), "protocol version 1: expected 0");  // N40
  EXPECT_EQ(error("00 01 ff"), "offset 2: name byte 0xff: expected UTF-8");
  EXPECT_EQ(error("00 01 c3"), "offset 2: name byte 0xc3: expected UTF-8");
  EXPECT_EQ(error("00 00 00 ff ff ff ff 1f"),
            "offset 7: number of the framing: expected an integer of 32 bits");
}

TEST(Frame, LimitsHold) {
  const FrameLimits limits{.path_depth = 2, .payload_bytes = 3, .name_bytes = 1};
  const auto error = [&](std::string_view hex) {
    return read(From::client, from_hex(hex), 1, limits).error;
  };
  EXPECT_EQ(error("00 01 61 01 62 02 00 00 03 61 62 63"), "");
  EXPECT_EQ(error("00 02"), "offset 1: name of length 2: expected 1 at most");
  EXPECT_EQ(error("00 00 02"), "offset 2: name of length 2: expected 1 at most");
  EXPECT_EQ(error("00 00 00 03"), "offset 3: path of length 3: expected 2 at most");
  EXPECT_EQ(error("00 00 00 00 04"), "offset 4: payload of length 4: expected 3 at most");
  FrameReader reader(From::server);
  const Bytes deep{33};
  std::span<const std::uint8_t> input(deep);
  EXPECT_EQ(reader.next(input).error().kind(), ErrorKind::exhausted);
  EXPECT_FALSE(reader.next(input));  // it stays
}

}  // namespace
}  // namespace wasmcloud::wrpc

// The framed protocol (wrpc.md 4.1): an invocation on one byte stream of its own, over TCP or a
// Unix socket. Frames of all channels follow each other. Pure.
//
//   client -> server:  00 <string instance> <string function> frame*
//   server -> client:                                         frame*
//   frame:             <depth> <index>{depth} <length> <byte>{length}
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wrpc/path.h"
#include "wasmcloud/wrpc/utf8.h"
#include "wasmcloud/wrpc/varint.h"
#include "wasmcloud/wrpc/wire.h"

namespace wasmcloud::wrpc {

inline constexpr std::size_t kMaxPathDepth = 32;

struct FrameLimits {
  std::size_t path_depth = kMaxPathDepth;
  std::size_t payload_bytes = std::numeric_limits<std::uint32_t>::max();  // of one frame
  std::size_t name_bytes = 1024;
};

struct FrameHeader {
  std::string instance;
  std::string function;
};

// Errors stay in the writer: names that are no UTF-8.
void write_header(WireWriter& out, const FrameHeader& header);
// What stands before the payload, which may then be sent from where it is. Peers take a frame
// without payload for nothing or for the end of its channel: send none, but for the root's when the
// invocation has no parameters.
void write_frame_head(WireWriter& out, std::span<const std::uint32_t> path, std::size_t length);
void write_frame(WireWriter& out, std::span<const std::uint32_t> path,
                 std::span<const std::uint8_t> payload);

// Reads what a peer sends, however it is cut, and keeps no payload: that is given on piece by
// piece.
class FrameReader {
 public:
  // Whose bytes they are.
  enum class From : std::uint8_t { client, server };

  // Bytes of one channel. Views: of the reader until next() is called, and of the input.
  struct Piece {
    std::span<const std::uint32_t> path;
    std::span<const std::uint8_t> bytes;  // empty only of a frame without payload
    std::uint32_t frame_bytes = 0;        // of the whole frame
    bool last = false;                    // of its frame
  };

  explicit FrameReader(From from, FrameLimits limits = {});

  // Takes the bytes of the next piece, and what stands before it, off the front of `input`. None:
  // `input` is used up. Errors: `invalid`; `unsupported` for another version of the protocol;
  // `exhausted` beyond the limits. They stay.
  Result<std::optional<Piece>> next(std::span<const std::uint8_t>& input);

  // What a client's bytes begin with. Null until it is there.
  const FrameHeader* header() const noexcept { return has_header_ ? &header_ : nullptr; }

  // Whether nothing is cut off if no more bytes come.
  bool at_end_of_frame() const noexcept;

 private:
  enum class State : std::uint8_t {
    version,
    instance_length,
    instance,
    function_length,
    function,
    depth,
    index,
    length,
    payload,
  };

  std::optional<Piece> take_payload(std::span<const std::uint8_t>& input);
  void on_byte(std::uint8_t byte);
  void on_version(std::uint8_t byte);
  void on_number(std::uint8_t byte);
  void on_length_of_name(std::string& name, std::uint32_t length);
  void on_name(std::string& name, std::uint8_t byte);
  void end_name();
  void on_depth(std::uint32_t depth);
  void on_length(std::uint32_t length);
  void go_to(State state);
  bool within(std::string_view what, std::size_t length, std::size_t limit);

  FrameLimits limits_;
  State state_;
  std::uint64_t offset_ = 0;
  Varint number_;
  Utf8 utf8_;
  std::uint32_t left_ = 0;  // bytes of a name or the payload, indices of the path
  std::uint32_t frame_bytes_ = 0;
  FrameHeader header_;
  bool has_header_ = false;
  Path path_;
  std::optional<Error> error_;
};

}  // namespace wasmcloud::wrpc

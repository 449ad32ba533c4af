#include "wasmcloud/wrpc/frame.h"

#include <algorithm>
#include <utility>

#include "wasmcloud/wrpc/wire_error.h"

namespace wasmcloud::wrpc {
namespace {

constexpr std::uint8_t kVersion = 0;

}  // namespace

void write_header(WireWriter& out, const FrameHeader& header) {
  out.u8(kVersion);
  out.string(header.instance);
  out.string(header.function);
}

void write_frame_head(WireWriter& out, std::span<const std::uint32_t> path, std::size_t length) {
  out.count(path.size());
  for (const std::uint32_t index : path) {
    out.integer(index);
  }
  out.count(length);
}

void write_frame(WireWriter& out, std::span<const std::uint32_t> path,
                 std::span<const std::uint8_t> payload) {
  write_frame_head(out, path, payload.size());
  out.raw(payload);
}

FrameReader::FrameReader(From from, FrameLimits limits)
    : limits_(limits), state_(from == From::client ? State::version : State::depth) {}

Result<std::optional<FrameReader::Piece>> FrameReader::next(std::span<const std::uint8_t>& input) {
  while (!error_) {
    if (state_ == State::payload && (left_ == 0 || !input.empty())) {
      return take_payload(input);
    }
    if (input.empty()) {
      return std::nullopt;
    }
    on_byte(input.front());
    input = input.subspan(1);
    ++offset_;
  }
  return error_->clone();
}

bool FrameReader::at_end_of_frame() const noexcept {
  return state_ == State::depth && number_.fresh() && !error_;
}

std::optional<FrameReader::Piece> FrameReader::take_payload(std::span<const std::uint8_t>& input) {
  const auto bytes = input.first(std::min<std::size_t>(input.size(), left_));
  input = input.subspan(bytes.size());
  offset_ += bytes.size();
  left_ -= static_cast<std::uint32_t>(bytes.size());
  if (left_ == 0) {
    go_to(State::depth);
  }
  return Piece{.path = path_, .bytes = bytes, .frame_bytes = frame_bytes_, .last = left_ == 0};
}

void FrameReader::on_byte(std::uint8_t byte) {
  switch (state_) {
    case State::version:
      on_version(byte);
      return;
    case State::instance:
      on_name(header_.instance, byte);
      return;
    case State::function:
      on_name(header_.function, byte);
      return;
    default:
      on_number(byte);
  }
}

void FrameReader::on_version(std::uint8_t byte) {
  if (byte != kVersion) {
    error_ = Error(ErrorKind::unsupported, "protocol version {}: expected {}", byte, kVersion);
    return;
  }
  go_to(State::instance_length);
}

void FrameReader::on_number(std::uint8_t byte) {
  switch (number_.push(byte)) {
    case Varint::Step::more:
      return;
    case Varint::Step::overflow:
      error_ = wire_error::too_wide(offset_, "number of the framing", number_.bits());
      return;
    case Varint::Step::done:
      break;
  }
  const auto value = static_cast<std::uint32_t>(number_.value());
  switch (state_) {
    case State::instance_length:
      on_length_of_name(header_.instance, value);
      return;
    case State::function_length:
      on_length_of_name(header_.function, value);
      return;
    case State::depth:
      on_depth(value);
      return;
    case State::index:
      path_.push_back(value);
      go_to(--left_ == 0 ? State::length : State::index);
      return;
    default:
      on_length(value);
  }
}

void FrameReader::on_length_of_name(std::string& name, std::uint32_t length) {
  if (!within("name", length, limits_.name_bytes)) {
    return;
  }
  name.clear();
  left_ = length;
  utf8_ = {};
  go_to(state_ == State::instance_length ? State::instance : State::function);
  if (length == 0) {
    end_name();
  }
}

void FrameReader::on_name(std::string& name, std::uint8_t byte) {
  --left_;
  if (!utf8_.push(byte) || utf8_.left() > left_) {
    error_ = wire_error::not_utf8(offset_, "name", byte);
    return;
  }
  name.push_back(static_cast<char>(byte));
  if (left_ == 0) {
    end_name();
  }
}

void FrameReader::end_name() {
  has_header_ = state_ == State::function;
  go_to(has_header_ ? State::depth : State::function_length);
}

void FrameReader::on_depth(std::uint32_t depth) {
  if (within("path", depth, limits_.path_depth)) {
    path_.clear();
    left_ = depth;
    go_to(depth == 0 ? State::length : State::index);
  }
}

void FrameReader::on_length(std::uint32_t length) {
  if (within("payload", length, limits_.payload_bytes)) {
    left_ = frame_bytes_ = length;
    go_to(State::payload);
  }
}

void FrameReader::go_to(State state) {
  state_ = state;
  number_ = Varint(32, false);
}

bool FrameReader::within(std::string_view what, std::size_t length, std::size_t limit) {
  if (length <= limit) {
    return true;
  }
  error_ = Error(ErrorKind::exhausted, "offset {}: {} of length {}: expected {} at most", offset_,
                 what, length, limit);
  return false;
}

}  // namespace wasmcloud::wrpc

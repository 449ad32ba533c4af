#include "wasmcloud/wasi/io_streams.h"

#include <algorithm>

#include "wasmcloud/base/log.h"

namespace wasmcloud::wasi {
namespace {

// The length of `text` without a UTF-8 character that its end has cut.
std::size_t complete_characters(std::string_view text) {
  for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if ((byte & 0xc0U) == 0x80U) {
      continue;
    }
    const std::size_t length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? text.size() - back : text.size();
  }
  return text.size();
}

void log_line(std::string_view component, std::string_view stream, std::string_view line,
              LineSink::Piece piece) {
  if (piece == LineSink::Piece::last) {
    log::info("component output", {{"component", component}, {"stream", stream}, {"line", line}});
  } else {
    log::info(
        "component output",
        {{"component", component}, {"stream", stream}, {"line", line}, {"more_follows", true}});
  }
}

}  // namespace

std::expected<std::span<const std::uint8_t>, StreamFailure> EmptySource::peek(std::uint64_t) {
  return std::unexpected<StreamFailure>(Closed{});
}

void EmptySource::consume(std::size_t) {}

std::expected<std::span<const std::uint8_t>, StreamFailure> MemorySource::peek(std::uint64_t max) {
  if (at_ == bytes_.size()) {
    return std::unexpected<StreamFailure>(Closed{});
  }
  const std::size_t size = std::min<std::uint64_t>(max, bytes_.size() - at_);
  return std::span(reinterpret_cast<const std::uint8_t*>(bytes_.data()) + at_, size);
}

void MemorySource::consume(std::size_t size) { at_ += size; }

LineSink::~LineSink() {
  if (!partial_.empty()) {
    emit_(partial_, Piece::last);
  }
}

std::expected<std::uint64_t, StreamFailure> LineSink::check_write() {
  constexpr std::uint64_t kPermit = 1U << 16U;
  return kPermit;
}

std::expected<void, StreamFailure> LineSink::write(std::span<const std::uint8_t> bytes) {
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    append(text.substr(0, end));
    emit_(partial_, Piece::last);
    partial_.clear();
    text.remove_prefix(end + 1);
  }
  append(text);
  return {};
}

std::expected<void, StreamFailure> LineSink::flush() { return {}; }

void LineSink::append(std::string_view text) {
  while (partial_.size() + text.size() > kMaxLine) {
    const std::size_t taken = kMaxLine - partial_.size();
    partial_.append(text.substr(0, taken));
    text.remove_prefix(taken);
    const std::size_t cut = complete_characters(partial_);
    emit_(std::string_view(partial_).substr(0, cut), Piece::more_follows);
    partial_.erase(0, cut);
  }
  partial_.append(text);
}

std::shared_ptr<OutputSink> make_log_sink(std::string component, std::string_view stream) {
  return std::make_shared<LineSink>(
      [component = std::move(component), stream](std::string_view line, LineSink::Piece piece) {
        log_line(component, stream, line, piece);
      });
}

}  // namespace wasmcloud::wasi

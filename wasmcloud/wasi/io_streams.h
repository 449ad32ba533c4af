// Small sources and sinks that several interfaces need.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "wasmcloud/wasi/io.h"

namespace wasmcloud::wasi {

// For sources and sinks that never keep anybody waiting.
template <typename Base>
class AlwaysReady : public Base {
 public:
  bool ready() final { return true; }

  void arm(Waker& waker) final { waker.wake(); }

  void disarm(Waker&) noexcept final {}
};

// Ends at once.
class EmptySource final : public AlwaysReady<InputSource> {
 public:
  std::expected<std::span<const std::uint8_t>, StreamFailure> peek(std::uint64_t max) override;
  void consume(std::size_t size) override;
};

// Gives bytes that it owns, then ends.
class MemorySource final : public AlwaysReady<InputSource> {
 public:
  explicit MemorySource(std::string bytes) : bytes_(std::move(bytes)) {}

  std::expected<std::span<const std::uint8_t>, StreamFailure> peek(std::uint64_t max) override;
  void consume(std::size_t size) override;

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

// Cuts what is written into lines, without their ends. A line longer than `kMaxLine` is given in
// pieces, cut between characters. What lacks its end is given when the sink goes.
class LineSink final : public AlwaysReady<OutputSink> {
 public:
  static constexpr std::size_t kMaxLine = 8192;
  enum class Piece : bool { last, more_follows };
  using Emit = std::move_only_function<void(std::string_view line, Piece piece)>;

  explicit LineSink(Emit emit) : emit_(std::move(emit)) {}

  ~LineSink() override;
  LineSink(const LineSink&) = delete;
  LineSink& operator=(const LineSink&) = delete;

  std::expected<std::uint64_t, StreamFailure> check_write() override;
  std::expected<void, StreamFailure> write(std::span<const std::uint8_t> bytes) override;
  std::expected<void, StreamFailure> flush() override;

 private:
  void append(std::string_view text);

  Emit emit_;
  std::string partial_;  // of the line that is being written: at most kMaxLine
};

// Logs each line at level info, with the fields `component`, `stream` and `line`.
std::shared_ptr<OutputSink> make_log_sink(std::string component, std::string_view stream);

}  // namespace wasmcloud::wasi

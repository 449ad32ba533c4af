// Finds the end of values in bytes that come in pieces, without making values: a channel has no
// length in front, and not every peer says where it ends. Whoever receives collects the bytes until
// the scanner says that they are whole, and decodes once. Pure.
//
// It looks at each byte once, however the bytes are cut, and keeps a few words for each level of
// the type. What is no value is refused at the byte that shows it, in the words of WireReader; so
// is what must become longer than allowed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wit/value_type.h"
#include "wasmcloud/wrpc/utf8.h"
#include "wasmcloud/wrpc/varint.h"

namespace wasmcloud::wrpc {

struct ScanLimits {
  std::size_t bytes = std::size_t{256} << 20U;  // of a whole tuple or chunk
};

// One thread at a time.
class Scanner {
 public:
  // Values in a row: parameters, results, or the value of a future. No types: complete at once.
  explicit Scanner(std::vector<wit::ValueTypePtr> types, ScanLimits limits = {});

  // Chunk after chunk of a stream: restart() after each. The one with chunk_count() 0 is the end.
  static Scanner chunk(wit::ValueTypePtr stream, ScanLimits limits = {}) {
    return Scanner(std::vector{std::move(stream)}, limits);
  }

  // Takes as many bytes as still belong to the values, and says how many: less than all only when
  // complete. Errors: `invalid`, `unsupported` and `exhausted`, which stay.
  Result<std::size_t> feed(std::span<const std::uint8_t> bytes);

  bool complete() const noexcept { return await_ == Await::end && !error_; }

  // Of the values so far.
  std::size_t size() const noexcept { return size_; }

  // How many bytes more it takes at least, by what a count says: not to be trusted.
  std::uint64_t announced() const noexcept {
    return await_ == Await::skip || await_ == Await::text ? left_ : 0;
  }

  // When complete: the elements in a chunk.
  std::uint32_t chunk_count() const noexcept { return chunk_count_; }

  // Forgets all, and begins with the first type again.
  void restart();

 private:
  // What the next byte belongs to.
  enum class Await : std::uint8_t {
    end,
    status,
    number,
    length,  // of a string, a handle, a list, as type_ says
    case_index,
    character,
    text,
    flags,
    skip,  // what may hold anything
  };

  struct Level {
    const wit::ValueType* type;  // null: types_
    std::uint64_t next;
    std::uint64_t count;
  };

  std::size_t step(std::span<const std::uint8_t> bytes);
  void on_byte(std::uint8_t byte);
  void on_status(std::uint8_t byte);
  void on_varint(std::uint8_t byte);
  void on_length(std::uint64_t length);
  std::size_t on_run(std::span<const std::uint8_t> bytes);
  std::size_t on_text(std::span<const std::uint8_t> bytes);
  bool on_text_byte(std::uint8_t byte);

  void advance();
  const wit::ValueType& part(const wit::ValueType* type, std::uint64_t index) const;
  void begin(const wit::ValueType& type);
  void begin_payload(const wit::ValueTypePtr& type);
  void begin_number(wit::ValueType::Kind kind);
  void begin_varint(Await what, Varint varint);
  void begin_fixed(const wit::ValueType& type);
  void begin_items(const wit::ValueType& type, std::uint64_t count);
  void enter_items(const wit::ValueType& type, std::uint64_t count);
  void begin_run(Await what, std::uint64_t bytes);
  bool allow(std::uint64_t bytes);
  void fail(Error error);

  std::vector<wit::ValueTypePtr> types_;
  std::size_t limit_;
  std::size_t size_ = 0;
  std::uint32_t chunk_count_ = 0;
  std::vector<Level> levels_;  // at most as deep as the types
  Await await_ = Await::end;
  const wit::ValueType* type_ = nullptr;  // of what is awaited
  std::size_t start_ = 0;                 // where that began
  std::uint64_t left_ = 0;                // bytes of text, flags, skip
  Varint varint_;
  Utf8 utf8_;
  std::optional<Error> error_;
};

}  // namespace wasmcloud::wrpc

#include "wasmcloud/wrpc/scanner.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "wasmcloud/base/utf8.h"
#include "wasmcloud/wrpc/wire_error.h"

namespace wasmcloud::wrpc {
namespace {

using wit::ValueType;
using wit::ValueTypePtr;
using Kind = ValueType::Kind;

// What may hold anything in so many bytes: 0 if there is no such number.
constexpr std::uint64_t raw_size(Kind kind) {
  switch (kind) {
    case Kind::s8:
    case Kind::u8:
      return 1;
    case Kind::f32:
      return 4;
    case Kind::f64:
      return 8;
    default:
      return 0;
  }
}

// Of an integer that is LEB128, 0 if it is none.
constexpr unsigned varint_bits(Kind kind) {
  switch (kind) {
    case Kind::s16:
    case Kind::u16:
      return 16;
    case Kind::s32:
    case Kind::u32:
      return 32;
    case Kind::s64:
    case Kind::u64:
      return 64;
    default:
      return 0;
  }
}

constexpr bool is_signed(Kind kind) {
  return kind == Kind::s16 || kind == Kind::s32 || kind == Kind::s64;
}

std::string_view status_name(Kind kind) {
  switch (kind) {
    case Kind::boolean:
      return "bool";
    case Kind::option:
      return "option status";
    case Kind::result:
      return "result status";
    default:
      return "future status";
  }
}

// Of what begins with a varint, as WireReader and ValueDecoder call it.
std::string varint_name(const ValueType& type) {
  switch (type.kind()) {
    case Kind::own:
    case Kind::borrow:
      return "handle";
    case Kind::list:
    case Kind::map:
      return "list count";
    case Kind::stream:
      return "stream count";
    case Kind::variant:
      return "variant";
    case Kind::enumeration:
      return "enum";
    default:
      return type.describe();
  }
}

}  // namespace

Scanner::Scanner(std::vector<ValueTypePtr> types, ScanLimits limits)
    : types_(std::move(types)), limit_(limits.bytes) {
  restart();
}

void Scanner::restart() {
  size_ = 0;
  chunk_count_ = 0;
  levels_.assign(1, {nullptr, 0, types_.size()});
  error_.reset();
  advance();
}

Result<std::size_t> Scanner::feed(std::span<const std::uint8_t> bytes) {
  std::size_t taken = 0;
  while (await_ != Await::end && !error_ && taken < bytes.size()) {
    if (size_ == limit_) {
      allow(1);
      break;
    }
    const auto rest = bytes.subspan(taken);
    const std::size_t used = step(rest.first(std::min(rest.size(), limit_ - size_)));
    taken += used;
  }
  if (error_) {
    return error_->clone();
  }
  return taken;
}

// Takes one byte at least.
std::size_t Scanner::step(std::span<const std::uint8_t> bytes) {
  switch (await_) {
    case Await::text:
      return on_text(bytes);
    case Await::skip:
    case Await::flags:
      return on_run(bytes);
    default:
      on_byte(bytes.front());
      return 1;
  }
}

void Scanner::on_byte(std::uint8_t byte) {
  ++size_;
  switch (await_) {
    case Await::status:
      on_status(byte);
      return;
    case Await::character:
      if (!utf8_.push(byte)) {
        fail(wire_error::not_utf8(size_ - 1, "char", byte));
      } else if (utf8_.left() == 0) {
        advance();
      }
      return;
    default:
      on_varint(byte);
  }
}

void Scanner::on_status(std::uint8_t byte) {
  if (byte > 1) {
    fail(wire_error::bad_status(size_ - 1, status_name(type_->kind()), byte));
    return;
  }
  switch (type_->kind()) {
    case Kind::boolean:
      advance();
      return;
    case Kind::result:
      begin_payload(type_->parts()[byte]);
      return;
    default:
      begin_payload(byte == 1 ? type_->parts().front() : nullptr);
  }
}

void Scanner::on_varint(std::uint8_t byte) {
  switch (varint_.push(byte)) {
    case Varint::Step::more:
      return;
    case Varint::Step::overflow:
      fail(wire_error::too_wide(start_, varint_name(*type_), varint_.bits()));
      return;
    case Varint::Step::done:
      break;
  }
  if (await_ == Await::number) {
    advance();
  } else if (await_ == Await::length) {
    on_length(varint_.value());
  } else if (const std::uint64_t index = varint_.value(); index >= type_->names().size()) {
    fail(wire_error::unknown_case(start_, varint_name(*type_), index, type_->names().size()));
  } else {
    begin_payload(type_->kind() == Kind::variant ? type_->parts()[index] : nullptr);
  }
}

void Scanner::on_length(std::uint64_t length) {
  switch (type_->kind()) {
    case Kind::string:
      utf8_ = {};
      begin_run(Await::text, length);
      return;
    case Kind::own:
    case Kind::borrow:
      begin_run(Await::skip, length);
      return;
    default:
      if (levels_.size() == 1) {
        chunk_count_ = static_cast<std::uint32_t>(length);
      }
      begin_items(*type_, length);
  }
}

std::size_t Scanner::on_run(std::span<const std::uint8_t> bytes) {
  const std::size_t taken = std::min<std::uint64_t>(bytes.size(), left_);
  size_ += taken;
  left_ -= taken;
  if (left_ != 0) {
    return taken;
  }
  if (await_ == Await::flags) {
    const std::size_t labels = type_->names().size();
    if (const std::uint8_t last = bytes[taken - 1]; labels % 8 != 0 && last >> labels % 8 != 0) {
      fail(wire_error::unknown_flags(size_ - 1, last, labels));
      return taken;
    }
  }
  advance();
  return taken;
}

std::size_t Scanner::on_text(std::span<const std::uint8_t> bytes) {
  bytes = bytes.first(std::min<std::uint64_t>(bytes.size(), left_));
  std::size_t taken = 0;
  while (taken < bytes.size()) {
    if (utf8_.left() == 0) {
      const std::size_t plain = ascii_run(bytes.subspan(taken));
      taken += plain;
      size_ += plain;
      left_ -= plain;
    }
    if (taken < bytes.size() && !on_text_byte(bytes[taken++])) {
      return taken;
    }
  }
  if (left_ == 0) {
    advance();
  }
  return taken;
}

bool Scanner::on_text_byte(std::uint8_t byte) {
  ++size_;
  --left_;
  const bool good = utf8_.push(byte) && utf8_.left() <= left_;
  if (!good) {
    fail(wire_error::not_utf8(size_ - 1, "string", byte));
  }
  return good;
}

// After a value: what comes next.
void Scanner::advance() {
  await_ = Await::end;
  while (!levels_.empty() && await_ == Await::end && !error_) {
    Level& level = levels_.back();
    if (level.next == level.count) {
      levels_.pop_back();
    } else {
      const std::uint64_t next = level.next++;
      begin(part(level.type, next));
    }
  }
}

// `type` is null for the row of all values.
const ValueType& Scanner::part(const ValueType* type, std::uint64_t index) const {
  const auto& parts = type == nullptr ? types_ : type->parts();
  if (type == nullptr || type->kind() == Kind::tuple || type->kind() == Kind::record) {
    return *parts[index];
  }
  return *parts[index % parts.size()];  // of a map, key and value in turn
}

// `type` is null where nothing follows.
void Scanner::begin_payload(const ValueTypePtr& type) {
  await_ = Await::end;
  if (type != nullptr) {
    begin(*type);
  }
  if (await_ == Await::end && !error_) {
    advance();
  }
}

// Says what byte is awaited, or enters a level and leaves the rest to advance().
void Scanner::begin(const ValueType& type) {
  type_ = &type;
  start_ = size_;
  switch (type.kind()) {
    case Kind::boolean:
    case Kind::option:
    case Kind::result:
    case Kind::future:
      await_ = Await::status;
      return;
    case Kind::character:
      utf8_ = {};
      await_ = Await::character;
      return;
    case Kind::string:
    case Kind::own:
    case Kind::borrow:
    case Kind::list:
    case Kind::map:
    case Kind::stream:
      begin_varint(Await::length, Varint(32, false));
      return;
    case Kind::variant:
    case Kind::enumeration:
      begin_varint(Await::case_index, Varint(32, false));
      return;
    case Kind::flags:
      left_ = (type.names().size() + 7) / 8;
      await_ = Await::flags;
      return;
    case Kind::tuple:
    case Kind::record:
      levels_.push_back({&type, 0, type.parts().size()});
      return;
    case Kind::fixed_list:
    case Kind::error_context:
      begin_fixed(type);
      return;
    default:
      begin_number(type.kind());
  }
}

void Scanner::begin_number(Kind kind) {
  if (const unsigned bits = varint_bits(kind); bits != 0) {
    begin_varint(Await::number, Varint(bits, is_signed(kind)));
  } else {
    left_ = raw_size(kind);
    await_ = Await::skip;
  }
}

void Scanner::begin_varint(Await what, Varint varint) {
  varint_ = varint;
  await_ = what;
}

void Scanner::begin_fixed(const ValueType& type) {
  if (type.kind() == Kind::error_context || type.length() == 0) {
    fail(wire_error::no_form(size_, type));
    return;
  }
  enter_items(type, type.length());
}

void Scanner::begin_items(const ValueType& type, std::uint64_t count) {
  await_ = Await::end;
  enter_items(type, count);
  if (await_ == Await::end && !error_) {
    advance();
  }
}

// Each has a byte at least, but those of a stream without a type have none.
void Scanner::enter_items(const ValueType& type, std::uint64_t count) {
  const ValueTypePtr& element = type.parts().front();
  if (element == nullptr || count == 0 || !allow(count)) {
    return;
  }
  if (const std::uint64_t size = type.parts().size() == 1 ? raw_size(element->kind()) : 0;
      size != 0) {
    if (allow(count * size)) {
      left_ = count * size;
      await_ = Await::skip;
    }
    return;
  }
  levels_.push_back({&type, 0, count * type.parts().size()});
}

void Scanner::begin_run(Await what, std::uint64_t bytes) {
  if (bytes == 0) {
    advance();
  } else if (allow(bytes)) {
    left_ = bytes;
    await_ = what;
  }
}

// Whether so many more bytes may come.
bool Scanner::allow(std::uint64_t bytes) {
  if (bytes <= limit_ - size_) {
    return true;
  }
  fail(Error(ErrorKind::exhausted,
             "offset {}: expected {} bytes in all at most, at least {} follow", size_, limit_,
             bytes));
  return false;
}

void Scanner::fail(Error error) { error_ = std::move(error); }

}  // namespace wasmcloud::wrpc

#include "wasmcloud/component/strings.h"

#include <cstring>

#include "wasmcloud/base/utf8.h"

namespace wasmcloud::component {
namespace {

using Form = StringSource::Form;

char32_t next_utf8(std::string_view text, std::uint32_t& at) noexcept {
  const auto byte = [&](std::uint32_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(text[at + i]));
  };
  const char32_t lead = byte(0);
  if (lead < 0x80) {
    ++at;
    return lead;
  }
  const std::size_t length = utf8_length(text.substr(at));
  if (length == 0) {
    return StringSource::kInvalid;
  }
  const auto more = [&](std::uint32_t i) { return byte(i) & 0x3f; };
  char32_t c = 0;
  if (length == 2) {
    c = (lead & 0x1f) << 6 | more(1);
  } else if (length == 3) {
    c = (lead & 0x0f) << 12 | more(1) << 6 | more(2);
  } else {
    c = (lead & 0x07) << 18 | more(1) << 12 | more(2) << 6 | more(3);
  }
  at += static_cast<std::uint32_t>(length);
  return c;
}

char32_t next_utf16(std::string_view text, std::uint32_t units, std::uint32_t& at) noexcept {
  const auto unit = [&](std::uint32_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(text[std::size_t{i} * 2]) |
                                 static_cast<unsigned char>(text[std::size_t{i} * 2 + 1]) << 8);
  };
  const char32_t first = unit(at);
  if (first < 0xd800 || first > 0xdfff) {
    ++at;
    return first;
  }
  if (first >= 0xdc00 || at + 1 >= units || (unit(at + 1) & 0xfc00) != 0xdc00) {
    return StringSource::kInvalid;
  }
  const char32_t c = 0x10000 + ((first & 0x3ff) << 10 | (unit(at + 1) & 0x3ff));
  at += 2;
  return c;
}

// `put` takes each byte.
template <typename Put>
void encode_utf8(char32_t c, Put put) {
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | c >> 6);
    put(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3f));
    put(0x80 | (c & 0x3f));
  } else {
    put(0xf0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3f));
    put(0x80 | (c >> 6 & 0x3f));
    put(0x80 | (c & 0x3f));
  }
}

// A string being written into a guest: one area that is grown and cut as 4.6 prescribes.
class Target {
 public:
  Target(Guest& guest, StringSource& source) : guest_(guest), source_(source) {}

  void allocate(std::uint64_t size, std::uint32_t align) { resize(size, align); }

  void resize(std::uint64_t size, std::uint32_t align) {
    pointer_ = guest_.reallocate(pointer_, size_, align, size, "string");
    size_ = static_cast<std::uint32_t>(size);
    source_.refresh();
  }

  void put8(char32_t value) {
    guest_.store_value(pointer_ + written_++, static_cast<std::uint8_t>(value));
  }

  void put16(char32_t unit) {
    guest_.store_value(pointer_ + written_, static_cast<std::uint16_t>(unit));
    written_ += 2;
  }

  void put_utf8(char32_t c) {
    encode_utf8(c, [this](char32_t byte) { put8(byte); });
  }

  void put_utf16(char32_t c) {
    if (c < 0x10000) {
      put16(c);
    } else {
      put16(0xd7c0 + (c >> 10));
      put16(0xdc00 | (c & 0x3ff));
    }
  }

  // The Latin-1 written so far becomes UTF-16, in place.
  void widen() {
    for (std::uint32_t i = written_; i-- > 0;) {
      guest_.store_value(pointer_ + i * 2,
                         static_cast<std::uint16_t>(guest_.load<std::uint8_t>(pointer_ + i)));
    }
    written_ *= 2;
  }

  void narrow() {
    for (std::uint32_t i = 0; i < written_ / 2; ++i) {
      guest_.store_value(pointer_ + i,
                         static_cast<std::uint8_t>(guest_.load<std::uint16_t>(pointer_ + i * 2)));
    }
    written_ /= 2;
  }

  // Gives back what was not needed.
  void trim(std::uint32_t align) {
    if (written_ < size_) {
      resize(written_, align);
    }
  }

  void copy(std::string_view bytes) {
    const auto target = guest_.bytes(pointer_, bytes.size(), 1, "string");
    if (!guest_.failed() && !bytes.empty()) {
      std::memmove(target.data(), bytes.data(), bytes.size());
    }
    written_ = static_cast<std::uint32_t>(bytes.size());
  }

  // The next character; stops the call at what is not one.
  char32_t next(std::uint32_t& at) {
    const char32_t c = source_.next(at);
    if (c == StringSource::kInvalid) [[unlikely]] {
      guest_.fail_trap(source_.form() == Form::utf8
                           ? describe_invalid_utf8(source_.raw(), at)
                           : "unpaired surrogate found in a utf-16 string");
      return 0;
    }
    return c;
  }

  bool more(std::uint32_t at) const { return at < source_.units() && !guest_.failed(); }

  std::uint32_t pointer() const noexcept { return pointer_; }

  std::uint32_t written() const noexcept { return written_; }

 private:
  Guest& guest_;
  StringSource& source_;
  std::uint32_t pointer_ = 0;
  std::uint32_t size_ = 0;
  std::uint32_t written_ = 0;
};

Guest::Lowered lower_as_utf8(Guest& guest, StringSource& source) {
  Target target(guest, source);
  const std::uint32_t n = source.units();
  target.allocate(n, 1);
  if (source.form() == Form::utf8) {
    if (const auto bad = guest.failed() ? std::nullopt : find_invalid_utf8(source.raw())) {
      guest.fail_trap(describe_invalid_utf8(source.raw(), *bad));
    }
    target.copy(source.raw());
    return {target.pointer(), n};
  }
  std::uint32_t at = 0;
  bool grown = false;
  while (target.more(at)) {
    const char32_t c = target.next(at);
    if (c >= 0x80 && !grown) {
      grown = true;
      target.resize(std::uint64_t{n} * (source.form() == Form::utf16 ? 3 : 2), 1);
    }
    target.put_utf8(c);
  }
  if (grown) {
    target.trim(1);
  }
  return {target.pointer(), target.written()};
}

Guest::Lowered lower_as_utf16(Guest& guest, StringSource& source) {
  Target target(guest, source);
  target.allocate(std::uint64_t{source.units()} * 2, 2);
  for (std::uint32_t at = 0; target.more(at);) {
    target.put_utf16(target.next(at));
  }
  target.trim(2);
  return {target.pointer(), target.written() / 2};
}

// From UTF-16 that a latin1+utf16 guest has tagged: it may be Latin-1 all the same.
Guest::Lowered lower_tagged(Guest& guest, StringSource& source) {
  Target target(guest, source);
  target.allocate(std::uint64_t{source.units()} * 2, 2);
  bool wide = false;
  for (std::uint32_t at = 0; target.more(at);) {
    const char32_t c = target.next(at);
    wide = wide || c >= 0x100;
    target.put_utf16(c);
  }
  if (wide) {
    return {target.pointer(), target.written() / 2 | kUtf16Tag};
  }
  target.narrow();
  target.resize(target.written(), 1);  // also when there was nothing to cut
  return {target.pointer(), target.written()};
}

Guest::Lowered lower_as_latin1_or_utf16(Guest& guest, StringSource& source) {
  Target target(guest, source);
  const std::uint32_t n = source.units();
  target.allocate(n, 2);
  if (source.form() == Form::latin1) {
    target.copy(source.raw());
    return {target.pointer(), n};
  }
  std::uint32_t at = 0;
  while (target.more(at)) {
    std::uint32_t after = at;
    const char32_t c = target.next(after);
    if (c >= 0x100) {
      break;
    }
    target.put8(c);
    at = after;
  }
  if (!target.more(at)) {
    target.trim(2);
    return {target.pointer(), target.written()};
  }
  target.resize(std::uint64_t{n} * 2, 2);
  target.widen();
  while (target.more(at)) {
    target.put_utf16(target.next(at));
  }
  target.trim(2);
  return {target.pointer(), target.written() / 2 | kUtf16Tag};
}

}  // namespace

std::string describe_invalid_utf8(std::string_view text, std::size_t at) {
  // Incomplete: more bytes could have made what stands at the end a character.
  const std::string_view rest = text.substr(at);
  if (rest.size() < 4) {
    for (const char second : {'\x80', '\x90', '\xa0'}) {
      std::string attempt(rest);
      while (attempt.size() < 4) {
        attempt.push_back(attempt.size() == 1 ? second : '\x80');
        if (utf8_length(attempt) == attempt.size()) {
          return fmt::format("incomplete utf-8 byte sequence from index {}", at);
        }
      }
    }
  }
  return fmt::format("invalid utf-8 sequence of 1 bytes from index {}", at);
}

std::optional<StringSource> StringSource::of_guest(Guest& guest, std::uint32_t pointer,
                                                   std::uint32_t length) {
  StringSource source;
  source.guest_ = &guest;
  source.pointer_ = pointer;
  source.units_ = length;
  switch (guest.encoding()) {
    case ast::StringEncoding::utf8:
      break;
    case ast::StringEncoding::utf16:
      source.form_ = Form::utf16;
      break;
    case ast::StringEncoding::latin1_utf16:
      source.form_ = (length & kUtf16Tag) != 0 ? Form::utf16 : Form::latin1;
      source.units_ = length & ~kUtf16Tag;
      break;
  }
  source.refresh();
  return guest.failed() ? std::nullopt : std::optional(source);
}

void StringSource::refresh() {
  if (guest_ == nullptr) {
    return;
  }
  guest_->refresh();
  const std::uint64_t size = std::uint64_t{units_} * (form_ == Form::utf16 ? 2 : 1);
  const std::uint32_t align = guest_->encoding() == ast::StringEncoding::utf8 ? 1 : 2;
  const auto bytes = guest_->bytes(pointer_, size, align, "string");
  text_ = std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

char32_t StringSource::next(std::uint32_t& at) const noexcept {
  switch (form_) {
    case Form::utf8:
      return next_utf8(text_, at);
    case Form::utf16:
      return next_utf16(text_, units_, at);
    case Form::latin1:
      break;
  }
  return static_cast<unsigned char>(text_[at++]);
}

bool StringSource::append_to(std::string& out) const {
  for (std::uint32_t at = 0; at < units_;) {
    const char32_t c = next(at);
    if (c == kInvalid) {
      return false;
    }
    encode_utf8(c, [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); });
  }
  return true;
}

Guest::Lowered lower_text(Guest& to, StringSource& source) {
  switch (to.encoding()) {
    case ast::StringEncoding::utf8:
      return lower_as_utf8(to, source);
    case ast::StringEncoding::utf16:
      return lower_as_utf16(to, source);
    case ast::StringEncoding::latin1_utf16:
      break;
  }
  return source.from_tagged() ? lower_tagged(to, source) : lower_as_latin1_or_utf16(to, source);
}

}  // namespace wasmcloud::component

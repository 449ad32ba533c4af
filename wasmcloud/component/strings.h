// UTF-8, UTF-16 and Latin-1, as the canonical ABI transcodes them (section 4.6 of the fact sheet).
// Internal to the module.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wasmcloud/component/guest.h"

namespace wasmcloud::component {

// In latin1+utf16: set in a length that counts UTF-16 code units.
inline constexpr std::uint32_t kUtf16Tag = 1U << 31U;

// `at`: find_invalid_utf8(text). "incomplete utf-8 byte sequence from index 3", "invalid utf-8
// sequence of 1 bytes from index 3".
std::string describe_invalid_utf8(std::string_view text, std::size_t at);

// Text to be read: the host's, in UTF-8, or a guest's, whose memory may move while it is read.
class StringSource {
 public:
  enum class Form : std::uint8_t { utf8, utf16, latin1 };
  static constexpr char32_t kInvalid = 0xffffffff;

  explicit StringSource(std::string_view host)
      : text_(host), units_(static_cast<std::uint32_t>(host.size())) {}

  // Checks bounds and alignment; nothing after a failure, which `guest` keeps. `guest` must outlive
  // it.
  static std::optional<StringSource> of_guest(Guest& guest, std::uint32_t pointer,
                                              std::uint32_t length);

  Form form() const noexcept { return form_; }

  // Whether it is UTF-16 that a latin1+utf16 guest has tagged as such.
  bool from_tagged() const noexcept {
    return guest_ != nullptr && guest_->encoding() == ast::StringEncoding::latin1_utf16 &&
           form_ == Form::utf16;
  }

  // How long it is, in its code units.
  std::uint32_t units() const noexcept { return units_; }

  // Its bytes, as they lie there now.
  std::string_view raw() const noexcept { return text_; }

  // The character at `at` (in units), which moves behind it; kInvalid if there is none.
  char32_t next(std::uint32_t& at) const noexcept;
  // After the guest has run.
  void refresh();
  // As UTF-8. False at what is not a character.
  bool append_to(std::string& out) const;

 private:
  StringSource() = default;

  std::string_view text_;
  std::uint32_t units_ = 0;
  Form form_ = Form::utf8;
  Guest* guest_ = nullptr;
  std::uint32_t pointer_ = 0;
};

// Lowers text in the guest's encoding, with the sequence of reallocs that the specification has for
// it.
Guest::Lowered lower_text(Guest& to, StringSource& source);

}  // namespace wasmcloud::component

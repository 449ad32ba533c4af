#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "wasmcloud/wit/characters.h"
#include "wasmcloud/wit/wave.h"
#include "wasmcloud/wit/wave_reader.h"

namespace wasmcloud::wit {
namespace {

// What would break a line, or make a terminal show something else than what is there: control
// characters, separators of lines, marks of direction, the byte order mark.
bool is_hidden(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200e && c <= 0x200f) ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

class Printer {
 public:
  std::string take() && { return std::move(text_); }

  bool has_handle() const noexcept { return has_handle_; }

  void operator()(const Value& value) { std::visit(*this, value.rep); }

  void operator()(bool value) { text_ += value ? "true" : "false"; }

  template <std::integral T>
  void operator()(T value) {
    text_ += fmt::format("{}", value);
  }

  template <std::floating_point T>
  void operator()(T value) {
    if (std::isnan(value)) {
      text_ += "nan";
      return;
    }
    std::array<char, 32> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    const std::string_view number(digits.data(), static_cast<std::size_t>(end - digits.data()));
    // Of exponents the grammar wants no 0 at the beginning: 1e-05 is 1e-5.
    const std::size_t exponent = number.find('e');
    text_ += number.substr(0, exponent);
    if (exponent != std::string_view::npos) {
      text_ += number.substr(exponent, 2);
      text_ += number.substr(number.find_first_not_of('0', exponent + 2));
    }
  }

  void operator()(char32_t value) {
    text_ += '\'';
    character(is_scalar(value) ? value : kReplacementCharacter, '\'');
    text_ += '\'';
  }

  void operator()(const std::string& value) {
    text_ += '"';
    for (std::size_t at = 0; at < value.size();) {
      const Character next = character_at(value, at);
      character(next.code, '"');
      at += next.length;
    }
    text_ += '"';
  }

  void operator()(const List& list) { sequence('[', list, ']'); }

  void operator()(const Tuple& tuple) { sequence('(', tuple.items, ')'); }

  void operator()(const Record& record) {
    text_ += '{';
    bool first = true;
    for (std::size_t i = 0; i < std::min(record.names.size(), record.values.size()); ++i) {
      const auto* const option = std::get_if<Option>(&record.values[i].rep);
      if (option != nullptr && option->payload.empty()) {
        continue;  // what is left out is `none`
      }
      text_ += first ? "" : ", ";
      first = false;
      text_ += record.names[i];
      text_ += ": ";
      (*this)(record.values[i]);
    }
    text_ += first ? ":}" : "}";
  }

  void operator()(const Case& held) {
    label(held.name);
    payload(held.payload);
  }

  void operator()(const EnumCase& held) { label(held.name); }

  void operator()(const Option& option) {
    text_ += option.payload.empty() ? "none" : "some";
    payload(option.payload);
  }

  void operator()(const ResultValue& result) {
    text_ += result.ok ? "ok" : "err";
    payload(result.payload);
  }

  void operator()(const FlagSet& flags) {
    text_ += fmt::format("{{{}}}", fmt::join(flags.names, ", "));
  }

  void operator()(const Handle& /*handle*/) {
    text_ += "<handle>";
    has_handle_ = true;
  }

 private:
  void character(char32_t c, char quote) {
    if (c == static_cast<char32_t>(quote) || c == U'\\') {
      text_ += '\\';
      text_ += static_cast<char>(c);
    } else if (c == U'\t') {
      text_ += "\\t";
    } else if (c == U'\n') {
      text_ += "\\n";
    } else if (c == U'\r') {
      text_ += "\\r";
    } else if (is_hidden(c)) {
      text_ += fmt::format("\\u{{{:x}}}", static_cast<std::uint32_t>(c));
    } else {
      append_utf8(text_, c);
    }
  }

  void label(std::string_view name) {
    text_ += is_wave_keyword(name) ? "%" : "";
    text_ += name;
  }

  void payload(const std::vector<Value>& held) {
    if (!held.empty()) {
      text_ += '(';
      (*this)(held.front());
      text_ += ')';
    }
  }

  void sequence(char open, const std::vector<Value>& items, char close) {
    text_ += open;
    bool first = true;
    for (const Value& item : items) {
      text_ += first ? "" : ", ";
      first = false;
      (*this)(item);
    }
    text_ += close;
  }

  std::string text_;
  bool has_handle_ = false;
};

}  // namespace

std::string to_wave(const Value& value) {
  Printer printer;
  printer(value);
  return std::move(printer).take();
}

Result<std::string> to_wave(const Value& value, const ValueType& type) {
  WC_CHECK(fits(value, type));
  Printer printer;
  printer(value);
  if (printer.has_handle()) {
    return Error(ErrorKind::unsupported, "a handle has no text form");
  }
  return std::move(printer).take();
}

}  // namespace wasmcloud::wit

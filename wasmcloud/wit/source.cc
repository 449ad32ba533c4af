#include "wasmcloud/wit/source.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "wasmcloud/wit/characters.h"

namespace wasmcloud::wit {
namespace {

constexpr std::size_t kShownBefore = 60;  // bytes of a long line on either side of the place
constexpr std::size_t kShownAfter = 60;

struct Line {
  std::size_t number = 1;
  std::size_t begin = 0;
  std::size_t end = 0;
};

Line line_of(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  Line line;
  line.number += static_cast<std::size_t>(std::ranges::count(before, '\n'));
  line.begin = before.rfind('\n') + 1;  // npos + 1 is 0
  line.end = std::min(text.find('\n', at), text.size());
  if (line.end > std::max(at, line.begin) && text[line.end - 1] == '\r') {
    --line.end;
  }
  return line;
}

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); at += character_at(text, at).length) {
    ++count;
  }
  return count;
}

bool continues_character(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
}

// Cuts the line to what is near `span`, between characters.
Line shown_part(std::string_view text, Line line, Span span) {
  Line part = line;
  if (span.begin - line.begin > kShownBefore) {
    part.begin = span.begin - kShownBefore;
    while (part.begin < span.begin && continues_character(text, part.begin)) {
      ++part.begin;
    }
  }
  if (line.end - span.begin > kShownAfter) {
    part.end = span.begin + kShownAfter;
    while (part.end < line.end && continues_character(text, part.end)) {
      ++part.end;
    }
  }
  return part;
}

// The line as it is shown, and under it spaces and carets.
struct Picture {
  std::string line;
  std::string carets;
};

Picture draw(std::string_view text, Line part, Span span) {
  Picture picture;
  for (std::size_t at = part.begin; at < part.end;) {
    const Character character = character_at(text, at);
    const bool shown =
        character.valid && (character.code == '\t' ||
                            (character.code != '\r' && why_forbidden(character.code).empty()));
    append_utf8(picture.line, shown ? character.code : kReplacementCharacter);
    if (at < span.begin) {
      picture.carets.push_back(character.code == '\t' ? '\t' : ' ');
    } else if (at < span.end || at == span.begin) {
      picture.carets.push_back('^');
    }
    at += character.length;
  }
  if (!picture.carets.ends_with('^')) {
    picture.carets.push_back('^');  // at the end of the line
  }
  return picture;
}

}  // namespace

Error error_at(ErrorKind kind, const Source& source, Span span, std::string_view what) {
  const auto size = static_cast<std::uint32_t>(source.text.size());
  span.begin = std::min(span.begin, size);
  span.end = std::clamp(span.end, span.begin, size);
  const Line line = line_of(source.text, span.begin);
  const Line part = shown_part(source.text, line, span);
  const std::size_t column =
      count_characters(source.text.substr(line.begin, span.begin - line.begin)) + 1;
  const Picture picture = draw(source.text, part, span);
  const std::string number = std::to_string(line.number);
  return Error(kind, "{}{}{}:{}: {}\n{:>5} | {}{}{}\n      | {}{}", source.path,
               source.path.empty() ? "" : ":", number, column, what, number,
               part.begin == line.begin ? "" : "...", picture.line,
               part.end == line.end ? "" : "...", part.begin == line.begin ? "" : "   ",
               picture.carets);
}

Error error_at(const Source& source, Span span, std::string_view what) {
  return error_at(ErrorKind::invalid, source, span, what);
}

}  // namespace wasmcloud::wit

#include "wasmcloud/wit/docs.h"

#include <algorithm>
#include <cstddef>
#include <ranges>
#include <vector>

namespace wasmcloud::wit {
namespace {

using Lines = std::vector<std::string_view>;

std::string_view without_trailing_space(std::string_view line) {
  return line.substr(0, line.find_last_not_of(" \t\r") + 1);  // npos + 1 is 0
}

std::string_view without_leading_space(std::string_view line) {
  return line.substr(std::min(line.find_first_not_of(" \t"), line.size()));
}

void remove_common_indentation(std::span<std::string_view> lines) {
  std::size_t common = std::string_view::npos;
  for (const std::string_view line : lines) {
    if (!line.empty()) {
      common = std::min(common, line.find_first_not_of(' '));
    }
  }
  for (std::string_view& line : lines) {
    line.remove_prefix(std::min(common, line.size()));
  }
}

// Lines that begin with a star, as in
//     /** First.
//      *  Second. */
void remove_stars(std::span<std::string_view> lines) {
  const bool starred = std::ranges::all_of(lines, [](std::string_view line) {
    const std::string_view text = without_leading_space(line);
    return text.empty() || text.starts_with('*');
  });
  if (!starred) {
    return;
  }
  for (std::string_view& line : lines) {
    line = without_leading_space(line);
    line.remove_prefix(line.empty() ? 0 : 1);
  }
}

// `content` is what stands between `/**` and `*/`.
void append_block(Lines& lines, std::string_view content) {
  const std::size_t first = lines.size();
  for (const auto line : content | std::views::split('\n')) {
    lines.push_back(without_trailing_space(std::string_view(line)));
  }
  const auto block = std::span(lines).subspan(first);
  remove_common_indentation(block.first(1));
  remove_stars(block.subspan(1));
  remove_common_indentation(block.subspan(1));
}

class Comments {
 public:
  explicit Comments(std::string_view text) : text_(text) {}

  Lines lines() {
    Lines lines;
    std::size_t run = 0;  // where the `///` lines that follow each other begin
    const auto end_run = [&] {
      remove_common_indentation(std::span(lines).subspan(run));
      run = lines.size();
    };
    for (; at_ < text_.size(); ++at_) {
      if (text_.substr(at_).starts_with("//")) {
        const std::string_view comment = take_line();
        if (comment.starts_with("///") && !comment.starts_with("////")) {
          lines.push_back(without_trailing_space(comment.substr(3)));
        }
      } else if (text_.substr(at_).starts_with("/*")) {
        const std::string_view comment = take_block();
        if (comment.starts_with("/**") && comment.size() > 4 && comment[3] != '*') {
          end_run();
          append_block(lines, comment.substr(3, comment.size() - 5));
          run = lines.size();
        }
      }
    }
    end_run();
    return lines;
  }

 private:
  // Both stop before the last character that they took, which the loop steps over.
  std::string_view take_line() {
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    const std::string_view line = text_.substr(at_, end - at_);
    at_ = end - 1;
    return line;
  }

  std::string_view take_block() {
    const std::size_t begin = at_;
    std::size_t depth = 0;
    do {
      const std::string_view rest = text_.substr(at_);
      if (rest.starts_with("/*")) {
        ++depth;
        at_ += 2;
      } else if (rest.starts_with("*/")) {
        --depth;
        at_ += 2;
      } else {
        ++at_;
      }
    } while (depth > 0 && at_ < text_.size());
    const std::string_view block = text_.substr(begin, at_ - begin);
    --at_;
    return block;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::string read_docs(std::string_view between_tokens) {
  const Lines lines = Comments(between_tokens).lines();
  std::string docs;
  std::size_t empty_lines = 0;
  for (const std::string_view line : lines) {
    if (line.empty()) {
      ++empty_lines;
      continue;
    }
    if (!docs.empty()) {
      docs.append(empty_lines + 1, '\n');
    }
    empty_lines = 0;
    docs += line;
  }
  return docs;
}

}  // namespace wasmcloud::wit

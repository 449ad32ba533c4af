#include "wasmcloud/wasi/io_streams.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace wasmcloud::wasi {
namespace {

using Bytes = std::span<const std::uint8_t>;

struct Line {
  std::string text;
  LineSink::Piece piece;

  friend bool operator==(const Line&, const Line&) = default;
};

struct Lines {
  std::vector<Line> all;
  std::unique_ptr<LineSink> sink =
      std::make_unique<LineSink>([this](std::string_view line, LineSink::Piece piece) {
        all.emplace_back(std::string(line), piece);
      });

  void write(std::string_view text) {
    EXPECT_TRUE(sink->write({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
  }
};

constexpr auto kLast = LineSink::Piece::last;
constexpr auto kMore = LineSink::Piece::more_follows;

TEST(LineSink, GivesLinesWithoutTheirEnds) {
  Lines lines;
  lines.write("one\ntwo\n\nthree");
  EXPECT_EQ(lines.all, (std::vector<Line>{{"one", kLast}, {"two", kLast}, {"", kLast}}));
}

TEST(LineSink, JoinsALineThatIsWrittenInParts) {
  Lines lines;
  lines.write("on");
  lines.write("e\ntw");
  lines.write("o");
  lines.write("\n");
  EXPECT_EQ(lines.all, (std::vector<Line>{{"one", kLast}, {"two", kLast}}));
}

TEST(LineSink, GivesTheLastLineWhenItGoes) {
  Lines lines;
  lines.write("no end");
  EXPECT_TRUE(lines.all.empty());
  lines.sink.reset();
  EXPECT_EQ(lines.all, (std::vector<Line>{{"no end", kLast}}));
}

TEST(LineSink, CutsALongLineIntoPieces) {
  Lines lines;
  lines.write(std::string(2 * LineSink::kMaxLine + 5, 'x') + "\n");
  ASSERT_EQ(lines.all.size(), 3U);
  EXPECT_EQ(lines.all[0], (Line{std::string(LineSink::kMaxLine, 'x'), kMore}));
  EXPECT_EQ(lines.all[1].piece, kMore);
  EXPECT_EQ(lines.all[2], (Line{"xxxxx", kLast}));
}

TEST(LineSink, KeepsALineOfExactlyTheLimitWhole) {
  Lines lines;
  lines.write(std::string(LineSink::kMaxLine, 'x') + "\n");
  EXPECT_EQ(lines.all, (std::vector<Line>{{std::string(LineSink::kMaxLine, 'x'), kLast}}));
}

TEST(LineSink, CutsBetweenCharacters) {
  Lines lines;
  lines.write(std::string(LineSink::kMaxLine - 1, 'x') + "\u20ac\n");
  ASSERT_EQ(lines.all.size(), 2U);
  EXPECT_EQ(lines.all[0].text.size(), LineSink::kMaxLine - 1);
  EXPECT_EQ(lines.all[1].text, "\u20ac");
}

TEST(LineSink, CutsBytesThatAreNoTextAnywhere) {
  Lines lines;
  lines.write(std::string(3 * LineSink::kMaxLine, '\x80'));
  ASSERT_EQ(lines.all.size(), 2U);
  EXPECT_EQ(lines.all[0].text.size(), LineSink::kMaxLine);
}

TEST(EmptySource, IsReadyAndEnds) {
  EmptySource source;
  EXPECT_TRUE(source.ready());
  const auto bytes = source.peek(1);
  ASSERT_FALSE(bytes);
  EXPECT_TRUE(std::holds_alternative<Closed>(bytes.error()));
}

TEST(MemorySource, GivesItsBytesThenEnds) {
  MemorySource source("abc");
  ASSERT_TRUE(source.peek(2));
  EXPECT_EQ(source.peek(2)->size(), 2U);
  source.consume(2);
  const auto rest = source.peek(100);
  ASSERT_TRUE(rest);
  EXPECT_EQ(std::string(rest->begin(), rest->end()), "c");
  source.consume(1);
  EXPECT_FALSE(source.peek(1));
}

}  // namespace
}  // namespace wasmcloud::wasi

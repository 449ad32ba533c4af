#include "wasmcloud/wit/lexer.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "wasmcloud/wit/docs.h"

namespace wasmcloud::wit {
namespace {

// Each token's text, or the error.
std::vector<std::string> words(std::string_view text) {
  const Source source{.path = "t.wit", .text = text};
  const auto tokens = lex(source);
  if (!tokens) {
    return {tokens.error().describe()};
  }
  std::vector<std::string> words;
  for (const Token& token : *tokens) {
    words.emplace_back(text.substr(token.span.begin, token.span.end - token.span.begin));
  }
  return words;
}

TokenKind first_kind(std::string_view text) {
  const Source source{.path = "t.wit", .text = text};
  return lex(source)->front().kind;
}

std::string value_of(std::string_view text) {
  const Source source{.path = "t.wit", .text = text};
  const auto tokens = lex(source);
  return tokens ? *string_value(source, tokens->front()) : tokens.error().describe();
}

using Words = std::vector<std::string>;

TEST(Lexer, SplitsIntoTokens) {
  EXPECT_EQ(words("f:func(a:list<u8,4>)->%u8;"),
            (Words{"f", ":", "func", "(", "a", ":", "list", "<", "u8", ",", "4", ">", ")", "->",
                   "%u8", ";", ""}));
  EXPECT_EQ(words("use a:b/c@1.0.0-rc.{d}"),
            (Words{"use", "a", ":", "b", "/", "c", "@", "1", ".", "0", ".", "0", "-", "rc", ".",
                   "{", "d", "}", ""}));
}

TEST(Lexer, TellsKeywordsFromNames) {
  EXPECT_EQ(first_kind("world"), TokenKind::keyword);
  EXPECT_EQ(first_kind("error-context"), TokenKind::keyword);
  EXPECT_EQ(first_kind("_"), TokenKind::keyword);
  EXPECT_EQ(first_kind("worlds"), TokenKind::identifier);
  EXPECT_EQ(first_kind("%world"), TokenKind::escaped);
  EXPECT_EQ(first_kind("12"), TokenKind::integer);
}

TEST(Lexer, EveryKeywordOfTheSpecificationIsOne) {
  for (const std::string_view keyword :
       {"as",      "async",   "bool",      "borrow", "char",    "constructor", "enum",
        "export",  "f32",     "f64",       "flags",  "from",    "func",        "future",
        "import",  "include", "interface", "list",   "map",     "option",      "own",
        "package", "record",  "resource",  "result", "s16",     "s32",         "s64",
        "s8",      "static",  "stream",    "string", "tuple",   "type",        "u16",
        "u32",     "u64",     "u8",        "use",    "variant", "with",        "world"}) {
    EXPECT_TRUE(is_keyword(keyword)) << keyword;
  }
  EXPECT_FALSE(is_keyword("since"));
}

TEST(Lexer, SpaceAndCommentsLieBetweenTokens) {
  EXPECT_EQ(words("\xef\xbb\xbf a // b\r\n\t/* c /* d */ e */ f /// g"), (Words{"a", "f", ""}));
}

TEST(Lexer, CommentsMustBeClosed) {
  EXPECT_EQ(words("a\n  /* b /* c */"), (Words{"t.wit:2:3: this comment is not closed\n"
                                               "    2 |   /* b /* c */\n"
                                               "      |   ^^"}));
}

TEST(Lexer, WhatIsNotUtf8IsRefused) {
  EXPECT_EQ(words("// caf\xe9\n"), (Words{"t.wit:1:7: byte 0xe9 is not UTF-8 here\n"
                                          "    1 | // caf\xef\xbf\xbd\n"
                                          "      |       ^"}));
  for (const std::string_view bad : {"\x80", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80",
                                     "\xf4\x90\x80\x80", "\xf8", "\xe2\x82"}) {
    EXPECT_EQ(words(bad).size(), 1U) << bad;
  }
}

TEST(Lexer, CharactersThatHideTextAreRefused) {
  EXPECT_EQ(words("// a\xe2\x80\xae b"),
            (Words{"t.wit:1:5: character U+202E is not allowed: it changes the direction of text\n"
                   "    1 | // a\xef\xbf\xbd b\n"
                   "      |     ^"}));
  EXPECT_TRUE(words("\xe2\x81\xa6").front().contains("U+2066"));
  EXPECT_TRUE(words("\xc5\x89").front().contains("U+0149 is not allowed: Unicode discourages it"));
  EXPECT_TRUE(words("// \x07").front().contains("U+0007 is not allowed: a control character"));
  EXPECT_TRUE(words("// \x7f").front().contains("U+007F"));
  EXPECT_TRUE(words("// \xc2\x85").front().contains("U+0085"));
  EXPECT_TRUE(words(std::string_view("\0", 1)).front().contains("U+0000"));
}

TEST(Lexer, OtherCharactersAreForComments) {
  EXPECT_EQ(words("// \xe2\x98\x83"), (Words{""}));
  EXPECT_EQ(words("a ! b"), (Words{"t.wit:1:3: unexpected character `!`\n"
                                   "    1 | a ! b\n"
                                   "      |   ^"}));
}

TEST(Lexer, ColumnsCountCharacters) {
  EXPECT_EQ(words("/* \xe2\x98\x83\xc3\xa9 */ !"), (Words{"t.wit:1:10: unexpected character `!`\n"
                                                          "    1 | /* \xe2\x98\x83\xc3\xa9 */ !\n"
                                                          "      |          ^"}));
  EXPECT_EQ(words("\t!"), (Words{"t.wit:1:2: unexpected character `!`\n"
                                 "    1 | \t!\n"
                                 "      | \t^"}));
}

TEST(Lexer, OfALongLineThePartAroundThePlaceIsShown) {
  const std::string text = std::string(1000, 'a') + " ! " + std::string(1000, 'b');
  EXPECT_EQ(words(text), (Words{"t.wit:1:1002: unexpected character `!`\n"
                                "    1 | ..." +
                                std::string(59, 'a') + " ! " + std::string(58, 'b') + "...\n" +
                                "      |    " + std::string(60, ' ') + "^"}));
}

TEST(Lexer, StringsHaveTheEscapesOfTheCoreSpecification) {
  EXPECT_EQ(value_of(R"("a\t\n\r\"\'\\b")"), "a\t\n\r\"'\\b");
  EXPECT_EQ(value_of(R"("\e2\98\83\u{26_03}")"), "\xe2\x98\x83\xe2\x98\x83");
  EXPECT_EQ(value_of(R"("\u{10ffff}")"), "\xf4\x8f\xbf\xbf");
  EXPECT_EQ(value_of("\"\""), "");
}

TEST(Lexer, MalformedStringsAreRefused) {
  EXPECT_EQ(value_of("\"a\n\""),
            "t.wit:1:1: this string is not closed on its line\n"
            "    1 | \"a\n"
            "      | ^");
  EXPECT_EQ(value_of(R"("ab\q")"),
            "t.wit:1:4: expected an escape: \\t, \\n, \\r, \\\", \\', \\\\, two hexadecimal digits "
            "or u{...}\n"
            "    1 | \"ab\\q\"\n"
            "      |    ^^");
  for (const std::string_view bad : {R"("\u{d800}")", R"("\u{110000}")", R"("\u{}")", R"("\u{1_}")",
                                     R"("\u{1__2}")", R"("\u12")", R"("\1")", R"("\)", R"("\")"}) {
    EXPECT_TRUE(value_of(bad).starts_with("t.wit:1:")) << bad;
  }
  EXPECT_TRUE(value_of(R"("\ff")").contains("the string's bytes are not UTF-8"));
  EXPECT_TRUE(value_of("\"\t\"").contains("as an escape"));
}

TEST(Lexer, AQuotedStringReadsBack) {
  for (const std::string_view value :
       {std::string_view("a\"b\\c\n\t\0\x7f", 9), std::string_view("\xe2\x80\xae\xe2\x98\x83")}) {
    EXPECT_EQ(value_of(quoted(value)), value);
  }
}

TEST(Docs, LinesLoseMarksAndCommonIndentation) {
  EXPECT_EQ(
      read_docs("  /// One.\n\n  ///\n  ///   Two.  \r\n  // not this\n /* nor this */ ///Three"),
      " One.\n\n   Two.\nThree");
  EXPECT_EQ(read_docs("///  a\n///   b\n"), "a\n b");
  EXPECT_EQ(read_docs("//// a\n/***/ /**/ /*** b */"), "");
  EXPECT_EQ(read_docs("///\n/// a\n///\n"), "a");
}

TEST(Docs, BlocksLoseStarsAndCommonIndentation) {
  EXPECT_EQ(read_docs("/** One. */"), "One.");
  EXPECT_EQ(read_docs("/** One.\n  * Two.\n  *\n  *   Three.\n  */"), "One.\nTwo.\n\n  Three.");
  EXPECT_EQ(read_docs("/**\n    One.\n      Two.\n*/"), "One.\n  Two.");
  EXPECT_EQ(read_docs("/** a /* b */ c */ /// d"), "a /* b */ c\nd");
  EXPECT_EQ(read_docs("/**\n  * a\n  b\n*/"), "* a\nb");
}

}  // namespace
}  // namespace wasmcloud::wit

#include "wasmcloud/wash/spy_streams.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wasmcloud/wash/wit_functions.h"
#include "wasmcloud/wit/resolver_testing.h"

namespace wasmcloud::wash {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kWit = R"(package a:b;
interface c {
  bytes: func() -> stream<u8>;
  words: func() -> stream<string>;
  later: func() -> future<string>;
  done: func() -> future;
  postponed: func() -> future<stream<u32>>;
  many: func() -> stream<future<u8>>;
}
)";

// The channels of what that function of kWit gives.
SpyStreams streams_of(const std::string& function) {
  const auto known = WitFunctions(wit::graph_of(kWit)).find("a:b/c." + function);
  SpyStreams streams;
  streams.add({{.path = {0},
                .type = known->signature.result,
                .part = std::make_shared<wrpc::AsyncPart>()}});
  return streams;
}

std::vector<std::string> texts(const std::vector<SeenChunk>& seen) {
  std::vector<std::string> all;
  for (const SeenChunk& chunk : seen) {
    all.push_back(chunk.text + (chunk.remark.empty() ? "" : " (" + chunk.remark + ")"));
  }
  return all;
}

using Texts = std::vector<std::string>;

TEST(SpyStreams, ChunksAreSeenHoweverTheyAreCut) {
  SpyStreams streams = streams_of("words");
  EXPECT_THAT(streams.feed({0}, "\2\1a"), IsEmpty());
  EXPECT_EQ(texts(streams.feed({0}, "\2bc\1\1d")), (Texts{R"(["a", "bc"])", R"(["d"])"}));
  EXPECT_THAT(streams.feed({1}, "\1\1a"), IsEmpty());  // of nobody
  EXPECT_FALSE(streams.empty());
  EXPECT_THAT(streams.feed({0}, std::string_view("\0", 1)), IsEmpty());
  EXPECT_TRUE(streams.empty());
  EXPECT_THAT(streams.feed({0}, ""), IsEmpty());  // its channel's end comes after its own
}

TEST(SpyStreams, OfBytesTheBeginningIsShown) {
  SpyStreams streams = streams_of("bytes");
  const auto few = streams.feed({0}, "\2hi");
  ASSERT_THAT(few, SizeIs(1));
  EXPECT_EQ(few[0].bytes, 2U);
  EXPECT_EQ(few[0].text, "hi");
  EXPECT_EQ(few[0].remark, "");
  EXPECT_EQ(few[0].type, "stream<u8>");
  const auto many = streams.feed({0}, "\xac\2" + std::string(300, 'x'));
  ASSERT_THAT(many, SizeIs(1));
  EXPECT_EQ(many[0].bytes, 300U);
  EXPECT_EQ(many[0].text, std::string(64, 'x'));
  EXPECT_EQ(many[0].remark, "cut: it is longer");
}

TEST(SpyStreams, LongTextIsCutBetweenCharacters) {
  SpyStreams streams = streams_of("words");
  std::string word;
  for (int i = 0; i < 1000; ++i) {
    word += "é";
  }
  const auto seen = streams.feed({0}, "\1\xd0\x0f" + word);
  ASSERT_THAT(seen, SizeIs(1));
  EXPECT_EQ(seen[0].text, "[\"" + word.substr(0, 998));
  EXPECT_EQ(seen[0].remark, "cut: it is longer");
}

TEST(SpyStreams, AFutureIsItsValue) {
  SpyStreams streams = streams_of("later");
  EXPECT_EQ(texts(streams.feed({0}, "\3yes")), Texts{"\"yes\""});
  EXPECT_TRUE(streams.empty());
  SpyStreams without_type = streams_of("done");
  EXPECT_EQ(texts(without_type.feed({0}, "")), Texts{""});
  EXPECT_TRUE(without_type.empty());
}

TEST(SpyStreams, WhatAValueOfThemPromisesIsFollowedToo) {
  SpyStreams postponed = streams_of("postponed");
  EXPECT_EQ(texts(postponed.feed({0}, std::string_view("\0\2\5\6\0", 5))),
            (Texts{"<handle>", "[5, 6]"}));
  EXPECT_TRUE(postponed.empty());
  SpyStreams many = streams_of("many");
  EXPECT_EQ(texts(many.feed({0}, std::string_view("\2\0\0", 3))), Texts{"[<handle>, <handle>]"});
  EXPECT_EQ(texts(many.feed({0, 1}, "\7")), Texts{"7"});
}

TEST(SpyStreams, WhatIsCutShortOrOfOtherTypesIsSaid) {
  SpyStreams streams = streams_of("words");
  EXPECT_EQ(texts(streams.feed({0}, "")), Texts{" (cut short: its channel ended, and it did not)"});
  SpyStreams others = streams_of("words");
  EXPECT_EQ(texts(others.feed({0}, "\1\1\xff")), Texts{" (not of the type that the WIT tells)"});
  EXPECT_TRUE(others.empty());
  SpyStreams longer = streams_of("words");
  EXPECT_EQ(texts(longer.feed({0}, "\1\x80\x80\x80\x01")),  // 2 MiB
            Texts{" (not shown from here on: a chunk is too long)"});
}

}  // namespace
}  // namespace wasmcloud::wash

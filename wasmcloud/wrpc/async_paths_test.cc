#include "wasmcloud/wrpc/async_paths.h"

#include <gtest/gtest.h>

#include "wasmcloud/wrpc/wit_testing.h"

namespace wasmcloud::wrpc {
namespace {

using testing::type_of;
using wit::ValueTypePtr;

constexpr std::string_view kDeclared = R"(
  record both { a: stream<u8>, b: u32, c: future }
  record held { s: stream<u8> }
  variant either { none, x(stream<u8>), y(held), z(list<stream<u8>>) }
)";

// "0.1 0.*": the paths of one parameter of that type.
std::string paths(std::string_view type) {
  const auto made = async_paths(std::vector{type_of(type, kDeclared)});
  if (!made) {
    return made.error().describe();
  }
  std::string text;
  for (const PathPattern& path : *made) {
    std::string one;
    for (const auto index : path) {
      one += (one.empty() ? "" : ".") + (index ? std::to_string(*index) : "*");
    }
    text += (text.empty() ? "" : " ") + one;
  }
  return text;
}

// wrpc.md 2.3
TEST(AsyncPaths, OfEachContainer) {
  EXPECT_EQ(paths("list<u8>"), "");
  EXPECT_EQ(paths("own<r>"), "");
  EXPECT_EQ(paths("stream<u8>"), "0");
  EXPECT_EQ(paths("stream"), "0");
  EXPECT_EQ(paths("both"), "0.0 0.2");
  EXPECT_EQ(paths("tuple<stream<u8>, stream<list<string>>>"), "0.0 0.1");
  EXPECT_EQ(paths("result<tuple<stream<string>, future<result<_, string>>>, string>"), "0.0 0.1");
  EXPECT_EQ(paths("result<future<result<_, string>>, string>"), "0");
  EXPECT_EQ(paths("future<stream<u8>>"), "0");
  EXPECT_EQ(paths("future<held>"), "0 0.0");
  EXPECT_EQ(paths("list<stream<u8>>"), "0.*");
  EXPECT_EQ(paths("stream<stream<u8>>"), "0 0.*");
  EXPECT_EQ(paths("option<list<held>>"), "0.*.0");
  EXPECT_EQ(paths("map<string, stream<u8>>"), "0.*.1");
  EXPECT_EQ(paths("either"), "0 0.* 0.0");
}

TEST(AsyncPaths, OfAFunction) {
  const wit::FuncSignature function{
      .params = {{"id", type_of("string")}, {"data", type_of("stream<u8>")}},
      .result = type_of("result<stream<u8>>")};
  EXPECT_EQ(param_paths(function).value(), (std::vector<PathPattern>{{1}}));
  EXPECT_EQ(result_paths(function).value(), (std::vector<PathPattern>{{0}}));
  EXPECT_TRUE(result_types({.params = {}, .result = nullptr}).empty());
}

// A tuple of two of the same, so often that written out it would have 2^levels.
ValueTypePtr doubled(ValueTypePtr type, int levels) {
  for (int i = 0; i < levels; ++i) {
    type = wit::testing::made({.kind = wit::ValueType::Kind::tuple, .parts = {type, type}});
  }
  return type;
}

TEST(AsyncPaths, SharedPartsCostNoMoreThanTheyAre) {
  EXPECT_TRUE(async_paths(std::vector{doubled(type_of("u8"), 90)}).value().empty());
  EXPECT_EQ(async_paths(std::vector{doubled(type_of("future"), 9)}).value().size(), 512U);
  const auto many = async_paths(std::vector{doubled(type_of("future"), 90)});
  ASSERT_FALSE(many);
  EXPECT_EQ(many.error().kind(), ErrorKind::exhausted);
}

// The types at a path, below one parameter.
std::string at(std::string_view type, const Path& path) {
  std::string text;
  for (const ValueTypePtr& each : channel_types(std::vector{type_of(type, kDeclared)}, path)) {
    text += (text.empty() ? "" : " ") + each->describe();
  }
  return text;
}

TEST(ChannelTypes, FollowThePath) {
  EXPECT_EQ(at("stream<u8>", {0}), "stream<u8>");
  EXPECT_EQ(at("stream<u8>", {1}), "");
  EXPECT_EQ(at("stream<u8>", {}), "");
  EXPECT_EQ(at("stream<u8>", {0, 0}), "");
  EXPECT_EQ(at("both", {0, 2}), "future");
  EXPECT_EQ(at("both", {0, 1}), "");
  EXPECT_EQ(at("both", {0, 3}), "");
  EXPECT_EQ(at("list<both>", {0, 7, 0}), "stream<u8>");
  EXPECT_EQ(at("tuple<u8, u8, u8, list<stream<u16>>>", {0, 3, 1}), "stream<u16>");
  EXPECT_EQ(at("stream<stream<u8>>", {0, 4000000000}), "stream<u8>");
  EXPECT_EQ(at("list<stream<u8>, 2>", {0, 1}), "stream<u8>");
  EXPECT_EQ(at("list<stream<u8>, 2>", {0, 2}), "");
  EXPECT_EQ(at("map<string, stream<u8>>", {0, 5, 1}), "stream<u8>");
  EXPECT_EQ(at("map<string, stream<u8>>", {0, 5, 0}), "");
  EXPECT_EQ(at("map<string, stream<u8>>", {0, 5}), "");
}

TEST(ChannelTypes, OuterOneHasTheChannel) {
  EXPECT_EQ(at("future<stream<u8>>", {0}), "future<stream<u8>>");
  EXPECT_EQ(at("future<held>", {0, 0}), "stream<u8>");
}

TEST(ChannelTypes, CasesMayShareAPath) {
  EXPECT_EQ(at("either", {0}), "stream<u8>");
  EXPECT_EQ(at("result<stream<u8>, future>", {0}), "stream<u8> future");
  EXPECT_EQ(at("either", {0, 0}), "stream<u8> stream<u8>");  // of y, of z
}

TEST(ChannelTypes, SharedPartsAreVisitedOnce) {
  ValueTypePtr type = type_of("stream<u8>");
  for (int i = 0; i < 90; ++i) {
    type = wit::testing::made({.kind = wit::ValueType::Kind::result, .parts = {type, type}});
  }
  EXPECT_EQ(channel_types(std::vector{type}, Path{0}).size(), 1U);
}

}  // namespace
}  // namespace wasmcloud::wrpc

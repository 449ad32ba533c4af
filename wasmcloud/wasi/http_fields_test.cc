#include "wasmcloud/wasi/http_fields.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace wasmcloud::wasi {
namespace {

Fields::FieldValue bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string text(Fields::FieldValue value) { return {value.begin(), value.end()}; }

// "ok", or the case of header-error.
std::string outcome(const Result<Fields::Change>& change) {
  if (!change) {
    return "trap";
  }
  return *change
             ? "ok"
             : std::string(wit::VariantTraits<HeaderError>::kNames[change->error().value.index()]);
}

std::string listed(const Fields& fields) {
  std::string all;
  for (const auto& [name, value] : fields.entries()) {
    all.append(name).append("=").append(text(value)).append(";");
  }
  return all;
}

TEST(Fields, NamesAreLowerCaseAndFoundInAnyCase) {
  Fields fields;
  EXPECT_EQ(outcome(fields.append("X-One", bytes("a"))), "ok");
  EXPECT_EQ(outcome(fields.append("x-one", bytes("b"))), "ok");
  EXPECT_EQ(listed(fields), "x-one=a;x-one=b;");
  ASSERT_EQ(fields.get("X-ONE").size(), 2U);
  EXPECT_EQ(text(fields.get("X-ONE")[1]), "b");
  EXPECT_TRUE(fields.has("x-One"));
}

TEST(Fields, WhatIsAbsentOrNoNameIsEmpty) {
  const Fields fields;
  EXPECT_TRUE(fields.get("nothing").empty());
  EXPECT_TRUE(fields.get("not a name").empty());
  EXPECT_FALSE(fields.has("not a name"));
}

TEST(Fields, SetReplacesAllValuesAndAnEmptyListRemoves) {
  Fields fields;
  const std::vector<Fields::FieldValue> two{bytes("1"), bytes("2")};
  EXPECT_EQ(outcome(fields.set("a", two)), "ok");
  EXPECT_EQ(outcome(fields.set("A", std::span(two).first(1))), "ok");
  EXPECT_EQ(listed(fields), "a=1;");
  EXPECT_EQ(outcome(fields.set("a", {})), "ok");
  EXPECT_EQ(listed(fields), "");
}

TEST(Fields, ErrorsComeInTheOrderOfTheRules) {
  Fields read_only(http::Headers(), Fields::Access::read_only);
  EXPECT_EQ(outcome(read_only.append("no name", bytes("\n"))), "invalid-syntax");
  EXPECT_EQ(outcome(read_only.append("Host", bytes("\n"))), "forbidden");
  EXPECT_EQ(outcome(read_only.append("a", bytes("\n"))), "immutable");
  EXPECT_EQ(outcome(read_only.set("a", {})), "immutable");
  EXPECT_EQ(outcome(read_only.remove("a")), "immutable");
  Fields fields;
  EXPECT_EQ(outcome(fields.append("a", bytes("b\r\nc: d"))), "invalid-syntax");
  EXPECT_EQ(outcome(fields.append("a", bytes("tab\tand \xc3\xa9"))), "ok");
}

TEST(Fields, FieldsOfTheConnectionAreForbidden) {
  Fields fields;
  for (const char* const name :
       {"Connection", "keep-alive", "Proxy-Authenticate", "proxy-authorization", "proxy-connection",
        "TRANSFER-ENCODING", "upgrade", "host", "http2-settings"}) {
    EXPECT_EQ(outcome(fields.append(name, bytes("x"))), "forbidden") << name;
  }
  EXPECT_EQ(outcome(fields.append("content-length", bytes("3"))), "ok");
}

TEST(Fields, MoreThanTheLimitTraps) {
  Fields fields;
  const std::string large(Fields::kMaxBytes - 100, 'x');
  EXPECT_EQ(outcome(fields.append("a", bytes(large))), "ok");
  EXPECT_EQ(outcome(fields.append("b", bytes(std::string(100, 'x')))), "trap");
}

TEST(Fields, RemovingGivesRoomAgain) {
  Fields fields;
  const std::string large(Fields::kMaxBytes - 100, 'x');
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(outcome(fields.append("a", bytes(large))), "ok");
    EXPECT_EQ(outcome(fields.remove("a")), "ok");
  }
}

TEST(Fields, FromListTellsWhatItRefuses) {
  using Entries = std::vector<std::tuple<std::string, Fields::FieldValue>>;
  const auto made = Fields::from_list(Entries{{"B", bytes("1")}, {"a", bytes("2")}});
  ASSERT_TRUE(made && *made);
  EXPECT_EQ(listed(***made), "b=1;a=2;");
  const auto forbidden = Fields::from_list(Entries{{"a", bytes("1")}, {"Upgrade", bytes("2")}});
  ASSERT_TRUE(forbidden && !*forbidden);
  EXPECT_EQ(forbidden->error().value.index(), HeaderError::forbidden().value.index());
}

TEST(Fields, OnlyOneNumberIsAContentLength) {
  http::Headers headers;
  EXPECT_EQ(*content_length_of(headers), std::nullopt);
  headers.add("Content-Length", "12");
  EXPECT_EQ(*content_length_of(headers), 12U);
  headers.add("content-length", "12");
  EXPECT_EQ(*content_length_of(headers), 12U);
  headers.add("content-length", "13");
  EXPECT_FALSE(content_length_of(headers));
  for (const char* const wrong : {"", "-1", "+1", "1 ", "0x1", "99999999999999999999"}) {
    http::Headers one;
    one.add("content-length", wrong);
    EXPECT_FALSE(content_length_of(one)) << wrong;
  }
}

TEST(Fields, GuestsDoNotSeeFieldsOfTheConnection) {
  http::Headers headers;
  headers.add("Host", "a");
  headers.add("X-Kept", "b");
  headers.add("Transfer-Encoding", "chunked");
  EXPECT_EQ(listed(Fields(visible_fields(headers), Fields::Access::read_only)), "x-kept=b;");
}

}  // namespace
}  // namespace wasmcloud::wasi

#include "wasmcloud/wash/wit_functions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wasmcloud/wit/resolver_testing.h"

namespace wasmcloud::wash {
namespace {

using testing::HasSubstr;

std::string split(std::string_view text) {
  const auto operation = parse_operation(text);
  return operation ? operation->instance + " | " + operation->function : "no";
}

TEST(ParseOperation, SplitsBehindTheInterface) {
  EXPECT_EQ(split("ns:pkg/iface.get"), "ns:pkg/iface | get");
  EXPECT_EQ(split("ns:pkg/iface.bucket.get"), "ns:pkg/iface | bucket.get");
  EXPECT_EQ(split("ns:pkg/iface@1.0.0.get"), "ns:pkg/iface@1.0.0 | get");
  EXPECT_EQ(split("ns:pkg/iface@1.0.0.bucket.get"), "ns:pkg/iface@1.0.0 | bucket.get");
  EXPECT_EQ(split("ns:pkg/iface@0.2.0-draft.get"), "ns:pkg/iface@0.2.0-draft | get");
  EXPECT_EQ(split("ns:pkg/iface@0.2.0-rc.1.get"), "ns:pkg/iface@0.2.0-rc.1 | get");
}

TEST(ParseOperation, RefusesWhatNamesNoFunction) {
  for (const char* const text : {"", "get", "ns:pkg/iface", "ns:pkg/iface.", "ns:pkg/iface@1.0.0",
                                 "ns:pkg/iface@1.get", "/iface.get", "ns:pkg/.get"}) {
    EXPECT_EQ(split(text), "no") << text;
  }
  EXPECT_THAT(parse_operation("get").error().describe(),
              HasSubstr("Invalid function supplied. Must be in the form of "
                        "`namespace:package/interface.function`"));
}

constexpr std::string_view kWit = R"(package ns:pkg@1.0.0;
interface store {
  resource bucket { constructor(name: string); get: func(key: string) -> option<string>; }
  get: func() -> u32;
  list-keys: func() -> list<string>;
}
world w {
  export store;
  export run: func() -> string;
  export inner: interface { go: func(); }
}
)";

WitFunctions functions() { return WitFunctions(wit::graph_of(kWit)); }

std::string found(std::string_view text) {
  const auto function = functions().find(text);
  return function ? function->operation.instance + " | " + function->operation.function
                  : function.error().describe();
}

TEST(WitFunctions, FindsByName) {
  EXPECT_EQ(found("ns:pkg/store@1.0.0.get"), "ns:pkg/store@1.0.0 | get");
  EXPECT_EQ(found("ns:pkg/store.get"), "ns:pkg/store@1.0.0 | get");
  EXPECT_EQ(found("ns:pkg/store.bucket.get"), "ns:pkg/store@1.0.0 | [method]bucket.get");
  EXPECT_EQ(found("ns:pkg/store.bucket"), "ns:pkg/store@1.0.0 | [constructor]bucket");
  EXPECT_EQ(found("run"), " | run");
  EXPECT_EQ(found("inner.go"), "inner | go");
}

TEST(WitFunctions, TellsWhatIsNear) {
  EXPECT_EQ(found("ns:pkg/store.list-kes"),
            "there is no function `ns:pkg/store.list-kes` in the WIT; there are near it "
            "ns:pkg/store@1.0.0.list-keys, ns:pkg/store@1.0.0.get, ns:pkg/store@1.0.0.bucket, "
            "ns:pkg/store@1.0.0.bucket.get");
  EXPECT_THAT(found("rum"), HasSubstr("there are near it run"));
}

TEST(WitFunctions, WithSeveralVersionsOneIsToBeNamed) {
  const std::vector<wit::SourceFile> files{
      {.path = "t.wit", .text = "package a:b; world w { import c:d/e@1.0.0; import c:d/e@2.0.0; }"},
      {.path = "deps/one.wit", .text = "package c:d@1.0.0; interface e { f: func(); }"},
      {.path = "deps/two.wit", .text = "package c:d@2.0.0; interface e { f: func(); }"}};
  const WitFunctions two(wit::graph_of(files));
  EXPECT_EQ(two.find("c:d/e@2.0.0.f")->operation.instance, "c:d/e@2.0.0");
  EXPECT_EQ(two.find("c:d/e.f").error().kind(), ErrorKind::conflict);
  EXPECT_FALSE(two.find_exactly("c:d/e.f"));
  EXPECT_TRUE(two.find_exactly("c:d/e@1.0.0.f"));
}

}  // namespace
}  // namespace wasmcloud::wash

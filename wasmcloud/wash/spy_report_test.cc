#include "wasmcloud/wash/spy_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wasmcloud/wit/resolver_testing.h"

namespace wasmcloud::wash {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;

constexpr std::string_view kWit = R"(package a:b@1.0.0;
interface c { f: func(name: string, count: u32) -> option<u8>; g: func(); }
)";

constexpr SpyTime kNow{};

SpyReport report(bool with_wit = true) {
  return SpyReport({.lattice = "default", .id = "me", .results = true},
                   with_wit ? std::optional(WitFunctions(wit::graph_of(kWit))) : std::nullopt);
}

SpiedCall call(std::string to, std::string source, std::string payload) {
  return {.subject = "default." + to + ".wrpc.0.0.1.a:b/c@1.0.0.f",
          .source = std::move(source),
          .reply = "_INBOX.a.b",
          .payload = std::move(payload)};
}

TEST(SpyReport, ShowsACallAsTheExistingWash) {
  const auto seen = report(false).call(call("me", "wash", "\2hi\3"), kNow);
  ASSERT_TRUE(seen);
  const std::size_t line = seen->text.find('\n');
  EXPECT_THAT(seen->text.substr(0, line),
              MatchesRegex("\\[19[67][0-9]-[0-9-]+ [0-9:]+\\.000000000 [+-][0-9]+:[0-9]+\\]"));
  EXPECT_EQ(seen->text.substr(line + 1),
            "From: wash                      To: me                       \n\n"
            "Operation: a:b/c@1.0.0.f\nMessage: \2hi\3");
  EXPECT_EQ(seen->json["from"], "wash");
  EXPECT_EQ(seen->json["operation"], "a:b/c@1.0.0.f");
  EXPECT_EQ(seen->json["message"], "\2hi\3");
}

TEST(SpyReport, WhoCallsIsToldByTheHeader) {
  EXPECT_EQ(report().call(call("me", "", ""), kNow)->json["from"], "linked component");
  EXPECT_EQ(report().call(call("other", "", ""), kNow)->json["from"], "me");
  EXPECT_EQ(report().call(call("other", "me", ""), kNow)->json["to"], "other");
  EXPECT_FALSE(report().call(call("other", "third", ""), kNow));
}

TEST(SpyReport, ParametersAreDecoded) {
  const auto seen = report().call(call("me", "wash", "\2hi\3"), kNow);
  EXPECT_THAT(seen->text, EndsWith("\nMessage: (\"hi\", 3)"));
  EXPECT_EQ(seen->json["params"], (std::vector<std::string>{"\"hi\"", "3"}));
}

TEST(SpyReport, SaysWhatIsCutAndWhatIsOfOtherTypes) {
  EXPECT_THAT(report().call(call("me", "", "\7cut"), kNow)->text,
              EndsWith("Message: (cut: the parameters go on in other messages) \7cut"));
  EXPECT_THAT(report().call(call("me", "", "\2\xff\xff\1"), kNow)->text,
              HasSubstr("Message: (not of the types that the WIT tells) "));
}

TEST(SpyReport, AResultIsShownOnceItIsWhole) {
  SpyReport spy = report();
  spy.call(call("me", "wash", "\2hi\3"), kNow);
  EXPECT_FALSE(spy.result("_INBOX.other.results", "\1\5", kNow));
  EXPECT_FALSE(spy.result("_INBOX.a.b.results", "\1", kNow));
  const auto seen = spy.result("_INBOX.a.b.results", "\5", kNow);
  ASSERT_TRUE(seen);
  EXPECT_THAT(seen->text, HasSubstr("From: me                        To: wash"));
  EXPECT_THAT(seen->text, EndsWith("Result of: a:b/c@1.0.0.f\nMessage: some(5)"));
  EXPECT_EQ(seen->json["result"], "some(5)");
  EXPECT_FALSE(spy.result("_INBOX.a.b.results", "", kNow));
}

TEST(SpyReport, AFailedCallIsTold) {
  SpyReport spy = report();
  spy.call(call("me", "wash", "\2hi\3"), kNow);
  EXPECT_THAT(spy.result("_INBOX.a.b.results", "", kNow)->text,
              HasSubstr("Message: (the call failed: it ended without a result) "));
}

TEST(SpyReport, WithoutTypesAResultEndsWithItsChannel) {
  SpyReport spy = report(false);
  spy.call(call("me", "wash", ""), kNow);
  EXPECT_FALSE(spy.result("_INBOX.a.b.results", "on", kNow));
  EXPECT_FALSE(spy.result("_INBOX.a.b.results", "e", kNow));
  EXPECT_EQ(spy.result("_INBOX.a.b.results", "", kNow)->json["message"], "one");
}

}  // namespace
}  // namespace wasmcloud::wash

#include "wasmcloud/base/tracing.h"

#include <gtest/gtest.h>

namespace wasmcloud {
namespace {

struct Field {
  std::string_view name;
  std::string_view value;
};

using Fields = std::vector<Field>;

constexpr std::string_view kParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST(TraceContext, HeadersSurviveTheRoundTrip) {
  const auto context = parse_trace_context(kParent, "congo=t61rcWkgMzE, rojo@x=00f067 a,");
  ASSERT_TRUE(context);
  EXPECT_TRUE(context->sampled());
  EXPECT_EQ(to_string(context->trace), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(to_string(context->span), "b7ad6b7169203331");
  EXPECT_EQ(context->traceparent(), kParent);
  EXPECT_EQ(context->tracestate(), "congo=t61rcWkgMzE,rojo@x=00f067 a");
}

TEST(TraceContext, UnknownFlagsAreHandedOnButNotGivenToAChild) {
  constexpr std::string_view kFlags = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-fe";
  const auto context = parse_trace_context(kFlags, "");
  ASSERT_TRUE(context);
  EXPECT_FALSE(context->sampled());
  EXPECT_EQ(context->traceparent(), kFlags);
  EXPECT_TRUE(context->child().traceparent().ends_with("-02"));  // the trace's id is random
}

TEST(TraceContext, WrongParentsAreRefused) {
  for (const std::string_view text :
       {"", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.",
        "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.",
        "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01"}) {
    EXPECT_FALSE(parse_trace_context(text, "")) << text;
    EXPECT_FALSE(trace_among(Fields{{"traceparent", text}, {"tracestate", "a=1"}})) << text;
  }
}

TEST(TraceContext, ALaterVersionMayHaveMoreFields) {
  const auto context = parse_trace_context(
      "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff-what-the-future-brings", "");
  ASSERT_TRUE(context);
  EXPECT_EQ(context->traceparent(), kParent);
}

TEST(TraceContext, AMalformedStateIsDroppedAndTheParentKept) {
  std::string too_many;
  for (int i = 0; i < 33; ++i) {
    too_many += fmt::format("k{}=v,", i);
  }
  for (const std::string& state : {std::string("novalue"), std::string("a=1,a=2"),
                                   std::string("A=1"), std::string("a=b=c"), too_many}) {
    const auto context = parse_trace_context(kParent, state);
    ASSERT_TRUE(context) << state;
    EXPECT_EQ(context->tracestate(), "") << state;
  }
}

TEST(TraceContext, AChildHasTheSameTraceAndANewSpan) {
  TraceContext root = TraceContext::start(true);
  root.state = {{"vendor", "1"}};
  const TraceContext child = root.child();
  EXPECT_EQ(child.trace, root.trace);
  EXPECT_NE(child.span, root.span);
  EXPECT_TRUE(child.sampled());
  EXPECT_EQ(child.tracestate(), "vendor=1");
  EXPECT_NE(TraceContext::start(false).trace, root.trace);
}

TEST(TraceContext, IsFoundAmongAMessagesFields) {
  const auto found = trace_among(Fields{{"tracestate", ""},
                                        {"TraceState", "a=1"},
                                        {"traceparenu", "no"},
                                        {"Traceparent", kParent},
                                        {"tracestate", "b=2"}});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->traceparent(), kParent);
  EXPECT_EQ(found->tracestate(), "a=1,b=2");
  EXPECT_FALSE(trace_among(Fields{{"tracestate", "a=1"}}));
  EXPECT_FALSE(trace_among(Fields{{"traceparent", kParent}, {"traceparent", kParent}}));
}

}  // namespace
}  // namespace wasmcloud

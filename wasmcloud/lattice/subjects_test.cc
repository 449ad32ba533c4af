#include "wasmcloud/lattice/subjects.h"

#include <gtest/gtest.h>

namespace wasmcloud::lattice {
namespace {

TEST(Subjects, AreMadeAndRead) {
  const auto subjects = ControlSubjects::create("default");
  ASSERT_TRUE(subjects);
  EXPECT_EQ(subjects->operation("host", "ping"), "wasmbus.ctl.v1.default.host.ping");
  EXPECT_EQ(subjects->operation("component", "scale", "NA"),
            "wasmbus.ctl.v1.default.component.scale.NA");
  EXPECT_EQ(subjects->queue_group("link"), "wasmbus.ctl.v1.default.link");
  EXPECT_EQ(subjects->parse("wasmbus.ctl.v1.default.component.scale.NA"),
            (ControlOperation{"component", "scale", "NA"}));
  EXPECT_EQ(subjects->parse("wasmbus.ctl.v1.default.claims.get"),
            (ControlOperation{"claims", "get", ""}));
}

TEST(Subjects, APrefixMayHaveTokens) {
  const auto subjects = ControlSubjects::create("a-b_C", "acme.ctl");
  ASSERT_TRUE(subjects);
  EXPECT_EQ(subjects->root(), "acme.ctl.v1.a-b_C");
  EXPECT_EQ(subjects->parse("acme.ctl.v1.a-b_C.link.put"), (ControlOperation{"link", "put", ""}));
}

TEST(Subjects, OthersAreNone) {
  const auto subjects = *ControlSubjects::create("default");
  for (const std::string_view subject :
       {"", "wasmbus.ctl.v1.default", "wasmbus.ctl.v1.default.", "wasmbus.ctl.v1.default.host",
        "wasmbus.ctl.v1.default.host.", "wasmbus.ctl.v1.default2.host.ping",
        "wasmbus.ctl.v1.other.host.ping", "wasmbus.ctl.v1.default.config.get.a.b",
        "wasmbus.ctl.v1.default.host.get."}) {
    EXPECT_FALSE(subjects.parse(subject)) << subject;
  }
}

TEST(Subjects, NamesThatWouldBreakSubjectsAreRefused) {
  for (const std::string_view lattice : {"", "a.b", "a b", "a*", ">", "ä", "a\n"}) {
    EXPECT_FALSE(ControlSubjects::create(lattice)) << lattice;
  }
  for (const std::string_view prefix : {"", ".", "a.", ".a", "a..b", "a.*", "a b", "a.>"}) {
    EXPECT_FALSE(ControlSubjects::create("default", prefix)) << prefix;
  }
}

}  // namespace
}  // namespace wasmcloud::lattice

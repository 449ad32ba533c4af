#include "wasmcloud/base/semver.h"

#include <gtest/gtest.h>

namespace wasmcloud {
namespace {

SemVer version(std::string_view text) { return SemVer::parse(text).value(); }

std::string problem_of(std::string_view text) {
  const Result<SemVer> parsed = SemVer::parse(text);
  return parsed ? "no error" : parsed.error().describe();
}

TEST(SemVer, PartsSurviveTheRoundTrip) {
  const SemVer parsed = version("1.20.300-rc.1.x-y+build.007");
  EXPECT_EQ(parsed.major, 1U);
  EXPECT_EQ(parsed.minor, 20U);
  EXPECT_EQ(parsed.patch, 300U);
  EXPECT_EQ(parsed.pre_release, "rc.1.x-y");
  EXPECT_EQ(parsed.build, "build.007");
  EXPECT_EQ(parsed.to_string(), "1.20.300-rc.1.x-y+build.007");
  EXPECT_EQ(version("0.2.0-rc-2023-11-10").pre_release, "rc-2023-11-10");
  EXPECT_EQ(version("1.0.0+0-1").build, "0-1");
}

TEST(SemVer, WrongTextIsRefusedWithItsPlace) {
  EXPECT_EQ(problem_of(""), "version \"\": expected the major number at the end");
  EXPECT_EQ(problem_of("1.2"), "version \"1.2\": expected '.' and the patch number at the end");
  EXPECT_EQ(problem_of("v1.2.3"),
            "version \"v1.2.3\": character 0: expected the major number, found 'v'");
  EXPECT_EQ(problem_of("1.02.3"),
            "version \"1.02.3\": character 2: the minor number has a leading zero");
  EXPECT_EQ(problem_of("1.2.3.4"),
            "version \"1.2.3.4\": character 5: expected the end of the version, found '.'");
  EXPECT_EQ(problem_of("1.2.3-"),
            "version \"1.2.3-\": expected a pre-release identifier at the end");
  EXPECT_EQ(problem_of("1.2.3-a..b"),
            "version \"1.2.3-a..b\": character 8: expected a pre-release identifier, found '.'");
  EXPECT_EQ(problem_of("1.2.3-01"),
            "version \"1.2.3-01\": character 6: the numeric pre-release identifier has a leading "
            "zero");
  EXPECT_EQ(problem_of("1.2.99999999999999999999"),
            "version \"1.2.99999999999999999999\": character 4: the patch number is too large");
  EXPECT_EQ(problem_of("1.2.3+"), "version \"1.2.3+\": expected a build identifier at the end");
  EXPECT_NE(problem_of(" 1.2.3"), "no error");
  EXPECT_NE(problem_of("-1.2.3"), "no error");
}

// semver.org section 11.
TEST(SemVer, PrecedenceIsThatOfTheSpecification) {
  const char* const ordered[] = {"0.0.1",
                                 "0.2.0",
                                 "1.0.0-alpha",
                                 "1.0.0-alpha.1",
                                 "1.0.0-alpha.beta",
                                 "1.0.0-beta",
                                 "1.0.0-beta.2",
                                 "1.0.0-beta.11",
                                 "1.0.0-beta.99999999999999999999999",
                                 "1.0.0-rc.1",
                                 "1.0.0",
                                 "1.0.1",
                                 "1.2.0",
                                 "1.10.0",
                                 "2.0.0"};
  for (std::size_t i = 0; i < std::size(ordered); ++i) {
    for (std::size_t j = 0; j < std::size(ordered); ++j) {
      EXPECT_EQ(version(ordered[i]) < version(ordered[j]), i < j) << ordered[i] << ordered[j];
      EXPECT_EQ(version(ordered[i]) == version(ordered[j]), i == j) << ordered[i] << ordered[j];
    }
  }
}

TEST(SemVer, BuildMetadataDoesNotCount) { EXPECT_EQ(version("1.0.0+a"), version("1.0.0+b")); }

TEST(SemVer, CompatibilityIsTheFirstNumberThatIsNotZero) {
  EXPECT_EQ(version("1.2.3").compatibility_key(), "1");
  EXPECT_EQ(version("0.2.3+x").compatibility_key(), "0.2");
  EXPECT_EQ(version("0.0.3").compatibility_key(), std::nullopt);
  EXPECT_EQ(version("1.2.3-rc.1").compatibility_key(), std::nullopt);
}

TEST(AlternateKey, ReplacesTheVersionOfAnInterface) {
  EXPECT_EQ(alternate_key("wasi:io/streams@0.2.12"), "wasi:io/streams@0.2");
  EXPECT_EQ(alternate_key("a:b/c@3.1.4+meta"), "a:b/c@3");
  EXPECT_EQ(alternate_key("a:b/c@0.0.4"), std::nullopt);
  EXPECT_EQ(alternate_key("wasi:http/types@0.2.0-rc-2023-12-05"), std::nullopt);
  EXPECT_EQ(alternate_key("a:b/c"), std::nullopt);
  EXPECT_EQ(alternate_key("a:b/c@one"), std::nullopt);
}

}  // namespace
}  // namespace wasmcloud

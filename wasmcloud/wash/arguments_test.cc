#include "wasmcloud/wash/arguments.h"

#include <gtest/gtest.h>

namespace wasmcloud::wash {
namespace {

using namespace std::chrono_literals;
using Pair = std::pair<std::string, std::string>;

TEST(ParseSize, TakesBytesAndBinarySuffixes) {
  EXPECT_EQ(parse_size("1").value(), 1U);
  EXPECT_EQ(parse_size("65536").value(), 65536U);
  EXPECT_EQ(parse_size("64KiB").value(), 65536U);
  EXPECT_EQ(parse_size("256mib").value(), 268435456U);
  EXPECT_EQ(parse_size("4GiB").value(), 4294967296U);
  EXPECT_EQ(parse_size("17179869183GiB").value(), 18446744072635809792U);
}

TEST(ParseSize, RefusesWhatIsNoSize) {
  for (const char* const text : {"", "0", "0MiB", "MiB", "-1", "+1", "1.5GiB", "1 GiB", "1MB", "1K",
                                 "0x10", "18446744073709551616", "17179869184GiB"}) {
    EXPECT_FALSE(parse_size(text)) << text;
  }
  EXPECT_EQ(parse_size("1MB").error().message(),
            "expected a number of bytes, bare or with KiB, MiB or GiB, such as 256MiB");
}

TEST(ParseDuration, TakesMillisecondsToHours) {
  EXPECT_EQ(parse_duration("500ms").value(), 500ms);
  EXPECT_EQ(parse_duration("30s").value(), 30s);
  EXPECT_EQ(parse_duration("10m").value(), 10min);
  EXPECT_EQ(parse_duration("8760h").value(), 8760h);
}

TEST(ParseDuration, RefusesWhatIsNoDuration) {
  for (const char* const text : {"", "0s", "10", "s", "-1s", "1.5s", "1d", "1m30s", "8761h",
                                 "99999999999999999999h", "5124095576030432h"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(ParseEnv, SplitsAtTheFirstEqualsSign) {
  EXPECT_EQ(parse_env("A=b=c").value(), Pair("A", "b=c"));
  EXPECT_EQ(parse_env("A=").value(), Pair("A", ""));
  EXPECT_EQ(parse_env("A").error().message(), "expected KEY=VALUE, such as LOG=debug");
  EXPECT_FALSE(parse_env("=b"));
  EXPECT_FALSE(parse_env(""));
}

TEST(ParseEnvs, TheLastOfANameWins) {
  EXPECT_EQ(parse_envs({"A=1", "B=2", "A=3"}).value(), (std::vector<Pair>{{"A", "3"}, {"B", "2"}}));
}

TEST(ParseDir, SplitsAtTheLastDoubleColon) {
  EXPECT_EQ(parse_dir("./data::/data").value(), Pair("./data", "/data"));
  EXPECT_EQ(parse_dir("a::b::c").value(), Pair("a::b", "c"));
  for (const char* const text : {"", "data", "a:b", "::b", "a::"}) {
    EXPECT_FALSE(parse_dir(text)) << text;
  }
}

TEST(ParseAddress, TakesNamesAndBothKindsOfAddresses) {
  EXPECT_EQ(parse_address("127.0.0.1:8000")->host, "127.0.0.1");
  EXPECT_EQ(parse_address("127.0.0.1:8000")->port, 8000);
  EXPECT_EQ(parse_address("[::1]:0")->host, "::1");
  EXPECT_EQ(parse_address("localhost:65535")->port, 65535);
  for (const char* const text :
       {"", ":", ":80", "8000", "localhost", "localhost:", "localhost:65536", "localhost:-1",
        "localhost:http", "::1:80", "[::1]", "[]:80", "[::1:80", "localhost: 80"}) {
    EXPECT_FALSE(parse_address(text)) << text;
  }
}

TEST(UrlOf, IsOneThatAClientHereCanReach) {
  const auto url = [](const char* text) { return url_of(parse_address(text).value()); };
  EXPECT_EQ(url("127.0.0.1:8000"), "http://127.0.0.1:8000");
  EXPECT_EQ(url("0.0.0.0:80"), "http://127.0.0.1:80");
  EXPECT_EQ(url("[::]:80"), "http://[::1]:80");
  EXPECT_EQ(url("[fe80::1]:80"), "http://[fe80::1]:80");
  EXPECT_EQ(url("example.com:80"), "http://example.com:80");
}

TEST(ParseNumber, HasBounds) {
  EXPECT_EQ(parse_number("7", 1, 7).value(), 7U);
  EXPECT_EQ(parse_number("8", 1, 7).error().message(), "expected a whole number from 1 to 7");
  EXPECT_FALSE(parse_number("0", 1, 7));
  EXPECT_FALSE(parse_number("7x", 1, 7));
}

TEST(ParseBool, TakesTheUsualWords) {
  for (const char* const text : {"true", "1", "YES"}) {
    EXPECT_TRUE(parse_bool(text).value()) << text;
  }
  for (const char* const text : {"false", "0", "No"}) {
    EXPECT_FALSE(parse_bool(text).value()) << text;
  }
  EXPECT_EQ(parse_bool("maybe").error().message(), "expected true or false");
}

TEST(ParseInterval, TakesAUnitOrMilliseconds) {
  EXPECT_EQ(parse_interval("5s").value(), 5s);
  EXPECT_EQ(parse_interval("5000").value(), 5s);
  EXPECT_FALSE(parse_interval("0"));
  EXPECT_FALSE(parse_interval("5 s"));
}

TEST(ParseKeyValues, SplitAtTheFirstEqualsSignAndTheLastOneWins) {
  const std::map<std::string, std::string> wanted{{"a", "2"}, {"b", "c=d"}, {"e", ""}};
  EXPECT_EQ(parse_key_values({"a=1", "b=c=d", "a=2", "e="}).value(), wanted);
  EXPECT_EQ(parse_key_values({"a"}).error().message(),
            "Input values were not properly formatted. Ensure they are formatted as key=value");
}

TEST(ParseId, IsLettersDigitsUnderscoresAndDashes) {
  for (const char* const text : {"a", "my-http_2", "Größe"}) {
    EXPECT_EQ(parse_id(text).value(), text);
  }
  for (const char* const text : {"", "a b", "a.b", "a>", "*"}) {
    EXPECT_FALSE(parse_id(text)) << text;
  }
}

}  // namespace
}  // namespace wasmcloud::wash

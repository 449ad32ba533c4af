#include "wasmcloud/wash/usage.h"

#include <gtest/gtest.h>

namespace wasmcloud::wash {
namespace {

const std::vector<std::string> kFlags{"--addr", "--env", "--max-memory", "--watch"};

TEST(Closest, FindsWhatWasMistyped) {
  EXPECT_EQ(closest("--adr", kFlags), "--addr");
  EXPECT_EQ(closest("--wacht", kFlags), "--watch");
  EXPECT_EQ(closest("--max-memroy", kFlags), "--max-memory");
}

TEST(Closest, FindsWhatWasCutShort) { EXPECT_EQ(closest("--max", kFlags), "--max-memory"); }

TEST(Closest, GuessesNothingFarOff) {
  EXPECT_EQ(closest("--colour", kFlags), "");
  EXPECT_EQ(closest("-x", kFlags), "");
  EXPECT_EQ(closest("", kFlags), "");
}

TEST(TopLevelHelp, HasNoGroupWithoutACommand) {
  const std::string help = top_level_help({{"pull", "Publish", "Fetch it"}}, false);
  EXPECT_NE(help.find("\nPublish:\n  pull"), std::string::npos);
  EXPECT_EQ(help.find("Build:"), std::string::npos);
  EXPECT_EQ(help.find('\x1b'), std::string::npos);
}

TEST(TopLevelHelp, IsColouredWhereAskedFor) {
  const std::string help = top_level_help({{"pull", "Publish", "Fetch it"}}, true);
  EXPECT_NE(help.find("\x1b[1;32mPublish:\x1b[0m"), std::string::npos);
  EXPECT_NE(help.find("\x1b[34mpull\x1b[0m"), std::string::npos);
}

}  // namespace
}  // namespace wasmcloud::wash

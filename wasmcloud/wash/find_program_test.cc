#include "wasmcloud/wash/find_program.h"

#include <fstream>

#include <gtest/gtest.h>

#include "wasmcloud/base/testing/temporary_directory.h"

namespace wasmcloud::wash {
namespace {

class FindProgram : public testing::Test {
 protected:
  std::filesystem::path put(const std::string& folder, std::filesystem::perms permissions) const {
    const auto path = directory_.path() / folder / "tool";
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << "#!/bin/sh\n";
    std::filesystem::permissions(path, permissions);
    return path;
  }

  std::string folder(const std::string& name) const { return (directory_.path() / name).string(); }

  TemporaryDirectory directory_;
};

constexpr auto kProgram = std::filesystem::perms::owner_all;
constexpr auto kNoProgram = std::filesystem::perms::owner_read;

TEST_F(FindProgram, TakesTheFirstOfThePath) {
  put("a", kNoProgram);
  const auto second = put("b", kProgram);
  put("c", kProgram);
  EXPECT_EQ(find_program("tool", {}, folder("a") + ":" + folder("b") + ":" + folder("c")), second);
}

TEST_F(FindProgram, PrefersFoldersToThePath) {
  put("a", kProgram);
  const auto beside = put("b", kProgram);
  EXPECT_EQ(find_program("tool", {folder("none"), folder("b")}, folder("a")), beside);
}

TEST_F(FindProgram, IsNoFolderAndNothingRelative) {
  std::filesystem::create_directories(directory_.path() / "a" / "tool");
  EXPECT_EQ(find_program("tool", {}, folder("a")), std::nullopt);
  EXPECT_EQ(find_program("tool", {}, ""), std::nullopt);
  EXPECT_EQ(find_program("sh", {}, ":bin::."), std::nullopt);
}

}  // namespace
}  // namespace wasmcloud::wash

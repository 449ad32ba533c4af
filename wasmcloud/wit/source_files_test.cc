// Which files make up a package of WIT.
#include "wasmcloud/wit/source_files.h"

#include <array>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wasmcloud/base/testing/temporary_directory.h"

namespace wasmcloud::wit {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class SourceFiles : public ::testing::Test {
 protected:
  fs::path write(const fs::path& name) const {
    const fs::path file = folder_.path() / name;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << "the text of " << name.string();
    return file;
  }

  static std::vector<std::string> paths(const std::vector<SourceFile>& files) {
    std::vector<std::string> names;
    for (const SourceFile& file : files) {
      names.push_back(file.path);
    }
    return names;
  }

  TemporaryDirectory folder_;
};

TEST_F(SourceFiles, OfAFolderAreItsOwnThenThoseOfItsDeps) {
  for (const char* const name :
       {"wit/b.wit", "wit/a.wit", "wit/a.txt", "wit/deps/two/y.wit", "wit/deps/two/x.wit",
        "wit/deps/one.wit", "wit/deps/read.me", "wit/deps/two/deps/no.wit", "wit/other/no.wit"}) {
    write(name);
  }
  const auto files = read_source_files(folder_.path() / "wit");
  ASSERT_TRUE(files) << files.error().describe();
  EXPECT_THAT(paths(*files),
              ElementsAre("a.wit", "b.wit", "deps/one.wit", "deps/two/x.wit", "deps/two/y.wit"));
  EXPECT_EQ(files->at(3).text, "the text of wit/deps/two/x.wit");
}

TEST_F(SourceFiles, OfAFileAreItAndTheDepsBesideIt) {
  const fs::path file = write("a.wit");
  write("b.wit");
  write("deps/one.wit");
  const auto files = read_source_files(file);
  ASSERT_TRUE(files) << files.error().describe();
  EXPECT_THAT(paths(*files), ElementsAre("a.wit", "deps/one.wit"));
}

TEST_F(SourceFiles, OfFurtherPackagesAreDepsToo) {
  const fs::path file = write("wit/a.wit");
  write("more/x.wit");
  const std::array<fs::path, 1> plain{folder_.path() / "more"};
  const std::array<fs::path, 1> slash{folder_.path() / "more/"};
  for (const auto& more : {plain, slash}) {
    const auto files = read_source_files(file.parent_path(), more);
    ASSERT_TRUE(files) << files.error().describe();
    EXPECT_THAT(paths(*files), ElementsAre("a.wit", "deps/more/x.wit"));
  }
}

TEST_F(SourceFiles, ThatAreNotThereAreNamed) {
  const auto none = read_source_files(folder_.path() / "none");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind(), ErrorKind::not_found);
  EXPECT_THAT(none.error().describe(), HasSubstr("none: no such file or folder"));

  write("wit/deps/one.wit");
  const auto empty = read_source_files(folder_.path() / "wit");
  ASSERT_FALSE(empty);
  EXPECT_THAT(empty.error().describe(), HasSubstr("wit: holds no .wit file"));

  const fs::path file = write("a.wit");
  const std::array<fs::path, 1> missing{folder_.path() / "missing"};
  const auto more = read_source_files(file, missing);
  ASSERT_FALSE(more);
  EXPECT_THAT(more.error().describe(), HasSubstr("missing: cannot be listed"));
}

}  // namespace
}  // namespace wasmcloud::wit

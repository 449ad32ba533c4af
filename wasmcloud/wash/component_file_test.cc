#include "wasmcloud/wash/component_file.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "wasmcloud/base/testing/temporary_directory.h"

namespace wasmcloud::wash {
namespace {

constexpr std::string_view kComponent("\0asm\x0d\0\1\0", 8);

std::string complaint(std::string_view head) {
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(head.data()), head.size());
  const Result<> checked = check_component_head(bytes, "f");
  return checked ? "none" : checked.error().describe();
}

TEST(ComponentHead, OfAComponentIsTaken) { EXPECT_EQ(complaint(kComponent), "none"); }

TEST(ComponentHead, OfACoreModuleSaysHowToMakeAComponent) {
  EXPECT_EQ(complaint(std::string_view("\0asm\1\0\0\0rest", 12)),
            "f: is a core module, expected a component: make one of it with wasm-tools component "
            "new (for a module built for WASI preview 1 with --adapt "
            "wasi_snapshot_preview1=ADAPTER.wasm)");
}

TEST(ComponentHead, OfOtherVersionsSaysWhich) {
  EXPECT_EQ(complaint(std::string_view("\0asm\x0a\0\1\0", 8)),
            "f: is WebAssembly of an unknown version (0a 00 01 00), expected a component (0d 00 01 "
            "00): build it with current tools");
}

TEST(ComponentHead, OfNothingAndOfAFragmentSaysSo) {
  EXPECT_EQ(complaint(""), "f: is empty, expected a component: did its build fail?");
  EXPECT_EQ(complaint(kComponent.substr(0, 6)),
            "f: ends within the header, after 6 bytes: it was cut short, build or copy it again");
}

TEST(ComponentHead, OfArchivesNamesThem) {
  std::string tar(512, '\0');
  tar.replace(257, 5, "ustar");
  EXPECT_EQ(complaint(tar),
            "f: is a tar archive, expected a component: if it is a provider archive (PAR), it "
            "holds a native program for a host to start, no component");
  EXPECT_TRUE(complaint("\x1f\x8b\x08").starts_with("f: is a gzip archive"));
}

TEST(ComponentHead, OfTextTellsWatFromTheRest) {
  EXPECT_TRUE(complaint(";; mine\n(component)").starts_with("f: is WebAssembly as text"));
  EXPECT_TRUE(complaint("# Read me\n").starts_with("f: is a text file"));
}

TEST(ComponentHead, OfOtherBytesShowsThem) {
  EXPECT_EQ(complaint("\x7f"
                      "ELF\2\1"),
            "f: is not WebAssembly: starts with 7f 45 4c 46, expected 00 61 73 6d (\\0asm): name "
            "the .wasm file that the build wrote");
}

class ComponentFile : public testing::Test {
 protected:
  std::filesystem::path write(std::string_view content) {
    const auto path = directory_.path() / "f.wasm";
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

  TemporaryDirectory directory_;
};

TEST_F(ComponentFile, IsReadWhole) {
  const auto bytes = read_component_file(write(std::string(kComponent) + "rest"));
  ASSERT_TRUE(bytes);
  EXPECT_EQ(bytes->size(), 12U);
  EXPECT_EQ(bytes->back(), 't');
}

TEST_F(ComponentFile, OverTheLimitIsRefusedUnread) {
  const auto path = write(std::string(kComponent) + std::string(100, 'x'));
  const auto bytes = read_component_file(path, 100);
  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error().kind(), ErrorKind::exhausted);
  EXPECT_EQ(bytes.error().describe(), path.string() +
                                          ": has 108 bytes, the limit is 100 bytes: "
                                          "strip debug information from it (wasm-tools "
                                          "strip)");
  std::filesystem::resize_file(path, kMaxComponentBytes + 1);  // sparse
  EXPECT_FALSE(check_component_file(path));
}

TEST_F(ComponentFile, ThatIsMissingOrNoFileIsToldApart) {
  const auto missing = check_component_file(directory_.path() / "none.wasm");
  EXPECT_EQ(missing.error().kind(), ErrorKind::not_found);
  const auto directory = check_component_file(directory_.path());
  EXPECT_EQ(directory.error().describe(),
            directory_.path().string() +
                ": is a directory, expected a component: name the .wasm file in it");
  const auto pipe = directory_.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(check_component_file(pipe).error().kind(), ErrorKind::invalid);
}

TEST(HumanSize, HasOneDecimalFromAKibibyteUp) {
  EXPECT_EQ(human_size(0), "0 bytes");
  EXPECT_EQ(human_size(1023), "1023 bytes");
  EXPECT_EQ(human_size(1536), "1.5 KiB");
  EXPECT_EQ(human_size(std::uint64_t{1} << 30U), "1.0 GiB");
}

}  // namespace
}  // namespace wasmcloud::wash

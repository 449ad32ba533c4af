#include "wasmcloud/wasi/filesystem.h"

#include <set>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wasmcloud/wasi/filesystem_descriptor.h"
#include "wasmcloud/wasi/filesystem_testing.h"

namespace wasmcloud::wasi::filesystem {
namespace {

using component::Own;
using component::Unit;

constexpr PathFlags kFollow{PathFlags::kSymlinkFollow};
constexpr PathFlags kNoFollow{};
constexpr DescriptorFlags kRead{DescriptorFlags::kRead};
constexpr DescriptorFlags kReadWrite{DescriptorFlags::kRead | DescriptorFlags::kWrite};
constexpr OpenFlags kCreate{OpenFlags::kCreate};
const NewTimestamp kNoChange{
    decltype(NewTimestamp::value)(std::in_place_index<NewTimestamp::kNoChange>)};

template <typename T>
ErrorCode error_of(const FsResult<T>& result) {
  EXPECT_FALSE(result);
  return result ? ErrorCode::already : result.error();
}

std::span<const std::uint8_t> bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

NewTimestamp at(std::uint64_t seconds, std::uint32_t nanoseconds) {
  return {decltype(NewTimestamp::value)(std::in_place_index<NewTimestamp::kTimestamp>,
                                        Datetime{seconds, nanoseconds})};
}

class Filesystem : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(files.path() / "root/dir/deep");
    files.write("secret", "outside");
    files.write("root/file", "hello");
    files.write("root/dir/inner", "inner");
    std::filesystem::create_symlink("dir/inner", files.path() / "root/link");
    std::filesystem::create_symlink("../secret", files.path() / "root/out");
    std::filesystem::create_symlink("/", files.path() / "root/slash");
    std::filesystem::create_symlink("..", files.path() / "root/dir/up");
    std::filesystem::create_symlink("loop", files.path() / "root/loop");
  }

  Own<Descriptor> root(Access access = Access::read_write) {
    auto preopen = Preopen::open(files.path() / "root", "/", access);
    EXPECT_TRUE(preopen) << preopen.error().describe();
    auto made =
        Descriptor::make({.handle = (*preopen)->handle(), .flags = kRead, .access = access});
    EXPECT_TRUE(made);
    return *std::move(made);
  }

  Own<Descriptor> open(const std::string& path, DescriptorFlags flags = kReadWrite) {
    auto opened = root()->open_at(kFollow, path, {}, flags);
    EXPECT_TRUE(opened) << to_string(opened.error());
    return *std::move(opened);
  }

  TemporaryDirectory files;
};

TEST_F(Filesystem, PathsThatLeadOutAreNotPermitted) {
  const auto dir = root();
  for (const char* const path : {"..", "../secret", "/etc/passwd", "dir/../../secret", "out",
                                 "slash/etc/passwd", "dir/up/../secret", "./.."}) {
    EXPECT_EQ(error_of(dir->open_at(kFollow, path, {}, kRead)), ErrorCode::not_permitted) << path;
    EXPECT_EQ(error_of(dir->stat_at(kFollow, path)), ErrorCode::not_permitted) << path;
  }
}

TEST_F(Filesystem, NamesOutsideAreNotPermitted) {
  const auto dir = root();
  for (const char* const path : {"../new", "/tmp/new", "slash/new", "dir/../../new", ".."}) {
    EXPECT_EQ(error_of(dir->create_directory_at(path)), ErrorCode::not_permitted) << path;
    EXPECT_EQ(error_of(dir->unlink_file_at(path)), ErrorCode::not_permitted) << path;
    EXPECT_EQ(error_of(dir->symlink_at("file", path)), ErrorCode::not_permitted) << path;
    EXPECT_EQ(error_of(dir->rename_at("file", *dir, path)), ErrorCode::not_permitted) << path;
    EXPECT_EQ(error_of(dir->rename_at(path, *dir, "file")), ErrorCode::not_permitted) << path;
    EXPECT_EQ(error_of(dir->link_at(kNoFollow, path, *dir, "n")), ErrorCode::not_permitted) << path;
    EXPECT_EQ(error_of(dir->remove_directory_at(path)), ErrorCode::not_permitted) << path;
  }
  EXPECT_EQ(files.read("secret"), "outside");
}

TEST_F(Filesystem, PathsMayGoUpAndDownInside) {
  const auto dir = root();
  EXPECT_TRUE(dir->stat_at(kFollow, "dir/../file"));
  EXPECT_TRUE(dir->stat_at(kFollow, "dir/up/file"));
  EXPECT_TRUE(dir->stat_at(kFollow, "."));
  EXPECT_EQ(error_of(dir->create_directory_at("dir/..")), ErrorCode::exist);
}

TEST_F(Filesystem, BrokenPathsHaveTheirCodes) {
  const auto dir = root();
  EXPECT_EQ(error_of(dir->stat_at(kFollow, "")), ErrorCode::no_entry);
  EXPECT_EQ(error_of(dir->create_directory_at("")), ErrorCode::no_entry);
  EXPECT_EQ(error_of(dir->stat_at(kFollow, "nothing")), ErrorCode::no_entry);
  EXPECT_EQ(error_of(dir->stat_at(kFollow, "file/x")), ErrorCode::not_directory);
  EXPECT_EQ(error_of(dir->stat_at(kFollow, "loop")), ErrorCode::loop);
  EXPECT_EQ(error_of(dir->stat_at(kFollow, std::string_view("file\0x", 6))), ErrorCode::invalid);
  EXPECT_EQ(error_of(dir->unlink_file_at(std::string_view("file\0x", 6))), ErrorCode::invalid);
  EXPECT_EQ(error_of(dir->stat_at(kFollow, std::string(5000, 'x'))), ErrorCode::name_too_long);
}

TEST_F(Filesystem, LinksAreFollowedWhenAsked) {
  const auto dir = root();
  EXPECT_EQ(dir->stat_at(kFollow, "link")->type, DescriptorType::regular_file);
  EXPECT_EQ(dir->stat_at(kNoFollow, "link")->type, DescriptorType::symbolic_link);
  EXPECT_EQ(error_of(dir->open_at(kNoFollow, "link", {}, kRead)), ErrorCode::loop);
  EXPECT_EQ(dir->readlink_at("link"), "dir/inner");
  EXPECT_EQ(error_of(dir->readlink_at("slash")), ErrorCode::not_permitted);
  EXPECT_EQ(error_of(dir->readlink_at("file")), ErrorCode::invalid);
  EXPECT_EQ(error_of(dir->symlink_at("/etc", "absolute")), ErrorCode::not_permitted);
}

TEST_F(Filesystem, ATrailingSlashWantsADirectory) {
  const auto dir = root();
  EXPECT_TRUE(dir->create_directory_at("made/"));
  EXPECT_EQ(error_of(dir->unlink_file_at("file/")), ErrorCode::not_directory);
  EXPECT_EQ(error_of(dir->rename_at("file", *dir, "other/")), ErrorCode::not_directory);
  EXPECT_EQ(error_of(dir->link_at(kNoFollow, "file", *dir, "other/")), ErrorCode::no_entry);
  EXPECT_EQ(error_of(dir->readlink_at("link/")), ErrorCode::not_directory);
  EXPECT_TRUE(dir->rename_at("made/", *dir, "renamed/"));
  EXPECT_TRUE(dir->remove_directory_at("renamed/"));
}

TEST_F(Filesystem, FilesAreReadAndWrittenAtOffsets) {
  const auto file = open("file");
  EXPECT_EQ(file->write(bytes("HE"), 0), 2U);
  const auto [content, at_end] = file->read(100, 1).value();
  EXPECT_EQ(std::string(content.begin(), content.end()), "Ello");
  EXPECT_FALSE(at_end);
  EXPECT_TRUE(std::get<bool>(file->read(1, 5).value()));
  EXPECT_EQ(error_of(file->read(1, ~std::uint64_t{0})), ErrorCode::invalid);
  EXPECT_TRUE(file->set_size(2));
  EXPECT_EQ(file->stat()->size, 2U);
  EXPECT_TRUE(file->sync(true));
  EXPECT_TRUE(file->advise(0, 10, Advice::will_need));
}

TEST_F(Filesystem, AReadIsBoundedWhateverTheGuestAsksFor) {
  files.write("root/large", std::string(200'000, 'x'));
  const auto file = open("large");
  EXPECT_EQ(std::get<0>(file->read(~std::uint64_t{0}, 0).value()).size(), Descriptor::kMaxRead);
}

TEST_F(Filesystem, WhatIsNotOpenForItIsABadDescriptor) {
  const auto file = open("file", kRead);
  EXPECT_EQ(error_of(file->write(bytes("x"), 0)), ErrorCode::bad_descriptor);
  EXPECT_EQ(error_of(open("file", {DescriptorFlags::kWrite})->read(1, 0)),
            ErrorCode::bad_descriptor);
  EXPECT_EQ(error_of(root()->read(1, 0)), ErrorCode::bad_descriptor);
  EXPECT_EQ(error_of(root()->write(bytes("x"), 0)), ErrorCode::bad_descriptor);
  EXPECT_EQ(error_of(root()->advise(0, 0, Advice::normal)), ErrorCode::bad_descriptor);
  EXPECT_EQ(error_of(file->stat_at(kFollow, "x")), ErrorCode::not_directory);
  EXPECT_EQ(error_of(file->read_directory()), ErrorCode::not_directory);
}

TEST_F(Filesystem, OpenRefusesInTheOfficialOrder) {
  const auto dir = root();
  const auto read_only = root(Access::read_only);
  const DescriptorFlags sync{DescriptorFlags::kRead | DescriptorFlags::kRequestedWriteSync};
  const OpenFlags both{OpenFlags::kDirectory | OpenFlags::kCreate};
  EXPECT_EQ(error_of(dir->open_at(kFollow, "file", both, sync)), ErrorCode::unsupported);
  EXPECT_EQ(error_of(read_only->open_at(kFollow, "file", both, kRead)), ErrorCode::invalid);
  EXPECT_EQ(error_of(read_only->open_at(kFollow, "nothing", {}, kReadWrite)),
            ErrorCode::not_permitted);
  EXPECT_EQ(error_of(dir->open_at(kFollow, "file", {OpenFlags::kDirectory}, kRead)),
            ErrorCode::not_directory);
  EXPECT_EQ(error_of(dir->open_at(kFollow, "dir", {}, kReadWrite)), ErrorCode::is_directory);
  EXPECT_EQ(error_of(dir->open_at(kFollow, "file", {OpenFlags::kCreate | OpenFlags::kExclusive},
                                  kReadWrite)),
            ErrorCode::exist);
}

TEST_F(Filesystem, NothingChangesBeneathAReadOnlyDirectory) {
  const auto dir = root(Access::read_only);
  const auto writable = root();
  EXPECT_TRUE(dir->open_at(kFollow, "file", {}, kRead));
  const auto inner = *dir->open_at(kFollow, "dir", {OpenFlags::kDirectory}, kRead);
  EXPECT_EQ(error_of(inner->create_directory_at("x")), ErrorCode::not_permitted);
  EXPECT_EQ(error_of(dir->open_at(kFollow, "new", kCreate, kRead)), ErrorCode::not_permitted);
  EXPECT_EQ(error_of(dir->unlink_file_at("file")), ErrorCode::not_permitted);
  EXPECT_EQ(error_of(dir->rename_at("file", *writable, "x")), ErrorCode::not_permitted);
  EXPECT_EQ(error_of(writable->link_at(kNoFollow, "file", *dir, "x")), ErrorCode::not_permitted);
  EXPECT_EQ(error_of(dir->set_times_at(kFollow, "file", at(1, 0), at(1, 0))),
            ErrorCode::not_permitted);
  EXPECT_EQ(error_of(dir->set_times(at(1, 0), at(1, 0))), ErrorCode::not_permitted);
}

TEST_F(Filesystem, FlagsSayWhatADescriptorIsGoodFor) {
  EXPECT_EQ(open("file", kRead)->flags().bits, DescriptorFlags::kRead);
  EXPECT_EQ(open("dir", kRead)->flags().bits,
            DescriptorFlags::kRead | DescriptorFlags::kMutateDirectory);
  EXPECT_EQ(root(Access::read_only)->flags().bits, DescriptorFlags::kRead);
}

TEST_F(Filesystem, NamesAreMadeMovedAndRemoved) {
  const auto dir = root();
  EXPECT_TRUE(dir->create_directory_at("new"));
  EXPECT_EQ(error_of(dir->create_directory_at("new")), ErrorCode::exist);
  const auto made = open("new", kRead);
  EXPECT_TRUE(dir->rename_at("file", *made, "moved"));
  EXPECT_TRUE(made->link_at(kNoFollow, "moved", *dir, "again"));
  EXPECT_EQ(error_of(dir->link_at({PathFlags::kSymlinkFollow}, "again", *dir, "x")),
            ErrorCode::invalid);
  EXPECT_EQ(error_of(dir->remove_directory_at("new")), ErrorCode::not_empty);
  EXPECT_EQ(error_of(dir->unlink_file_at("new")), ErrorCode::is_directory);
  EXPECT_TRUE(made->unlink_file_at("moved"));
  EXPECT_TRUE(dir->remove_directory_at("new"));
  EXPECT_EQ(files.read("root/again"), "hello");
}

TEST_F(Filesystem, TimesAreSetAndKept) {
  const auto dir = root();
  EXPECT_TRUE(dir->set_times_at(kFollow, "file", at(100, 5), at(200, 6)));
  EXPECT_EQ(dir->stat_at(kFollow, "file")->data_access_timestamp, (Datetime{100, 5}));
  EXPECT_TRUE(open("file", kRead)->set_times(kNoChange, at(300, 7)));
  const auto stat = dir->stat_at(kFollow, "file");
  EXPECT_EQ(stat->data_access_timestamp, (Datetime{100, 5}));
  EXPECT_EQ(stat->data_modification_timestamp, (Datetime{300, 7}));
  EXPECT_EQ(error_of(dir->set_times(at(1, UTIME_NOW), kNoChange)), ErrorCode::invalid);
  EXPECT_EQ(error_of(dir->set_times(at(~std::uint64_t{0}, 0), kNoChange)), ErrorCode::overflow);
  EXPECT_TRUE(dir->set_times_at(kNoFollow, "loop", at(1, 0), at(1, 0)));
}

TEST_F(Filesystem, DirectoriesListTheirEntriesOnce) {
  for (int i = 0; i < 300; ++i) {
    files.write("root/dir/deep/" + std::to_string(i), "");
  }
  const auto stream = *open("dir/deep", kRead)->read_directory();
  std::set<std::string> names;
  for (;;) {
    if (stream->needs_fill()) {
      stream->fill();
    }
    const auto entry = stream->next();
    ASSERT_TRUE(entry);
    if (!*entry) {
      break;
    }
    EXPECT_EQ((*entry)->type, DescriptorType::regular_file);
    EXPECT_TRUE(names.insert((*entry)->name).second);
  }
  EXPECT_EQ(names.size(), 300U);
  EXPECT_FALSE(stream->needs_fill());
}

TEST_F(Filesystem, ANameThatIsNoTextIsAnIllegalByteSequence) {
  files.write("root/dir/deep/\xff", "");
  const auto stream = *open("dir/deep", kRead)->read_directory();
  stream->fill();
  EXPECT_EQ(error_of(stream->next()), ErrorCode::illegal_byte_sequence);
  EXPECT_EQ(stream->next().value(), std::nullopt);
}

TEST_F(Filesystem, ObjectsHaveAnIdentityAndAHash) {
  const auto file = open("file");
  const auto inner = open("dir/inner");
  EXPECT_TRUE(file->same_object(*open("dir/../file")));
  EXPECT_FALSE(file->same_object(*inner));
  EXPECT_TRUE(inner->same_object(*open("link")));
  const MetadataHash before = *file->metadata_hash();
  EXPECT_EQ(before, root()->metadata_hash_at(kFollow, "file"));
  EXPECT_FALSE(before == *inner->metadata_hash());
  EXPECT_TRUE(file->write(bytes("longer than before"), 0));
  EXPECT_FALSE(before == *file->metadata_hash());
}

TEST_F(Filesystem, AFifoHoldsNobodyUp) {
  ASSERT_EQ(::mkfifo((files.path() / "root/fifo").c_str(), 0666), 0);
  const auto fifo = open("fifo", kRead);
  EXPECT_EQ(fifo->type(), DescriptorType::fifo);
}

TEST(Preopen, NamesWhatIsMissing) {
  const auto missing = Preopen::open("/no/such/directory", "/", Access::read_only);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind(), ErrorKind::not_found);
  EXPECT_TRUE(missing.error().describe().contains("/no/such/directory"));
  const auto file = Preopen::open("/proc/self/status", "/", Access::read_only);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().kind(), ErrorKind::invalid);
}

TEST(ErrorCode, ComesFromTheSystemsNumber) {
  EXPECT_EQ(error_from_errno(ENOENT), ErrorCode::no_entry);
  EXPECT_EQ(error_from_errno(EXDEV), ErrorCode::cross_device);
  EXPECT_EQ(error_from_errno(12345), ErrorCode::io);
  EXPECT_EQ(to_string(ErrorCode::no_entry), "no-entry");
}

}  // namespace
}  // namespace wasmcloud::wasi::filesystem

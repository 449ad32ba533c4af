// resource descriptor: a file or directory that a guest holds. Its functions block: they are called
// on the blocking pool while the guest waits (filesystem.cc), from one thread at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <dirent.h>

#include "wasmcloud/wasi/filesystem_path.h"
#include "wasmcloud/wasi/filesystem_types.h"

namespace wasmcloud::wasi::filesystem {

// What the guest may do beneath the preopened directory that everything came from.
enum class Access : std::uint8_t { read_only, read_write };

// resource directory-entry-stream. Reads ahead a bounded number of entries.
class DirectoryEntryStream final : public component::HostResource {
 public:
  static FsResult<component::Own<DirectoryEntryStream>> open(int directory);

  // Whether fill(), which blocks, must be called before next().
  bool needs_fill() const noexcept { return entries_.empty() && !at_end_; }

  void fill();
  // Nothing: the end.
  FsResult<std::optional<DirectoryEntry>> next();

 private:
  struct CloseDirectory {
    void operator()(DIR* directory) const noexcept { ::closedir(directory); }
  };

  explicit DirectoryEntryStream(DIR* directory) : directory_(directory) {}

  FsResult<DirectoryEntry> convert(const dirent& found) const;

  std::unique_ptr<DIR, CloseDirectory> directory_;
  std::deque<FsResult<DirectoryEntry>> entries_;
  bool at_end_ = false;
};

class Descriptor final : public component::HostResource {
 public:
  static constexpr std::uint64_t kMaxRead = 64U << 10U;

  struct Opened {
    SharedHandle handle;
    DescriptorFlags flags;
    Access access = Access::read_only;
  };

  static FsResult<component::Own<Descriptor>> make(Opened opened);

  const SharedHandle& handle() const noexcept { return opened_.handle; }

  DescriptorFlags flags() const noexcept { return opened_.flags; }

  DescriptorType type() const noexcept { return type_; }

  bool is_directory() const noexcept { return type_ == DescriptorType::directory; }

  bool same_object(const Descriptor& other) const noexcept {
    return device_ == other.device_ && inode_ == other.inode_;
  }

  // What reading or writing its bytes fails with, if it does at once.
  FsResult<> check_readable() const;
  FsResult<> check_writable() const;

  FsResult<> advise(std::uint64_t offset, std::uint64_t length, Advice advice) const;
  FsResult<> sync(bool data_only) const;
  FsResult<> set_size(std::uint64_t size) const;
  FsResult<> set_times(const NewTimestamp& access, const NewTimestamp& modification) const;
  FsResult<std::tuple<std::vector<std::uint8_t>, bool>> read(std::uint64_t length,
                                                             std::uint64_t offset) const;
  FsResult<std::uint64_t> write(std::span<const std::uint8_t> bytes, std::uint64_t offset) const;
  FsResult<DescriptorStat> stat() const;
  FsResult<MetadataHash> metadata_hash() const;

  // Of a directory. Those that work on names are in filesystem_names.cc.
  FsResult<component::Own<DirectoryEntryStream>> read_directory() const;
  FsResult<> create_directory_at(std::string_view path) const;
  FsResult<DescriptorStat> stat_at(PathFlags path_flags, std::string_view path) const;
  FsResult<> set_times_at(PathFlags path_flags, std::string_view path, const NewTimestamp& access,
                          const NewTimestamp& modification) const;
  FsResult<> link_at(PathFlags old_path_flags, std::string_view old_path,
                     const Descriptor& new_directory, std::string_view new_path) const;
  FsResult<component::Own<Descriptor>> open_at(PathFlags path_flags, std::string_view path,
                                               OpenFlags open_flags, DescriptorFlags flags) const;
  FsResult<std::string> readlink_at(std::string_view path) const;
  FsResult<> remove_directory_at(std::string_view path) const;
  FsResult<> rename_at(std::string_view old_path, const Descriptor& new_directory,
                       std::string_view new_path) const;
  FsResult<> symlink_at(std::string_view old_path, std::string_view new_path) const;
  FsResult<> unlink_file_at(std::string_view path) const;
  FsResult<MetadataHash> metadata_hash_at(PathFlags path_flags, std::string_view path) const;

 private:
  Descriptor(Opened opened, const struct stat& found);

  FsResult<> check_directory() const;
  FsResult<> check_mutable_directory() const;
  FsResult<Parent> parent_of(std::string_view path) const;
  FsResult<SharedHandle> look_up(PathFlags path_flags, std::string_view path) const;

  Opened opened_;
  DescriptorType type_;
  dev_t device_;
  ino_t inode_;
};

}  // namespace wasmcloud::wasi::filesystem

WC_COMPONENT_RESOURCE(wasmcloud::wasi::filesystem::Descriptor, "descriptor");
WC_COMPONENT_RESOURCE(wasmcloud::wasi::filesystem::DirectoryEntryStream, "directory-entry-stream");

#include "wasmcloud/wasi/filesystem_descriptor.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <limits>

#include <unistd.h>

#include "wasmcloud/base/utf8.h"

namespace wasmcloud::wasi::filesystem {
namespace {

constexpr std::uint64_t kMaxOffset = std::numeric_limits<off_t>::max();
constexpr long kNanosecondsPerSecond = 1'000'000'000;

FsResult<> done(int outcome) noexcept {
  return outcome == 0 ? FsResult<>() : FsResult<>(last_error());
}

Follow follow_of(PathFlags flags) {
  return (flags.bits & PathFlags::kSymlinkFollow) != 0 ? Follow::yes : Follow::no;
}

FsResult<timespec> to_timespec(const NewTimestamp& timestamp) {
  if (timestamp.value.index() == NewTimestamp::kNoChange) {
    return timespec{.tv_sec = 0, .tv_nsec = UTIME_OMIT};
  }
  if (timestamp.value.index() == NewTimestamp::kNow) {
    return timespec{.tv_sec = 0, .tv_nsec = UTIME_NOW};
  }
  const Datetime& time = std::get<NewTimestamp::kTimestamp>(timestamp.value);
  if (time.nanoseconds >= kNanosecondsPerSecond) {  // UTIME_NOW would be among them
    return std::unexpected(ErrorCode::invalid);
  }
  if (time.seconds > static_cast<std::uint64_t>(std::numeric_limits<time_t>::max())) {
    return std::unexpected(ErrorCode::overflow);
  }
  return timespec{.tv_sec = static_cast<time_t>(time.seconds),
                  .tv_nsec = static_cast<long>(time.nanoseconds)};
}

FsResult<> set_times_of(int file, const NewTimestamp& access, const NewTimestamp& modification) {
  const auto access_time = to_timespec(access);
  if (!access_time) {
    return std::unexpected(access_time.error());
  }
  const auto modification_time = to_timespec(modification);
  if (!modification_time) {
    return std::unexpected(modification_time.error());
  }
  const std::array<timespec, 2> times{*access_time, *modification_time};
  return done(::utimensat(file, "", times.data(), AT_EMPTY_PATH));
}

FsResult<struct stat> stat_of(int file) {
  struct stat found = {};
  if (::fstat(file, &found) != 0) {
    return last_error();
  }
  return found;
}

FsResult<DescriptorStat> stat_at_handle(const FileHandle& file) {
  const auto found = stat_of(file.get());
  if (!found) {
    return std::unexpected(found.error());
  }
  return to_descriptor_stat(*found);
}

FsResult<MetadataHash> hash_at_handle(const FileHandle& file) {
  const auto found = stat_of(file.get());
  if (!found) {
    return std::unexpected(found.error());
  }
  return hash_metadata(*found);
}

// A directory is held by O_PATH, which names it and does no more.
FsResult<SharedHandle> open_to_read(int directory) {
  const int opened = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) {
    return last_error();
  }
  return std::make_shared<const FileHandle>(opened);
}

int advice_of(Advice advice) {
  constexpr std::array kAdvice{POSIX_FADV_NORMAL,   POSIX_FADV_SEQUENTIAL, POSIX_FADV_RANDOM,
                               POSIX_FADV_WILLNEED, POSIX_FADV_DONTNEED,   POSIX_FADV_NOREUSE};
  return kAdvice[static_cast<std::size_t>(advice)];
}

int to_open_flags(OpenFlags open_flags, DescriptorFlags flags) {
  // Without O_NONBLOCK a fifo that nobody writes to would hold a thread of the pool.
  int result = O_NOCTTY | O_NONBLOCK;
  if ((flags.bits & DescriptorFlags::kWrite) == 0) {
    result |= O_RDONLY;
  } else {
    result |= (flags.bits & DescriptorFlags::kRead) != 0 ? O_RDWR : O_WRONLY;
  }
  constexpr std::array<std::pair<std::uint32_t, int>, 4> kFlags{
      {{OpenFlags::kCreate, O_CREAT},
       {OpenFlags::kDirectory, O_DIRECTORY},
       {OpenFlags::kExclusive, O_EXCL},
       {OpenFlags::kTruncate, O_TRUNC}}};
  for (const auto& [bit, flag] : kFlags) {
    result |= (open_flags.bits & bit) != 0 ? flag : 0;
  }
  return result;
}

// The refusals of open-at that need no look at the file, in their order.
FsResult<> check_open(Access access, OpenFlags open_flags, DescriptorFlags flags) {
  constexpr std::uint32_t kSync = DescriptorFlags::kFileIntegritySync |
                                  DescriptorFlags::kDataIntegritySync |
                                  DescriptorFlags::kRequestedWriteSync;
  constexpr std::uint32_t kMaking =
      OpenFlags::kCreate | OpenFlags::kExclusive | OpenFlags::kTruncate;
  if ((flags.bits & kSync) != 0) {
    return std::unexpected(ErrorCode::unsupported);
  }
  if ((open_flags.bits & OpenFlags::kDirectory) != 0 && (open_flags.bits & kMaking) != 0) {
    return std::unexpected(ErrorCode::invalid);
  }
  const bool writes = (open_flags.bits & (OpenFlags::kCreate | OpenFlags::kTruncate)) != 0 ||
                      (flags.bits & DescriptorFlags::kWrite) != 0;
  if (writes && access == Access::read_only) {
    return std::unexpected(ErrorCode::not_permitted);
  }
  return {};
}

}  // namespace

FsResult<component::Own<DirectoryEntryStream>> DirectoryEntryStream::open(int directory) {
  const int opened = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) {
    return last_error();
  }
  DIR* const stream = ::fdopendir(opened);
  if (stream == nullptr) {
    const auto error = last_error();
    ::close(opened);
    return error;
  }
  return component::Own<DirectoryEntryStream>(
      std::unique_ptr<DirectoryEntryStream>(new DirectoryEntryStream(stream)));
}

FsResult<DirectoryEntry> DirectoryEntryStream::convert(const dirent& found) const {
  DirectoryEntry entry{.type = type_from_mode(static_cast<mode_t>(DTTOIF(found.d_type))),
                       .name = static_cast<const char*>(found.d_name)};
  if (!is_utf8(entry.name)) {
    return std::unexpected(ErrorCode::illegal_byte_sequence);
  }
  struct stat status = {};
  if (found.d_type == DT_UNKNOWN &&
      ::fstatat(::dirfd(directory_.get()), entry.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
    entry.type = type_from_mode(status.st_mode);
  }
  return entry;
}

void DirectoryEntryStream::fill() {
  constexpr std::size_t kReadAhead = 128;
  while (!at_end_ && entries_.size() < kReadAhead) {
    errno = 0;
    const dirent* const found = ::readdir(directory_.get());
    if (found == nullptr) {
      if (errno != 0) {
        entries_.emplace_back(last_error());
      }
      at_end_ = true;
    } else if (std::strcmp(found->d_name, ".") != 0 && std::strcmp(found->d_name, "..") != 0) {
      entries_.push_back(convert(*found));
    }
  }
}

FsResult<std::optional<DirectoryEntry>> DirectoryEntryStream::next() {
  if (entries_.empty()) {
    return std::nullopt;
  }
  FsResult<DirectoryEntry> entry = std::move(entries_.front());
  entries_.pop_front();
  if (!entry) {
    return std::unexpected(entry.error());
  }
  return *std::move(entry);
}

Descriptor::Descriptor(Opened opened, const struct stat& found)
    : opened_(std::move(opened)),
      type_(type_from_mode(found.st_mode)),
      device_(found.st_dev),
      inode_(found.st_ino) {
  if (is_directory()) {  // what can be done with one hangs on nothing that open-at was asked for
    opened_.flags.bits = DescriptorFlags::kRead;
    opened_.flags.bits |=
        opened_.access == Access::read_write ? DescriptorFlags::kMutateDirectory : 0;
  }
}

FsResult<component::Own<Descriptor>> Descriptor::make(Opened opened) {
  const auto found = stat_of(opened.handle->get());
  if (!found) {
    return std::unexpected(found.error());
  }
  return component::Own<Descriptor>(
      std::unique_ptr<Descriptor>(new Descriptor(std::move(opened), *found)));
}

FsResult<> Descriptor::check_readable() const {
  if (is_directory() || (opened_.flags.bits & DescriptorFlags::kRead) == 0) {
    return std::unexpected(ErrorCode::bad_descriptor);
  }
  return {};
}

FsResult<> Descriptor::check_writable() const {
  if (is_directory()) {
    return std::unexpected(ErrorCode::bad_descriptor);
  }
  if (opened_.access == Access::read_only) {
    return std::unexpected(ErrorCode::not_permitted);
  }
  if ((opened_.flags.bits & DescriptorFlags::kWrite) == 0) {
    return std::unexpected(ErrorCode::bad_descriptor);
  }
  return {};
}

FsResult<> Descriptor::advise(std::uint64_t offset, std::uint64_t length, Advice advice) const {
  if (is_directory()) {
    return std::unexpected(ErrorCode::bad_descriptor);
  }
  if (offset > kMaxOffset || length > kMaxOffset) {
    return std::unexpected(ErrorCode::invalid);
  }
  const int error = ::posix_fadvise(opened_.handle->get(), static_cast<off_t>(offset),
                                    static_cast<off_t>(length), advice_of(advice));
  return error == 0 ? FsResult<>() : std::unexpected(error_from_errno(error));
}

FsResult<> Descriptor::sync(bool data_only) const {
  SharedHandle handle = opened_.handle;
  if (is_directory()) {
    auto opened = open_to_read(handle->get());
    if (!opened) {
      return std::unexpected(opened.error());
    }
    handle = *std::move(opened);
  }
  return done(data_only ? ::fdatasync(handle->get()) : ::fsync(handle->get()));
}

FsResult<> Descriptor::set_size(std::uint64_t size) const {
  const FsResult<> writable = check_writable();
  if (!writable) {
    return writable;
  }
  if (size > kMaxOffset) {
    return std::unexpected(ErrorCode::file_too_large);
  }
  return done(::ftruncate(opened_.handle->get(), static_cast<off_t>(size)));
}

FsResult<> Descriptor::set_times(const NewTimestamp& access,
                                 const NewTimestamp& modification) const {
  if (opened_.access == Access::read_only) {
    return std::unexpected(ErrorCode::not_permitted);
  }
  return set_times_of(opened_.handle->get(), access, modification);
}

FsResult<std::tuple<std::vector<std::uint8_t>, bool>> Descriptor::read(std::uint64_t length,
                                                                       std::uint64_t offset) const {
  const FsResult<> readable = check_readable();
  if (!readable) {
    return std::unexpected(readable.error());
  }
  if (offset > kMaxOffset) {
    return std::unexpected(ErrorCode::invalid);
  }
  std::vector<std::uint8_t> bytes(std::min(length, kMaxRead));
  const ssize_t got =
      ::pread(opened_.handle->get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
  if (got < 0) {
    return last_error();
  }
  bytes.resize(static_cast<std::size_t>(got));
  const bool at_end = bytes.empty();
  return std::tuple(std::move(bytes), at_end);
}

FsResult<std::uint64_t> Descriptor::write(std::span<const std::uint8_t> bytes,
                                          std::uint64_t offset) const {
  const FsResult<> writable = check_writable();
  if (!writable) {
    return std::unexpected(writable.error());
  }
  if (offset > kMaxOffset) {
    return std::unexpected(ErrorCode::invalid);
  }
  const ssize_t put =
      ::pwrite(opened_.handle->get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
  if (put < 0) {
    return last_error();
  }
  return static_cast<std::uint64_t>(put);
}

FsResult<DescriptorStat> Descriptor::stat() const { return stat_at_handle(*opened_.handle); }

FsResult<MetadataHash> Descriptor::metadata_hash() const { return hash_at_handle(*opened_.handle); }

FsResult<> Descriptor::check_directory() const {
  return is_directory() ? FsResult<>() : std::unexpected(ErrorCode::not_directory);
}

FsResult<> Descriptor::check_mutable_directory() const {
  const FsResult<> directory = check_directory();
  if (!directory) {
    return directory;
  }
  if (opened_.access == Access::read_only) {
    return std::unexpected(ErrorCode::not_permitted);
  }
  return {};
}

FsResult<Parent> Descriptor::parent_of(std::string_view path) const {
  const FsResult<> directory = check_directory();
  if (!directory) {
    return std::unexpected(directory.error());
  }
  return resolve_parent(opened_.handle->get(), path);
}

FsResult<SharedHandle> Descriptor::look_up(PathFlags path_flags, std::string_view path) const {
  const FsResult<> directory = check_directory();
  if (!directory) {
    return std::unexpected(directory.error());
  }
  return open_beneath(opened_.handle->get(), path, O_PATH, follow_of(path_flags));
}

FsResult<component::Own<DirectoryEntryStream>> Descriptor::read_directory() const {
  const FsResult<> directory = check_directory();
  if (!directory) {
    return std::unexpected(directory.error());
  }
  return DirectoryEntryStream::open(opened_.handle->get());
}

FsResult<DescriptorStat> Descriptor::stat_at(PathFlags path_flags, std::string_view path) const {
  const auto found = look_up(path_flags, path);
  if (!found) {
    return std::unexpected(found.error());
  }
  return stat_at_handle(**found);
}

FsResult<MetadataHash> Descriptor::metadata_hash_at(PathFlags path_flags,
                                                    std::string_view path) const {
  const auto found = look_up(path_flags, path);
  if (!found) {
    return std::unexpected(found.error());
  }
  return hash_at_handle(**found);
}

FsResult<> Descriptor::set_times_at(PathFlags path_flags, std::string_view path,
                                    const NewTimestamp& access,
                                    const NewTimestamp& modification) const {
  const FsResult<> allowed = check_mutable_directory();
  if (!allowed) {
    return allowed;
  }
  const auto found = look_up(path_flags, path);
  if (!found) {
    return std::unexpected(found.error());
  }
  return set_times_of((*found)->get(), access, modification);
}

FsResult<component::Own<Descriptor>> Descriptor::open_at(PathFlags path_flags,
                                                         std::string_view path,
                                                         OpenFlags open_flags,
                                                         DescriptorFlags flags) const {
  const FsResult<> directory = check_directory();
  if (!directory) {
    return std::unexpected(directory.error());
  }
  const FsResult<> allowed = check_open(opened_.access, open_flags, flags);
  if (!allowed) {
    return std::unexpected(allowed.error());
  }
  auto opened = open_beneath(opened_.handle->get(), path, to_open_flags(open_flags, flags),
                             follow_of(path_flags));
  if (!opened) {
    return std::unexpected(opened.error());
  }
  return make({.handle = *std::move(opened), .flags = flags, .access = opened_.access});
}

}  // namespace wasmcloud::wasi::filesystem

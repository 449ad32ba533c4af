#include "wasmcloud/wasi/filesystem_types.h"

#include <array>
#include <bit>
#include <cerrno>
#include <utility>

namespace wasmcloud::wasi::filesystem {
namespace {

constexpr std::array kErrors = std::to_array<std::pair<int, ErrorCode>>({
    {EACCES, ErrorCode::access},
    {EAGAIN, ErrorCode::would_block},
    {EALREADY, ErrorCode::already},
    {EBADF, ErrorCode::bad_descriptor},
    {EBUSY, ErrorCode::busy},
    {EDEADLK, ErrorCode::deadlock},
    {EDQUOT, ErrorCode::quota},
    {EEXIST, ErrorCode::exist},
    {EFBIG, ErrorCode::file_too_large},
    {EILSEQ, ErrorCode::illegal_byte_sequence},
    {EINPROGRESS, ErrorCode::in_progress},
    {EINTR, ErrorCode::interrupted},
    {EINVAL, ErrorCode::invalid},
    {EIO, ErrorCode::io},
    {EISDIR, ErrorCode::is_directory},
    {ELOOP, ErrorCode::loop},
    {EMLINK, ErrorCode::too_many_links},
    {EMSGSIZE, ErrorCode::message_size},
    {ENAMETOOLONG, ErrorCode::name_too_long},
    {ENODEV, ErrorCode::no_device},
    {ENOENT, ErrorCode::no_entry},
    {ENOLCK, ErrorCode::no_lock},
    {ENOMEM, ErrorCode::insufficient_memory},
    {ENOSPC, ErrorCode::insufficient_space},
    {ENOTDIR, ErrorCode::not_directory},
    {ENOTEMPTY, ErrorCode::not_empty},
    {ENOTRECOVERABLE, ErrorCode::not_recoverable},
    {ENOTSUP, ErrorCode::unsupported},
    {ENOSYS, ErrorCode::unsupported},
    {ENOTTY, ErrorCode::no_tty},
    {ENXIO, ErrorCode::no_such_device},
    {EOVERFLOW, ErrorCode::overflow},
    {EPERM, ErrorCode::not_permitted},
    {EPIPE, ErrorCode::pipe},
    {EROFS, ErrorCode::read_only},
    {ESPIPE, ErrorCode::invalid_seek},
    {ETXTBSY, ErrorCode::text_file_busy},
    {EXDEV, ErrorCode::cross_device},
});

// Times before 1970 have no datetime.
std::optional<Datetime> to_datetime(const timespec& time) noexcept {
  if (time.tv_sec < 0) {
    return std::nullopt;
  }
  return Datetime{static_cast<std::uint64_t>(time.tv_sec),
                  static_cast<std::uint32_t>(time.tv_nsec)};
}

// The finaliser of MurmurHash3: every bit of the input moves every bit of the output.
std::uint64_t mix(std::uint64_t value) noexcept {
  value = (value ^ (value >> 33U)) * 0xff51afd7ed558ccdULL;
  value = (value ^ (value >> 33U)) * 0xc4ceb9fe1a85ec53ULL;
  return value ^ (value >> 33U);
}

}  // namespace

std::string_view to_string(ErrorCode code) noexcept {
  return wit::EnumTraits<ErrorCode>::kNames[std::to_underlying(code)];
}

ErrorCode error_from_errno(int error) noexcept {
  for (const auto& [number, code] : kErrors) {
    if (number == error) {
      return code;
    }
  }
  return ErrorCode::io;
}

std::unexpected<ErrorCode> last_error() noexcept {
  return std::unexpected(error_from_errno(errno));
}

std::unique_ptr<IoError> make_stream_error(ErrorCode code, std::string_view doing) {
  return std::make_unique<FilesystemError>(
      code, Error(ErrorKind::internal, "{}: {}", doing, to_string(code)));
}

DescriptorType type_from_mode(mode_t mode) noexcept {
  switch (mode & S_IFMT) {
    case S_IFBLK:
      return DescriptorType::block_device;
    case S_IFCHR:
      return DescriptorType::character_device;
    case S_IFDIR:
      return DescriptorType::directory;
    case S_IFIFO:
      return DescriptorType::fifo;
    case S_IFLNK:
      return DescriptorType::symbolic_link;
    case S_IFREG:
      return DescriptorType::regular_file;
    case S_IFSOCK:
      return DescriptorType::socket;
    default:
      return DescriptorType::unknown;
  }
}

DescriptorStat to_descriptor_stat(const struct stat& found) noexcept {
  return {.type = type_from_mode(found.st_mode),
          .link_count = found.st_nlink,
          .size = static_cast<std::uint64_t>(found.st_size),
          .data_access_timestamp = to_datetime(found.st_atim),
          .data_modification_timestamp = to_datetime(found.st_mtim),
          .status_change_timestamp = to_datetime(found.st_ctim)};
}

MetadataHash hash_metadata(const struct stat& found) noexcept {
  const std::array<std::uint64_t, 5> words{found.st_dev, found.st_ino,
                                           static_cast<std::uint64_t>(found.st_size),
                                           static_cast<std::uint64_t>(found.st_mtim.tv_sec),
                                           static_cast<std::uint64_t>(found.st_mtim.tv_nsec)};
  MetadataHash hash{0x9e3779b97f4a7c15ULL, 0xd1b54a32d192ed03ULL};
  for (const std::uint64_t word : words) {
    hash.lower = mix(hash.lower ^ word);
    hash.upper = mix(std::rotl(hash.upper, 29) + word);
  }
  return hash;
}

}  // namespace wasmcloud::wasi::filesystem

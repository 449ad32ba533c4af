// The values of wasi:filesystem/types (0.2), and how the system's become them.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include <sys/stat.h>

#include "wasmcloud/component/abi.h"
#include "wasmcloud/wasi/clocks.h"
#include "wasmcloud/wasi/io.h"

namespace wasmcloud::wasi::filesystem {

enum class ErrorCode : std::uint8_t {
  access,
  would_block,
  already,
  bad_descriptor,
  busy,
  deadlock,
  quota,
  exist,
  file_too_large,
  illegal_byte_sequence,
  in_progress,
  interrupted,
  invalid,
  io,
  is_directory,
  loop,
  too_many_links,
  message_size,
  name_too_long,
  no_device,
  no_entry,
  no_lock,
  insufficient_memory,
  insufficient_space,
  not_directory,
  not_empty,
  not_recoverable,
  unsupported,
  no_tty,
  no_such_device,
  overflow,
  not_permitted,
  pipe,
  read_only,
  invalid_seek,
  text_file_busy,
  cross_device,
};

// What functions of the interface give.
template <typename T = void>
using FsResult = std::expected<T, ErrorCode>;

enum class DescriptorType : std::uint8_t {
  unknown,
  block_device,
  character_device,
  directory,
  fifo,
  symbolic_link,
  regular_file,
  socket,
};

struct DescriptorFlags {
  static constexpr std::uint32_t kRead = 1;
  static constexpr std::uint32_t kWrite = 2;
  static constexpr std::uint32_t kFileIntegritySync = 4;
  static constexpr std::uint32_t kDataIntegritySync = 8;
  static constexpr std::uint32_t kRequestedWriteSync = 16;
  static constexpr std::uint32_t kMutateDirectory = 32;

  std::uint32_t bits = 0;
};

struct PathFlags {
  static constexpr std::uint32_t kSymlinkFollow = 1;

  std::uint32_t bits = 0;
};

struct OpenFlags {
  static constexpr std::uint32_t kCreate = 1;
  static constexpr std::uint32_t kDirectory = 2;
  static constexpr std::uint32_t kExclusive = 4;
  static constexpr std::uint32_t kTruncate = 8;

  std::uint32_t bits = 0;
};

struct DescriptorStat {
  DescriptorType type = DescriptorType::unknown;
  std::uint64_t link_count = 0;
  std::uint64_t size = 0;
  std::optional<Datetime> data_access_timestamp;
  std::optional<Datetime> data_modification_timestamp;
  std::optional<Datetime> status_change_timestamp;
};

struct NewTimestamp {
  static constexpr std::size_t kNoChange = 0;
  static constexpr std::size_t kNow = 1;
  static constexpr std::size_t kTimestamp = 2;

  std::variant<component::Unit, component::Unit, Datetime> value;
};

struct DirectoryEntry {
  DescriptorType type = DescriptorType::unknown;
  std::string name;
};

enum class Advice : std::uint8_t { normal, sequential, random, will_need, dont_need, no_reuse };

struct MetadataHash {
  std::uint64_t lower = 0;
  std::uint64_t upper = 0;

  friend bool operator==(const MetadataHash&, const MetadataHash&) = default;
};

// The error behind a failed stream of a file.
class FilesystemError final : public IoError {
 public:
  FilesystemError(ErrorCode code, Error cause) : IoError(std::move(cause)), code_(code) {}

  ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

// "no-entry", "io", ...
std::string_view to_string(ErrorCode code) noexcept;
// What is not known becomes `io`.
ErrorCode error_from_errno(int error) noexcept;
std::unexpected<ErrorCode> last_error() noexcept;
std::unique_ptr<IoError> make_stream_error(ErrorCode code, std::string_view doing);

DescriptorType type_from_mode(mode_t mode) noexcept;
DescriptorStat to_descriptor_stat(const struct stat& found) noexcept;
// Differs when the file was changed or replaced.
MetadataHash hash_metadata(const struct stat& found) noexcept;

}  // namespace wasmcloud::wasi::filesystem

WC_WIT_ENUM(wasmcloud::wasi::filesystem::ErrorCode, "access", "would-block", "already",
            "bad-descriptor", "busy", "deadlock", "quota", "exist", "file-too-large",
            "illegal-byte-sequence", "in-progress", "interrupted", "invalid", "io", "is-directory",
            "loop", "too-many-links", "message-size", "name-too-long", "no-device", "no-entry",
            "no-lock", "insufficient-memory", "insufficient-space", "not-directory", "not-empty",
            "not-recoverable", "unsupported", "no-tty", "no-such-device", "overflow",
            "not-permitted", "pipe", "read-only", "invalid-seek", "text-file-busy", "cross-device");
WC_WIT_ENUM(wasmcloud::wasi::filesystem::DescriptorType, "unknown", "block-device",
            "character-device", "directory", "fifo", "symbolic-link", "regular-file", "socket");
WC_WIT_FLAGS(wasmcloud::wasi::filesystem::DescriptorFlags, "read", "write", "file-integrity-sync",
             "data-integrity-sync", "requested-write-sync", "mutate-directory");
WC_WIT_FLAGS(wasmcloud::wasi::filesystem::PathFlags, "symlink-follow");
WC_WIT_FLAGS(wasmcloud::wasi::filesystem::OpenFlags, "create", "directory", "exclusive",
             "truncate");
WC_WIT_RECORD(wasmcloud::wasi::filesystem::DescriptorStat,
              WC_MEMBERS(&wasmcloud::wasi::filesystem::DescriptorStat::type,
                         &wasmcloud::wasi::filesystem::DescriptorStat::link_count,
                         &wasmcloud::wasi::filesystem::DescriptorStat::size,
                         &wasmcloud::wasi::filesystem::DescriptorStat::data_access_timestamp,
                         &wasmcloud::wasi::filesystem::DescriptorStat::data_modification_timestamp,
                         &wasmcloud::wasi::filesystem::DescriptorStat::status_change_timestamp),
              "type", "link-count", "size", "data-access-timestamp", "data-modification-timestamp",
              "status-change-timestamp");
WC_WIT_VARIANT(wasmcloud::wasi::filesystem::NewTimestamp, "no-change", "now", "timestamp");
WC_WIT_RECORD(wasmcloud::wasi::filesystem::DirectoryEntry,
              WC_MEMBERS(&wasmcloud::wasi::filesystem::DirectoryEntry::type,
                         &wasmcloud::wasi::filesystem::DirectoryEntry::name),
              "type", "name");
WC_WIT_ENUM(wasmcloud::wasi::filesystem::Advice, "normal", "sequential", "random", "will-need",
            "dont-need", "no-reuse");
WC_WIT_RECORD(wasmcloud::wasi::filesystem::MetadataHash,
              WC_MEMBERS(&wasmcloud::wasi::filesystem::MetadataHash::lower,
                         &wasmcloud::wasi::filesystem::MetadataHash::upper),
              "lower", "upper");

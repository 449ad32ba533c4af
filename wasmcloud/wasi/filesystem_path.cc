#include "wasmcloud/wasi/filesystem_path.h"

#include <cerrno>
#include <system_error>

#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace wasmcloud::wasi::filesystem {
namespace {

constexpr std::uint64_t kConfined = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
constexpr mode_t kNewFileMode = 0666;  // less the umask

int open_confined(int directory, const char* path, int flags) noexcept {
  struct open_how how = {};
  how.flags = static_cast<std::uint64_t>(static_cast<unsigned int>(flags | O_CLOEXEC));
  how.mode = (flags & O_CREAT) != 0 ? kNewFileMode : 0;
  how.resolve = kConfined;
  // EAGAIN: a rename at the same time made ".." doubtful, and the kernel asks to look again.
  constexpr int kAttempts = 100;
  int opened = -1;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    opened = static_cast<int>(::syscall(SYS_openat2, directory, path, &how, sizeof(how)));
    if (opened >= 0 || (errno != EAGAIN && errno != EINTR)) {
      break;
    }
  }
  return opened;
}

// Where the name after the last slash begins.
std::size_t name_start(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? 0 : slash + 1;
}

}  // namespace

FileHandle::~FileHandle() { ::close(descriptor_); }

Result<> check_confinement(int directory) {
  const int opened = open_confined(directory, ".", O_PATH | O_DIRECTORY);
  if (opened >= 0) {
    ::close(opened);
    return {};
  }
  return Error(ErrorKind::unsupported,
               "directories for components need the system call openat2 (Linux 5.6; a container "
               "may forbid it): {}",
               std::generic_category().message(errno));
}

FsResult<SharedHandle> open_beneath(int directory, std::string_view path, int flags,
                                    Follow follow) {
  if (path.contains('\0')) {
    return std::unexpected(ErrorCode::invalid);
  }
  const std::string terminated(path);
  const int all_flags = follow == Follow::yes ? flags : flags | O_NOFOLLOW;
  const int opened = open_confined(directory, terminated.c_str(), all_flags);
  if (opened >= 0) {
    return std::make_shared<const FileHandle>(opened);
  }
  if (errno == EXDEV) {  // the path is absolute, or leads out of the directory
    return std::unexpected(ErrorCode::not_permitted);
  }
  return last_error();
}

FsResult<Parent> resolve_parent(int directory, std::string_view path) {
  if (path.empty()) {
    return std::unexpected(ErrorCode::no_entry);
  }
  if (path.starts_with('/')) {
    return std::unexpected(ErrorCode::not_permitted);
  }
  if (path.contains('\0')) {
    return std::unexpected(ErrorCode::invalid);
  }
  Parent parent;
  const std::size_t end = path.find_last_not_of('/') + 1;
  parent.must_be_directory = end != path.size();
  path = path.substr(0, end);
  const std::size_t start = name_start(path);
  parent.name = path.substr(start);
  std::string_view holder = start == 0 ? "." : path.substr(0, start);
  if (parent.name == "..") {  // the kernel must see it as part of what it confines
    holder = path;
    parent.name = ".";
  }
  auto opened = open_beneath(directory, holder, O_PATH | O_DIRECTORY, Follow::yes);
  if (!opened) {
    return std::unexpected(opened.error());
  }
  parent.directory = *std::move(opened);
  return parent;
}

FsResult<> check_trailing_slash(const Parent& parent) {
  if (!parent.must_be_directory) {
    return {};
  }
  struct stat found = {};
  if (::fstatat(parent.directory->get(), parent.name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) {
    return errno == ENOENT ? FsResult<>() : FsResult<>(last_error());
  }
  if (!S_ISDIR(found.st_mode)) {
    return std::unexpected(ErrorCode::not_directory);
  }
  return {};
}

}  // namespace wasmcloud::wasi::filesystem

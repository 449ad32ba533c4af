#include "wasmcloud/wash/log_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

namespace wasmcloud::wash {
namespace {

constexpr int kMostLogs = 1000;
constexpr std::streamoff kMostTail = 64 * 1024;

}  // namespace

Result<LogFile> LogFile::open_as_is(const std::filesystem::path& path) {
  std::error_code error;
  if (path.has_parent_path()) {
    std::filesystem::create_directories(path.parent_path(), error);
  }
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    return Error(errno == ENOENT ? ErrorKind::not_found : ErrorKind::denied,
                 "{}: the log cannot be written: {}", path.string(), std::strerror(errno));
  }
  return LogFile(path, descriptor);
}

bool LogFile::take() const noexcept {
  return ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0 && ::ftruncate(descriptor_, 0) == 0;
}

Result<LogFile> LogFile::open(const std::filesystem::path& path) {
  WC_TRY(LogFile file, open_as_is(path));
  file.take();
  return file;
}

Result<LogFile> LogFile::open_unused(const std::filesystem::path& folder, const std::string& stem) {
  for (int number = 1; number <= kMostLogs; ++number) {
    const std::string name =
        number == 1 ? fmt::format("{}.log", stem) : fmt::format("{}-{}.log", stem, number);
    WC_TRY(LogFile file, open_as_is(folder / name));
    if (file.take()) {
      return file;
    }
  }
  return Error(ErrorKind::exhausted, "{}: {} logs are in use there, or cannot be locked",
               folder.string(), kMostLogs);
}

LogFile::~LogFile() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

LogFile::LogFile(LogFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

std::string last_lines(const std::filesystem::path& path, std::size_t count) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) {
    return {};
  }
  const std::streamoff size = file.tellg();
  const std::streamoff length = std::min(size, kMostTail);
  std::string text(static_cast<std::size_t>(length), '\0');
  file.seekg(size - length);
  file.read(text.data(), length);
  if (!text.empty() && text.back() != '\n') {
    text += '\n';
  }
  std::size_t start = text.size();
  for (std::size_t line = 0; line < count && start > 0; ++line) {
    start = start < 2 ? std::string::npos : text.rfind('\n', start - 2);
    start = start == std::string::npos ? 0 : start + 1;
  }
  return text.substr(start);
}

}  // namespace wasmcloud::wash

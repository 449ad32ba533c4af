// The file that a program in the background writes its output to.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "wasmcloud/base/result.h"

namespace wasmcloud::wash {

// Open for writing at its end. It is locked as long as somebody holds its descriptor, which a
// program does that was given it as output: so a log in use is known from one left behind.
class LogFile {
 public:
  // `path`, made anew; its folder is made if need be. If somebody still writes to it, it is left as
  // it is and shared.
  static Result<LogFile> open(const std::filesystem::path& path);
  // "wasmcloud.log" in `folder`, made anew; while somebody writes to it, "wasmcloud-2.log", and so
  // on.
  static Result<LogFile> open_unused(const std::filesystem::path& folder, const std::string& stem);

  ~LogFile();
  LogFile(LogFile&& other) noexcept;
  LogFile& operator=(LogFile&&) = delete;

  const std::filesystem::path& path() const noexcept { return path_; }

  int descriptor() const noexcept { return descriptor_; }

 private:
  LogFile(std::filesystem::path path, int descriptor) noexcept
      : path_(std::move(path)), descriptor_(descriptor) {}

  static Result<LogFile> open_as_is(const std::filesystem::path& path);
  // Whether nobody else held it. Empties it then.
  bool take() const noexcept;

  std::filesystem::path path_;
  int descriptor_;
};

// The last lines of a text file, each with its newline; empty if it cannot be read.
std::string last_lines(const std::filesystem::path& path, std::size_t count);

}  // namespace wasmcloud::wash

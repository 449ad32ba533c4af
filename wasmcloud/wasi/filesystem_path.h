// Paths of guests: every one is resolved beneath a directory that the guest holds, by the kernel
// (openat2), so that neither "..", nor a symbolic link, nor a rename at the same time leads out of
// it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <fcntl.h>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wasi/filesystem_types.h"

namespace wasmcloud::wasi::filesystem {

// An open file of the system.
class FileHandle {
 public:
  explicit FileHandle(int descriptor) noexcept : descriptor_(descriptor) {}

  ~FileHandle();
  FileHandle(const FileHandle&) = delete;
  FileHandle& operator=(const FileHandle&) = delete;

  int get() const noexcept { return descriptor_; }

 private:
  int descriptor_;
};

// Shared by a descriptor and the streams made from it.
using SharedHandle = std::shared_ptr<const FileHandle>;

// Whether the kernel can confine paths: `unsupported` if not, with what is missing.
Result<> check_confinement(int directory);

enum class Follow : bool { no, yes };

// `path` beneath `directory`, opened with `flags` (O_CLOEXEC is added). not-permitted if it leads
// out.
FsResult<SharedHandle> open_beneath(int directory, std::string_view path, int flags, Follow follow);

// The directory that holds the last name of a path, for what works on names and not on files.
struct Parent {
  SharedHandle directory;
  std::string name;                // no slash in it, never ".."
  bool must_be_directory = false;  // the path ended with a slash
};

FsResult<Parent> resolve_parent(int directory, std::string_view path);
// not-directory if the path ended with a slash and `name` is there and is no directory.
FsResult<> check_trailing_slash(const Parent& parent);

}  // namespace wasmcloud::wasi::filesystem

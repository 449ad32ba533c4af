// wasi:filesystem (0.2) over directories that whoever runs the component opens to it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "wasmcloud/base/result.h"

namespace wasmcloud::component {
class Host;
}

namespace wasmcloud::wasi {

namespace filesystem {
class FileHandle;
enum class Access : std::uint8_t;  // filesystem_descriptor.h: read_only, read_write
}  // namespace filesystem

// A directory that components may use, under a name of their own. Immutable, shared by stores.
class Preopen {
 public:
  // Errors: `not_found`, `denied`, `invalid` (no directory); `unsupported` if the system cannot
  // confine a component to it.
  static Result<std::shared_ptr<const Preopen>> open(const std::filesystem::path& directory,
                                                     std::string guest_path,
                                                     filesystem::Access access);

  const std::string& guest_path() const noexcept { return guest_path_; }

  const std::shared_ptr<const filesystem::FileHandle>& handle() const noexcept { return handle_; }

  filesystem::Access access() const noexcept { return access_; }

 private:
  Preopen(std::shared_ptr<const filesystem::FileHandle> handle, std::string guest_path,
          filesystem::Access access);

  std::shared_ptr<const filesystem::FileHandle> handle_;
  std::string guest_path_;
  filesystem::Access access_;
};

// wasi:filesystem/types, wasi:filesystem/preopens
void add_filesystem(component::Host& host);

}  // namespace wasmcloud::wasi

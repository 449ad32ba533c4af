#include "wasmcloud/base/testing/peers.h"

#include <cstdlib>
#include <filesystem>

#include <unistd.h>

#include "wasmcloud/base/assert.h"
#include "wasmcloud/base/testing/program.h"

namespace wasmcloud {
namespace {

using std::filesystem::path;

path packed_programs() {
  const char* const named = std::getenv("WASMCLOUD_PEERS_DIR");
  return named == nullptr || *named == '\0' ? WC_PEERS_DIR : named;
}

// Whole or not at all: other tests may do the same at the same time.
void unpack(const path& packed, const path& target) {
  const path partial = target.string() + "." + std::to_string(::getpid());
  std::filesystem::create_directories(target.parent_path());
  Program xz("/bin/sh", {.arguments = {"-c", "xz -dc \"$1\" > \"$2\" && chmod +x \"$2\"", "unpack",
                                       packed.string(), partial.string()}});
  WC_ASSERT(xz.wait() == 0);
  std::filesystem::rename(partial, target);
}

}  // namespace

std::optional<std::string> peer_program(const std::string& name) {
  const path packed = packed_programs() / (name + ".xz");
  const path target = path(WC_UNPACKED_PEERS_DIR) / name;
  std::error_code error;
  if (!std::filesystem::exists(packed, error)) {
    return std::nullopt;
  }
  const auto unpacked = std::filesystem::last_write_time(target, error);
  if (error || unpacked < std::filesystem::last_write_time(packed)) {
    unpack(packed, target);
  }
  return target.string();
}

}  // namespace wasmcloud

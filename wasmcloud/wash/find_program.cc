#include "wasmcloud/wash/find_program.h"

#include <cstdlib>

#include <unistd.h>

namespace wasmcloud::wash {
namespace {

std::string path_variable() {
  const char* const path = std::getenv("PATH");
  return path == nullptr ? std::string() : path;
}

bool is_program(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

std::optional<std::filesystem::path> find_program(const std::string& name,
                                                  const std::vector<std::filesystem::path>& folders,
                                                  std::string_view path) {
  for (const std::filesystem::path& folder : folders) {
    if (is_program(folder / name)) {
      return folder / name;
    }
  }
  while (!path.empty()) {
    const std::size_t end = path.find(':');
    const std::filesystem::path folder(path.substr(0, end));
    if (folder.is_absolute() && is_program(folder / name)) {
      return folder / name;
    }
    path.remove_prefix(end == std::string_view::npos ? path.size() : end + 1);
  }
  return std::nullopt;
}

std::optional<std::filesystem::path> find_nats_server_program() {
  return find_program("nats-server", {}, path_variable() + ":/usr/sbin:/usr/local/bin");
}

std::optional<std::filesystem::path> find_host_program() {
  std::error_code error;
  const auto wash = std::filesystem::read_symlink("/proc/self/exe", error);
  std::vector<std::filesystem::path> beside;
  if (!error) {
    beside.push_back(wash.parent_path());
  }
  return find_program("wasmcloud", beside, path_variable());
}

}  // namespace wasmcloud::wash

#include "wasmcloud/wit/source_files.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>

namespace wasmcloud::wit {
namespace {

namespace fs = std::filesystem;

class Reading {
 public:
  Result<> add(const fs::path& file, std::string as) {
    std::ifstream in(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in.is_open() || in.bad()) {
      return Error(ErrorKind::unavailable, "{}: cannot be read: {}", file.string(),
                   std::strerror(errno));
    }
    files_.push_back({.path = std::move(as), .text = std::move(text)});
    return {};
  }

  // Those that are WIT.
  Result<> add_folder(const fs::path& folder, const std::string& as) {
    WC_TRY(const std::vector<fs::path> paths, entries(folder));
    for (const fs::path& path : paths) {
      if (path.extension() == ".wit" && !fs::is_directory(path)) {
        WC_CHECK(add(path, as + path.filename().string()));
      }
    }
    return {};
  }

  // Nothing if there are none.
  Result<> add_deps(const fs::path& deps) {
    if (!fs::exists(deps)) {
      return {};
    }
    WC_CHECK(add_folder(deps, "deps/"));
    WC_TRY(const std::vector<fs::path> paths, entries(deps));
    for (const fs::path& path : paths) {
      if (fs::is_directory(path)) {
        WC_CHECK(add_package(path));
      }
    }
    return {};
  }

  Result<> add_package(const fs::path& folder) {
    return add_folder(folder, "deps/" + folder.filename().string() + "/");
  }

  bool empty() const noexcept { return files_.empty(); }

  std::vector<SourceFile> take() { return std::move(files_); }

 private:
  // In the order of their names.
  static Result<std::vector<fs::path>> entries(const fs::path& folder) {
    std::vector<fs::path> paths;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
      paths.push_back(entry->path());
    }
    if (error) {
      return Error(ErrorKind::unavailable, "{}: cannot be listed: {}", folder.string(),
                   error.message());
    }
    std::ranges::sort(paths);
    return paths;
  }

  std::vector<SourceFile> files_;
};

}  // namespace

Result<std::vector<SourceFile>> read_source_files(const fs::path& wit,
                                                  std::span<const fs::path> more) {
  Reading reading;
  if (fs::is_directory(wit)) {
    WC_CHECK(reading.add_folder(wit, ""));
    if (reading.empty()) {
      return Error(ErrorKind::not_found, "{}: holds no .wit file", wit.string());
    }
    WC_CHECK(reading.add_deps(wit / "deps"));
  } else if (fs::exists(wit)) {
    WC_CHECK(reading.add(wit, wit.filename().string()));
    WC_CHECK(reading.add_deps(wit.parent_path() / "deps"));
  } else {
    return Error(ErrorKind::not_found, "{}: no such file or folder", wit.string());
  }
  for (const fs::path& package : more) {
    WC_CHECK(reading.add_package(package.has_filename() ? package : package.parent_path()));
  }
  return reading.take();
}

}  // namespace wasmcloud::wit

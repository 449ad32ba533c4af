#include "wasmcloud/wrpc/bindgen/wit_files.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>

namespace wasmcloud::wrpc::bindgen {
namespace {

namespace fs = std::filesystem;

class Files {
 public:
  Result<> add(const fs::path& file, std::string as) {
    std::ifstream in(file, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(in)), {});
    if (!in) {
      return Error(ErrorKind::unavailable, "{}: cannot be read", file.string());
    }
    made_.push_back({.path = std::move(as), .text = std::move(text)});
    return {};
  }

  // What ends in .wit, in the order of names.
  Result<> add_folder(const fs::path& folder, const std::string& as) {
    for (const fs::path& path : entries(folder)) {
      if (path.extension() == ".wit" && fs::is_regular_file(path)) {
        WC_CHECK(add(path, as + path.filename().string()));
      }
    }
    return {};
  }

  Result<> add_deps(const fs::path& deps) {
    WC_CHECK(add_folder(deps, "deps/"));
    for (const fs::path& path : entries(deps)) {
      if (fs::is_directory(path)) {
        WC_CHECK(add_package(path));
      }
    }
    return {};
  }

  Result<> add_package(const fs::path& folder) {
    return add_folder(folder, "deps/" + folder.filename().string() + "/");
  }

  std::vector<wit::SourceFile> take() { return std::move(made_); }

 private:
  // None of what is not there.
  static std::vector<fs::path> entries(const fs::path& folder) {
    std::error_code error;
    std::vector<fs::path> paths;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
      paths.push_back(entry.path());
    }
    std::ranges::sort(paths);
    return paths;
  }

  std::vector<wit::SourceFile> made_;
};

}  // namespace

Result<std::vector<wit::SourceFile>> read_wit(const fs::path& wit,
                                              const std::vector<fs::path>& more) {
  Files files;
  if (fs::is_directory(wit)) {
    WC_CHECK(files.add_folder(wit, ""));
    WC_CHECK(files.add_deps(wit / "deps"));
  } else if (fs::is_regular_file(wit)) {
    WC_CHECK(files.add(wit, wit.filename().string()));
    WC_CHECK(files.add_deps(wit.parent_path() / "deps"));
  } else {
    return Error(ErrorKind::not_found, "{}: no such file or folder", wit.string());
  }
  for (const fs::path& package : more) {
    WC_CHECK(files.add_package(package.has_filename() ? package : package.parent_path()));
  }
  std::vector<wit::SourceFile> made = files.take();
  if (made.empty()) {
    return Error(ErrorKind::not_found, "{}: no .wit files in it", wit.string());
  }
  return made;
}

}  // namespace wasmcloud::wrpc::bindgen

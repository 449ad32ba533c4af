// The main of fuzz targets outside of the fuzz preset: gives every file named, and every file of
// every folder named, to the target once. A crash fails the test.
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

void collect(const fs::path& path, std::vector<fs::path>& files) {
  if (!fs::is_directory(path)) {
    files.push_back(path);
    return;
  }
  for (const auto& entry : fs::recursive_directory_iterator(path)) {
    if (entry.is_regular_file()) {
      files.push_back(entry.path());
    }
  }
}

bool replay(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "cannot read %s\n", path.c_str());
    return false;
  }
  // An allocation of exactly the input's size, so that reading past its end is caught.
  const std::vector<char> read(std::istreambuf_iterator<char>(file), {});
  const std::vector<std::uint8_t> bytes(read.begin(), read.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  return true;
}

}  // namespace

int main(int count, char** words) {
  try {
    std::vector<fs::path> files;
    for (int i = 1; i < count; ++i) {
      collect(words[i], files);
    }
    bool read_all = !files.empty();
    for (const fs::path& file : files) {
      read_all = replay(file) && read_all;
    }
    std::printf("%zu inputs replayed\n", files.size());
    return read_all ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fuzz_replay: %s\n", error.what());
    return 1;
  }
}

// Tests of wasi:filesystem: through the C library, as most components use it, and through streams.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"

namespace guest {
namespace {

constexpr const char* kFile = "/data/file.txt";

std::string read_file(const char* path) {
  std::string text;
  if (std::FILE* const file = std::fopen(path, "r")) {
    std::vector<char> buffer(4096);
    while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file)) {
      text.append(buffer.data(), got);
    }
    std::fclose(file);
  }
  return text;
}

bool write_file(const char* path, const char* mode, const std::string& text) {
  std::FILE* const file = std::fopen(path, mode);
  if (file == nullptr) {
    return false;
  }
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  return std::fclose(file) == 0 && written;
}

std::string list(const char* path) {
  std::vector<std::string> names;
  if (DIR* const directory = ::opendir(path)) {
    while (const dirent* const entry = ::readdir(directory)) {
      if (entry->d_name[0] != '.') {
        names.push_back(std::string(entry->d_name) + (entry->d_type == DT_DIR ? "/" : ""));
      }
    }
    ::closedir(directory);
  }
  std::sort(names.begin(), names.end());
  std::string text;
  for (const std::string& name : names) {
    text += name + " ";
  }
  return text;
}

Outcome use_libc() {
  if (!write_file(kFile, "w", "one ") || !write_file(kFile, "a", "two")) {
    return failed("cannot write");
  }
  if (::mkdir("/data/dir", 0777) != 0 || ::rename(kFile, "/data/dir/moved") != 0 ||
      ::symlink("dir/moved", "/data/link") != 0) {
    return failed("cannot make, move or link: " + std::to_string(errno));
  }
  struct stat status = {};
  if (::stat("/data/link", &status) != 0 || !S_ISREG(status.st_mode) || status.st_size != 7) {
    return failed("stat follows no link");
  }
  if (::lstat("/data/link", &status) != 0 || !S_ISLNK(status.st_mode)) {
    return failed("lstat follows a link");
  }
  const std::string text = read_file("/data/link") + "; " + list("/data");
  if (::unlink("/data/link") != 0 || ::unlink("/data/dir/moved") != 0 ||
      ::rmdir("/data/dir") != 0) {
    return failed("cannot remove");
  }
  return found(text + "; " + list("/data"));
}

wasi_filesystem_preopens_list_tuple2_own_descriptor_string_t& preopens() {
  static auto list = [] {
    wasi_filesystem_preopens_list_tuple2_own_descriptor_string_t all{};
    wasi_filesystem_preopens_get_directories(&all);
    return all;
  }();
  return list;
}

wasi_filesystem_types_borrow_descriptor_t root() {
  return wasi_filesystem_types_borrow_descriptor(preopens().ptr[0].f0);
}

Outcome count_preopens() {
  std::string text = std::to_string(preopens().len);
  for (std::size_t i = 0; i < preopens().len; ++i) {
    text += " " + std::string(view(preopens().ptr[i].f1));
  }
  return found(text);
}

// The codes that ways out of the directory meet.
Outcome try_to_escape() {
  std::string text;
  for (const std::string_view path : {"..", "../x", "/etc/passwd", "dir/../../x", "absolute"}) {
    bindings_string_t name = view(path);
    wasi_filesystem_types_own_descriptor_t opened{};
    std::uint8_t error = 0;
    const bool got = wasi_filesystem_types_method_descriptor_open_at(
        root(), WASI_FILESYSTEM_TYPES_PATH_FLAGS_SYMLINK_FOLLOW, &name, 0,
        WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_READ, &opened, &error);
    text += got ? "open " : std::to_string(error) + " ";
  }
  return found(text);
}

struct File {
  wasi_filesystem_types_own_descriptor_t own{};
  bool ok = false;

  explicit File(std::string_view path) {
    bindings_string_t name = view(path);
    std::uint8_t error = 0;
    ok = wasi_filesystem_types_method_descriptor_open_at(
        root(), 0, &name, WASI_FILESYSTEM_TYPES_OPEN_FLAGS_CREATE,
        WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_READ | WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_WRITE,
        &own, &error);
  }

  wasi_filesystem_types_borrow_descriptor_t borrow() const {
    return wasi_filesystem_types_borrow_descriptor(own);
  }
};

constexpr std::size_t kLarge = 1'000'000;

// Writes kLarge bytes, the letters over and over.
std::string write_stream(const File& file) {
  wasi_filesystem_types_own_output_stream_t out{};
  std::uint8_t error = 0;
  if (!wasi_filesystem_types_method_descriptor_write_via_stream(file.borrow(), 0, &out, &error)) {
    return "write-via-stream: " + std::to_string(error);
  }
  const auto stream = wasi_io_streams_borrow_output_stream(out);
  std::string chunk;
  wasi_io_streams_stream_error_t failure{};
  for (std::size_t at = 0; at < kLarge; at += chunk.size()) {
    chunk.clear();
    while (chunk.size() < 4000) {
      chunk += static_cast<char>('a' + (at + chunk.size()) % 26);
    }
    bindings_list_u8_t bytes{reinterpret_cast<std::uint8_t*>(chunk.data()), chunk.size()};
    if (!wasi_io_streams_method_output_stream_blocking_write_and_flush(stream, &bytes, &failure)) {
      return "write: " + describe(failure);
    }
  }
  wasi_io_streams_output_stream_drop_own(out);
  return "";
}

// Reads all through a pollable; empty if the letters are right.
std::string check_stream(const File& file) {
  wasi_filesystem_types_own_input_stream_t in{};
  std::uint8_t error = 0;
  if (!wasi_filesystem_types_method_descriptor_read_via_stream(file.borrow(), 0, &in, &error)) {
    return "read-via-stream: " + std::to_string(error);
  }
  const auto stream = wasi_io_streams_borrow_input_stream(in);
  const auto readable = wasi_io_streams_method_input_stream_subscribe(stream);
  std::size_t at = 0;
  for (;;) {
    wasi_io_poll_method_pollable_block(wasi_io_poll_borrow_pollable(readable));
    bindings_list_u8_t bytes{};
    wasi_io_streams_stream_error_t failure{};
    if (!wasi_io_streams_method_input_stream_read(stream, 10'000, &bytes, &failure)) {
      wasi_io_poll_pollable_drop_own(readable);
      wasi_io_streams_input_stream_drop_own(in);
      return at == kLarge ? "" : "ended at " + std::to_string(at) + ": " + describe(failure);
    }
    if (bytes.len == 0) {
      return "ready without bytes";
    }
    for (std::size_t i = 0; i < bytes.len; ++i, ++at) {
      if (bytes.ptr[i] != 'a' + at % 26) {
        return "another byte at " + std::to_string(at);
      }
    }
    bindings_list_u8_free(&bytes);
  }
}

std::string splice(const File& from, const File& to) {
  wasi_filesystem_types_own_input_stream_t in{};
  wasi_filesystem_types_own_output_stream_t out{};
  std::uint8_t error = 0;
  if (!wasi_filesystem_types_method_descriptor_read_via_stream(from.borrow(), 0, &in, &error) ||
      !wasi_filesystem_types_method_descriptor_append_via_stream(to.borrow(), &out, &error)) {
    return "streams: " + std::to_string(error);
  }
  std::uint64_t moved = 0;
  wasi_io_streams_stream_error_t failure{};
  while (wasi_io_streams_method_output_stream_blocking_splice(
      wasi_io_streams_borrow_output_stream(out), wasi_io_streams_borrow_input_stream(in), 100'000,
      &moved, &failure)) {
  }
  const std::string ended = describe(failure);
  if (!wasi_io_streams_method_output_stream_blocking_flush(
          wasi_io_streams_borrow_output_stream(out), &failure)) {
    return "flush: " + describe(failure);
  }
  wasi_io_streams_input_stream_drop_own(in);
  wasi_io_streams_output_stream_drop_own(out);
  return ended == "closed" ? "" : "splice: " + ended;
}

Outcome use_streams() {
  const File file("large");
  const File copy("copy");
  if (!file.ok || !copy.ok) {
    return failed("cannot open");
  }
  for (const std::string& problem :
       {write_stream(file), check_stream(file), splice(file, copy), check_stream(copy)}) {
    if (!problem.empty()) {
      return failed(problem);
    }
  }
  return found("streamed");
}

// Reading beyond what offsets can be fails; the error is a file's.
Outcome fail_to_read() {
  const File file("small");
  wasi_filesystem_types_own_input_stream_t in{};
  std::uint8_t error = 0;
  if (!wasi_filesystem_types_method_descriptor_read_via_stream(file.borrow(), ~0ULL, &in, &error)) {
    return failed("read-via-stream: " + std::to_string(error));
  }
  bindings_list_u8_t bytes{};
  wasi_io_streams_stream_error_t failure{};
  const auto stream = wasi_io_streams_borrow_input_stream(in);
  wasi_io_streams_method_input_stream_blocking_read(stream, 1, &bytes, &failure);
  std::string text = describe(failure);
  wasi_io_streams_method_input_stream_blocking_read(stream, 1, &bytes, &failure);
  return found(text + ", then " + describe(failure));
}

Outcome try_to_write() {
  return write_file(kFile, "w", "x") ? failed("written") : found(std::to_string(errno == EPERM));
}

}  // namespace

Outcome run_files(std::string_view test) {
  if (test == "libc") {
    return use_libc();
  }
  if (test == "preopens") {
    return count_preopens();
  }
  if (test == "escape") {
    return try_to_escape();
  }
  if (test == "streams") {
    return use_streams();
  }
  if (test == "fail-to-read") {
    return fail_to_read();
  }
  if (test == "try-to-write") {
    return try_to_write();
  }
  return failed("no such test: " + std::string(test));
}

}  // namespace guest

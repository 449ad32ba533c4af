#include "wasmcloud/wash/component_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace wasmcloud::wash {
namespace {

using Head = std::span<const std::uint8_t>;

constexpr std::array<std::uint8_t, 4> kWasmMagic{0x00, 'a', 's', 'm'};
constexpr std::array<std::uint8_t, 4> kComponentVersion{0x0d, 0x00, 0x01, 0x00};
constexpr std::array<std::uint8_t, 4> kModuleVersion{0x01, 0x00, 0x00, 0x00};
constexpr std::array<std::uint8_t, 2> kGzipMagic{0x1f, 0x8b};
constexpr std::array<std::uint8_t, 5> kTarMagic{'u', 's', 't', 'a', 'r'};
constexpr std::size_t kTarMagicOffset = 257;

bool has(Head head, Head expected, std::size_t at = 0) {
  return head.size() >= at + expected.size() &&
         std::ranges::equal(head.subspan(at, expected.size()), expected);
}

bool is_text(Head head) {
  return std::ranges::all_of(
      head, [](std::uint8_t byte) { return byte >= 0x20 || (byte >= '\t' && byte <= '\r'); });
}

// Somewhere near its start, for comments may come first.
bool looks_like_wat(Head head) {
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  return text.find("(component") != std::string_view::npos ||
         text.find("(module") != std::string_view::npos;
}

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}

  ~File() {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
    }
  }

  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

  File& operator=(File&&) = delete;

  // As many bytes as there are, up to into.size().
  Result<std::size_t> read(std::span<std::uint8_t> into) const {
    std::size_t done = 0;
    while (done < into.size()) {
      const ssize_t count = ::read(descriptor_, into.data() + done, into.size() - done);
      if (count == 0) {
        break;
      }
      if (count > 0) {
        done += static_cast<std::size_t>(count);
      } else if (errno != EINTR) {
        return Error(ErrorKind::unavailable, "{}", std::strerror(errno));
      }
    }
    return done;
  }

  int descriptor() const noexcept { return descriptor_; }

 private:
  int descriptor_;
};

Error open_error(int code, const std::string& name) {
  switch (code) {
    case ENOENT:
    case ENOTDIR:
      return Error(ErrorKind::not_found,
                   "{}: no such file: check the path, or build the component first", name);
    case EACCES:
    case EPERM:
      return Error(ErrorKind::denied, "{}: no permission to read it: see its mode with ls -l",
                   name);
    default:
      return Error(ErrorKind::unavailable, "{}: cannot be opened: {}", name, std::strerror(code));
  }
}

struct Opened {
  File file;
  std::uint64_t size;
};

Result<Opened> open_component(const std::string& name, std::uint64_t limit) {
  // Non-blocking: opening a pipe that nobody writes to must not hang.
  File file(::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.descriptor() < 0) {
    return open_error(errno, name);
  }
  struct stat status{};
  if (::fstat(file.descriptor(), &status) != 0) {
    return open_error(errno, name);
  }
  if (S_ISDIR(status.st_mode)) {
    return Error(ErrorKind::invalid,
                 "{}: is a directory, expected a component: name the .wasm file in it", name);
  }
  if (!S_ISREG(status.st_mode)) {
    return Error(ErrorKind::invalid, "{}: is not a regular file: write the component to one first",
                 name);
  }
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size > limit) {
    return Error(ErrorKind::exhausted,
                 "{}: has {}, the limit is {}: strip debug information from it "
                 "(wasm-tools strip)",
                 name, human_size(size), human_size(limit));
  }
  return Opened{std::move(file), size};
}

}  // namespace

Result<> check_component_head(std::span<const std::uint8_t> head, std::string_view name) {
  if (has(head, kWasmMagic)) {
    if (has(head, kComponentVersion, kWasmMagic.size())) {
      return {};
    }
    if (has(head, kModuleVersion, kWasmMagic.size())) {
      return Error(ErrorKind::invalid,
                   "{}: is a core module, expected a component: make one of it with wasm-tools "
                   "component new (for a module built for WASI preview 1 with --adapt "
                   "wasi_snapshot_preview1=ADAPTER.wasm)",
                   name);
    }
    if (head.size() < 8) {
      return Error(ErrorKind::invalid,
                   "{}: ends within the header, after {} bytes: it was cut short, build or copy it "
                   "again",
                   name, head.size());
    }
    return Error(
        ErrorKind::invalid,
        "{}: is WebAssembly of an unknown version ({:02x} {:02x} {:02x} {:02x}), expected a "
        "component (0d 00 01 00): build it with current tools",
        name, head[4], head[5], head[6], head[7]);
  }
  if (head.empty()) {
    return Error(ErrorKind::invalid, "{}: is empty, expected a component: did its build fail?",
                 name);
  }
  if (has(head, kGzipMagic) || has(head, kTarMagic, kTarMagicOffset)) {
    return Error(ErrorKind::invalid,
                 "{}: is {}, expected a component: if it is a provider archive (PAR), it holds a "
                 "native program for a host to start, no component",
                 name, has(head, kGzipMagic) ? "a gzip archive" : "a tar archive");
  }
  if (is_text(head) && looks_like_wat(head)) {
    return Error(
        ErrorKind::invalid,
        "{}: is WebAssembly as text, expected a binary: translate it with wasm-tools parse "
        "-o OUT.wasm",
        name);
  }
  if (is_text(head)) {
    return Error(ErrorKind::invalid,
                 "{}: is a text file, expected a component: name the .wasm file that the build "
                 "wrote",
                 name);
  }
  std::string found;
  for (const std::uint8_t byte : head.first(std::min<std::size_t>(head.size(), 4))) {
    found += fmt::format(" {:02x}", byte);
  }
  return Error(
      ErrorKind::invalid,
      "{}: is not WebAssembly: starts with{}, expected 00 61 73 6d (\\0asm): name the .wasm "
      "file that the build wrote",
      name, found);
}

Result<std::vector<std::uint8_t>> read_component_file(const std::filesystem::path& path,
                                                      std::uint64_t limit) {
  const std::string name = path.string();
  WC_TRY(const Opened opened, open_component(name, limit));
  std::vector<std::uint8_t> bytes(opened.size);
  WC_TRY(const std::size_t count, opened.file.read(bytes), "{}: cannot be read", name);
  bytes.resize(count);  // it may have been cut meanwhile
  WC_CHECK(check_component_head(std::span(bytes).first(std::min(bytes.size(), kHeadBytes)), name));
  return bytes;
}

Result<> check_component_file(const std::filesystem::path& path, std::uint64_t limit) {
  const std::string name = path.string();
  WC_TRY(const Opened opened, open_component(name, limit));
  std::array<std::uint8_t, kHeadBytes> head{};
  WC_TRY(const std::size_t count, opened.file.read(head), "{}: cannot be read", name);
  return check_component_head(std::span(head).first(count), name);
}

std::string human_size(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} bytes", bytes)
                   : fmt::format("{:.1f} {}", value, kUnits.at(unit));
}

}  // namespace wasmcloud::wash

// The cache on disk, <cache_dir>/<first 2 of key>/<key>.<what>: compiled core modules (`cwasm`),
// what else makes up a compiled component (`program`), and notes, which are empty (`note`). A key
// is a digest of what the file is about, our configuration and Wasmtime's version.
//
// Modules are large, and a cryptographic hash of one takes longer than all else of a load. So what
// stands for its bytes is an authentication code (GMAC) under a secret of the cache folder: for
// whoever does not know the secret and sees no code (file names are digests of codes, in a folder
// that only its owner reads) two modules with the same one are beyond reach, and it is made several
// times as fast.
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wasmcloud/base/deleter.h"
#include "wasmcloud/base/log.h"
#include "wasmcloud/base/random.h"
#include "wasmcloud/component/engine_impl.h"

namespace wasmcloud::component {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kCodeBytes = 16;

std::string hex(std::span<const unsigned char> bytes) {
  std::string text;
  for (const unsigned char byte : bytes) {
    text += fmt::format("{:02x}", byte);
  }
  return text;
}

using MacContext = std::unique_ptr<EVP_MAC_CTX, Deleter<EVP_MAC_CTX_free>>;

MacContext new_mac() {
  static EVP_MAC* const kGmac = EVP_MAC_fetch(nullptr, "GMAC", nullptr);
  return MacContext(kGmac == nullptr ? nullptr : EVP_MAC_CTX_new(kGmac));
}

// Compiled code is run as it lies there, and a secret has to be one: only ours, and with none of
// these rights for others.
bool trusted(int descriptor, mode_t forbidden = S_IWGRP | S_IWOTH) {
  struct stat status{};
  return fstat(descriptor, &status) == 0 && status.st_uid == geteuid() &&
         (status.st_mode & forbidden) == 0;
}

class Descriptor {
 public:
  explicit Descriptor(int value) noexcept : value_(value) {}

  ~Descriptor() {
    if (value_ >= 0) {
      close(value_);
    }
  }

  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}

  Descriptor& operator=(Descriptor&&) = delete;

  int get() const noexcept { return value_; }

  bool valid() const noexcept { return value_ >= 0; }

 private:
  int value_;
};

Descriptor open_file(const fs::path& file) {
  return Descriptor(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
}

// Not valid if there is none that can be trusted.
Descriptor open_trusted(const fs::path& file) {
  Descriptor descriptor = open_file(file);
  if (descriptor.valid() && !trusted(descriptor.get())) {
    log::warn("a file in the cache is not ours alone, ignored", {{"file", file.string()}});
    return Descriptor(-1);
  }
  return descriptor;
}

ModuleHandle load_cached(const Engine& engine, const fs::path& file) {
  const Descriptor descriptor = open_trusted(file);
  if (!descriptor.valid()) {
    return nullptr;
  }
  wasmtime_module_t* module = nullptr;
  // By descriptor, so that what was checked is what is read.
  const std::string path = fmt::format("/proc/self/fd/{}", descriptor.get());
  if (ErrorHandle error{
          wasmtime_module_deserialize_file(engine.impl().engine.get(), path.c_str(), &module)}) {
    log::debug("compiled code in the cache cannot be used",
               {{"file", file.string()},
                {"error", to_error(std::move(error), ErrorKind::invalid).message()}});
    return nullptr;
  }
  return ModuleHandle(module);
}

Result<> write_all(int descriptor, std::string_view data) {
  while (!data.empty()) {
    const ssize_t written = write(descriptor, data.data(), data.size());
    if (written < 0 && errno != EINTR) {
      return Error(ErrorKind::unavailable, "{}", std::strerror(errno));
    }
    data.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
  }
  return {};
}

Result<> make_folder(const fs::path& folder) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) {
    return Error(ErrorKind::unavailable, "{}: {}", folder.string(), failure.message());
  }
  fs::permissions(folder, fs::perms::owner_all, failure);
  return {};
}

// Under another name first: a reader sees a whole file or none. `publish` gives it its name, and
// returns what rename() does.
template <typename Publish>
Result<> save_as(const fs::path& file, std::string_view content, Publish publish) {
  std::string temporary = file.string() + ".XXXXXX";
  const Descriptor descriptor(mkostemp(temporary.data(), O_CLOEXEC));
  if (!descriptor.valid()) {
    return Error(ErrorKind::unavailable, "{}: {}", temporary, std::strerror(errno));
  }
  Result<> written = write_all(descriptor.get(), content);
  if (written && (fsync(descriptor.get()) != 0 || publish(temporary.c_str(), file.c_str()) != 0)) {
    written = Error(ErrorKind::unavailable, "{}: {}", file.string(), std::strerror(errno));
  }
  unlink(temporary.c_str());  // if it is still there
  return written;
}

// The two around a file.
Result<> make_folders(const fs::path& file) {
  WC_CHECK(make_folder(file.parent_path().parent_path()));
  return make_folder(file.parent_path());
}

Result<> save(const fs::path& file, std::string_view content) {
  WC_CHECK(make_folders(file));
  return save_as(file, content, rename);
}

Result<> save(const fs::path& file, const wasmtime_module_t* module) {
  ByteVec serialized;
  if (ErrorHandle error{
          wasmtime_module_serialize(const_cast<wasmtime_module_t*>(module), serialized.get())}) {
    return to_error(std::move(error), ErrorKind::internal);
  }
  return save(file, serialized.view());
}

std::optional<std::string> read_all(int descriptor) {
  struct stat status{};
  if (fstat(descriptor, &status) != 0) {
    return std::nullopt;
  }
  std::string content(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t have = 0;
  while (have < content.size()) {
    const ssize_t count = read(descriptor, content.data() + have, content.size() - have);
    if (count == 0 || (count < 0 && errno != EINTR)) {
      return std::nullopt;
    }
    have += static_cast<std::size_t>(std::max<ssize_t>(count, 0));
  }
  return content;
}

std::optional<CacheSecret> read_secret(const fs::path& file) {
  const Descriptor descriptor = open_file(file);
  CacheSecret secret{};
  if (!descriptor.valid() || !trusted(descriptor.get(), S_IRWXG | S_IRWXO) ||
      read(descriptor.get(), secret.data(), secret.size()) != static_cast<ssize_t>(secret.size())) {
    return std::nullopt;
  }
  return secret;
}

fs::path file_of(const Engine& engine, const std::string& key, std::string_view what) {
  return engine.impl().config.cache_dir / key.substr(0, 2) / fmt::format("{}.{}", key, what);
}

fs::path code_file(const Engine& engine, const std::string& key) {
  return file_of(engine, key, "cwasm");
}

fs::path image_file(const Engine& engine, const std::string& key) {
  return file_of(engine, key, "program");
}

fs::path note_file(const Engine& engine, const std::string& key) {
  return file_of(engine, key, "note");
}

}  // namespace

// Of several processes that make one the first wins. One that is not ours alone is replaced: what
// it named is not found any more.
Result<CacheSecret> open_cache_secret(const fs::path& cache_dir) {
  WC_CHECK(make_folder(cache_dir));
  const fs::path file = cache_dir / "secret";
  if (const auto known = read_secret(file)) {
    return *known;
  }
  unlink(file.c_str());
  CacheSecret made{};
  fill_random(made);
  Result<> saved = save_as(file, {reinterpret_cast<const char*>(made.data()), made.size()}, link);
  if (const auto known = read_secret(file)) {
    return *known;
  }
  WC_CHECK(std::move(saved));
  return Error(ErrorKind::denied, "{}: is not ours alone", file.string());
}

std::string cache_digest(const Engine& engine, std::span<const std::uint8_t> bytes) {
  const auto& secret = engine.impl().cache_secret;
  const MacContext context = secret ? new_mac() : nullptr;
  if (!context) {
    return {};
  }
  // One value serves for all: codes are never shown.
  std::array<unsigned char, 12> nonce{};
  std::string cipher = "AES-256-GCM";
  const std::array<OSSL_PARAM, 3> params{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, cipher.data(), cipher.size()),
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_IV, nonce.data(), nonce.size()),
      OSSL_PARAM_construct_end()};
  std::array<unsigned char, kCodeBytes> code{};
  std::size_t size = 0;
  if (EVP_MAC_init(context.get(), secret->data(), secret->size(), params.data()) != 1 ||
      EVP_MAC_update(context.get(), bytes.data(), bytes.size()) != 1 ||
      EVP_MAC_final(context.get(), code.data(), &size, code.size()) != 1) {
    return {};
  }
  return hex(code);
}

std::string cache_key(const Engine& engine, std::span<const std::string_view> parts) {
  const Engine::Impl& impl = engine.impl();
  if (!impl.cache_secret) {
    return {};
  }
  std::string all = impl.code_version;
  for (const std::string_view part : parts) {
    if (part.empty()) {
      return {};
    }
    all += fmt::format(" {}:", part.size());
    all += part;
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
  unsigned int size = 0;
  if (EVP_Digest(all.data(), all.size(), raw.data(), &size, EVP_sha256(), nullptr) != 1) {
    return {};
  }
  return hex(std::span(raw).first(size));
}

Result<> validate_module(const Engine& engine, std::span<const std::uint8_t> bytes) {
  if (ErrorHandle error{
          wasmtime_module_validate(engine.impl().engine.get(), bytes.data(), bytes.size())}) {
    return to_error(std::move(error), ErrorKind::invalid);
  }
  return {};
}

ModuleHandle cached_module(const Engine& engine, const std::string& key) {
  return key.empty() ? nullptr : load_cached(engine, code_file(engine, key));
}

Result<ModuleHandle> compile_module(const Engine& engine, std::span<const std::uint8_t> bytes,
                                    const std::string& key) {
  engine.impl().modules_compiled.fetch_add(1, std::memory_order_relaxed);
  wasmtime_module_t* module = nullptr;
  if (ErrorHandle error{
          wasmtime_module_new(engine.impl().engine.get(), bytes.data(), bytes.size(), &module)}) {
    return to_error(std::move(error), ErrorKind::invalid);
  }
  ModuleHandle made(module);
  if (key.empty()) {
    return made;
  }
  if (Result<> saved = save(code_file(engine, key), made.get()); !saved) {
    log::warn("compiled code could not be kept for the next start",
              {{"error", saved.error().describe()}});
    return made;
  }
  // The file's pages take memory only where the code is run.
  ModuleHandle kept = cached_module(engine, key);
  return kept ? std::move(kept) : std::move(made);
}

std::optional<std::string> cached_image(const Engine& engine, const std::string& key) {
  if (key.empty()) {
    return std::nullopt;
  }
  const Descriptor descriptor = open_trusted(image_file(engine, key));
  return descriptor.valid() ? read_all(descriptor.get()) : std::nullopt;
}

void keep_image(const Engine& engine, const std::string& key, std::string_view image) {
  if (const Result<> saved = save(image_file(engine, key), image); !saved) {
    log::warn("a compiled component could not be kept for the next start",
              {{"error", saved.error().describe()}});
  }
}

bool is_noted(const Engine& engine, const std::string& key) {
  return !key.empty() && open_trusted(note_file(engine, key)).valid();
}

void keep_note(const Engine& engine, const std::string& key) {
  if (key.empty()) {
    return;
  }
  const fs::path file = note_file(engine, key);
  const Result<> made = make_folders(file);
  unlink(file.c_str());  // one that is not trusted
  const Descriptor descriptor(
      open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!made || !descriptor.valid()) {
    log::debug("a note could not be kept for the next start", {{"file", file.string()}});
  }
}

}  // namespace wasmcloud::component

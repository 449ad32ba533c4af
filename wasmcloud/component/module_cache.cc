// Compiled core modules on disk: <cache_dir>/<first 2 of digest>/<digest of module, configuration
// and version>.cwasm.
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wasmcloud/base/deleter.h"
#include "wasmcloud/base/log.h"
#include "wasmcloud/component/engine_impl.h"

namespace wasmcloud::component {
namespace {

namespace fs = std::filesystem;

// Empty if it cannot be had.
std::string digest(std::span<const std::span<const std::uint8_t>> parts, std::string_view version) {
  const std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
  unsigned int size = 0;
  if (!context || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1 ||
      EVP_DigestUpdate(context.get(), version.data(), version.size()) != 1) {
    return {};
  }
  for (const auto part : parts) {
    if (EVP_DigestUpdate(context.get(), part.data(), part.size()) != 1) {
      return {};
    }
  }
  if (EVP_DigestFinal_ex(context.get(), raw.data(), &size) != 1) {
    return {};
  }
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += fmt::format("{:02x}", raw[i]);
  }
  return text;
}

// Compiled code is run as it lies there: only ours, and writable by no one else.
bool trusted(int descriptor) {
  struct stat status{};
  return fstat(descriptor, &status) == 0 && status.st_uid == geteuid() &&
         (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

class Descriptor {
 public:
  explicit Descriptor(int value) noexcept : value_(value) {}

  ~Descriptor() {
    if (value_ >= 0) {
      close(value_);
    }
  }

  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const noexcept { return value_; }

  bool valid() const noexcept { return value_ >= 0; }

 private:
  int value_;
};

ModuleHandle load_cached(const Engine& engine, const fs::path& file) {
  const Descriptor descriptor(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!descriptor.valid()) {
    return nullptr;
  }
  if (!trusted(descriptor.get())) {
    log::warn("compiled code in the cache is not ours alone, ignored", {{"file", file.string()}});
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

// Under another name first: a reader sees a whole file or none.
Result<> save(const fs::path& file, const wasmtime_module_t* module) {
  ByteVec serialized;
  if (ErrorHandle error{
          wasmtime_module_serialize(const_cast<wasmtime_module_t*>(module), serialized.get())}) {
    return to_error(std::move(error), ErrorKind::internal);
  }
  const fs::path folder = file.parent_path();
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) {
    return Error(ErrorKind::unavailable, "{}: {}", folder.string(), failure.message());
  }
  for (const fs::path& each : {folder.parent_path(), folder}) {
    fs::permissions(each, fs::perms::owner_all, failure);
  }
  std::string temporary = file.string() + ".XXXXXX";
  const Descriptor descriptor(mkostemp(temporary.data(), O_CLOEXEC));
  if (!descriptor.valid()) {
    return Error(ErrorKind::unavailable, "{}: {}", temporary, std::strerror(errno));
  }
  Result<> written = write_all(descriptor.get(), serialized.view());
  if (written && (fsync(descriptor.get()) != 0 || rename(temporary.c_str(), file.c_str()) != 0)) {
    written = Error(ErrorKind::unavailable, "{}: {}", file.string(), std::strerror(errno));
  }
  if (!written) {
    unlink(temporary.c_str());
  }
  return written;
}

fs::path file_of(const Engine& engine, const std::string& key) {
  return engine.impl().config.cache_dir / key.substr(0, 2) / (key + ".cwasm");
}

}  // namespace

std::string cache_key(const Engine& engine,
                      std::span<const std::span<const std::uint8_t>> made_of) {
  const Engine::Impl& impl = engine.impl();
  return impl.config.cache_dir.empty() ? std::string() : digest(made_of, impl.code_version);
}

Result<> validate_module(const Engine& engine, std::span<const std::uint8_t> bytes) {
  if (ErrorHandle error{
          wasmtime_module_validate(engine.impl().engine.get(), bytes.data(), bytes.size())}) {
    return to_error(std::move(error), ErrorKind::invalid);
  }
  return {};
}

ModuleHandle cached_module(const Engine& engine, const std::string& key) {
  return key.empty() ? nullptr : load_cached(engine, file_of(engine, key));
}

Result<ModuleHandle> compile_module(const Engine& engine, std::span<const std::uint8_t> bytes,
                                    const std::string& key) {
  wasmtime_module_t* module = nullptr;
  if (ErrorHandle error{
          wasmtime_module_new(engine.impl().engine.get(), bytes.data(), bytes.size(), &module)}) {
    return to_error(std::move(error), ErrorKind::invalid);
  }
  ModuleHandle made(module);
  if (key.empty()) {
    return made;
  }
  if (Result<> saved = save(file_of(engine, key), made.get()); !saved) {
    log::warn("compiled code could not be kept for the next start",
              {{"error", saved.error().describe()}});
    return made;
  }
  // The file's pages take memory only where the code is run.
  ModuleHandle kept = cached_module(engine, key);
  return kept ? std::move(kept) : std::move(made);
}

Result<ModuleHandle> compile_module(const Engine& engine, std::span<const std::uint8_t> bytes) {
  const std::string key = cache_key(engine, std::array{bytes});
  if (ModuleHandle cached = cached_module(engine, key)) {
    return cached;
  }
  return compile_module(engine, bytes, key);
}

}  // namespace wasmcloud::component

#include "instances.h"

#include <filesystem>
#include <fstream>

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "wasmcloud/wasi/context.h"
#include "wasmcloud/wasi/wasi.h"

#include "our_calls.h"

namespace wasmcloud::bench {
namespace {

using component::Component;
using component::Engine;
using component::Host;
using component::Store;

constexpr int kInstances = 1000;

const Host& host() {
  static const Host host = [] {
    Host made;
    wasi::add_to(made);
    return made;
  }();
  return host;
}

PeerComponent peer_component(const std::vector<std::uint8_t>& bytes) {
  wasmtime_component_t* made = nullptr;
  need(wasmtime_component_new(raw_engine(), bytes.data(), bytes.size(), &made));
  return PeerComponent(made);
}

template <typename Work>
double nanoseconds_once(Work work) {
  return nanoseconds_each(Seconds(0), 1, work);
}

// A folder of this process, gone with it.
class Folder {
 public:
  Folder()
      : path_(std::filesystem::temp_directory_path() /
              fmt::format("component_bench-{}", static_cast<int>(getpid()))) {
    std::filesystem::create_directories(path_);
  }

  ~Folder() { std::filesystem::remove_all(path_); }

  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

double resident_kilobytes() {
  std::ifstream file("/proc/self/statm");
  double size = 0;
  double resident = 0;
  file >> size >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1024;
}

}  // namespace

HttpComponent::HttpComponent(const std::string& path) {
  const auto bytes = read_file(path);
  ours_ = need(Component::load(engine(), host(), bytes));
  peer_ = peer_component(bytes);
  linker_.reset(wasmtime_component_linker_new(raw_engine()));
  need(wasmtime_component_linker_define_unknown_imports_as_traps(linker_.get(), peer_.get()));
}

std::unique_ptr<Store> HttpComponent::new_store() const {
  static asio::io_context loop(1);
  static const wasi::Environment environment;
  const asio::any_io_executor executor = loop.get_executor();
  auto store = need(Store::create(ours_, executor,
                                  std::make_unique<wasi::Context>(environment, executor, nullptr)));
  run(*store, [](Store&) { return Result<>(); });
  return store;
}

component::StoreHandle HttpComponent::new_peer_store() const {
  component::StoreHandle store = new_raw_store();
  wasmtime_component_instance_t instance;
  need(wasmtime_component_linker_instantiate(linker_.get(), wasmtime_store_context(store.get()),
                                             peer_.get(), &instance));
  return store;
}

Measure HttpComponent::our_instance() const {
  return
      [this](Seconds duration) { return nanoseconds_each(duration, 10, [this] { new_store(); }); };
}

Measure HttpComponent::peer_instance() const {
  return [this](Seconds duration) {
    return nanoseconds_each(duration, 10, [this] { new_peer_store(); });
  };
}

std::shared_ptr<void> HttpComponent::keep_ours() const {
  return std::shared_ptr<Store>(new_store());
}

std::shared_ptr<void> HttpComponent::keep_peer() const {
  return std::shared_ptr<wasmtime_store_t>(new_peer_store());
}

LoadTimes our_load_times(const std::string& path) {
  const auto bytes = read_file(path);
  const Folder folder;
  const auto caching = need(Engine::create({.cache_dir = folder.path()}));
  const auto load = [&](std::string_view digest) {
    return [&, digest] { need(Component::load(*caching, host(), bytes, nullptr, digest)); };
  };
  const double compiled = nanoseconds_once(load(""));
  const double cached = nanoseconds_each(Seconds(0.3), 1, load(""));
  load("a digest")();  // puts it into the cache under that name
  return {.compiled = compiled,
          .cached = cached,
          .known = nanoseconds_each(Seconds(0.3), 1, load("a digest"))};
}

LoadTimes peer_load_times(const std::string& path) {
  const auto bytes = read_file(path);
  PeerComponent component;
  const double compiled = nanoseconds_once([&] { component = peer_component(bytes); });
  const Folder folder;
  const std::string file = folder.path() / "component";
  component::ByteVec code;
  need(wasmtime_component_serialize(component.get(), code.get()));
  std::ofstream(file, std::ios::binary) << code.view();
  const double cached = nanoseconds_each(Seconds(0.3), 1, [&] {
    wasmtime_component_t* made = nullptr;
    need(wasmtime_component_deserialize_file(raw_engine(), file.c_str(), &made));
    wasmtime_component_delete(made);
  });
  return {.compiled = compiled, .cached = cached, .known = 0};
}

int print_memory(const std::string& side, const std::string& path) {
  const HttpComponent component(path);
  std::vector<std::shared_ptr<void>> kept;
  kept.reserve(kInstances);
  const double before = resident_kilobytes();
  for (int i = 0; i < kInstances; ++i) {
    kept.push_back(side == "ours" ? component.keep_ours() : component.keep_peer());
  }
  fmt::print("{}\n", (resident_kilobytes() - before) / kInstances);
  return 0;
}

double memory_of(const std::string& side, const std::string& path) {
  const std::string program = std::filesystem::read_symlink("/proc/self/exe");
  const std::string command = fmt::format("'{}' --memory {} '{}'", program, side, path);
  std::FILE* const pipe = popen(command.c_str(), "r");  // NOLINT(cert-env33-c): this program
  double kilobytes = 0;
  if (pipe == nullptr || std::fscanf(pipe, "%lf", &kilobytes) != 1) {
    need(Result<>(Error(ErrorKind::internal, "no answer of {}", command)));
  }
  pclose(pipe);
  return kilobytes;
}

}  // namespace wasmcloud::bench

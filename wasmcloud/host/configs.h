// Named configurations as components, providers and links use them: merged, and kept up to date.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/task.h"
#include "wasmcloud/lattice/store.h"
#include "wasmcloud/wasi/config.h"

namespace wasmcloud::host {

// Some of the configurations, in one map: where two have the same key, the later one counts. What
// stands in it follows the store for as long as somebody holds it.
class ConfigBundle final : public wasi::ConfigSource {
 public:
  std::shared_ptr<const lattice::StringMap> current() const override { return merged_.load(); }

  const std::vector<std::string>& names() const noexcept { return names_; }

 private:
  friend class Configs;

  std::vector<std::string> names_;
  std::function<void()> on_change_;
  std::atomic<std::shared_ptr<const lattice::StringMap>> merged_ =
      std::make_shared<const lattice::StringMap>();
};

// Whether it is a reference to a secret rather than a configuration, going by its name.
bool is_secret(std::string_view name) noexcept;

// Belongs to one executor. `store` must outlive it.
class Configs {
 public:
  explicit Configs(lattice::Store& store) : store_(store) {}

  // `on_change` is called on the executor each time that the merged map has become another.
  // Errors, in the words of existing hosts: `not_found`, `unsupported` for secrets, `invalid` for a
  // value that is no map of strings.
  Task<std::shared_ptr<const ConfigBundle>> bundle(std::vector<std::string> names,
                                                   std::function<void()> on_change,
                                                   Deadline deadline);

  // An entry of the configurations' bucket, as its watch tells it.
  void apply(const nats::KvEntry& entry);
  // For a store that was made anew, where revisions begin at 1 again. What is not told again stays.
  void forget_revisions() noexcept;

 private:
  struct Known {
    lattice::StringMap values;
    std::uint64_t revision = 0;
    int readers = 0;  // bundles that are being made of it
  };

  Task<> read(std::string name, Deadline deadline);
  Task<> read_all(const std::vector<std::string>& names, Deadline deadline);
  void merge(ConfigBundle& bundle) const;
  void forget_unused();

  lattice::Store& store_;
  std::map<std::string, Known, std::less<>> known_;  // those that bundles are made of
  std::vector<std::weak_ptr<ConfigBundle>> bundles_;
};

}  // namespace wasmcloud::host

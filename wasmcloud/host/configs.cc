#include "wasmcloud/host/configs.h"

#include <algorithm>
#include <set>
#include <utility>

#include "wasmcloud/base/log.h"
#include "wasmcloud/lattice/messages.h"

namespace wasmcloud::host {

using lattice::StringMap;

bool is_secret(std::string_view name) noexcept { return name.starts_with("SECRET"); }

Task<std::shared_ptr<const ConfigBundle>> Configs::bundle(std::vector<std::string> names,
                                                          std::function<void()> on_change,
                                                          Deadline deadline) {
  if (std::ranges::any_of(names, is_secret)) {
    co_return Error(ErrorKind::unsupported,
                    "Unable to fetch requested secrets: secret store not configured, could not "
                    "fetch secrets");
  }
  forget_unused();
  for (const std::string& name : names) {
    ++known_[name].readers;  // from here on apply() keeps what it is told of it
  }
  const Result<> read = co_await read_all(names, deadline);
  for (const std::string& name : names) {
    --known_[name].readers;
  }
  if (!read) {
    co_return read.error().clone().with_context("Unable to fetch requested config");
  }
  auto bundle = std::make_shared<ConfigBundle>();
  bundle->names_ = std::move(names);
  bundle->on_change_ = std::move(on_change);
  merge(*bundle);
  bundles_.push_back(bundle);
  co_return std::shared_ptr<const ConfigBundle>(std::move(bundle));
}

Task<> Configs::read_all(const std::vector<std::string>& names, Deadline deadline) {
  for (const std::string& name : names) {
    WC_CO_CHECK(read(name, deadline));
  }
  co_return Result<>();
}

Task<> Configs::read(std::string name, Deadline deadline) {
  WC_CO_TRY(const auto stored, store_.config(name, deadline));
  if (!stored) {
    co_return Error(ErrorKind::not_found, "Config {} does not exist", name);
  }
  Known& known = known_[name];
  if (stored->revision > known.revision) {
    WC_CO_TRY_VALUE(known.values, lattice::parse<StringMap>(stored->body),
                    "Config {}: config data should be a map of string -> string", name);
    known.revision = stored->revision;
  }
  co_return Result<>();
}

void Configs::apply(const nats::KvEntry& entry) {
  const auto found = known_.find(entry.key);
  if (found == known_.end() || entry.revision <= found->second.revision) {
    return;
  }
  StringMap values;
  if (entry.operation == nats::KvOperation::put) {
    Result<StringMap> parsed = lattice::parse<StringMap>(entry.value);
    if (!parsed) {
      log::warn("a configuration cannot be read: the value before it stays",
                {{"config", entry.key}, {"error", parsed.error().describe()}});
      return;
    }
    values = *std::move(parsed);
  }
  found->second.values = std::move(values);
  found->second.revision = entry.revision;
  for (const auto& weak : std::vector(bundles_)) {
    const auto bundle = weak.lock();
    if (!bundle || std::ranges::find(bundle->names_, entry.key) == bundle->names_.end()) {
      continue;
    }
    const auto before = bundle->current();
    merge(*bundle);
    if (*bundle->current() != *before && bundle->on_change_) {
      bundle->on_change_();
    }
  }
}

void Configs::forget_revisions() noexcept {
  for (auto& [name, known] : known_) {
    known.revision = 0;
  }
}

void Configs::merge(ConfigBundle& bundle) const {
  auto merged = std::make_shared<StringMap>();
  for (const std::string& name : bundle.names_) {
    if (const auto known = known_.find(name); known != known_.end()) {
      for (const auto& [key, value] : known->second.values) {
        merged->insert_or_assign(key, value);
      }
    }
  }
  bundle.merged_.store(std::move(merged));
}

void Configs::forget_unused() {
  std::set<std::string, std::less<>> used;
  std::erase_if(bundles_, [&used](const auto& weak) {
    const auto bundle = weak.lock();
    if (bundle) {
      used.insert(bundle->names_.begin(), bundle->names_.end());
    }
    return !bundle;
  });
  std::erase_if(known_, [&used](const auto& item) {
    return item.second.readers == 0 && !used.contains(item.first);
  });
}

}  // namespace wasmcloud::host

#include "wasmcloud/lattice/store.h"

#include <chrono>
#include <utility>

namespace wasmcloud::lattice {
namespace {

// How often somebody else may be faster in a row.
constexpr int kMaxAttempts = 32;

// A bucket that somebody has deleted is missed after two of these.
constexpr std::chrono::seconds kWatchHeartbeat{2};

const std::string& subject_of(const StoredClaims& claims) {
  return std::visit([](const auto& each) -> const std::string& { return each.subject; }, claims);
}

Result<StoreEntry> parse_spec(const nats::KvEntry& entry, std::string id) {
  SpecEntry parsed{.id = std::move(id), .spec = {}, .revision = entry.revision};
  if (entry.operation == nats::KvOperation::put) {
    WC_TRY(parsed.spec, parse_component_spec(entry.value), "{}", entry.key);
  }
  return StoreEntry(std::move(parsed));
}

Result<StoreEntry> parse_claims(const nats::KvEntry& entry, std::string subject) {
  ClaimsEntry parsed{.subject = std::move(subject), .claims = {}};
  if (entry.operation == nats::KvOperation::put) {
    WC_TRY(parsed.claims, parse_stored_claims(entry.value), "{}", entry.key);
    if (subject_of(*parsed.claims) != parsed.subject) {
      return Error(ErrorKind::invalid, "{}: subject mismatch: the claims are of `{}`", entry.key,
                   subject_of(*parsed.claims));
    }
  }
  return StoreEntry(std::move(parsed));
}

}  // namespace

Result<StoreEntry> parse_entry(const nats::KvEntry& entry) {
  EntryKey key = parse_entry_key(entry.key);
  switch (key.kind) {
    case EntryKey::Kind::component:
      return parse_spec(entry, std::move(key.id));
    case EntryKey::Kind::claims:
      return parse_claims(entry, std::move(key.id));
    case EntryKey::Kind::other:
      break;
  }
  return StoreEntry();
}

Task<Store> Store::open(nats::Connection& connection, std::string lattice, std::string domain,
                        Deadline deadline) {
  WC_CO_TRY(nats::Bucket data,
            nats::open_or_create_bucket(
                connection, {.bucket = lattice_bucket(lattice), .domain = domain}, deadline),
            "bucket '{}'", lattice_bucket(lattice));
  WC_CO_TRY(nats::Bucket configs,
            nats::open_or_create_bucket(
                connection, {.bucket = config_bucket(lattice), .domain = domain}, deadline),
            "bucket '{}'", config_bucket(lattice));
  co_return Store(std::move(data), std::move(configs));
}

Task<std::optional<ComponentSpec>> Store::spec(std::string id, Deadline deadline) {
  WC_CO_TRY(const std::optional<nats::KvEntry> entry, lattice_.get(component_key(id), deadline));
  if (!entry) {
    co_return std::optional<ComponentSpec>();
  }
  WC_CO_TRY_VALUE(ComponentSpec spec, parse_component_spec(entry->value), "{}", entry->key);
  co_return std::optional(std::move(spec));
}

Task<std::optional<SpecEntry>> Store::change_spec(std::string id, Change change,
                                                  Deadline deadline) {
  const std::string key = component_key(id);
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    WC_CO_TRY(const std::optional<nats::KvEntry> entry, lattice_.get(key, deadline));
    std::optional<ComponentSpec> stored;
    if (entry) {
      WC_CO_TRY_VALUE(stored, parse_component_spec(entry->value), "{}", key);
    }
    WC_CO_TRY_VALUE(std::optional<ComponentSpec> wanted, change(std::move(stored)));
    if (!wanted) {
      co_return std::optional<SpecEntry>();
    }
    const Result<std::uint64_t> written =
        entry ? co_await lattice_.update(key, to_json(*wanted), entry->revision, deadline)
              : co_await lattice_.create(key, to_json(*wanted), deadline);
    if (written) {
      SpecEntry now{.id = std::move(id), .spec = std::move(wanted), .revision = *written};
      co_return std::optional(std::move(now));
    }
    if (written.error().kind() != ErrorKind::conflict) {
      co_return written.error().clone();
    }
  }
  co_return Error(ErrorKind::conflict, "{}: others changed it {} times meanwhile: try again", key,
                  kMaxAttempts);
}

Task<> Store::add_spec(std::string id, std::string url, Deadline deadline) {
  using Spec = std::optional<ComponentSpec>;
  const auto add = [&url](Spec stored) -> Result<Spec> {
    return stored ? Spec() : Spec(ComponentSpec{.url = url, .links = {}});
  };
  WC_CO_CHECK(change_spec(std::move(id), add, deadline));
  co_return Result<>();
}

Task<> Store::put_claims(StoredClaims claims, Deadline deadline) {
  WC_CO_CHECK(lattice_.put(claims_key(subject_of(claims)), to_json(claims), deadline));
  co_return Result<>();
}

Task<nats::KvWatch> Store::watch(Deadline deadline) {
  return lattice_.watch({.heartbeat = kWatchHeartbeat}, deadline);
}

Task<std::optional<Store::Config>> Store::config(std::string name, Deadline deadline) {
  WC_CO_TRY(std::optional<nats::KvEntry> entry, configs_.get(std::move(name), deadline));
  if (!entry) {
    co_return std::optional<Config>();
  }
  Config config{.body = std::move(entry->value), .revision = entry->revision};
  co_return std::optional(std::move(config));
}

Task<> Store::put_config(std::string name, std::string body, Deadline deadline) {
  WC_CO_CHECK(configs_.put(std::move(name), std::move(body), deadline));
  co_return Result<>();
}

Task<> Store::delete_config(std::string name, Deadline deadline) {
  return configs_.purge(std::move(name), deadline);
}

Task<nats::KvWatch> Store::watch_configs(Deadline deadline) {
  return configs_.watch({.heartbeat = kWatchHeartbeat}, deadline);
}

}  // namespace wasmcloud::lattice

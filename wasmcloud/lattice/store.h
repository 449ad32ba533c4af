// What a lattice keeps in its KV buckets, over a connection (fact sheet "lattice", 3): specs of
// components and providers with their links, claims, configurations.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/task.h"
#include "wasmcloud/lattice/messages.h"
#include "wasmcloud/lattice/stored.h"
#include "wasmcloud/nats/key_value.h"

namespace wasmcloud::lattice {

// An entry of the lattice's bucket, read. One of an older version, or that is not what its key
// says, is none: readers go on (parse_entry says why).
struct SpecEntry {
  std::string id;
  std::optional<ComponentSpec> spec;  // nothing: deleted
  std::uint64_t revision = 0;         // a later one has a higher number
};

struct ClaimsEntry {
  std::string subject;
  std::optional<StoredClaims> claims;  // nothing: deleted
};

using StoreEntry = std::variant<std::monostate, SpecEntry, ClaimsEntry>;

// Errors: `invalid` for a value that cannot be read, or claims of another subject than the key's;
// they name the key.
Result<StoreEntry> parse_entry(const nats::KvEntry& entry);

// Thread-safe. Errors of all calls: those of nats::Bucket.
class Store {
 public:
  // Makes the buckets that do not exist; one that does is used as it is. `domain`: JetStream's,
  // empty for the connection's own. `connection` must outlive it and its watches.
  static Task<Store> open(nats::Connection& connection, std::string lattice, std::string domain,
                          Deadline deadline);

  // --- specs ---

  // Nothing if there is none.
  Task<std::optional<ComponentSpec>> spec(std::string id, Deadline deadline);

  // What is to become of a spec: it is given what is stored (nothing if there is none), and gives
  // what to store, nothing to leave it, or an error to give up. Called again if somebody was
  // faster.
  using Change =
      std::function<Result<std::optional<ComponentSpec>>(std::optional<ComponentSpec> stored)>;
  // Existing hosts write without looking, so that two at a time lose a link; this one does not lose
  // any, of theirs neither if it was there. `conflict` if others are faster many times in a row.
  // Gives what was stored; nothing if it was left.
  Task<std::optional<SpecEntry>> change_spec(std::string id, Change change, Deadline deadline);

  // For what is started: makes a spec without links. One that is there stays as it is, its url too.
  Task<> add_spec(std::string id, std::string url, Deadline deadline);

  Task<> put_claims(StoredClaims claims, Deadline deadline);
  // Of specs and claims: what is there, the mark, then what changes.
  Task<nats::KvWatch> watch(Deadline deadline);

  // --- configurations ---

  struct Config {
    std::string body;  // the bytes that were put
    std::uint64_t revision = 0;
  };

  // Nothing if there is none.
  Task<std::optional<Config>> config(std::string name, Deadline deadline);
  // `body` as it came, a JSON object of strings.
  Task<> put_config(std::string name, std::string body, Deadline deadline);
  // No error if there is none.
  Task<> delete_config(std::string name, Deadline deadline);
  // What is there, the mark, then what changes.
  Task<nats::KvWatch> watch_configs(Deadline deadline);

 private:
  Store(nats::Bucket lattice, nats::Bucket configs)
      : lattice_(std::move(lattice)), configs_(std::move(configs)) {}

  nats::Bucket lattice_;
  nats::Bucket configs_;
};

}  // namespace wasmcloud::lattice

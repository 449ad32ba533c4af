// JetStream key-value buckets, over requests of our own: the C client's calls for them block, and
// its watcher is polled. Bytes and subjects are those of every NATS client.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/task.h"
#include "wasmcloud/nats/connection.h"

namespace wasmcloud::nats {

enum class KvStorage : std::uint8_t { file, memory };

// How a bucket is created; one that exists is used as it is. The defaults are those of a lattice's
// buckets.
struct BucketConfig {
  std::string bucket;  // [a-zA-Z0-9_-]+
  std::string description = {};
  std::uint32_t history = 1;  // values kept of each key, 1 to 64
  KvStorage storage = KvStorage::file;
  std::uint32_t replicas = 1;
  std::chrono::nanoseconds max_age{0};  // 0: no end
  std::string domain = {};              // of JetStream; empty: the connection's own
};

enum class KvOperation : std::uint8_t { put, del, purge };

struct KvEntry {
  std::string key;
  std::string value = {};  // empty unless `put`
  std::uint64_t revision = 0;
  KvOperation operation = KvOperation::put;
  std::chrono::system_clock::time_point created = {};
};

// What a watch yields: an entry, or (once) that all that was there at the start has been told.
struct KvEvent {
  std::optional<KvEntry> entry;  // nothing: the mark

  bool is_initial_end() const noexcept { return !entry.has_value(); }
};

enum class WatchFrom : std::uint8_t {
  last_values,  // the last entry of each key (deletions too), the mark, then what changes
  history,      // all that the bucket keeps, the mark, then what changes
  now,          // the mark, then what changes
};

struct WatchOptions {
  std::string keys = ">";  // with the wildcards of subjects
  WatchFrom from = WatchFrom::last_values;
  // A silence of twice this long, and a gap, makes the watch begin anew behind what it told last.
  std::chrono::milliseconds heartbeat = std::chrono::seconds(5);
};

namespace internal {
struct WatchState;
struct BucketState;
}  // namespace internal

// Belongs to the executor on which it was made. Does nothing unless next() is awaited: the server
// holds back what is not fetched.
class KvWatch {
 public:
  KvWatch(KvWatch&&) noexcept;
  KvWatch& operator=(KvWatch&&) = delete;
  ~KvWatch();  // ends it; the server forgets it by itself

  // In the order of revisions; none twice, and none left out that the bucket still keeps. Goes on
  // over lost connections. `timeout`, `cancelled`: nothing is lost, call again. `unavailable`: the
  // connection is closed. `not_found`: the bucket is gone, or was deleted and made anew: what was
  // told is of the old one, and whoever wants the new one watches again.
  Task<KvEvent> next(Deadline deadline = Deadline::never());

 private:
  friend class Bucket;
  explicit KvWatch(std::unique_ptr<internal::WatchState> state) noexcept;

  std::unique_ptr<internal::WatchState> state_;
};

// Thread-safe. Each call is one request with the deadline given: errors of Connection::request()
// too; `unavailable` also if the server has no JetStream. Keys are [-/_=.a-zA-Z0-9]+ without '.' at
// either end or twice in a row: else `invalid`.
class Bucket {
 public:
  const std::string& name() const noexcept;

  // Nothing if there is none, or it was deleted or purged.
  Task<std::optional<KvEntry>> get(std::string key, Deadline deadline);
  // The revision. Puts at once, whatever is there.
  Task<std::uint64_t> put(std::string key, std::string value, Deadline deadline);
  // `conflict` if the key has a value.
  Task<std::uint64_t> create(std::string key, std::string value, Deadline deadline);
  // `conflict` if `revision` is not the key's last.
  Task<std::uint64_t> update(std::string key, std::string value, std::uint64_t revision,
                             Deadline deadline);
  // Leaves a mark, and the history. No error if there is no such key.
  Task<> del(std::string key, Deadline deadline);
  // Leaves a mark only.
  Task<> purge(std::string key, Deadline deadline);
  // Of all that have a value, sorted.
  Task<std::vector<std::string>> keys(Deadline deadline);
  Task<KvWatch> watch(WatchOptions options, Deadline deadline);

 private:
  friend Task<Bucket> open_bucket(Connection&, std::string, std::string, Deadline);
  friend Task<Bucket> open_or_create_bucket(Connection&, BucketConfig, Deadline);
  explicit Bucket(std::shared_ptr<const internal::BucketState> state) noexcept;

  Task<std::uint64_t> store(std::string key, std::string value, Headers headers, Deadline deadline);

  std::shared_ptr<const internal::BucketState> state_;
};

// `not_found` if there is none; `invalid` if a stream of that name is no bucket. `connection` must
// outlive the bucket and its watches, here and below.
Task<Bucket> open_bucket(Connection& connection, std::string bucket, std::string domain,
                         Deadline deadline);
// Two who create the same at the same time both get it.
Task<Bucket> open_or_create_bucket(Connection& connection, BucketConfig config, Deadline deadline);
// `not_found` if there is none.
Task<> delete_bucket(Connection& connection, std::string bucket, std::string domain,
                     Deadline deadline);

// Whether the server has JetStream for this connection's account: asks it.
Task<bool> has_jetstream(Connection& connection, std::string domain, Deadline deadline);

}  // namespace wasmcloud::nats

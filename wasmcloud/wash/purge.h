// What wasmCloud leaves in JetStream, and how it goes (fact sheet "wash", 3.7).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/task.h"
#include "wasmcloud/nats/connection.h"

namespace wasmcloud::wash {

enum class Purge : std::uint8_t { none, all, wadm, wasmcloud };

// "none", "all", "wadm", "wasmcloud". Pure.
Result<Purge> parse_purge(std::string_view text);

// The names of the streams that go; a bucket is the stream KV_{bucket}. Pure.
std::vector<std::string> streams_of(Purge purge, std::string_view lattice);

// Deletes a stream of the server's own JetStream domain. One that is not there is as good as
// deleted.
Task<> delete_stream(nats::Connection& connection, std::string name, Deadline deadline);

}  // namespace wasmcloud::wash

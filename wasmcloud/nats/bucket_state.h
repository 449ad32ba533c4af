// What a bucket and its watches know. Only for this module.
#pragma once

#include <string>
#include <string_view>

#include "wasmcloud/nats/key_value.h"

namespace wasmcloud::nats::internal {

struct BucketState {
  Connection& connection;
  std::string bucket;
  std::string stream;  // "KV_{bucket}"
  std::string api;     // "$JS.API."
  std::string read;    // "$KV.{bucket}.": of stored messages
  std::string write;   // the same, below the API's prefix if there is a domain
  bool allow_direct = false;
};

Result<> check_key(std::string_view key);
KvOperation operation_of(const Message& message);

}  // namespace wasmcloud::nats::internal

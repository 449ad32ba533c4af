// Requests to JetStream's API and what they answer. Only for this module.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "wasmcloud/nats/connection.h"

namespace wasmcloud::nats::internal {

// "$JS.API." or "$JS.{domain}.API.".
std::string api_prefix(std::string_view domain);
// `invalid` if it is no name (message.h); `what` names it in the error.
Result<> check_name(std::string_view name, std::string_view what);

// The error codes of the server that matter here.
inline constexpr int kStreamNotFound = 10059;
inline constexpr int kStreamNameInUse = 10058;
inline constexpr int kConsumerNotFound = 10014;
inline constexpr int kWrongLastSequence = 10071;

// Sends `body` to `prefix` + `call`. An error of the server: `not_found` (404), `conflict` (name in
// use, wrong last sequence), `exhausted` (no resources), `unavailable` (503), else `invalid`.
// Nobody listening: `unavailable`, saying that there is no JetStream.
Task<nlohmann::json> api_request(Connection& connection, std::string subject, std::string body,
                                 Deadline deadline);
// The same for any request that JetStream answers, such as a publish.
Task<nlohmann::json> api_request(Connection& connection, Outgoing request, Deadline deadline);
// What STREAM.INFO answers; `api` as of api_prefix(). `not_found` if there is no such stream.
Task<nlohmann::json> stream_info(Connection& connection, const std::string& api,
                                 const std::string& stream, Deadline deadline);

// 0 if the answer does not tell it.
std::uint64_t number_in(const nlohmann::json& object, const char* name);

}  // namespace wasmcloud::nats::internal

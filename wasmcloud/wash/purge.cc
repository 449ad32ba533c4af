#include "wasmcloud/wash/purge.h"

#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace wasmcloud::wash {

Result<Purge> parse_purge(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, Purge>, 4> kNames{
      {{"none", Purge::none},
       {"all", Purge::all},
       {"wadm", Purge::wadm},
       {"wasmcloud", Purge::wasmcloud}}};
  for (const auto& [name, purge] : kNames) {
    if (text == name) {
      return purge;
    }
  }
  return Error(ErrorKind::invalid, "expected none, all, wadm or wasmcloud");
}

std::vector<std::string> streams_of(Purge purge, std::string_view lattice) {
  std::vector<std::string> streams;
  if (purge == Purge::wasmcloud || purge == Purge::all) {
    streams.push_back(fmt::format("KV_CONFIGDATA_{}", lattice));
    streams.push_back(fmt::format("KV_LATTICEDATA_{}", lattice));
  }
  if (purge == Purge::wadm || purge == Purge::all) {
    for (const char* const name : {"KV_wadm_manifests", "KV_wadm_state", "wadm_commands",
                                   "wadm_events", "wadm_mirror", "wadm_notify", "wadm_status"}) {
      streams.emplace_back(name);
    }
  }
  return streams;
}

Task<> delete_stream(nats::Connection& connection, std::string name, Deadline deadline) {
  nats::Outgoing request{.subject = fmt::format("$JS.API.STREAM.DELETE.{}", name)};
  WC_CO_TRY(const nats::Message reply, connection.request(std::move(request), deadline));
  const auto json = nlohmann::json::parse(reply.text(), nullptr, false);
  if (!json.is_object()) {
    co_return Error(ErrorKind::invalid, "JetStream answered {:?}, expected a JSON object",
                    reply.text());
  }
  const auto error = json.find("error");
  if (error == json.end() || error->value("code", 0) == 404) {
    co_return Result<>();
  }
  co_return Error(ErrorKind::conflict, "{}", error->value("description", "JetStream refused it"));
}

}  // namespace wasmcloud::wash

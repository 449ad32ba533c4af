// The bodies of the control interface (fact sheet "lattice", 1.1 to 1.5), as plain structs and
// their JSON. Pure.
//
// Reading follows what every 1.x host and tool does: unknown fields are ignored, a key that stands
// twice, a missing field or a value of another type is an error `invalid` that names the field. A
// default here is what an absent field means. Writing leaves out what an existing host leaves out.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/result.h"

namespace wasmcloud::lattice {

using StringMap = std::map<std::string, std::string>;

// What may be read at most: the largest payload that a NATS server can be told to take.
inline constexpr std::size_t kMaxBodyBytes = std::size_t{64} << 20U;
inline constexpr int kMaxBodyDepth = 32;

// --- components and providers ---

struct ScaleComponent {
  std::string component_ref;
  std::string component_id;
  std::optional<StringMap> annotations;
  std::uint32_t count = 0;  // how many invocations may run at a time; 0 stops it
  std::optional<StringMap> component_limits;
  std::string host_id;
  std::vector<std::string> config;
  bool allow_update = false;
  friend bool operator==(const ScaleComponent&, const ScaleComponent&) = default;
};

struct UpdateComponent {
  std::string component_id;
  std::optional<StringMap> annotations;
  std::string host_id;
  std::string new_component_ref;
  friend bool operator==(const UpdateComponent&, const UpdateComponent&) = default;
};

struct StartProvider {
  std::string provider_id;
  std::string provider_ref;
  std::string host_id;
  std::vector<std::string> config;
  std::optional<StringMap> annotations;
  friend bool operator==(const StartProvider&, const StartProvider&) = default;
};

struct StopProvider {
  std::string host_id;
  std::string provider_id;
  friend bool operator==(const StopProvider&, const StopProvider&) = default;
};

// --- hosts ---

struct StopHost {
  std::string host_id;
  std::optional<std::uint64_t> timeout;  // milliseconds
  friend bool operator==(const StopHost&, const StopHost&) = default;
};

struct Label {
  std::string key;
  std::string value;
  friend bool operator==(const Label&, const Label&) = default;
};

struct LabelKey {
  std::string key;
  friend bool operator==(const LabelKey&, const LabelKey&) = default;
};

// A host as it answers a ping.
struct Host {
  std::optional<std::string> rpc_host;
  std::optional<std::string> ctl_host;
  std::string friendly_name;
  std::string id;
  std::optional<std::string> js_domain;
  StringMap labels;
  std::string lattice;
  std::optional<std::string> uptime_human;
  std::uint64_t uptime_seconds = 0;
  std::optional<std::string> version;
  friend bool operator==(const Host&, const Host&) = default;
};

struct ComponentDescription {
  std::string id;
  std::string image_ref;
  std::optional<std::string> name;
  StringMap annotations;
  std::int32_t revision = 0;
  std::uint32_t max_instances = 0;
  std::optional<StringMap> limits;
  friend bool operator==(const ComponentDescription&, const ComponentDescription&) = default;
};

struct ProviderDescription {
  std::string id;
  std::string image_ref;
  std::optional<std::string> name;
  std::int32_t revision = 0;
  StringMap annotations;
  friend bool operator==(const ProviderDescription&, const ProviderDescription&) = default;
};

struct HostInventory {
  std::vector<ComponentDescription> components;
  std::vector<ProviderDescription> providers;
  std::string host_id;
  std::string friendly_name;
  StringMap labels;
  std::string version;
  std::string uptime_human;
  std::uint64_t uptime_seconds = 0;
  friend bool operator==(const HostInventory&, const HostInventory&) = default;
};

// --- auctions ---

struct ComponentAuction {
  std::string component_ref;
  std::string component_id;
  StringMap constraints;
  friend bool operator==(const ComponentAuction&, const ComponentAuction&) = default;
};

struct ComponentAuctionAck {
  std::string component_ref;
  std::string component_id;
  std::string host_id;
  StringMap constraints;
  friend bool operator==(const ComponentAuctionAck&, const ComponentAuctionAck&) = default;
};

struct ProviderAuction {
  std::string provider_ref;
  std::string provider_id;
  StringMap constraints;
  friend bool operator==(const ProviderAuction&, const ProviderAuction&) = default;
};

struct ProviderAuctionAck {
  std::string host_id;
  std::string provider_ref;
  std::string provider_id;
  StringMap constraints;
  friend bool operator==(const ProviderAuctionAck&, const ProviderAuctionAck&) = default;
};

// --- links ---

struct Link {
  std::string source_id;
  std::string target;
  std::string name = "default";
  std::string wit_namespace;
  std::string wit_package;
  std::vector<std::string> interfaces;
  std::vector<std::string> source_config;
  std::vector<std::string> target_config;
  friend bool operator==(const Link&, const Link&) = default;
};

// A link as a provider gets it: its named configurations merged (fact sheet "lattice", 4.5).
struct ResolvedLink {
  std::string source_id;
  std::string target;
  std::string name = "default";
  std::string wit_namespace;
  std::string wit_package;
  std::vector<std::string> interfaces;
  StringMap source_config;
  StringMap target_config;
  // Sealed for the provider; nothing: none.
  std::optional<std::vector<std::uint8_t>> source_secrets;
  std::optional<std::vector<std::uint8_t>> target_secrets;
  friend bool operator==(const ResolvedLink&, const ResolvedLink&) = default;
};

struct LinkDelete {
  std::string source_id;
  std::string name = "default";
  std::string wit_namespace;
  std::string wit_package;
  friend bool operator==(const LinkDelete&, const LinkDelete&) = default;
};

// --- registries ---

// Never printed.
struct RegistryCredential {
  std::optional<std::string> username;
  std::optional<std::string> password;
  std::optional<std::string> token;
  std::string registry_type = "oci";
};

using RegistryCredentials = std::map<std::string, RegistryCredential>;  // by host[:port]

// --- reading and writing ---

// Every struct above, StringMap (as configs are), and vectors of those that come as lists.
template <typename T>
Result<T> parse(std::string_view body);
template <typename T>
std::string to_json(const T& message);

// --- the envelope of a reply (1.1) ---

template <typename T>
struct Reply {
  bool success = false;
  std::string message;
  std::optional<T> response;
};

// What a command answers.
std::string reply(bool success, std::string_view message);
// What a query answers.
template <typename T>
std::string reply_with(const T& response);
// For T as parse() knows them. `success` and `message` must be there; a response that is absent or
// null is none.
template <typename T>
Result<Reply<T>> parse_reply(std::string_view body);
// Of a command: whatever stands in `response` is left unread.
Result<Reply<StringMap>> parse_command_reply(std::string_view body);

}  // namespace wasmcloud::lattice

// What hosts tell: CloudEvents 1.0 in structured JSON (fact sheet "lattice", 5). Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/base/uuid.h"
#include "wasmcloud/lattice/messages.h"

namespace wasmcloud::lattice {

// --- what each event carries; kName is the last token of its subject and of its type ---

struct HostStarted {
  static constexpr std::string_view kName = "host_started";
  std::string friendly_name;
  StringMap labels;
  std::uint64_t uptime_seconds = 0;
  std::string version;
  friend bool operator==(const HostStarted&, const HostStarted&) = default;
};

struct HostStopped {
  static constexpr std::string_view kName = "host_stopped";
  StringMap labels;
  friend bool operator==(const HostStopped&, const HostStopped&) = default;
};

struct HostHeartbeat {
  static constexpr std::string_view kName = "host_heartbeat";
  HostInventory inventory;
  friend bool operator==(const HostHeartbeat&, const HostHeartbeat&) = default;
};

struct LabelsChanged {
  static constexpr std::string_view kName = "labels_changed";
  std::string host_id;
  StringMap labels;
  friend bool operator==(const LabelsChanged&, const LabelsChanged&) = default;
};

// What is known of a signed component; times are seconds since 1970 as text, or "never".
struct ComponentClaims {
  std::optional<std::string> call_alias;
  std::string issuer;
  std::optional<std::vector<std::string>> tags;
  std::optional<std::string> name;
  std::optional<std::string> version;
  std::optional<std::int32_t> revision;
  std::string not_before_human;
  std::string expires_human;
  friend bool operator==(const ComponentClaims&, const ComponentClaims&) = default;
};

struct ProviderClaims {
  std::string issuer;
  std::optional<std::vector<std::string>> tags;
  std::string name;
  std::optional<std::string> version;
  std::string not_before_human;
  std::string expires_human;
  friend bool operator==(const ProviderClaims&, const ProviderClaims&) = default;
};

struct ComponentScaled {
  static constexpr std::string_view kName = "component_scaled";
  StringMap annotations;
  std::optional<ComponentClaims> claims;
  std::string component_id;
  std::string host_id;
  std::string image_ref;
  std::uint32_t max_instances = 0;
  std::optional<std::string> public_key;
  friend bool operator==(const ComponentScaled&, const ComponentScaled&) = default;
};

struct ComponentScaleFailed {
  static constexpr std::string_view kName = "component_scale_failed";
  StringMap annotations;
  std::string component_id;
  std::string error;
  std::string host_id;
  std::string image_ref;
  std::uint32_t max_instances = 0;
  std::optional<std::string> public_key;
  friend bool operator==(const ComponentScaleFailed&, const ComponentScaleFailed&) = default;
};

// What stands beside claims is there only with them.
struct ProviderStarted {
  static constexpr std::string_view kName = "provider_started";
  StringMap annotations;
  std::optional<ProviderClaims> claims;
  std::string host_id;
  std::string image_ref;
  std::optional<std::string> instance_id;
  std::optional<std::string> link_name;
  std::string provider_id;
  std::optional<std::string> public_key;
  friend bool operator==(const ProviderStarted&, const ProviderStarted&) = default;
};

struct ProviderStartFailed {
  static constexpr std::string_view kName = "provider_start_failed";
  std::string error;
  std::string host_id;
  std::string link_name = "default";
  std::string provider_id;
  std::string provider_ref;
  friend bool operator==(const ProviderStartFailed&, const ProviderStartFailed&) = default;
};

struct ProviderStopped {
  static constexpr std::string_view kName = "provider_stopped";
  StringMap annotations;
  std::string host_id;
  std::string instance_id;
  std::string link_name = "default";
  std::string provider_id;
  std::string public_key;
  std::string reason = "stop";
  friend bool operator==(const ProviderStopped&, const ProviderStopped&) = default;
};

struct HealthCheck {
  std::string host_id;
  std::string provider_id;
  friend bool operator==(const HealthCheck&, const HealthCheck&) = default;
};

struct HealthCheckPassed : HealthCheck {
  static constexpr std::string_view kName = "health_check_passed";
};

struct HealthCheckFailed : HealthCheck {
  static constexpr std::string_view kName = "health_check_failed";
};

// Nothing has changed since the last one.
struct HealthCheckStatus : HealthCheck {
  static constexpr std::string_view kName = "health_check_status";
};

struct LinkSet {
  static constexpr std::string_view kName = "linkdef_set";
  Link link;
  friend bool operator==(const LinkSet&, const LinkSet&) = default;
};

struct LinkSetFailed {
  static constexpr std::string_view kName = "linkdef_set_failed";
  Link link;
  std::string error;
  friend bool operator==(const LinkSetFailed&, const LinkSetFailed&) = default;
};

struct LinkDeleted {
  static constexpr std::string_view kName = "linkdef_deleted";
  std::string source_id;
  std::string name;
  std::string wit_namespace;
  std::string wit_package;
  // Of the link that was removed, if there was one.
  std::optional<std::string> target;
  std::optional<std::vector<std::string>> interfaces;
  friend bool operator==(const LinkDeleted&, const LinkDeleted&) = default;
};

struct ConfigSet {
  static constexpr std::string_view kName = "config_set";
  std::string config_name;
  friend bool operator==(const ConfigSet&, const ConfigSet&) = default;
};

struct ConfigDeleted {
  static constexpr std::string_view kName = "config_deleted";
  std::string config_name;
  friend bool operator==(const ConfigDeleted&, const ConfigDeleted&) = default;
};

// --- the envelope ---

// "wasmbus.evt.{lattice}.{name}"; `name` "*" for all.
std::string event_subject(std::string_view lattice, std::string_view name);

struct EventHead {
  Uuid id;
  std::string source;  // the host
  std::chrono::system_clock::time_point time;
};

// The whole event. For every struct above.
template <typename Data>
std::string to_event(const EventHead& head, const Data& data);

// An event of anyone, of which only the envelope has been read.
struct ReceivedEvent {
  std::string id;
  std::string name;    // "component_scaled": the type without its prefix
  std::string source;  // the host
  std::string data;    // JSON text
};

// Errors: `invalid` for what is no CloudEvent 1.0 with inline JSON data; `unsupported` for one
// whose type is not com.wasmcloud.lattice.*.
Result<ReceivedEvent> parse_event(std::string_view body);
// `data` of an event of that name.
template <typename Data>
Result<Data> parse_event_data(std::string_view data);

}  // namespace wasmcloud::lattice

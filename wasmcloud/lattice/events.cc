#include "wasmcloud/lattice/events.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "wasmcloud/lattice/message_fields.h"

namespace wasmcloud::lattice {
namespace {

constexpr std::string_view kTypePrefix = "com.wasmcloud.lattice.";
constexpr std::string_view kSpecVersion = "1.0";
constexpr std::string_view kContentType = "application/json";

// RFC 3339 in UTC, to the nanosecond.
std::string timestamp(std::chrono::system_clock::time_point time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto rest = std::chrono::duration_cast<std::chrono::nanoseconds>(time - seconds);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:09}Z", fmt::gmtime(seconds), rest.count());
}

}  // namespace

template <typename Io>
void fields(Io& io, HostStarted& e) {
  io.required("friendly_name", e.friendly_name);
  io.required("labels", e.labels);
  io.optional("uptime_seconds", e.uptime_seconds);
  io.optional("version", e.version);
}

template <typename Io>
void fields(Io& io, HostStopped& e) {
  io.required("labels", e.labels);
}

template <typename Io>
void fields(Io& io, HostHeartbeat& e) {
  fields(io, e.inventory);
}

template <typename Io>
void fields(Io& io, LabelsChanged& e) {
  io.required("host_id", e.host_id);
  io.required("labels", e.labels);
}

template <typename Io>
void fields(Io& io, ComponentClaims& e) {
  io.nullable("call_alias", e.call_alias);
  io.required("expires_human", e.expires_human);
  io.required("issuer", e.issuer);
  io.maybe("name", e.name);  // wadm drops the event at a null here and in version
  io.required("not_before_human", e.not_before_human);
  io.nullable("revision", e.revision);
  io.nullable("tags", e.tags);
  io.maybe("version", e.version);
}

template <typename Io>
void fields(Io& io, ProviderClaims& e) {
  io.required("expires_human", e.expires_human);
  io.required("issuer", e.issuer);
  io.required("name", e.name);
  io.required("not_before_human", e.not_before_human);
  io.nullable("tags", e.tags);
  io.nullable("version", e.version);
}

template <typename Io>
void fields(Io& io, ComponentScaled& e) {
  io.required("annotations", e.annotations);
  io.maybe("claims", e.claims);
  io.required("component_id", e.component_id);
  io.optional("host_id", e.host_id);
  io.required("image_ref", e.image_ref);
  io.required("max_instances", e.max_instances);
  io.maybe("public_key", e.public_key);
}

template <typename Io>
void fields(Io& io, ComponentScaleFailed& e) {
  io.required("annotations", e.annotations);
  io.required("component_id", e.component_id);
  io.required("error", e.error);
  io.optional("host_id", e.host_id);
  io.required("image_ref", e.image_ref);
  io.required("max_instances", e.max_instances);
  io.maybe("public_key", e.public_key);
}

template <typename Io>
void fields(Io& io, ProviderStarted& e) {
  io.required("annotations", e.annotations);
  io.maybe("claims", e.claims);
  io.optional("host_id", e.host_id);
  io.required("image_ref", e.image_ref);
  io.maybe("instance_id", e.instance_id);
  io.maybe("link_name", e.link_name);
  io.required("provider_id", e.provider_id);
  io.maybe("public_key", e.public_key);
}

template <typename Io>
void fields(Io& io, ProviderStartFailed& e) {
  io.required("error", e.error);
  io.optional("host_id", e.host_id);
  io.optional("link_name", e.link_name);
  io.required("provider_id", e.provider_id);
  io.required("provider_ref", e.provider_ref);
}

template <typename Io>
void fields(Io& io, ProviderStopped& e) {
  io.required("annotations", e.annotations);
  io.optional("host_id", e.host_id);
  io.optional("instance_id", e.instance_id);
  io.optional("link_name", e.link_name);
  io.required("provider_id", e.provider_id);
  io.optional("public_key", e.public_key);
  io.required("reason", e.reason);
}

template <typename Io, std::derived_from<HealthCheck> T>
void fields(Io& io, T& e) {
  io.required("host_id", e.host_id);
  io.required("provider_id", e.provider_id);
}

template <typename Io>
void fields(Io& io, LinkSet& e) {
  fields(io, e.link);
}

template <typename Io>
void fields(Io& io, LinkSetFailed& e) {
  fields(io, e.link);
  io.required("error", e.error);
}

template <typename Io>
void fields(Io& io, LinkDeleted& e) {
  io.required("source_id", e.source_id);
  io.required("name", e.name);
  io.required("wit_namespace", e.wit_namespace);
  io.required("wit_package", e.wit_package);
  io.maybe("target", e.target);
  io.maybe("interfaces", e.interfaces);
}

template <typename Io>
void fields(Io& io, ConfigSet& e) {
  io.required("config_name", e.config_name);
}

template <typename Io>
void fields(Io& io, ConfigDeleted& e) {
  io.required("config_name", e.config_name);
}

std::string event_subject(std::string_view lattice, std::string_view name) {
  return fmt::format("wasmbus.evt.{}.{}", lattice, name);
}

template <typename Data>
std::string to_event(const EventHead& head, const Data& data) {
  return json::to_text(json::Json{{"specversion", kSpecVersion},
                                  {"id", head.id.to_string()},
                                  {"type", fmt::format("{}{}", kTypePrefix, Data::kName)},
                                  {"source", head.source},
                                  {"datacontenttype", kContentType},
                                  {"time", timestamp(head.time)},
                                  {"data", json::write(data)}});
}

Result<ReceivedEvent> parse_event(std::string_view body) {
  WC_TRY(const json::Json event, json::parse_text(body));
  if (!event.is_object()) {
    return json::wrong_type("an object", event);
  }
  ReceivedEvent received;
  std::string version;
  std::string type;
  std::string content = std::string(kContentType);
  json::Reader reader(event);
  reader.required("specversion", version);
  reader.required("id", received.id);
  reader.required("type", type);
  reader.required("source", received.source);
  reader.optional("datacontenttype", content);
  WC_CHECK(std::move(reader).outcome());
  if (version != kSpecVersion || content != kContentType) {
    return Error(ErrorKind::invalid, "CloudEvents {} with {}: expected {} with {}", version,
                 content, kSpecVersion, kContentType);
  }
  if (!type.starts_with(kTypePrefix)) {
    return Error(ErrorKind::unsupported, "`{}` is no event of a lattice", type);
  }
  const auto data = event.find("data");
  if (data == event.end() || !data->is_object()) {
    return Error(ErrorKind::invalid, "field `data`: expected an object");
  }
  received.name = type.substr(kTypePrefix.size());
  received.data = json::to_text(*data);
  return received;
}

template <typename Data>
Result<Data> parse_event_data(std::string_view data) {
  WC_TRY(const json::Json value, json::parse_text(data));
  Data event{};
  WC_CHECK(json::read(value, event), "event `{}`", Data::kName);
  return event;
}

#define WC_LATTICE_EVENT(event)                                            \
  template std::string to_event(const EventHead& head, const event& data); \
  template Result<event> parse_event_data(std::string_view data)

WC_LATTICE_EVENT(HostStarted);
WC_LATTICE_EVENT(HostStopped);
WC_LATTICE_EVENT(HostHeartbeat);
WC_LATTICE_EVENT(LabelsChanged);
WC_LATTICE_EVENT(ComponentScaled);
WC_LATTICE_EVENT(ComponentScaleFailed);
WC_LATTICE_EVENT(ProviderStarted);
WC_LATTICE_EVENT(ProviderStartFailed);
WC_LATTICE_EVENT(ProviderStopped);
WC_LATTICE_EVENT(HealthCheckPassed);
WC_LATTICE_EVENT(HealthCheckFailed);
WC_LATTICE_EVENT(HealthCheckStatus);
WC_LATTICE_EVENT(LinkSet);
WC_LATTICE_EVENT(LinkSetFailed);
WC_LATTICE_EVENT(LinkDeleted);
WC_LATTICE_EVENT(ConfigSet);
WC_LATTICE_EVENT(ConfigDeleted);

}  // namespace wasmcloud::lattice

// The fields of the messages, for json_fields.h. Internal to the module.
#pragma once

#include "wasmcloud/lattice/json_fields.h"
#include "wasmcloud/lattice/messages.h"

namespace wasmcloud::lattice {

template <typename Io>
void fields(Io& io, ScaleComponent& m) {
  io.optional("component_ref", m.component_ref);
  io.required("component_id", m.component_id);
  io.maybe("annotations", m.annotations);
  io.optional("count", m.count);
  io.maybe("component_limits", m.component_limits);
  io.optional("host_id", m.host_id);
  io.optional("config", m.config);
  io.optional("allow_update", m.allow_update);
}

template <typename Io>
void fields(Io& io, UpdateComponent& m) {
  io.optional("component_id", m.component_id);
  io.maybe("annotations", m.annotations);
  io.optional("host_id", m.host_id);
  io.optional("new_component_ref", m.new_component_ref);
}

template <typename Io>
void fields(Io& io, StartProvider& m) {
  io.required("provider_id", m.provider_id);
  io.optional("provider_ref", m.provider_ref);
  io.optional("host_id", m.host_id);
  io.optional("config", m.config);
  io.maybe("annotations", m.annotations);
}

template <typename Io>
void fields(Io& io, StopProvider& m) {
  io.optional("host_id", m.host_id);
  io.optional("provider_id", "provider_ref", m.provider_id);
}

template <typename Io>
void fields(Io& io, StopHost& m) {
  io.optional("host_id", m.host_id);
  io.maybe("timeout", m.timeout);
}

template <typename Io>
void fields(Io& io, Label& m) {
  io.required("key", m.key);
  io.required("value", m.value);
}

template <typename Io>
void fields(Io& io, LabelKey& m) {
  io.required("key", m.key);
}

template <typename Io>
void fields(Io& io, Host& m) {
  io.maybe("rpc_host", m.rpc_host);
  io.maybe("ctl_host", m.ctl_host);
  io.required("friendly_name", m.friendly_name);
  io.required("id", m.id);
  io.maybe("js_domain", m.js_domain);
  io.required("labels", m.labels);
  io.required("lattice", m.lattice);
  io.maybe("uptime_human", m.uptime_human);
  io.required("uptime_seconds", m.uptime_seconds);
  io.maybe("version", m.version);
}

template <typename Io>
void fields(Io& io, ComponentDescription& m) {
  io.required("id", m.id);
  io.required("image_ref", m.image_ref);
  io.maybe("name", m.name);
  io.optional("annotations", m.annotations);
  io.optional("revision", m.revision);
  io.required("max_instances", m.max_instances);
  io.nullable("limits", m.limits);
}

template <typename Io>
void fields(Io& io, ProviderDescription& m) {
  io.required("id", m.id);
  io.required("image_ref", m.image_ref);
  io.maybe("name", m.name);
  io.optional("revision", m.revision);
  io.optional("annotations", m.annotations);
}

template <typename Io>
void fields(Io& io, HostInventory& m) {
  io.required("components", "actors", m.components);
  io.required("providers", m.providers);
  io.optional("host_id", m.host_id);
  io.optional("friendly_name", m.friendly_name);
  io.optional("labels", m.labels);
  io.optional("version", m.version);
  io.optional("uptime_human", m.uptime_human);
  io.optional("uptime_seconds", m.uptime_seconds);
}

template <typename Io>
void fields(Io& io, ComponentAuction& m) {
  io.optional("component_ref", m.component_ref);
  io.required("component_id", m.component_id);
  io.required("constraints", m.constraints);
}

template <typename Io>
void fields(Io& io, ComponentAuctionAck& m) {
  io.optional("component_ref", m.component_ref);
  io.optional("component_id", m.component_id);
  io.optional("host_id", m.host_id);
  io.optional("constraints", m.constraints);
}

template <typename Io>
void fields(Io& io, ProviderAuction& m) {
  io.optional("provider_ref", m.provider_ref);
  io.required("provider_id", m.provider_id);
  io.required("constraints", m.constraints);
}

template <typename Io>
void fields(Io& io, ProviderAuctionAck& m) {
  io.optional("host_id", m.host_id);
  io.optional("provider_ref", m.provider_ref);
  io.optional("provider_id", m.provider_id);
  io.optional("constraints", m.constraints);
}

template <typename Io>
void fields(Io& io, Link& m) {
  io.required("source_id", m.source_id);
  io.required("target", m.target);
  io.optional("name", m.name);
  io.required("wit_namespace", m.wit_namespace);
  io.required("wit_package", m.wit_package);
  io.required("interfaces", m.interfaces);
  io.optional("source_config", m.source_config);
  io.optional("target_config", m.target_config);
}

template <typename Io>
void fields(Io& io, ResolvedLink& m) {
  io.required("source_id", m.source_id);
  io.required("target", m.target);
  io.optional("name", m.name);
  io.required("wit_namespace", m.wit_namespace);
  io.required("wit_package", m.wit_package);
  io.required("interfaces", m.interfaces);
  io.optional("source_config", m.source_config);
  io.optional("target_config", m.target_config);
  io.nullable("source_secrets", m.source_secrets);
  io.nullable("target_secrets", m.target_secrets);
}

template <typename Io>
void fields(Io& io, LinkDelete& m) {
  io.required("source_id", m.source_id);
  io.optional("name", m.name);
  io.required("wit_namespace", m.wit_namespace);
  io.required("wit_package", m.wit_package);
}

template <typename Io>
void fields(Io& io, RegistryCredential& m) {
  io.maybe("username", m.username);
  io.maybe("password", m.password);
  io.maybe("token", m.token);
  io.optional("registryType", m.registry_type);
}

}  // namespace wasmcloud::lattice

#include "wasmcloud/lattice/stored.h"

#include <algorithm>

#include <fmt/format.h>

#include "wasmcloud/lattice/message_fields.h"

namespace wasmcloud::lattice {
namespace {

constexpr std::string_view kComponent = "COMPONENT";
constexpr std::string_view kClaims = "CLAIMS";

// Older hosts wrote tags as one text with commas.
Result<> read_tags(const json::Json& value, std::vector<std::string>& tags) {
  if (!value.is_string()) {
    return json::read(value, tags);
  }
  std::string_view rest = value.get_ref<const std::string&>();
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    tags.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

}  // namespace

template <typename Io>
void fields(Io& io, ComponentSpec& spec) {
  io.required("url", spec.url);
  io.required("links", spec.links);
}

// But for the tags.
template <typename Io>
void fields(Io& io, StoredComponentClaims& claims) {
  io.required("call_alias", claims.call_alias);
  io.required("issuer", "iss", claims.issuer);
  io.required("name", claims.name);
  io.required("revision", "rev", claims.revision);
  io.required("subject", "sub", claims.subject);
}

template <typename Io>
void fields(Io& io, StoredProviderClaims& claims) {
  io.required("issuer", "iss", claims.issuer);
  io.required("name", claims.name);
  io.required("revision", "rev", claims.revision);
  io.required("subject", "sub", claims.subject);
  io.required("version", claims.version);
  io.maybe("config_schema", claims.config_schema);
}

std::string lattice_bucket(std::string_view lattice) {
  return fmt::format("LATTICEDATA_{}", lattice);
}

std::string config_bucket(std::string_view lattice) {
  return fmt::format("CONFIGDATA_{}", lattice);
}

std::string to_json(const ComponentSpec& spec) { return json::to_text(json::write(spec)); }

std::string to_json(const StoredClaims& claims) {
  if (const auto* const provider = std::get_if<StoredProviderClaims>(&claims)) {
    return json::to_text(json::write(*provider));
  }
  const auto& component = std::get<StoredComponentClaims>(claims);
  json::Json object = json::write(component);
  object["tags"] = component.tags;
  object["version"] = component.version;
  return json::to_text(object);
}

Result<ComponentSpec> parse_component_spec(std::string_view body) {
  WC_TRY(const json::Json value, json::parse_text(body));
  ComponentSpec spec;
  WC_CHECK(json::read(value, spec));
  return spec;
}

Result<StoredClaims> parse_stored_claims(std::string_view body) {
  WC_TRY(const json::Json value, json::parse_text(body));
  if (!value.is_object() || !value.contains("call_alias") || !value.contains("tags")) {
    StoredProviderClaims provider;
    WC_CHECK(json::read(value, provider));
    return StoredClaims(std::move(provider));
  }
  StoredComponentClaims component;
  WC_CHECK(json::read(value, component));
  WC_CHECK(read_tags(value["tags"], component.tags), "field `tags`");
  json::Reader reader(value);
  reader.required("version", component.version);
  WC_CHECK(std::move(reader).outcome());
  return StoredClaims(std::move(component));
}

EntryKey parse_entry_key(std::string_view key) {
  const std::size_t end = key.find('_');
  const std::string_view kind = key.substr(0, end);
  EntryKey parsed;
  if (end != std::string_view::npos) {
    parsed.kind = kind == kComponent ? EntryKey::Kind::component
                  : kind == kClaims  ? EntryKey::Kind::claims
                                     : EntryKey::Kind::other;
    parsed.id = key.substr(end + 1);
  }
  return parsed;
}

std::string component_key(std::string_view id) { return fmt::format("{}_{}", kComponent, id); }

std::string claims_key(std::string_view subject) { return fmt::format("{}_{}", kClaims, subject); }

}  // namespace wasmcloud::lattice

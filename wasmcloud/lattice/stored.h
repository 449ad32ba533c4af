// What a lattice keeps in its KV buckets (fact sheet "lattice", 3). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/lattice/messages.h"

namespace wasmcloud::lattice {

// "LATTICEDATA_{lattice}", "CONFIGDATA_{lattice}"
std::string lattice_bucket(std::string_view lattice);
std::string config_bucket(std::string_view lattice);

// Under COMPONENT_{id}, of components and providers. Links belong to their source.
struct ComponentSpec {
  std::string url;  // the reference it was started from; empty if a link was put before
  std::vector<Link> links;
  friend bool operator==(const ComponentSpec&, const ComponentSpec&) = default;
};

// Under CLAIMS_{subject}.
struct StoredComponentClaims {
  std::string call_alias;
  std::string issuer;
  std::string name;
  std::string revision;
  std::string subject;
  std::vector<std::string> tags;
  std::string version;
  friend bool operator==(const StoredComponentClaims&, const StoredComponentClaims&) = default;
};

struct StoredProviderClaims {
  std::string issuer;
  std::string name;
  std::string revision;
  std::string subject;
  std::string version;
  std::optional<std::string> config_schema;  // JSON text
  friend bool operator==(const StoredProviderClaims&, const StoredProviderClaims&) = default;
};

using StoredClaims = std::variant<StoredComponentClaims, StoredProviderClaims>;

std::string to_json(const ComponentSpec& spec);
std::string to_json(const StoredClaims& claims);
Result<ComponentSpec> parse_component_spec(std::string_view body);
// Of a component if it has a call_alias and tags, else of a provider.
Result<StoredClaims> parse_stored_claims(std::string_view body);

// An entry's key, taken apart at its first "_".
struct EntryKey {
  enum class Kind : std::uint8_t { component, claims, other };
  Kind kind = Kind::other;
  std::string id;
  friend bool operator==(const EntryKey&, const EntryKey&) = default;
};

EntryKey parse_entry_key(std::string_view key);
std::string component_key(std::string_view id);
std::string claims_key(std::string_view subject);

}  // namespace wasmcloud::lattice

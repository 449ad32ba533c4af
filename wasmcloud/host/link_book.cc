#include "wasmcloud/host/link_book.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace wasmcloud::host {
namespace {

using lattice::Link;
using lattice::StringMap;

// What other implementations read is written under both of its names.
StringMap with_both_names(std::string_view issuer, std::string_view name, std::string_view revision,
                          std::string_view subject, std::string_view version) {
  StringMap map;
  for (const auto& [key, alias, value] :
       {std::tuple("issuer", "iss", issuer), std::tuple("revision", "rev", revision),
        std::tuple("subject", "sub", subject)}) {
    map.emplace(key, value);
    map.emplace(alias, value);
  }
  map.emplace("name", name);
  map.emplace("version", version);
  return map;
}

StringMap to_map(const lattice::StoredComponentClaims& claims) {
  StringMap map =
      with_both_names(claims.issuer, claims.name, claims.revision, claims.subject, claims.version);
  map.emplace("call_alias", claims.call_alias);
  map.emplace("tags", fmt::format("{}", fmt::join(claims.tags, ",")));
  return map;
}

StringMap to_map(const lattice::StoredProviderClaims& claims) {
  StringMap map =
      with_both_names(claims.issuer, claims.name, claims.revision, claims.subject, claims.version);
  map.emplace("config_schema", claims.config_schema.value_or(""));
  return map;
}

}  // namespace

bool same_link(const Link& a, const Link& b) noexcept {
  return a.source_id == b.source_id && a.target == b.target && a.name == b.name &&
         a.wit_namespace == b.wit_namespace && a.wit_package == b.wit_package;
}

LinkBook::Change LinkBook::apply(const lattice::SpecEntry& entry) {
  Source& source = sources_[entry.id];
  if (entry.revision < source.revision) {
    return {};
  }
  std::vector<Link> now = entry.spec ? entry.spec->links : std::vector<Link>();
  Change change;
  for (const Link& link : now) {
    if (std::ranges::find(source.links, link) == source.links.end()) {
      change.put.push_back(link);
    }
  }
  for (const Link& link : source.links) {
    if (std::ranges::none_of(now, [&link](const Link& each) { return same_link(each, link); })) {
      change.removed.push_back(link);
    }
  }
  source.links = std::move(now);
  source.revision = entry.revision;
  return change;
}

void LinkBook::apply(const lattice::ClaimsEntry& entry) {
  if (entry.claims) {
    claims_.insert_or_assign(entry.subject, *entry.claims);
  } else {
    claims_.erase(entry.subject);
  }
}

void LinkBook::forget_revisions() noexcept {
  for (auto& [id, source] : sources_) {
    source.revision = 0;
  }
}

std::vector<Link> LinkBook::links() const {
  std::vector<Link> all;
  for (const auto& [id, source] : sources_) {
    all.insert(all.end(), source.links.begin(), source.links.end());
  }
  return all;
}

std::vector<Link> LinkBook::links_from(std::string_view source) const {
  const auto found = sources_.find(source);
  return found == sources_.end() ? std::vector<Link>() : found->second.links;
}

std::vector<Link> LinkBook::links_with(std::string_view id) const {
  std::vector<Link> found = links();
  std::erase_if(found,
                [id](const Link& link) { return link.source_id != id && link.target != id; });
  return found;
}

std::vector<StringMap> LinkBook::claims() const {
  std::vector<StringMap> all;
  std::vector<StringMap> providers;
  for (const auto& [subject, claims] : claims_) {
    if (const auto* const component = std::get_if<lattice::StoredComponentClaims>(&claims)) {
      all.push_back(to_map(*component));
    } else {
      providers.push_back(to_map(std::get<lattice::StoredProviderClaims>(claims)));
    }
  }
  all.insert(all.end(), std::move_iterator(providers.begin()), std::move_iterator(providers.end()));
  return all;
}

}  // namespace wasmcloud::host

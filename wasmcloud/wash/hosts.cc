#include "wasmcloud/wash/hosts.h"

#include <algorithm>
#include <cctype>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace wasmcloud::wash {
namespace {

constexpr std::size_t kHostIdLength = 56;

std::string lower(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lowered;
}

}  // namespace

bool is_host_id(std::string_view text) noexcept {
  return text.size() == kHostIdLength && text.starts_with('N') &&
         std::ranges::all_of(
             text, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7'); });
}

Result<HostName> pick_host(const std::vector<lattice::Host>& hosts, std::string_view term) {
  const std::string wanted = lower(term);
  std::vector<HostName> found;
  for (const lattice::Host& host : hosts) {
    if (lower(host.id).starts_with(wanted) || lower(host.friendly_name).contains(wanted)) {
      found.push_back({.id = host.id, .name = host.friendly_name});
    }
  }
  if (found.empty()) {
    return Error(ErrorKind::not_found, "No matches found with the provided search term");
  }
  if (found.size() > 1) {
    std::vector<std::string> names;
    for (const HostName& host : found) {
      names.push_back(fmt::format("{} ({})", host.id, host.name));
    }
    return Error(ErrorKind::conflict, "Multiple matches found with the provided search term: [{}]",
                 fmt::join(names, ", "));
  }
  return found.front();
}

Task<HostName> find_host(LatticeSession& session, std::string term) {
  if (is_host_id(term)) {
    co_return HostName{.id = term, .name = term};
  }
  WC_CO_TRY(const std::vector<lattice::Host> hosts, session.client().hosts());
  co_return pick_host(hosts, term);
}

Task<std::vector<lattice::HostInventory>> inventories_of(LatticeSession& session,
                                                         std::string term) {
  std::vector<std::string> ids;
  if (term.empty()) {
    WC_CO_TRY(const std::vector<lattice::Host> hosts, session.client().hosts());
    std::ranges::transform(hosts, std::back_inserter(ids), &lattice::Host::id);
  } else {
    WC_CO_TRY(HostName host, find_host(session, std::move(term)));
    ids.push_back(std::move(host.id));
  }
  std::vector<lattice::HostInventory> inventories;
  for (const std::string& id : ids) {
    WC_CO_TRY(lattice::HostInventory inventory, session.client().inventory(id),
              "Host {} did not respond to inventory query", id);
    inventories.push_back(std::move(inventory));
  }
  co_return inventories;
}

}  // namespace wasmcloud::wash

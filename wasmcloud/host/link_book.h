// The links and claims of the lattice, as this host knows them from the store. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/lattice/store.h"

namespace wasmcloud::host {

// Whether the two are one link, perhaps with other interfaces or configuration.
bool same_link(const lattice::Link& a, const lattice::Link& b) noexcept;

class LinkBook {
 public:
  // What a new spec of a source means for its links.
  struct Change {
    std::vector<lattice::Link> put;  // new, or in the place of the same link
    std::vector<lattice::Link> removed;

    bool empty() const noexcept { return put.empty() && removed.empty(); }
  };

  // The latest word on a source; an older one than is known (by its revision) changes nothing.
  Change apply(const lattice::SpecEntry& entry);
  void apply(const lattice::ClaimsEntry& entry);
  // For a store that was made anew, where revisions begin at 1 again. What is not told again stays:
  // whoever lost the store did not mean to end what runs.
  void forget_revisions() noexcept;

  // All, by source.
  std::vector<lattice::Link> links() const;
  // In the order of its spec.
  std::vector<lattice::Link> links_from(std::string_view source) const;
  // Those of which `id` is source or target.
  std::vector<lattice::Link> links_with(std::string_view id) const;
  // As `claims get` answers them: components first.
  std::vector<lattice::StringMap> claims() const;

 private:
  struct Source {
    std::uint64_t revision = 0;
    std::vector<lattice::Link> links;
  };

  std::map<std::string, Source, std::less<>> sources_;
  std::map<std::string, lattice::StoredClaims> claims_;  // by subject
};

}  // namespace wasmcloud::host

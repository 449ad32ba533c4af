// Which host a command means, and what runs where.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/base/task.h"
#include "wasmcloud/lattice/messages.h"
#include "wasmcloud/wash/lattice_session.h"

namespace wasmcloud::wash {

struct HostName {
  std::string id;
  std::string name;  // the friendly one; the id if nobody was asked for it
  friend bool operator==(const HostName&, const HostName&) = default;
};

// "N" and 55 characters of base32.
bool is_host_id(std::string_view text) noexcept;

// The one host whose id begins with `term`, or whose friendly name holds it, in any case. Errors:
// `not_found`, `conflict` if there are several; it names them. Pure.
Result<HostName> pick_host(const std::vector<lattice::Host>& hosts, std::string_view term);

// A whole id is taken as it is; for anything else the hosts are asked who they are.
Task<HostName> find_host(LatticeSession& session, std::string term);

// Of the host that `term` means; of all that answer if it is empty.
Task<std::vector<lattice::HostInventory>> inventories_of(LatticeSession& session, std::string term);

}  // namespace wasmcloud::wash

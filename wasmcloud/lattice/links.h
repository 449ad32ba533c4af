// What links mean (fact sheet "lattice", 4): how a put and a delete change those of a source, and
// whom an import reaches. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/lattice/messages.h"

namespace wasmcloud::lattice {

// Puts `link` into the links of its source: in the place of the one with the same target, package
// and name, else behind them. Error `conflict`, with the text that is answered, if another target
// has an interface of it under the same name; then nothing has changed.
Result<> put_link(std::vector<Link>& links, Link link);

// Takes out the first link that `request` names; nothing if there is none.
std::optional<Link> delete_link(std::vector<Link>& links, const LinkDelete& request);

// Whom the imports of a component reach. Immutable: made anew when its links change, and shared by
// the threads that look up.
class ImportTable {
 public:
  ImportTable() = default;
  // Of two links for the same interface and name the later one counts.
  explicit ImportTable(const std::vector<Link>& links);

  // The target's id. `interface`: "wasi:keyvalue/store", without a version; `name`: the link's.
  // Errors: `not_found`, which says whether it is the name or the interface that is not there.
  Result<std::string_view> find(std::string_view name, std::string_view interface) const;

  // Whether any link of that name is for the interface: what set-link-name asks.
  bool contains(std::string_view name, std::string_view interface) const;

 private:
  using Targets = std::map<std::string, std::string, std::less<>>;  // by interface
  std::map<std::string, Targets, std::less<>> targets_;             // by name
};

// "wasi:http/incoming-handler@0.2.0" without "@0.2.0".
std::string_view without_version(std::string_view interface) noexcept;

}  // namespace wasmcloud::lattice

// Who answers a request: what links lay claim to, and where a request goes. Pure.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/host/http_server_settings.h"
#include "wasmcloud/http/message.h"

namespace wasmcloud::http {
class Handler;
}

namespace wasmcloud::host {

// A link of a provider. `component` and `name` tell it from others; `package` must not differ.
struct HttpLinkId {
  std::string component;
  std::string name;
  std::string package;  // "wasi:http"
  friend auto operator<=>(const HttpLinkId&, const HttpLinkId&) = default;
};

// What links lay claim to: addresses, paths or hosts, as the mode says. The first one has it;
// others stand by, and the next of them has it when the first goes or claims something else.
class HttpClaims {
 public:
  explicit HttpClaims(RoutingMode mode) : mode_(mode) {}

  // Whether check_name() would let `link` in: error `conflict`, with the sheet's text, if a link of
  // that component and name is there for another package.
  Result<> check_name(const HttpLinkId& link) const;
  // `link` claims `claim`, and no longer what it claimed before. Who claims the same again keeps
  // its place. check_name() must have passed.
  void put(const HttpLinkId& link, std::string claim);
  // False if there is no such link.
  bool remove(const HttpLinkId& link);

  // Error `conflict` if another link has what `link` claims.
  Result<> check_holds(const HttpLinkId& link) const;
  // Who has it; null if nobody.
  const HttpLinkId* holder(std::string_view claim) const noexcept;
  // What `link` claims; null if it is not there.
  const std::string* claim(const HttpLinkId& link) const noexcept;

  struct Entry {
    HttpLinkId link;
    std::string claim;
  };

  // Who has each claim, in the order in which they were put.
  std::vector<const Entry*> holders() const;

 private:
  const Entry* find(const HttpLinkId& link) const noexcept;

  RoutingMode mode_;
  std::vector<Entry> entries_;  // of one claim: who has it, then those who stand by
};

// What a link of path or host mode claims: its `path`, or its `host` as hosts are compared. Error
// `invalid`, with the sheet's text, if it has none.
Result<std::string> claim_of(RoutingMode mode, const std::string& component,
                             const lattice::StringMap& source_config);

// An answer of ours. `text` is constant.
struct HttpRefusal {
  unsigned status;
  std::string_view text;
};

// Where the requests of a listener go. Immutable once it is used; find() allocates nothing.
class HttpRoutes {
 public:
  // All to one.
  explicit HttpRoutes(http::Handler& only) : mode_(RoutingMode::address), only_(&only) {}

  // By path, or by the value of `header`.
  HttpRoutes(RoutingMode mode, std::string header) : mode_(mode), header_(std::move(header)) {}

  // `claim` as claim_of() gives it.
  void add(std::string claim, http::Handler& handler);

  struct Found {
    http::Handler* handler;  // null: `refusal` says why
    HttpRefusal refusal;
  };

  Found find(const http::RequestHead& head) const noexcept;

 private:
  // Paths are bytes; hosts are compared without regard to case.
  struct Hash {
    using is_transparent = void;  // NOLINT(readability-identifier-naming): the library's name
    bool fold_case;
    std::size_t operator()(std::string_view text) const noexcept;
  };

  struct Equal {
    using is_transparent = void;  // NOLINT(readability-identifier-naming): the library's name
    bool fold_case;
    bool operator()(std::string_view a, std::string_view b) const noexcept;
  };

  Found find_host(const http::RequestHead& head) const noexcept;
  Found look_up(std::string_view key, HttpRefusal otherwise) const noexcept;

  RoutingMode mode_;
  http::Handler* only_ = nullptr;
  std::string header_;
  std::unordered_map<std::string, http::Handler*, Hash, Equal> handlers_{
      0, Hash{mode_ == RoutingMode::host}, Equal{mode_ == RoutingMode::host}};
};

// Makes `head.authority` what the component is told (target, then X-Forwarded-Host, then Host). A
// refusal if there is none, or none that is right.
std::optional<HttpRefusal> settle_authority(http::RequestHead& head);

}  // namespace wasmcloud::host

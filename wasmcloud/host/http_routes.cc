#include "wasmcloud/host/http_routes.h"

#include <algorithm>

#include "wasmcloud/http/authority.h"

namespace wasmcloud::host {
namespace {

constexpr std::uint64_t kFnvBasis = 0xcbf29ce484222325U;
constexpr std::uint64_t kFnvPrime = 0x100000001b3U;

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The default port of http says nothing.
std::string_view without_default_port(std::string_view host) noexcept {
  if (host.ends_with(":80")) {
    host.remove_suffix(3);
  }
  return host;
}

// What a header value must be to count as text there.
bool is_visible_text(std::string_view value) noexcept {
  return std::ranges::all_of(value, [](char c) { return c == '\t' || (c >= 0x20 && c < 0x7f); });
}

std::string_view noun(RoutingMode mode) noexcept {
  switch (mode) {
    case RoutingMode::path:
      return "path";
    case RoutingMode::host:
      return "host";
    default:
      return "address";
  }
}

}  // namespace

const HttpClaims::Entry* HttpClaims::find(const HttpLinkId& link) const noexcept {
  const auto found = std::ranges::find(entries_, link, &Entry::link);
  return found == entries_.end() ? nullptr : &*found;
}

Result<> HttpClaims::check_name(const HttpLinkId& link) const {
  for (const Entry& each : entries_) {
    if (each.link.component == link.component && each.link.name == link.name &&
        each.link.package != link.package) {
      return Error(ErrorKind::conflict,
                   "Component {} already has {} {} registered with link name {}", link.component,
                   mode_ == RoutingMode::address ? "an" : "a", noun(mode_), link.name);
    }
  }
  return {};
}

void HttpClaims::put(const HttpLinkId& link, std::string claim) {
  const Entry* const before = find(link);
  if (before != nullptr && before->claim == claim) {
    return;
  }
  remove(link);
  entries_.push_back({link, std::move(claim)});
}

bool HttpClaims::remove(const HttpLinkId& link) {
  return std::erase_if(entries_, [&link](const Entry& each) { return each.link == link; }) != 0;
}

const HttpLinkId* HttpClaims::holder(std::string_view claim) const noexcept {
  const auto found = std::ranges::find(entries_, claim, &Entry::claim);
  return found == entries_.end() ? nullptr : &found->link;
}

const std::string* HttpClaims::claim(const HttpLinkId& link) const noexcept {
  const Entry* const entry = find(link);
  return entry == nullptr ? nullptr : &entry->claim;
}

Result<> HttpClaims::check_holds(const HttpLinkId& link) const {
  const std::string* const wanted = claim(link);
  const HttpLinkId* const has = wanted == nullptr ? nullptr : holder(*wanted);
  if (has == nullptr || *has == link) {
    return {};
  }
  if (mode_ == RoutingMode::address) {
    return Error(ErrorKind::conflict,
                 "address {} is held by the link \"{}\" to component {}: this one stands by until "
                 "that is deleted",
                 *wanted, has->name, has->component);
  }
  if (has->component == link.component) {
    return Error(ErrorKind::conflict, "{} {} already in use by the link \"{}\" of component {}",
                 mode_ == RoutingMode::path ? "Path" : "Host", *wanted, has->name, has->component);
  }
  return Error(ErrorKind::conflict, "{} {} already in use by a different component",
               mode_ == RoutingMode::path ? "Path" : "Host", *wanted);
}

std::vector<const HttpClaims::Entry*> HttpClaims::holders() const {
  std::vector<const Entry*> result;
  std::unordered_map<std::string_view, bool> seen;
  for (const Entry& each : entries_) {
    if (seen.emplace(each.claim, true).second) {
      result.push_back(&each);
    }
  }
  return result;
}

Result<std::string> claim_of(RoutingMode mode, const std::string& component,
                             const lattice::StringMap& source_config) {
  const std::string key(noun(mode));
  const auto found = source_config.find(key);
  if (found == source_config.end()) {
    return Error(ErrorKind::invalid,
                 "{0} not found in link config, cannot register {0} for component {1}", key,
                 component);
  }
  if (found->second.size() > kMaxHttpSettingBytes) {
    return Error(ErrorKind::exhausted, "{}: {} bytes are more than the {} allowed", key,
                 found->second.size(), kMaxHttpSettingBytes);
  }
  if (mode == RoutingMode::path) {
    return found->second;
  }
  std::string host(without_default_port(found->second));
  std::ranges::transform(host, host.begin(), lower);
  return host;
}

std::size_t HttpRoutes::Hash::operator()(std::string_view text) const noexcept {
  if (!fold_case) {
    return std::hash<std::string_view>()(text);
  }
  std::uint64_t hash = kFnvBasis;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(lower(c))) * kFnvPrime;
  }
  return hash;
}

bool HttpRoutes::Equal::operator()(std::string_view a, std::string_view b) const noexcept {
  return fold_case ? http::equal_ignoring_case(a, b) : a == b;
}

void HttpRoutes::add(std::string claim, http::Handler& handler) {
  handlers_.insert_or_assign(std::move(claim), &handler);
}

HttpRoutes::Found HttpRoutes::find(const http::RequestHead& head) const noexcept {
  if (only_ != nullptr) {
    return {only_, {}};
  }
  if (mode_ == RoutingMode::host) {
    return find_host(head);
  }
  const std::string_view target = head.target;
  return look_up(target.substr(0, target.find('?')), {404, "path not found"});
}

HttpRoutes::Found HttpRoutes::find_host(const http::RequestHead& head) const noexcept {
  const auto value = head.headers.get(header_);
  if (!value) {
    return {nullptr, {400, "missing host header"}};
  }
  if (!is_visible_text(*value)) {
    return {nullptr, {400, "invalid host header"}};
  }
  return look_up(without_default_port(*value), {404, "host not found"});
}

HttpRoutes::Found HttpRoutes::look_up(std::string_view key, HttpRefusal otherwise) const noexcept {
  const auto found = handlers_.find(key);
  return found == handlers_.end() ? Found{nullptr, otherwise} : Found{found->second, {}};
}

std::optional<HttpRefusal> settle_authority(http::RequestHead& head) {
  if (!head.authority_in_target) {
    if (const auto forwarded = head.headers.get("x-forwarded-host")) {
      // Of several proxies the first one names what the client asked for.
      std::string_view host = forwarded->substr(0, forwarded->find(','));
      while (host.ends_with(' ') || host.ends_with('\t')) {
        host.remove_suffix(1);
      }
      if (!http::parse_authority(host)) {
        return HttpRefusal{400, "invalid x-forwarded-host header"};
      }
      head.authority.assign(host);
    }
  }
  if (head.authority.empty()) {
    return HttpRefusal{400, "No host found in request"};
  }
  return std::nullopt;
}

}  // namespace wasmcloud::host

#include "wasmcloud/host/http_routes.h"

#include <array>

#include <gtest/gtest.h>

#include "wasmcloud/http/server.h"

namespace wasmcloud::host {
namespace {

class Nobody final : public http::Handler {
 public:
  Task<> handle(http::Request& /*request*/, http::ResponseWriter& /*response*/) override {
    co_return Result<>();
  }
};

HttpLinkId link(std::string component, std::string name = "default",
                std::string package = "wasi:http") {
  return {std::move(component), std::move(name), std::move(package)};
}

std::string holder_of(const HttpClaims& claims, std::string_view claim) {
  const HttpLinkId* const holder = claims.holder(claim);
  return holder == nullptr ? "nobody" : holder->component + "/" + holder->name;
}

std::string conflict_of(const Result<>& result) {
  if (result) {
    return "none";
  }
  EXPECT_EQ(result.error().kind(), ErrorKind::conflict);
  return result.error().describe();
}

TEST(HttpClaims, FirstHasItAndTheNextTakesOver) {
  HttpClaims claims(RoutingMode::path);
  claims.put(link("a"), "/x");
  claims.put(link("b"), "/x");
  claims.put(link("c"), "/x");
  EXPECT_EQ(holder_of(claims, "/x"), "a/default");
  EXPECT_EQ(conflict_of(claims.check_holds(link("a"))), "none");
  EXPECT_EQ(conflict_of(claims.check_holds(link("b"))),
            "Path /x already in use by a different component");
  EXPECT_TRUE(claims.remove(link("a")));
  EXPECT_EQ(holder_of(claims, "/x"), "b/default");
  EXPECT_EQ(conflict_of(claims.check_holds(link("b"))), "none");
  EXPECT_FALSE(claims.remove(link("a")));
}

TEST(HttpClaims, WhoClaimsTheSameAgainKeepsItsPlace) {
  HttpClaims claims(RoutingMode::address);
  claims.put(link("a"), "1.2.3.4:5");
  claims.put(link("b"), "1.2.3.4:5");
  claims.put(link("a"), "1.2.3.4:5");
  EXPECT_EQ(holder_of(claims, "1.2.3.4:5"), "a/default");
}

TEST(HttpClaims, WhoClaimsSomethingElseGivesUpWhatItHad) {
  HttpClaims claims(RoutingMode::host);
  claims.put(link("a"), "x");
  claims.put(link("b"), "x");
  claims.put(link("a"), "y");
  EXPECT_EQ(holder_of(claims, "x"), "b/default");
  EXPECT_EQ(holder_of(claims, "y"), "a/default");
  claims.put(link("a"), "x");
  EXPECT_EQ(conflict_of(claims.check_holds(link("a"))),
            "Host x already in use by a different component");
  EXPECT_EQ(holder_of(claims, "y"), "nobody");
}

TEST(HttpClaims, TwoLinksOfAComponentAreTwo) {
  HttpClaims claims(RoutingMode::path);
  claims.put(link("a", "one"), "/1");
  claims.put(link("a", "two"), "/2");
  EXPECT_EQ(holder_of(claims, "/1"), "a/one");
  EXPECT_EQ(holder_of(claims, "/2"), "a/two");
  claims.put(link("a", "three"), "/1");
  EXPECT_EQ(conflict_of(claims.check_holds(link("a", "three"))),
            "Path /1 already in use by the link \"one\" of component a");
}

TEST(HttpClaims, ConflictOfAddressesNamesTheLinkThatHasIt) {
  HttpClaims claims(RoutingMode::address);
  claims.put(link("a", "one"), "1.2.3.4:5");
  claims.put(link("b"), "1.2.3.4:5");
  const std::string text = conflict_of(claims.check_holds(link("b")));
  EXPECT_TRUE(text.contains("1.2.3.4:5") && text.contains("\"one\"") &&
              text.contains("component a"))
      << text;
}

TEST(HttpClaims, NameOfAComponentsLinkIsForOnePackage) {
  HttpClaims claims(RoutingMode::host);
  claims.put(link("a"), "x");
  EXPECT_EQ(conflict_of(claims.check_name(link("a"))), "none");
  EXPECT_EQ(conflict_of(claims.check_name(link("a", "default", "acme:http"))),
            "Component a already has a host registered with link name default");
  EXPECT_FALSE(claims.remove(link("a", "default", "acme:http")));
}

TEST(HttpClaims, HoldersAreOnePerClaimInOrder) {
  HttpClaims claims(RoutingMode::path);
  claims.put(link("a"), "/1");
  claims.put(link("b"), "/1");
  claims.put(link("c"), "/2");
  const auto holders = claims.holders();
  ASSERT_EQ(holders.size(), 2U);
  EXPECT_EQ(holders[0]->link.component, "a");
  EXPECT_EQ(holders[1]->link.component, "c");
}

TEST(HttpClaimOf, IsThePathAsItStandsOrTheHostInLowerCase) {
  EXPECT_EQ(claim_of(RoutingMode::path, "a", {{"path", "/Api/"}}).value(), "/Api/");
  EXPECT_EQ(claim_of(RoutingMode::host, "a", {{"host", "A.Example:80"}}).value(), "a.example");
  EXPECT_EQ(claim_of(RoutingMode::host, "a", {{"host", "a.example:8080"}}).value(),
            "a.example:8080");
}

TEST(HttpClaimOf, NeedsTheExactKey) {
  EXPECT_EQ(claim_of(RoutingMode::path, "a", {{"Path", "/"}}).error().describe(),
            "path not found in link config, cannot register path for component a");
  EXPECT_EQ(claim_of(RoutingMode::host, "a", {}).error().describe(),
            "host not found in link config, cannot register host for component a");
}

struct Routed {
  HttpRoutes routes;
  std::array<Nobody, 2>& handlers;

  // "0", "1", or the status and text of a refusal.
  std::string find(const http::RequestHead& head) const {
    const HttpRoutes::Found found = routes.find(head);
    if (found.handler == nullptr) {
      return fmt::format("{} {}", found.refusal.status, found.refusal.text);
    }
    return found.handler == &handlers[0] ? "0" : "1";
  }

  std::string path(std::string target) const {
    http::RequestHead head;
    head.target = std::move(target);
    return find(head);
  }

  std::string header(std::string name, std::string value) const {
    http::RequestHead head;
    head.headers.add(std::move(name), std::move(value));
    return find(head);
  }
};

TEST(HttpRoutes, AddressModeHasOneHandler) {
  std::array<Nobody, 2> handlers;
  const Routed routed{HttpRoutes(handlers[1]), handlers};
  EXPECT_EQ(routed.path("/any"), "1");
}

TEST(HttpRoutes, PathIsExactWithoutTheQuery) {
  std::array<Nobody, 2> handlers;
  Routed routed{HttpRoutes(RoutingMode::path, "host"), handlers};
  routed.routes.add("/api", handlers[0]);
  routed.routes.add("/", handlers[1]);
  EXPECT_EQ(routed.path("/api"), "0");
  EXPECT_EQ(routed.path("/api?x=/y"), "0");
  EXPECT_EQ(routed.path("/?"), "1");
  for (const std::string target : {"/api/", "/API", "/ap", "/%61pi", "*", ""}) {
    EXPECT_EQ(routed.path(target), "404 path not found") << target;
  }
}

TEST(HttpRoutes, HostIsComparedWithoutCaseAndDefaultPort) {
  std::array<Nobody, 2> handlers;
  Routed routed{HttpRoutes(RoutingMode::host, "host"), handlers};
  routed.routes.add("a.example", handlers[0]);
  routed.routes.add("a.example:8080", handlers[1]);
  EXPECT_EQ(routed.header("Host", "a.example"), "0");
  EXPECT_EQ(routed.header("host", "A.EXAMPLE:80"), "0");
  EXPECT_EQ(routed.header("host", "A.example:8080"), "1");
  EXPECT_EQ(routed.header("host", "a.example:81"), "404 host not found");
  EXPECT_EQ(routed.header("host", "b.example"), "404 host not found");
}

TEST(HttpRoutes, HostModeNeedsItsHeaderAsText) {
  std::array<Nobody, 2> handlers;
  Routed routed{HttpRoutes(RoutingMode::host, "x-tenant"), handlers};
  routed.routes.add("one", handlers[0]);
  EXPECT_EQ(routed.header("X-Tenant", "one"), "0");
  EXPECT_EQ(routed.header("host", "one"), "400 missing host header");
  EXPECT_EQ(routed.header("x-tenant", "\xc3\xa9"), "400 invalid host header");
}

std::string settled(http::RequestHead head) {
  const auto refusal = settle_authority(head);
  return refusal ? fmt::format("{} {}", refusal->status, refusal->text) : head.authority;
}

http::RequestHead head_for(std::string authority, std::string forwarded = "") {
  http::RequestHead head;
  head.authority = std::move(authority);
  if (!forwarded.empty()) {
    head.headers.add("X-Forwarded-Host", std::move(forwarded));
  }
  return head;
}

TEST(HttpAuthority, ForwardedHostComesBeforeHost) {
  EXPECT_EQ(settled(head_for("a")), "a");
  EXPECT_EQ(settled(head_for("a", "b:81")), "b:81");
  EXPECT_EQ(settled(head_for("a", "b , c")), "b");
  EXPECT_EQ(settled(head_for("", "b")), "b");
}

TEST(HttpAuthority, TargetComesBeforeForwardedHost) {
  http::RequestHead head = head_for("a", "b");
  head.authority_in_target = true;
  EXPECT_EQ(settled(std::move(head)), "a");
}

TEST(HttpAuthority, MustBeThereAndRight) {
  EXPECT_EQ(settled(head_for("")), "400 No host found in request");
  EXPECT_EQ(settled(head_for("a", "b/c")), "400 invalid x-forwarded-host header");
}

}  // namespace
}  // namespace wasmcloud::host

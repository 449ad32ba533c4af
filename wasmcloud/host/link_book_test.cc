#include "wasmcloud/host/link_book.h"

#include <gmock/gmock.h>

namespace wasmcloud::host {
namespace {

using lattice::Link;
using testing::ElementsAre;
using testing::IsEmpty;

Link link_to(std::string target, std::vector<std::string> interfaces = {"i"}) {
  Link link;
  link.source_id = "source";
  link.target = std::move(target);
  link.wit_namespace = "n";
  link.wit_package = "p";
  link.interfaces = std::move(interfaces);
  return link;
}

lattice::SpecEntry spec_of(std::vector<Link> links, std::uint64_t revision) {
  return {.id = "source",
          .spec = lattice::ComponentSpec{.url = "", .links = std::move(links)},
          .revision = revision};
}

TEST(LinkBook, TellsWhatIsNewAndWhatIsGone) {
  LinkBook book;
  LinkBook::Change change = book.apply(spec_of({link_to("a"), link_to("b")}, 1));
  EXPECT_THAT(change.put, ElementsAre(link_to("a"), link_to("b")));
  EXPECT_THAT(change.removed, IsEmpty());

  change = book.apply(spec_of({link_to("b"), link_to("c")}, 2));
  EXPECT_THAT(change.put, ElementsAre(link_to("c")));
  EXPECT_THAT(change.removed, ElementsAre(link_to("a")));
  EXPECT_THAT(book.links(), ElementsAre(link_to("b"), link_to("c")));
}

TEST(LinkBook, ALinkWithOtherInterfacesIsPutAndNotRemoved) {
  LinkBook book;
  book.apply(spec_of({link_to("a")}, 1));
  const LinkBook::Change change = book.apply(spec_of({link_to("a", {"other"})}, 2));
  EXPECT_THAT(change.put, ElementsAre(link_to("a", {"other"})));
  EXPECT_THAT(change.removed, IsEmpty());
}

TEST(LinkBook, AnOlderWordChangesNothing) {
  LinkBook book;
  book.apply(spec_of({link_to("new")}, 5));
  EXPECT_TRUE(book.apply(spec_of({link_to("old")}, 4)).empty());
  EXPECT_TRUE(book.apply(spec_of({link_to("new")}, 5)).empty());  // told by the watch once more
  EXPECT_THAT(book.links(), ElementsAre(link_to("new")));
}

TEST(LinkBook, ADeletedSpecHasNoLinks) {
  LinkBook book;
  book.apply(spec_of({link_to("a")}, 1));
  const LinkBook::Change change =
      book.apply(lattice::SpecEntry{.id = "source", .spec = {}, .revision = 2});
  EXPECT_THAT(change.removed, ElementsAre(link_to("a")));
  EXPECT_THAT(book.links(), IsEmpty());
}

TEST(LinkBook, AStoreThatWasMadeAnewIsHeardAgain) {
  LinkBook book;
  book.apply(spec_of({link_to("a")}, 1000));
  book.forget_revisions();
  EXPECT_THAT(book.links(), ElementsAre(link_to("a")));
  const LinkBook::Change change = book.apply(spec_of({link_to("a"), link_to("b")}, 1));
  EXPECT_THAT(change.put, ElementsAre(link_to("b")));
  EXPECT_THAT(change.removed, IsEmpty());
}

TEST(LinkBook, KnowsWhomALinkConcerns) {
  LinkBook book;
  book.apply(spec_of({link_to("a"), link_to("b")}, 1));
  EXPECT_THAT(book.links_from("source"), ElementsAre(link_to("a"), link_to("b")));
  EXPECT_THAT(book.links_from("a"), IsEmpty());
  EXPECT_THAT(book.links_with("a"), ElementsAre(link_to("a")));
  EXPECT_THAT(book.links_with("source"), ElementsAre(link_to("a"), link_to("b")));
}

TEST(LinkBook, ClaimsHaveTheirNamesTwiceAndComponentsComeFirst) {
  LinkBook book;
  lattice::StoredProviderClaims provider;
  provider.subject = "A";
  provider.config_schema = "{}";
  book.apply(lattice::ClaimsEntry{.subject = "A", .claims = provider});
  lattice::StoredComponentClaims component;
  component.subject = "B";
  component.issuer = "I";
  component.revision = "7";
  component.tags = {"x", "y"};
  book.apply(lattice::ClaimsEntry{.subject = "B", .claims = component});

  const lattice::StringMap of_component = {
      {"call_alias", ""}, {"iss", "I"}, {"issuer", "I"},  {"name", ""},    {"rev", "7"},
      {"revision", "7"},  {"sub", "B"}, {"subject", "B"}, {"tags", "x,y"}, {"version", ""}};
  const lattice::StringMap of_provider = {
      {"config_schema", "{}"}, {"iss", ""},  {"issuer", ""},   {"name", ""},   {"rev", ""},
      {"revision", ""},        {"sub", "A"}, {"subject", "A"}, {"version", ""}};
  EXPECT_THAT(book.claims(), ElementsAre(of_component, of_provider));

  book.apply(lattice::ClaimsEntry{.subject = "B", .claims = {}});
  EXPECT_THAT(book.claims(), ElementsAre(of_provider));
}

}  // namespace
}  // namespace wasmcloud::host

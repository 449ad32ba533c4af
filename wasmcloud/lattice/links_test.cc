#include "wasmcloud/lattice/links.h"

#include <gtest/gtest.h>

namespace wasmcloud::lattice {
namespace {

Link link_to(std::string target, std::vector<std::string> interfaces,
             std::string name = "default") {
  Link link;
  link.source_id = "source";
  link.target = std::move(target);
  link.name = std::move(name);
  link.wit_namespace = "wasi";
  link.wit_package = "keyvalue";
  link.interfaces = std::move(interfaces);
  return link;
}

LinkDelete deletion(std::string name = "default") {
  return LinkDelete{"source", std::move(name), "wasi", "keyvalue"};
}

TEST(Links, TheSameOneIsReplacedWhole) {
  std::vector<Link> links;
  ASSERT_TRUE(put_link(links, link_to("a", {"store", "atomics"})));
  Link changed = link_to("a", {"batch"});
  changed.target_config = {"c"};
  ASSERT_TRUE(put_link(links, changed));
  EXPECT_EQ(links, std::vector<Link>{changed});
}

TEST(Links, AnotherTargetForTheSameInterfaceIsAConflict) {
  std::vector<Link> links;
  ASSERT_TRUE(put_link(links, link_to("a", {"store", "atomics"})));
  const std::vector<Link> before = links;
  const auto refused = put_link(links, link_to("b", {"batch", "store"}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::conflict);
  EXPECT_EQ(links, before);
  // With other interfaces, or under another name, it is none.
  EXPECT_TRUE(put_link(links, link_to("b", {"batch"})));
  EXPECT_TRUE(put_link(links, link_to("b", {"store"}, "second")));
  EXPECT_EQ(links.size(), 3U);
}

TEST(Links, ADeletionTakesTheFirstOfThatName) {
  std::vector<Link> links{link_to("a", {"store"}), link_to("b", {"batch"}),
                          link_to("c", {"store"}, "second")};
  const auto removed = delete_link(links, deletion());
  ASSERT_TRUE(removed);
  EXPECT_EQ(removed->target, "a");
  EXPECT_EQ(links.size(), 2U);
  EXPECT_EQ(links[0].target, "b");
  EXPECT_FALSE(delete_link(links, deletion("third")));
}

TEST(Links, ImportsReachTheLaterLink) {
  std::vector<Link> links{link_to("a", {"store"}), link_to("b", {"store"}, "second"),
                          link_to("c", {"store", "batch"})};
  const ImportTable table(links);
  EXPECT_EQ(*table.find("default", "wasi:keyvalue/store"), "c");
  EXPECT_EQ(*table.find("second", "wasi:keyvalue/store"), "b");
  EXPECT_TRUE(table.contains("default", "wasi:keyvalue/batch"));
  EXPECT_FALSE(table.contains("second", "wasi:keyvalue/batch"));
  EXPECT_EQ(table.find("third", "wasi:keyvalue/store").error().message(),
            "link `third` not found for instance `wasi:keyvalue/store`");
  EXPECT_EQ(table.find("second", "wasi:keyvalue/batch").error().kind(), ErrorKind::not_found);
  EXPECT_FALSE(ImportTable().find("default", "x"));
}

TEST(Links, VersionsAreNoPartOfALink) {
  EXPECT_EQ(without_version("wasi:http/types@0.2.0"), "wasi:http/types");
  EXPECT_EQ(without_version("wasi:http/types"), "wasi:http/types");
}

}  // namespace
}  // namespace wasmcloud::lattice

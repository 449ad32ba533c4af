#include "wasmcloud/lattice/store.h"

#include <gtest/gtest.h>

#include "wasmcloud/nats/testing/connection_fixture.h"

namespace wasmcloud::lattice {
namespace {

using nats::Connection;
using nats::soon;

nats::KvEntry entry_of(std::string key, std::string value) {
  nats::KvEntry entry;
  entry.key = std::move(key);
  entry.value = std::move(value);
  return entry;
}

TEST(StoreEntries, AreReadByTheirKey) {
  const auto spec = parse_entry(entry_of("COMPONENT_a_b", R"({"url":"u","links":[]})"));
  ASSERT_TRUE(spec) << spec.error().describe();
  EXPECT_EQ(std::get<SpecEntry>(*spec).id, "a_b");
  EXPECT_EQ(std::get<SpecEntry>(*spec).spec->url, "u");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(*parse_entry(entry_of("LINKDEF_x", "{}"))));
}

TEST(StoreEntries, ADeletionHasNoValue) {
  nats::KvEntry entry = entry_of("CLAIMS_MA", "");
  entry.operation = nats::KvOperation::del;
  EXPECT_FALSE(std::get<ClaimsEntry>(*parse_entry(entry)).claims);
}

TEST(StoreEntries, WhatIsWrongNamesTheKey) {
  const auto spec = parse_entry(entry_of("COMPONENT_a", "nonsense"));
  ASSERT_FALSE(spec);
  EXPECT_TRUE(spec.error().describe().starts_with("COMPONENT_a: ")) << spec.error().describe();
  const auto claims = parse_entry(entry_of(
      "CLAIMS_V", R"({"issuer":"A","name":"n","revision":"0","subject":"W","version":"1"})"));
  ASSERT_FALSE(claims);
  EXPECT_NE(claims.error().describe().find("subject mismatch"), std::string::npos);
}

class StoreTest : public nats::ConnectedFixture {
 protected:
  void SetUp() override {
    ConnectedFixture::SetUp();
    if (!IsSkipped()) {
      run(open_store(this));
    }
  }

  void TearDown() override {
    store_.reset();
    ConnectedFixture::TearDown();
  }

  static Task<> open_store(StoreTest* test) {
    WC_CO_TRY(Store store, Store::open(*test->connection_, "default", "", soon()));
    test->store_.emplace(std::move(store));
    co_return Result<>();
  }

  std::optional<Store> store_;
};

Task<> add_links(Store& store, std::string prefix, int count) {
  for (int i = 0; i < count; ++i) {
    WC_CO_CHECK(store.change_spec(
        "app",
        [&](std::optional<ComponentSpec> stored) -> Result<std::optional<ComponentSpec>> {
          ComponentSpec spec = stored.value_or(ComponentSpec());
          Link link;
          link.source_id = "app";
          link.target = prefix + std::to_string(i);
          spec.links.push_back(std::move(link));
          return std::optional(std::move(spec));
        },
        soon()));
  }
  co_return Result<>();
}

Task<> add_links_from_two_sides(Store& store) {
  constexpr int kEach = 20;
  TaskScope tasks(co_await asio::this_coro::executor);
  tasks.spawn("one side", add_links(store, "a", kEach));
  tasks.spawn("the other side", add_links(store, "b", kEach));
  WC_CO_CHECK(tasks.join());
  WC_CO_TRY(const std::optional<ComponentSpec> spec, store.spec("app", soon()));
  EXPECT_EQ(spec.value().links.size(), 2U * kEach);
  co_return Result<>();
}

TEST_F(StoreTest, NoChangeIsLost) { run(add_links_from_two_sides(*store_)); }

Task<> give_up(Store& store) {
  WC_CO_CHECK(store.change_spec(
      "app",
      [](std::optional<ComponentSpec> stored) -> Result<std::optional<ComponentSpec>> {
        EXPECT_FALSE(stored);
        return std::optional<ComponentSpec>();
      },
      soon()));
  WC_CO_TRY(const std::optional<ComponentSpec> none, store.spec("app", soon()));
  EXPECT_FALSE(none);
  const Result<std::optional<SpecEntry>> refused = co_await store.change_spec(
      "app",
      [](std::optional<ComponentSpec>) -> Result<std::optional<ComponentSpec>> {
        return Error(ErrorKind::conflict, "enough");
      },
      soon());
  EXPECT_EQ(refused.error().message(), "enough");
  co_return Result<>();
}

TEST_F(StoreTest, AChangeMayGiveUp) { run(give_up(*store_)); }

Task<> add_specs(Store& store) {
  WC_CO_CHECK(store.add_spec("app", "file:///a.wasm", soon()));
  WC_CO_CHECK(store.add_spec("app", "file:///b.wasm", soon()));
  WC_CO_TRY(const std::optional<ComponentSpec> spec, store.spec("app", soon()));
  EXPECT_EQ(spec.value(), (ComponentSpec{.url = "file:///a.wasm", .links = {}}));
  co_return Result<>();
}

TEST_F(StoreTest, ASpecThatIsThereStays) { run(add_specs(*store_)); }

Task<> keep_configs(Connection& connection, Store& store) {
  constexpr std::string_view kBody = "{ \"a\" : \"b\" }";
  WC_CO_CHECK(store.put_config("app", std::string(kBody), soon()));
  // Another one sees it: the buckets that exist are used.
  WC_CO_TRY(Store other, Store::open(connection, "default", "", soon()));
  WC_CO_TRY(const std::optional<Store::Config> kept, other.config("app", soon()));
  EXPECT_EQ(kept.value().body, kBody);
  EXPECT_EQ(kept->revision, 1U);
  WC_CO_CHECK(other.delete_config("app", soon()));
  WC_CO_CHECK(other.delete_config("app", soon()));
  WC_CO_TRY(const std::optional<Store::Config> gone, store.config("app", soon()));
  EXPECT_FALSE(gone);
  const Result<> refused = co_await store.put_config("a b", "{}", soon());
  EXPECT_EQ(refused.error().kind(), ErrorKind::invalid);
  co_return Result<>();
}

TEST_F(StoreTest, ConfigsAreKeptToTheByte) { run(keep_configs(*connection_, *store_)); }

Task<> watch_specs(Store& store) {
  WC_CO_CHECK(add_links(store, "a", 1));
  WC_CO_TRY(nats::KvWatch watch, store.watch(soon()));
  WC_CO_TRY(const nats::KvEvent first, watch.next(soon()));
  WC_CO_TRY_VALUE(const StoreEntry entry, parse_entry(first.entry.value()));
  EXPECT_EQ(std::get<SpecEntry>(entry).id, "app");
  EXPECT_EQ(std::get<SpecEntry>(entry).revision, 1U);
  WC_CO_TRY(const nats::KvEvent mark, watch.next(soon()));
  EXPECT_TRUE(mark.is_initial_end());
  StoredProviderClaims claims;
  claims.subject = "VA";
  WC_CO_CHECK(store.put_claims(claims, soon()));
  WC_CO_TRY(const nats::KvEvent changed, watch.next(soon()));
  WC_CO_TRY_VALUE(const StoreEntry told, parse_entry(changed.entry.value()));
  EXPECT_EQ(std::get<ClaimsEntry>(told).subject, "VA");
  co_return Result<>();
}

TEST_F(StoreTest, AWatchTellsWhatIsThereAndWhatChanges) { run(watch_specs(*store_)); }

}  // namespace
}  // namespace wasmcloud::lattice

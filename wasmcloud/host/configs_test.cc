// Configurations as bundles show them, on a real nats-server.
#include "wasmcloud/host/configs.h"

#include <gmock/gmock.h>

#include "wasmcloud/nats/testing/connection_fixture.h"

namespace wasmcloud::host {
namespace {

using lattice::StringMap;
using nats::soon;
using testing::HasSubstr;

class ConfigsTest : public nats::ConnectedFixture {
 protected:
  using Bundle = std::shared_ptr<const ConfigBundle>;

  void SetUp() override {
    ConnectedFixture::SetUp();
    if (!IsSkipped()) {
      run(open());
    }
  }

  Task<> open() {
    WC_CO_TRY(lattice::Store store, lattice::Store::open(*connection_, "default", "", soon()));
    store_.emplace(std::move(store));
    configs_.emplace(*store_);
    co_return Result<>();
  }

  void put(std::string name, std::string body) {
    run(store_->put_config(std::move(name), std::move(body), soon()));
  }

  // As the watch tells it.
  void tell(std::string name, std::string value, std::uint64_t revision) {
    configs_->apply({.key = std::move(name), .value = std::move(value), .revision = revision});
  }

  Bundle bundle(std::vector<std::string> names) {
    Bundle made;
    run(keep(std::move(names), made));
    return made;
  }

  Task<> keep(std::vector<std::string> names, Bundle& into) {
    std::function<void()> on_change = [this] { ++changes_; };
    WC_CO_TRY(into, configs_->bundle(std::move(names), std::move(on_change), soon()));
    co_return Result<>();
  }

  std::string failure(std::vector<std::string> names) {
    std::string text;
    run(keep_failure(std::move(names), text));
    return text;
  }

  Task<> keep_failure(std::vector<std::string> names, std::string& text) {
    const auto made = co_await configs_->bundle(std::move(names), {}, soon());
    text = made ? "it was made" : made.error().describe();
    co_return Result<>();
  }

  std::optional<lattice::Store> store_;
  std::optional<Configs> configs_;
  int changes_ = 0;
};

TEST_F(ConfigsTest, TheLaterOfTwoWithTheSameKeyCounts) {
  put("one", R"({"a":"1","b":"1"})");
  put("two", R"({"b":"2"})");
  EXPECT_EQ(*bundle({"one", "two"})->current(), (StringMap{{"a", "1"}, {"b", "2"}}));
  EXPECT_EQ(*bundle({"two", "one"})->current(), (StringMap{{"a", "1"}, {"b", "1"}}));
  EXPECT_EQ(*bundle({})->current(), StringMap());
}

TEST_F(ConfigsTest, WhatCannotBeHadIsSaid) {
  put("list", "[]");
  EXPECT_EQ(failure({"absent"}), "Unable to fetch requested config: Config absent does not exist");
  EXPECT_THAT(failure({"list"}), HasSubstr("config data should be a map of string -> string"));
  EXPECT_THAT(failure({"SECRET_x"}), HasSubstr("secret store not configured"));
  EXPECT_THAT(failure({"not a key"}), HasSubstr("not a key"));
}

TEST_F(ConfigsTest, ABundleFollowsWhatChanges) {
  put("one", R"({"a":"1"})");
  const Bundle one = bundle({"one"});
  tell("one", R"({"a":"2"})", 10);
  EXPECT_EQ(*one->current(), (StringMap{{"a", "2"}}));
  EXPECT_EQ(changes_, 1);
  tell("one", R"({"a":"2"})", 11);  // the same
  tell("one", R"({"a":"old"})", 9);
  tell("one", "not JSON", 12);
  tell("other", R"({"a":"3"})", 13);
  EXPECT_EQ(*one->current(), (StringMap{{"a", "2"}}));
  EXPECT_EQ(changes_, 1);
  configs_->apply({.key = "one", .revision = 14, .operation = nats::KvOperation::purge});
  EXPECT_EQ(*one->current(), StringMap());
  EXPECT_EQ(changes_, 2);
}

TEST_F(ConfigsTest, ADeletedOneThatComesAgainIsSeen) {
  put("one", R"({"a":"1"})");
  const Bundle one = bundle({"one"});
  configs_->apply({.key = "one", .revision = 2, .operation = nats::KvOperation::purge});
  tell("one", R"({"a":"2"})", 3);
  EXPECT_EQ(*one->current(), (StringMap{{"a", "2"}}));
}

TEST_F(ConfigsTest, NobodyIsToldOfWhatNobodyHolds) {
  put("one", R"({"a":"1"})");
  bundle({"one"});
  tell("one", R"({"a":"2"})", 10);
  EXPECT_EQ(changes_, 0);
}

TEST_F(ConfigsTest, AStoreThatWasMadeAnewIsHeardAgain) {
  put("stays", R"({"b":"1"})");
  put("one", R"({"a":"1"})");
  put("one", R"({"a":"2"})");
  const Bundle both = bundle({"one", "stays"});
  configs_->forget_revisions();
  tell("one", R"({"a":"3"})", 1);
  EXPECT_EQ(*both->current(), (StringMap{{"a", "3"}, {"b", "1"}}));
  EXPECT_EQ(changes_, 1);
  tell("stays", R"({"b":"2"})", 2);
  EXPECT_EQ(*both->current(), (StringMap{{"a", "3"}, {"b", "2"}}));
}

}  // namespace
}  // namespace wasmcloud::host

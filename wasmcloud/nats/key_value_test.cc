// Buckets against a real JetStream.
#include "wasmcloud/nats/key_value.h"

#include <filesystem>

#include "wasmcloud/nats/testing/connection_fixture.h"

namespace wasmcloud::nats {
namespace {

using namespace std::chrono_literals;

using KeyValueTest = ConnectedFixture;

Task<Bucket> make_bucket(Connection& connection, std::uint32_t history = 1,
                         std::string domain = {}) {
  BucketConfig config{
      .bucket = "LATTICEDATA_default", .history = history, .domain = std::move(domain)};
  co_return co_await open_or_create_bucket(connection, std::move(config), soon());
}

// "key=value@revision", "key deleted@revision", "key purged@revision", "mark".
Task<std::string> tell(KvWatch& watch) {
  WC_CO_TRY(const KvEvent event, watch.next(soon()));
  if (event.is_initial_end()) {
    co_return std::string("mark");
  }
  const KvEntry& entry = *event.entry;
  switch (entry.operation) {
    case KvOperation::put:
      co_return fmt::format("{}={}@{}", entry.key, entry.value, entry.revision);
    case KvOperation::del:
      co_return fmt::format("{} deleted@{}", entry.key, entry.revision);
    case KvOperation::purge:
      co_return fmt::format("{} purged@{}", entry.key, entry.revision);
  }
  co_return std::string();
}

Task<> expect_told(KvWatch& watch, std::vector<std::string> expected) {
  for (const std::string& each : expected) {
    WC_CO_TRY(const std::string told, tell(watch));
    EXPECT_EQ(told, each);
  }
  co_return Result<>();
}

// Puts and gets, the errors between, deletions.
Task<> use_bucket(Bucket bucket) {
  WC_CO_TRY(const auto none, bucket.get("a", soon()));
  EXPECT_FALSE(none.has_value());
  WC_CO_TRY(const auto first, bucket.put("a", std::string("x\0y", 3), soon()));
  WC_CO_TRY(const auto entry, bucket.get("a", soon()));
  EXPECT_EQ(entry->value, std::string("x\0y", 3));
  EXPECT_EQ(entry->revision, first);
  EXPECT_LT(std::chrono::abs(std::chrono::system_clock::now() - entry->created), 60s);

  const auto twice = co_await bucket.create("a", "z", soon());
  EXPECT_EQ(twice.error().kind(), ErrorKind::conflict);
  WC_CO_TRY(const auto second, bucket.update("a", "2", first, soon()));
  EXPECT_GT(second, first);
  const auto stale = co_await bucket.update("a", "3", first, soon());
  EXPECT_EQ(stale.error().kind(), ErrorKind::conflict);

  WC_CO_CHECK(bucket.put("k/e=y_.1", "", soon()));
  WC_CO_TRY(const auto keys, bucket.keys(soon()));
  EXPECT_EQ(keys, (std::vector<std::string>{"a", "k/e=y_.1"}));
  WC_CO_CHECK(bucket.del("a", soon()));
  WC_CO_CHECK(bucket.purge("k/e=y_.1", soon()));
  WC_CO_TRY(const auto deleted, bucket.get("a", soon()));
  EXPECT_FALSE(deleted.has_value());
  WC_CO_TRY(const auto purged, bucket.get("k/e=y_.1", soon()));
  EXPECT_FALSE(purged.has_value());
  WC_CO_TRY(const auto no_keys, bucket.keys(soon()));
  EXPECT_TRUE(no_keys.empty());
  WC_CO_CHECK(bucket.create("a", "new", soon()));
  for (const char* const bad : {"", ".a", "a.", "a..b", "a b", "*", "a*", "ä"}) {
    const auto refused = co_await bucket.put(bad, "", soon());
    EXPECT_EQ(refused.error().kind(), ErrorKind::invalid) << bad;
  }
  co_return Result<>();
}

TEST_F(KeyValueTest, PutGetCreateUpdateDelete) {
  struct Run {
    static Task<> go(Connection& connection) {
      WC_CO_TRY(Bucket bucket, make_bucket(connection));
      co_return co_await use_bucket(std::move(bucket));
    }
  };

  run(Run::go(*connection_));
}

TEST_F(KeyValueTest, OpenFindsOnlyWhatIsThere) {
  struct Run {
    static Task<> go(Connection& connection) {
      const auto missing = co_await open_bucket(connection, "none", "", soon());
      EXPECT_EQ(missing.error().kind(), ErrorKind::not_found);
      EXPECT_NE(missing.error().describe().find("none"), std::string::npos);
      const auto bad = co_await open_bucket(connection, "a.b", "", soon());
      EXPECT_EQ(bad.error().kind(), ErrorKind::invalid);
      WC_CO_TRY(Bucket bucket, make_bucket(connection, 5));
      WC_CO_CHECK(bucket.put("a", "1", soon()));
      WC_CO_TRY(Bucket again, make_bucket(connection, 1));  // other settings: used as it is
      WC_CO_TRY(const auto entry, again.get("a", soon()));
      EXPECT_TRUE(entry.has_value());
      WC_CO_CHECK(delete_bucket(connection, "LATTICEDATA_default", "", soon()));
      const auto gone = co_await open_bucket(connection, "LATTICEDATA_default", "", soon());
      EXPECT_EQ(gone.error().kind(), ErrorKind::not_found);
      co_return Result<>();
    }
  };

  run(Run::go(*connection_));
}

// What the sheet says of a lattice's buckets, as the server sees it.
TEST_F(KeyValueTest, TheStreamIsThatOfALattice) {
  struct Run {
    static Task<> go(Connection& connection) {
      WC_CO_CHECK(make_bucket(connection));
      Outgoing request{.subject = "$JS.API.STREAM.INFO.KV_LATTICEDATA_default"};
      WC_CO_TRY(const Message info, connection.request(std::move(request), soon()));
      for (const char* const part :
           {R"("subjects":["$KV.LATTICEDATA_default.\u003e"])", R"("max_msgs_per_subject":1)",
            R"("storage":"file")", R"("num_replicas":1)", R"("discard":"new")",
            R"("allow_rollup_hdrs":true)", R"("deny_delete":true)", R"("deny_purge":false)",
            R"("allow_direct":true)", R"("max_age":0)", R"("max_bytes":-1)"}) {
        EXPECT_NE(info.text().find(part), std::string::npos) << part << " in " << info.text();
      }
      co_return Result<>();
    }
  };

  run(Run::go(*connection_));
}

TEST_F(KeyValueTest, WatchTellsWhatIsThereThenTheMarkThenChanges) {
  struct Run {
    static Task<> go(Connection& connection) {
      // With some history, so that no entry is gone before it is told.
      WC_CO_TRY(Bucket bucket, make_bucket(connection, 3));
      WC_CO_TRY(KvWatch empty, bucket.watch({}, soon()));
      WC_CO_CHECK(expect_told(empty, {"mark"}));
      WC_CO_CHECK(bucket.put("a", "1", soon()));
      WC_CO_CHECK(bucket.put("b", "1", soon()));
      WC_CO_CHECK(bucket.put("a", "2", soon()));
      WC_CO_CHECK(bucket.del("b", soon()));
      WC_CO_CHECK(expect_told(empty, {"a=1@1", "b=1@2", "a=2@3", "b deleted@4"}));
      WC_CO_TRY(KvWatch all, bucket.watch({}, soon()));
      WC_CO_CHECK(expect_told(all, {"a=2@3", "b deleted@4", "mark"}));
      WC_CO_CHECK(bucket.purge("a", soon()));
      WC_CO_CHECK(expect_told(all, {"a purged@5"}));
      const auto silent = co_await all.next(Deadline::after(1ms));
      EXPECT_EQ(silent.error().kind(), ErrorKind::timeout);
      co_return Result<>();
    }
  };

  run(Run::go(*connection_));
}

TEST_F(KeyValueTest, WatchOfAKeyOfHistoryAndFromNow) {
  struct Run {
    static Task<> go(Connection& connection) {
      WC_CO_TRY(Bucket bucket, make_bucket(connection, 3));
      for (const char* const value : {"1", "2", "3", "4"}) {
        WC_CO_CHECK(bucket.put("a", value, soon()));
      }
      WC_CO_CHECK(bucket.put("x.b", "1", soon()));
      WatchOptions of_key{.keys = "a"};
      WC_CO_TRY(KvWatch one, bucket.watch(std::move(of_key), soon()));
      WC_CO_CHECK(expect_told(one, {"a=4@4", "mark"}));
      WatchOptions below{.keys = "x.*"};
      WC_CO_TRY(KvWatch some, bucket.watch(std::move(below), soon()));
      WC_CO_CHECK(expect_told(some, {"x.b=1@5", "mark"}));
      WatchOptions history{.from = WatchFrom::history};
      WC_CO_TRY(KvWatch past, bucket.watch(std::move(history), soon()));
      WC_CO_CHECK(expect_told(past, {"a=2@2", "a=3@3", "a=4@4", "x.b=1@5", "mark"}));
      WatchOptions from_now{.from = WatchFrom::now};
      WC_CO_TRY(KvWatch now, bucket.watch(std::move(from_now), soon()));
      WC_CO_CHECK(bucket.put("a", "5", soon()));
      WC_CO_CHECK(expect_told(now, {"mark", "a=5@6"}));
      WC_CO_CHECK(expect_told(one, {"a=5@6"}));
      co_return Result<>();
    }
  };

  run(Run::go(*connection_));
}

// After the server was killed and started: until the connection has noticed, a put fails.
Task<> put_when_back(Bucket& bucket, const char* key, const char* value) {
  for (;;) {
    const auto stored = co_await bucket.put(key, value, soon());
    if (stored) {
      co_return Result<>();
    }
    EXPECT_EQ(stored.error().kind(), ErrorKind::unavailable) << stored.error().describe();
  }
}

TEST_F(KeyValueTest, AWatchGoesOnAfterTheServerRestarted) {
  struct Run {
    static Task<> go(Connection& connection, NatsServer& server) {
      WC_CO_TRY(Bucket bucket, make_bucket(connection));
      WC_CO_CHECK(bucket.put("a", "1", soon()));
      WatchOptions quick{.heartbeat = 100ms};
      WC_CO_TRY(KvWatch watch, bucket.watch(std::move(quick), soon()));
      WC_CO_CHECK(expect_told(watch, {"a=1@1", "mark"}));
      server.kill();
      server.start();
      WC_CO_CHECK(put_when_back(bucket, "b", "2"));
      WC_CO_TRY(const std::string told, tell(watch));
      EXPECT_TRUE(told.starts_with("b=2@")) << told;
      co_return Result<>();
    }
  };

  run(Run::go(*connection_, *server_));
}

// A place in a bucket that is gone: going on behind it in the next one would leave entries out.
Task<> expect_made_anew(KvWatch& watch) {
  for (int i = 0; i < 2; ++i) {  // and it stays so
    const auto ended = co_await watch.next(soon());
    if (ended) {
      ADD_FAILURE() << (ended->entry ? "told revision " + std::to_string(ended->entry->revision)
                                     : std::string("told the mark"));
      co_return Result<>();
    }
    if (ended.error().kind() != ErrorKind::not_found) {
      co_return ended.error().clone();
    }
    EXPECT_NE(ended.error().describe().find("bucket LATTICEDATA_default was deleted and made anew"),
              std::string::npos)
        << ended.error().describe();
  }
  co_return Result<>();
}

TEST_F(KeyValueTest, AWatchEndsWhenItsBucketWasMadeAnew) {
  struct Run {
    static Task<> go(Connection& connection) {
      WC_CO_TRY(Bucket bucket, make_bucket(connection));
      WC_CO_CHECK(bucket.put("a", "1", soon()));
      WatchOptions quick{.heartbeat = 100ms};
      WC_CO_TRY(KvWatch watch, bucket.watch(quick, soon()));
      WC_CO_CHECK(expect_told(watch, {"a=1@1", "mark"}));
      WC_CO_CHECK(delete_bucket(connection, "LATTICEDATA_default", "", soon()));
      WC_CO_CHECK(make_bucket(connection));
      for (const char* const key : {"missed", "b", "c"}) {  // more revisions than before
        WC_CO_CHECK(bucket.put(key, "2", soon()));
      }
      WC_CO_CHECK(expect_made_anew(watch));
      WC_CO_TRY(KvWatch anew, bucket.watch(quick, soon()));
      co_return co_await expect_told(anew, {"missed=2@1", "b=2@2", "c=2@3", "mark"});
    }
  };

  run(Run::go(*connection_));
}

TEST_F(KeyValueTest, AWatchFromNowOfAnEmptyBucketEndsWhenItWasMadeAnew) {
  struct Run {
    static Task<> go(Connection& connection) {
      WC_CO_TRY(Bucket bucket, make_bucket(connection));
      WatchOptions quick{.from = WatchFrom::now, .heartbeat = 100ms};
      WC_CO_TRY(KvWatch watch, bucket.watch(std::move(quick), soon()));
      WC_CO_CHECK(expect_told(watch, {"mark"}));
      WC_CO_CHECK(delete_bucket(connection, "LATTICEDATA_default", "", soon()));
      WC_CO_CHECK(make_bucket(connection));
      WC_CO_CHECK(bucket.put("missed", "2", soon()));
      co_return co_await expect_made_anew(watch);
    }
  };

  run(Run::go(*connection_));
}

// The stream of a backup was created when the lost one was, but has counted less far.
TEST_F(KeyValueTest, AWatchEndsWhenABackupTookTheBucketsPlace) {
  struct Run {
    static Task<> go(Connection& connection, NatsServer& server) {
      const std::filesystem::path data = server.directory() / "data";
      const std::filesystem::path backup = server.directory() / "backup";
      WC_CO_TRY(Bucket bucket, make_bucket(connection));
      WC_CO_CHECK(bucket.put("a", "1", soon()));
      server.kill();
      std::filesystem::copy(data, backup, std::filesystem::copy_options::recursive);
      server.start();
      WC_CO_CHECK(put_when_back(bucket, "b", "2"));
      WatchOptions quick{.heartbeat = 100ms};
      WC_CO_TRY(KvWatch watch, bucket.watch(std::move(quick), soon()));
      WC_CO_CHECK(bucket.put("c", "3", soon()));
      WC_CO_TRY(KvEvent event, watch.next(soon()));
      while (event.is_initial_end() || event.entry->key != "c") {
        WC_CO_TRY(event, watch.next(soon()));
      }
      server.kill();
      std::filesystem::remove_all(data);
      std::filesystem::rename(backup, data);
      server.start();
      co_return co_await expect_made_anew(watch);
    }
  };

  run(Run::go(*connection_, *server_));
}

TEST_F(KeyValueTest, ThousandsOfKeysInOrder) {
  struct Run {
    static Task<> go(Connection& connection) {
      WC_CO_TRY(Bucket bucket, make_bucket(connection));
      for (int i = 0; i < 5000; ++i) {
        WC_CO_CHECK_VALUE(connection.publish(
            {.subject = fmt::format("$KV.LATTICEDATA_default.k{}", i), .payload = "v"}));
      }
      WC_CO_CHECK(bucket.put("last", "v", soon()));
      WC_CO_TRY(KvWatch watch, bucket.watch({}, soon()));
      for (int i = 0; i < 5000; ++i) {
        WC_CO_TRY(const KvEvent event, watch.next(soon()));
        EXPECT_TRUE(event.entry.has_value());
        EXPECT_EQ(event.entry->key, fmt::format("k{}", i));
      }
      WC_CO_CHECK(expect_told(watch, {"last=v@5001", "mark"}));
      WC_CO_TRY(const auto keys, bucket.keys(soon()));
      EXPECT_EQ(keys.size(), 5001);
      co_return Result<>();
    }
  };

  run(Run::go(*connection_));
}

TEST_F(KeyValueTest, InADomain) {
  start(fmt::format("jetstream: {{ store_dir: \"{}/domain\", domain: \"D\" }}",
                    server_->directory().string()));

  struct Run {
    static Task<> go(Connection& connection) {
      WC_CO_TRY(Bucket bucket, make_bucket(connection, 1, "D"));
      WC_CO_CHECK(use_bucket(bucket));
      WC_CO_TRY(const bool there, has_jetstream(connection, "D", soon()));
      EXPECT_TRUE(there);
      WC_CO_TRY(const bool other, has_jetstream(connection, "E", soon()));
      EXPECT_FALSE(other);
      const auto wrong = co_await open_bucket(connection, "LATTICEDATA_default", "E", soon());
      EXPECT_EQ(wrong.error().kind(), ErrorKind::unavailable);
      co_return Result<>();
    }
  };

  run(Run::go(*connection_));
}

TEST_F(KeyValueTest, WithoutJetStream) {
  start("jetstream: disabled");

  struct Run {
    static Task<> go(Connection& connection) {
      WC_CO_TRY(const bool there, has_jetstream(connection, "", soon()));
      EXPECT_FALSE(there);
      const auto bucket = co_await make_bucket(connection);
      EXPECT_EQ(bucket.error().kind(), ErrorKind::unavailable);
      EXPECT_NE(bucket.error().describe().find("JetStream"), std::string::npos);
      co_return Result<>();
    }
  };

  run(Run::go(*connection_));
}

// A stream without direct reads, as older clients make buckets.
TEST_F(KeyValueTest, ABucketWithoutDirectReads) {
  struct Run {
    static Task<> go(Connection& connection) {
      Outgoing request{.subject = "$JS.API.STREAM.CREATE.KV_old",
                       .payload = R"({"name":"KV_old","subjects":["$KV.old.>"],"storage":"memory",
                         "max_msgs_per_subject":1,"allow_rollup_hdrs":true,"deny_delete":true})"};
      WC_CO_CHECK(connection.request(std::move(request), soon()));
      WC_CO_TRY(Bucket bucket, open_bucket(connection, "old", "", soon()));
      co_return co_await use_bucket(std::move(bucket));
    }
  };

  run(Run::go(*connection_));
}

}  // namespace
}  // namespace wasmcloud::nats

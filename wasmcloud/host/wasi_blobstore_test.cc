// wasi:blobstore of a component, by a link to a provider: what goes over the wire, what streams,
// and what happens when one of the two breaks off.
#include <algorithm>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/base/signal.h"
#include "wasmcloud/host/component_links_testing.h"
#include "wasmcloud/host/object_data.h"
#include "wasmcloud/host/peer_provider_testing.h"

#include "blobstore_provider.h"

namespace wasmcloud::host {
namespace {

using provided::wrpc::blobstore::types::ContainerMetadata;
using provided::wrpc::blobstore::types::ObjectId;
using provided::wrpc::blobstore::types::ObjectMetadata;
using Bytes = wrpc::Stream<std::uint8_t>;
using Names = wrpc::Stream<std::string>;
template <typename T>
using Outcome = std::expected<T, std::string>;
template <typename T>
using Checked = Outcome<std::tuple<T, wrpc::Future<Verdict>>>;

constexpr std::size_t kLarge = (std::size_t{5} << 20U) + 123;

// Gives bytes, and then nothing more until it is released.
class Halting final : public wrpc::StreamSource<std::uint8_t> {
 public:
  explicit Halting(Signal& release) : release_(release) {}

  Task<std::optional<std::string>> next(Deadline deadline) override {
    if (std::exchange(given_, true)) {
      WC_CO_CHECK(release_.wait(deadline));
      co_return std::nullopt;
    }
    co_return pattern(100'000);
  }

 private:
  Signal& release_;
  bool given_ = false;
};

// Gives some names at a time.
class SomeNames final : public wrpc::StreamSource<std::string> {
 public:
  explicit SomeNames(std::vector<std::string> names) : names_(std::move(names)) {}

  Task<std::optional<std::vector<std::string>>> next(Deadline) override {
    if (at_ == names_.size()) {
      co_return std::nullopt;
    }
    const std::size_t end = std::min(names_.size(), at_ + 3);
    const auto from = names_.begin() + static_cast<std::ptrdiff_t>(at_);
    const auto to = names_.begin() + static_cast<std::ptrdiff_t>(end);
    at_ = end;
    co_return std::vector<std::string>(from, to);
  }

 private:
  std::vector<std::string> names_;
  std::size_t at_ = 0;
};

// What a provider keeps. An object's name says what goes wrong with it.
class Shelf {
 public:
  std::map<std::string, std::map<std::string, std::string>> containers;
  std::map<std::string, std::string> broken;  // objects that did not come whole, and why
  std::size_t began = 0;                      // objects of which something came
  Signal changed;
  Signal release;  // of what halts

  std::string& at(const ObjectId& id) { return containers[id.container][id.object]; }

  // To be returned as a status of all that was asked for.
  Task<Verdict> keep(ObjectId id, Bytes data, Deadline deadline) {
    Result<> read;
    std::string all;
    for (bool ended = false; !ended && read;) {
      Result<std::optional<std::string>> chunk = co_await data.next(deadline);
      if (!chunk) {
        read = std::move(chunk).error();
      } else if (*chunk) {
        all += **chunk;
        ++began;
        changed.notify();
      }
      ended = chunk && !*chunk;
      if (id.object == "full") {
        co_return wrpc::failure(std::string("disk full"));
      }
    }
    if (!read) {
      broken[id.object] = read.error().describe();
    } else {
      at(id) = std::move(all);
    }
    changed.notify();
    if (!read) {
      co_return wrpc::failure(read.error().describe());
    }
    co_return wrpc::kSuccess;
  }

  Outcome<Bytes> part(const ObjectId& id, std::uint64_t start, std::uint64_t end) {
    if (id.object == "endless") {
      return Bytes(std::make_unique<Halting>(release));
    }
    const auto& objects = containers[id.container];
    const auto found = objects.find(id.object);
    if (found == objects.end()) {
      return std::unexpected("no such object");
    }
    const std::string_view whole = found->second;
    const std::size_t from = std::min<std::size_t>(start, whole.size());
    const std::size_t size = end < start ? 0 : std::min<std::size_t>(end - start, whole.size()) + 1;
    return Bytes::of(std::string(whole.substr(from, size)));
  }

  std::vector<std::string> names(const std::string& container) {
    std::vector<std::string> all;
    for (const auto& [name, bytes] : containers[container]) {
      all.push_back(name);
    }
    return all;
  }
};

// The status of an object that is written: known when all of it is here.
class Kept final : public wrpc::FutureSource<Verdict> {
 public:
  Kept(Shelf& shelf, ObjectId id, Bytes data)
      : shelf_(shelf), id_(std::move(id)), data_(std::move(data)) {}

  Task<Verdict> get(Deadline deadline) override {
    return shelf_.keep(std::move(id_), std::move(data_), deadline);
  }

 private:
  Shelf& shelf_;
  ObjectId id_;
  Bytes data_;
};

namespace blobs = provided::wrpc::blobstore::blobstore;

class FakeBlobstore final : public FakeProvider, public blobs::Server {
 public:
  explicit FakeBlobstore(Shelf& shelf) : FakeProvider("blobs"), shelf_(shelf) {
    blobs::serve(dispatcher, *this);
  }

  Task<Outcome<void>> clear_container(wrpc::Context, std::string name) override {
    shelf_.containers[name].clear();
    co_return wrpc::kSuccess;
  }

  Task<Outcome<bool>> container_exists(wrpc::Context context, std::string name) override {
    asked = fmt::format("{} {}", context.headers.get("source-id").value_or("?"),
                        context.headers.get("link-name").value_or("?"));
    if (name == "locked") {
      co_return wrpc::failure(std::string("no key"));
    }
    co_return shelf_.containers.contains(name);
  }

  Task<Outcome<void>> create_container(wrpc::Context, std::string name) override {
    if (name == "locked") {
      co_return wrpc::failure(std::string("no key"));
    }
    shelf_.containers[name];
    co_return wrpc::kSuccess;
  }

  Task<Outcome<void>> delete_container(wrpc::Context, std::string name) override {
    shelf_.containers.erase(name);
    co_return wrpc::kSuccess;
  }

  Task<Outcome<ContainerMetadata>> get_container_info(wrpc::Context, std::string) override {
    co_return ContainerMetadata{.created_at = 1234};
  }

  Task<Checked<Names>> list_container_objects(wrpc::Context, std::string name,
                                              std::optional<std::uint64_t> limit,
                                              std::optional<std::uint64_t> offset) override {
    asked = limit || offset ? "some" : "all";
    const bool bad = name == "unreadable";
    co_return std::tuple(
        Names(std::make_unique<SomeNames>(shelf_.names(name))),
        wrpc::Future<Verdict>::of(bad ? Verdict(std::unexpect, "disk on fire") : Verdict()));
  }

  Task<Outcome<void>> copy_object(wrpc::Context, ObjectId src, ObjectId dest) override {
    shelf_.at(dest) = shelf_.at(src);
    co_return wrpc::kSuccess;
  }

  Task<Outcome<void>> delete_object(wrpc::Context, ObjectId) override {
    co_return wrpc::failure(std::string("hosts call delete-objects instead"));
  }

  Task<Outcome<void>> delete_objects(wrpc::Context, std::string container,
                                     std::vector<std::string> objects) override {
    for (const std::string& name : objects) {
      shelf_.containers[container].erase(name);
    }
    co_return wrpc::kSuccess;
  }

  Task<Checked<Bytes>> get_container_data(wrpc::Context, ObjectId id, std::uint64_t start,
                                          std::uint64_t end) override {
    Outcome<Bytes> bytes = shelf_.part(id, start, end);
    if (!bytes) {
      co_return wrpc::failure(bytes.error());
    }
    const bool bad = id.object == "bad";
    co_return std::tuple(
        *std::move(bytes),
        wrpc::Future<Verdict>::of(bad ? Verdict(std::unexpect, "disk on fire") : Verdict()));
  }

  Task<Outcome<ObjectMetadata>> get_object_info(wrpc::Context, ObjectId id) override {
    co_return ObjectMetadata{.created_at = 5678, .size = shelf_.at(id).size()};
  }

  Task<Outcome<bool>> has_object(wrpc::Context, ObjectId id) override {
    co_return shelf_.containers[id.container].contains(id.object);
  }

  Task<Outcome<void>> move_object(wrpc::Context, ObjectId src, ObjectId dest) override {
    shelf_.at(dest) = std::move(shelf_.at(src));
    shelf_.containers[src.container].erase(src.object);
    co_return wrpc::kSuccess;
  }

  Task<Outcome<wrpc::Future<Verdict>>> write_container_data(wrpc::Context, ObjectId id,
                                                            Bytes data) override {
    if (id.object == "refused") {
      co_return wrpc::failure(std::string("no such bucket"));
    }
    co_return wrpc::Future<Verdict>(std::make_unique<Kept>(shelf_, std::move(id), std::move(data)));
  }

 private:
  Shelf& shelf_;
};

// One that has only the elder interface, without a status beside its streams.
class ElderBlobstore final : public FakeProvider {
 public:
  explicit ElderBlobstore(Shelf& shelf) : FakeProvider("blobs"), shelf_(shelf) {
    const std::string instance = "wrpc:blobstore/blobstore@0.1.0";
    dispatcher.add<&ElderBlobstore::container_exists>({instance, "container-exists"}, *this);
    dispatcher.add<&ElderBlobstore::list>({instance, "list-container-objects"}, *this);
    dispatcher.add<&ElderBlobstore::get>({instance, "get-container-data"}, *this);
    dispatcher.add<&ElderBlobstore::write>({instance, "write-container-data"}, *this);
  }

  Task<Outcome<bool>> container_exists(wrpc::Context, std::string) { co_return true; }

  Task<Outcome<Names>> list(wrpc::Context, std::string name, std::optional<std::uint64_t>,
                            std::optional<std::uint64_t>) {
    co_return Names(std::make_unique<SomeNames>(shelf_.names(name)));
  }

  Task<Outcome<Bytes>> get(wrpc::Context, ObjectId id, std::uint64_t start, std::uint64_t end) {
    co_return shelf_.part(id, start, end);
  }

  // Answers when it has all.
  Task<Verdict> write(wrpc::Context, ObjectId id, Bytes data) {
    return shelf_.keep(std::move(id), std::move(data), soon());
  }

 private:
  Shelf& shelf_;
};

// A component that does what it is told.
class Blobstore : public LinkedComponents {
 protected:
  void SetUp() override {
    LinkedComponents::SetUp();
    if (!IsSkipped()) {
      std::filesystem::copy_file(WC_BLOBSTORE_GUEST, folder_ / "relay.wasm",
                                 std::filesystem::copy_options::overwrite_existing);
      calls_.emplace(shards_[0].executor());
    }
  }

  void TearDown() override {
    if (calls_) {
      run(calls_->join());
      calls_.reset();
    }
    LinkedComponents::TearDown();
  }

  void link(std::string_view target = "blobs") {
    scale_on(*host_, "relay", 10);
    put_link_to(target, "wasi", "blobstore", "blobstore");
  }

  void start(FakeProvider& provider) {
    run(provider.start(*transport_));
    link();
    EXPECT_TRUE(eventually([this] { return ask("exists box") != "trap"; }));
  }

  // Of what halts nothing is waited for.
  void stop(FakeProvider& provider) {
    run(let_go(shelf_));
    run(provider.stop());
    EXPECT_EQ(transport_->sessions(), 0U);
  }

  static Task<> let_go(Shelf& shelf) {
    shelf.release.notify();
    co_return Result<>();
  }

  std::string ask(std::string words) { return relay(std::move(words)).value_or("trap"); }

  // Why the object did not come whole, once the provider knows.
  std::string broken(const std::string& name) {
    run(until_broken(shelf_, name));
    return shelf_.broken[name];
  }

  static Task<> until_broken(Shelf& shelf, std::string name) {
    while (!shelf.broken.contains(name)) {
      WC_CO_CHECK(shelf.changed.wait(soon()));
    }
    co_return Result<>();
  }

  // Asks, and waits until something of an object has come.
  static Task<> ask_beside(Blobstore* test, std::string words) {
    test->calls_->spawn(
        "a call that goes on",
        bridge::testing::call_relay(*test->client_of_relay_, std::move(words), test->answer_));
    while (test->shelf_.began == 0) {
      WC_CO_CHECK(test->shelf_.changed.wait(soon()));
    }
    co_return Result<>();
  }

  Shelf shelf_;
  std::optional<TaskScope> calls_;
  std::optional<std::string> answer_;
};

constexpr std::string_view kTorn = "the channel ended 1 bytes before its chunk";

TEST_F(Blobstore, ContainersAreMadeFoundAndRemoved) {
  FakeBlobstore provider(shelf_);
  start(provider);
  EXPECT_EQ(ask("make box;exists box;find box;info box"), "box\ntrue\nok\nbox 1234");
  EXPECT_EQ(provider.asked, "relay default");
  EXPECT_EQ(ask("find chest;exists chest;exists locked;make locked;find locked"),
            "error: container does not exist\nfalse\nerror: no key\nerror: no key\nerror: no key");
  EXPECT_EQ(ask("remove box;exists box"), "ok\nfalse");
  stop(provider);
}

TEST_F(Blobstore, ObjectsAreCopiedMovedAndErased) {
  FakeBlobstore provider(shelf_);
  start(provider);
  EXPECT_EQ(ask("make box;put box a 10;has box a;has box b;object box a"),
            "box\nok\ntrue\nfalse\nbox a 5678 10");
  EXPECT_EQ(ask("copy box a box b;move box b box c;list box 9"), "ok\nok\na c |");
  EXPECT_EQ(ask("erase box a;list box 9;put box a 1;erase box a c;list box 9"),
            "ok\nc |\nok\nok\n|");
  EXPECT_EQ(ask("put box a 1;clear box;has box a"), "ok\nok\nfalse");
  stop(provider);
}

TEST_F(Blobstore, LargeObjectsStreamBothWays) {
  FakeBlobstore provider(shelf_);
  start(provider);
  EXPECT_EQ(ask(fmt::format("make box;put box large {}", kLarge)), "box\nok");
  EXPECT_EQ(shelf_.containers["box"]["large"], pattern(kLarge));
  EXPECT_EQ(ask("get box large"), fmt::format("{} bytes, closed", kLarge));
  EXPECT_EQ(ask("get-sync box large"), fmt::format("{} bytes", kLarge));
  EXPECT_EQ(ask("get box large 1000 1000999"), "1000000 bytes, closed");
  EXPECT_EQ(ask("put box none 0;get box none;get-sync box none"), "ok\n0 bytes, closed\n0 bytes");
  stop(provider);
}

TEST_F(Blobstore, AnObjectMayBeWrittenBeforeItIsSaidWhereTo) {
  FakeBlobstore provider(shelf_);
  start(provider);
  EXPECT_EQ(ask("make box;put-first box early 500000;get box early"),
            "box\nok\n500000 bytes, closed");
  EXPECT_EQ(ask("put-nowhere"), "ok");
  stop(provider);
}

TEST_F(Blobstore, WhatTheProviderSaysIsTold) {
  FakeBlobstore provider(shelf_);
  start(provider);
  shelf_.containers["box"]["bad"] = pattern(1000);
  EXPECT_EQ(ask("get box missing"), "error: no such object");
  EXPECT_EQ(ask("get box bad"), "1000 bytes, disk on fire");
  EXPECT_EQ(ask("get-sync box bad"), "error: disk on fire");
  EXPECT_EQ(ask("put box refused 10"), "error: no such bucket, error: corrupted value state");
  EXPECT_EQ(ask("put box full 10"), "error: disk full");
  stop(provider);
}

// Sends five bytes of which three come, whatever it is asked for.
class TornBlobstore final : public wrpc::Handler {
 public:
  Task<> handle(wrpc::Invocation invocation) override {
    constexpr std::string_view kExists("\0\1", 2);
    constexpr std::string_view kData("\0\0\0", 3);
    wrpc::Session& session = *invocation.session;
    const bool exists = invocation.function == "container-exists";
    WC_CO_CHECK(session.write({}, std::string(exists ? kExists : kData), soon()));
    WC_CO_CHECK(session.finish({}));
    if (!exists) {
      const wrpc::Path data = {0, 0};
      WC_CO_CHECK(session.write(data, std::string("\5\0\1\2", 4), soon()));
    }
    co_return co_await session.finish_all();
  }
};

TEST_F(Blobstore, AnObjectThatBreaksOffIsNotTakenForWhole) {
  TornBlobstore provider;
  wrpc::NatsServer server(*transport_, {.prefix = "default.blobs", .queue_group = "default.blobs"},
                          provider);
  const std::string instance = "wrpc:blobstore/blobstore@0.2.0";
  run(server.start({{instance, "container-exists"}, {instance, "get-container-data"}}));
  link();
  EXPECT_TRUE(eventually([this] { return ask("exists box") == "true"; }));
  const std::string why = "failed to perform async I/O: the channel ended 2 bytes before its chunk";
  EXPECT_EQ(ask("get box thing"), "3 bytes, " + why);
  EXPECT_EQ(ask("get-sync box thing"), "error: " + why);
  run(server.stop(soon()));
}

TEST_F(Blobstore, WhatAGuestGivesUpTheProviderDoesNotKeep) {
  FakeBlobstore provider(shelf_);
  start(provider);
  shelf_.containers["box"];
  EXPECT_EQ(ask("put-drop box dropped 300000;exists box"), "ok\ntrue");
  EXPECT_EQ(broken("dropped"), kTorn);
  EXPECT_EQ(ask("put-trap box trapped 300000"), "trap");
  EXPECT_EQ(broken("trapped"), kTorn);
  EXPECT_EQ(shelf_.containers["box"].size(), 0U);
  stop(provider);
}

TEST_F(Blobstore, AHostThatStopsBreaksOffWhatItSends) {
  FakeBlobstore provider(shelf_);
  start(provider);
  shelf_.containers["box"];
  shelf_.began = 0;
  run(ask_beside(this, "put box slow 1000000000000"));
  host_.reset();
  EXPECT_EQ(broken("slow"), kTorn);
  EXPECT_EQ(answer_, std::nullopt);
  stop(provider);
}

TEST_F(Blobstore, WhatIsDroppedEarlyIsLetGo) {
  FakeBlobstore provider(shelf_);
  start(provider);
  shelf_.containers["box"]["thing"] = pattern(kLarge);
  EXPECT_EQ(ask("get-some box endless;exists box"), "some bytes\ntrue");
  EXPECT_EQ(ask("get-drop box endless;exists box"), "dropped\ntrue");
  EXPECT_EQ(ask("get-some box thing;get-drop box thing;get box thing"),
            fmt::format("some bytes\ndropped\n{} bytes, closed", kLarge));
  stop(provider);
}

TEST_F(Blobstore, MisuseTrapsAndTheHostLives) {
  FakeBlobstore provider(shelf_);
  start(provider);
  shelf_.containers["box"]["thing"] = "abc";
  EXPECT_EQ(ask("put-twice box twice"), "trap");
  EXPECT_EQ(ask("put-alive box alive 10"), "trap");
  EXPECT_EQ(ask("get-size box thing"), "trap");
  EXPECT_EQ(ask("exists box"), "true");
  stop(provider);
}

TEST_F(Blobstore, NamesComeSomeAtATime) {
  FakeBlobstore provider(shelf_);
  start(provider);
  shelf_.containers["box"] = {{"a", ""}, {"b", ""}, {"c", ""}, {"d", ""}, {"e", ""}};
  shelf_.containers["unreadable"] = {{"a", ""}};
  EXPECT_EQ(ask("list box 2"), "a b |c d |e |");
  EXPECT_EQ(provider.asked, "all");
  EXPECT_EQ(ask("list box 5;list box 100"), "a b c d e ||\na b c d e |");
  EXPECT_EQ(ask("skip box 2;skip box 7"), "2|c d |e |\n5 to the end||");
  EXPECT_EQ(ask("list unreadable 1"), "a |error: disk on fire");
  stop(provider);
}

TEST_F(Blobstore, AProviderOfTheElderInterfaceDoes) {
  ElderBlobstore provider(shelf_);
  start(provider);
  shelf_.containers["box"] = {{"a", ""}, {"b", ""}};
  EXPECT_EQ(ask("list box 9"), "a b |");
  EXPECT_EQ(ask(fmt::format("put box large {};get box large", kLarge)),
            fmt::format("ok\n{} bytes, closed", kLarge));
  EXPECT_EQ(ask("put-first box early 500000;get-sync box early"), "ok\n500000 bytes");
  EXPECT_EQ(ask("put box full 10;get box missing"), "error: disk full\nerror: no such object");
  EXPECT_EQ(ask("put-drop box dropped 300000"), "ok");
  EXPECT_EQ(broken("dropped"), kTorn);
  EXPECT_EQ(ask("has box a"), "trap");  // it does not have that function
  stop(provider);
}

TEST_F(Blobstore, WithNobodyThereACallTraps) {
  link("nobody");
  EXPECT_EQ(ask("exists box"), "trap");
  EXPECT_EQ(ask("put box thing 10"), "trap");
  EXPECT_EQ(ask("put-nowhere"), "ok");  // for this nobody is asked
}

// --- without a guest ---

// As of a provider that has failed.
class NoVerdict final : public wrpc::FutureSource<Verdict> {
 public:
  Task<Verdict> get(Deadline deadline) override {
    WC_CO_CHECK(nothing_.wait(deadline));
    co_return Verdict();
  }

 private:
  Signal nothing_;
};

Task<> read_all(Delivery<std::uint8_t>& delivery, std::string& all) {
  for (;;) {
    WC_CO_TRY(const std::optional<std::string> chunk, delivery.next(soon()));
    if (!chunk) {
      co_return Result<>();
    }
    all += *chunk;
  }
}

TEST(Delivery, WithoutAStatusIsNotWhole) {
  asio::io_context context;
  Delivery<std::uint8_t> delivery(Bytes::of("abc"),
                                  wrpc::Future<Verdict>(std::make_unique<NoVerdict>()),
                                  std::chrono::milliseconds(1));
  std::string all;
  Result<> read = Error(ErrorKind::internal, "not run");
  asio::co_spawn(context, read_all(delivery, all),
                 [&read](const std::exception_ptr&, Result<> result) { read = std::move(result); });
  context.run();
  ASSERT_FALSE(read);
  EXPECT_EQ(all, "abc");
  EXPECT_THAT(read.error().describe(), testing::HasSubstr("the stream ended without a status"));
}

// Never gives anything, and counts those that are there.
class Silent final : public wrpc::StreamSource<std::uint8_t> {
 public:
  explicit Silent(int& count) : count_(count) { ++count_; }

  ~Silent() override { --count_; }

  Silent(const Silent&) = delete;
  Silent& operator=(const Silent&) = delete;

  Task<std::optional<std::string>> next(Deadline deadline) override {
    WC_CO_CHECK(nothing_.wait(deadline));
    co_return std::nullopt;
  }

 private:
  int& count_;
  Signal nothing_;
};

TEST(ObjectSource, LetsGoOfTheStreamWhenItIsDroppedWhileItWaits) {
  asio::io_context context;
  const wasi::Environment environment;
  wasi::Context guest(environment, context.get_executor(), nullptr);
  int count = 0;
  {
    ObjectSource source(guest,
                        {Bytes(std::make_unique<Silent>(count)), wrpc::Future<Verdict>::of({})},
                        Deadline::never());
    EXPECT_TRUE(source.peek(1));
    context.poll();
    EXPECT_EQ(count, 1);
  }
  context.restart();
  context.poll();
  EXPECT_EQ(count, 0);
  asio::co_spawn(context, guest.close(), [](const std::exception_ptr&, const Result<>&) {});
  context.restart();
  context.run();
}

TEST(OutgoingObject, TakesOnlySoMuchBeforeSomebodySendsIt) {
  OutgoingObject object;
  const std::string bytes(4096, 'x');
  std::size_t taken = 0;
  for (auto permit = object.check_write(); *permit != 0; permit = object.check_write()) {
    ASSERT_LE(*permit, OutgoingObject::kMostWaiting);
    ASSERT_TRUE(object.write(as_u8(bytes).first(std::min<std::size_t>(*permit, bytes.size()))));
    taken += std::min<std::size_t>(*permit, bytes.size());
  }
  EXPECT_EQ(taken, OutgoingObject::kMostUnsent);
  EXPECT_FALSE(object.answers());
}

// --- the provider of 1.9.2 ---

class PeerBlobstore : public Blobstore {
 protected:
  void SetUp() override {
    WC_NEED_PEER("blobstore-fs-provider");
    Blobstore::SetUp();
  }

  // Its transport loses bytes now and then that come before it listens, and it keeps the rest
  // (docs/wrpc-interop.md): what is not as it should be is asked again.
  void expect(const std::string& words, const std::string& answer) {
    constexpr int kMost = 5;
    for (int i = 1; i < kMost; ++i) {
      if (ask(words) == answer) {
        return;
      }
    }
    EXPECT_EQ(ask(words), answer);
  }
};

TEST_F(PeerBlobstore, KeepsWhatIsWrittenAndGivesItBack) {
  const PeerProvider provider(
      {.program = "blobstore-fs-provider",
       .id = "blobs",
       .links = {{.source = "relay",
                  .target = "blobs",
                  .wit_namespace = "wasi",
                  .wit_package = "blobstore",
                  .interface = "blobstore",
                  .target_config =
                      fmt::format(R"({{"ROOT":"{}"}})", (folder_ / "blobs").string())}}},
      *server_, folder_);
  link();
  EXPECT_TRUE(eventually([this] { return ask("exists box") == "false"; })) << provider.log();
  EXPECT_EQ(ask("make box"), "box");
  expect(fmt::format("put box large {};get box large", kLarge),
         fmt::format("ok\n{} bytes, closed", kLarge));
  EXPECT_EQ(std::filesystem::file_size(folder_ / "blobs" / "box" / "large"), kLarge);
  expect("put-first box small 500000;get-sync box small;has box small", "ok\n500000 bytes\ntrue");
  EXPECT_EQ(ask("erase box small;list box 9;list box 1"), "ok\nlarge |\nlarge ||");
  EXPECT_EQ(ask("copy box large box other;move box other box third;has box other;has box third"),
            "ok\nok\nfalse\ntrue");
  EXPECT_THAT(ask("get box missing"), testing::HasSubstr("failed to open object file"));
  EXPECT_EQ(ask("put-drop box dropped 300000;exists box"), "ok\ntrue");
  EXPECT_EQ(ask("remove box;exists box"), "ok\nfalse");
}

}  // namespace
}  // namespace wasmcloud::host

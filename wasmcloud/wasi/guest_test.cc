// The interfaces as a guest sees them: test_guest/, run by the real runtime.
#include <chrono>
#include <expected>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "wasmcloud/base/shard.h"
#include "wasmcloud/component/component.h"
#include "wasmcloud/wasi/context.h"
#include "wasmcloud/wasi/engine_testing.h"
#include "wasmcloud/wasi/filesystem.h"
#include "wasmcloud/wasi/filesystem_descriptor.h"
#include "wasmcloud/wasi/filesystem_testing.h"
#include "wasmcloud/wasi/wasi.h"

namespace wasmcloud::wasi {
namespace {

using component::Component;
using component::Export;
using component::Store;
using Run = Export<std::expected<std::string, std::string>(std::string_view)>;

// Loaded once: compiling the guest is most of the time of these tests.
struct Guest {
  component::Host host;
  std::shared_ptr<const Component> component;

  Guest() {
    add_to(host);
    std::ifstream file(WC_COMPONENT_DIR "/wasi-test-guest.wasm", std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    auto loaded = Component::load(
        test_engine(), host,
        component::Bytes(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
    EXPECT_TRUE(loaded) << loaded.error().describe();
    component = *std::move(loaded);
  }

  static Guest& get() {
    static Guest guest;
    return guest;
  }
};

// What a run of the guest came to: "ok: ...", "failed: ..." or "error: ...".
struct Outcome {
  std::string text;
  std::optional<std::uint8_t> exit_status;
};

Result<> run_test(Store& store, const std::string& test, std::string& text) {
  WC_TRY(const Run run, Run::find(store.component(), "", "run"));
  WC_TRY(const auto result, run(store, test));
  text = result ? "ok: " + *result : "failed: " + result.error();
  return {};
}

Task<> run_guest(Shard& shard, const Environment& environment, std::string test, Deadline deadline,
                 Outcome& outcome) {
  auto context = std::make_unique<Context>(environment, shard.executor(), nullptr);
  Context& state = *context;
  component::StoreLimits limits;
  limits.deadline = deadline;
  WC_CO_TRY_VALUE(auto store, Store::create(Guest::get().component, shard.executor(),
                                            std::move(context), limits));
  const auto body = [&](Store& running) { return run_test(running, test, outcome.text); };
  const Result<> ended = co_await store->run(body);
  if (!ended) {
    outcome.text = "error: " + ended.error().describe();
  }
  outcome.exit_status = state.exit_status;
  co_return co_await state.close();
}

Outcome run(const std::string& test, Environment environment = {},
            Deadline deadline = Deadline::after(std::chrono::seconds(60))) {
  Outcome outcome;
  Shards shards(1);
  environment.blocking = &shards.blocking_pool();
  const Result<> result = shards.run_on_all(
      [&](Shard& shard) { return run_guest(shard, environment, test, deadline, outcome); });
  EXPECT_TRUE(result) << result.error().describe();
  return outcome;
}

Environment with_directory(const TemporaryDirectory& directory, filesystem::Access access) {
  Environment environment;
  auto preopen = Preopen::open(directory.path(), "/data", access);
  EXPECT_TRUE(preopen) << preopen.error().describe();
  environment.preopens.push_back(*std::move(preopen));
  return environment;
}

bool contains(const std::string& text, std::string_view part) { return text.contains(part); }

TEST(GuestIo, PollOfNothingTraps) {
  EXPECT_TRUE(contains(run("io.poll-nothing").text, "error: poll: empty poll list"));
}

TEST(GuestIo, PollGivesEveryIndexOfWhatIsReady) {
  EXPECT_EQ(run("io.poll-timers").text, "ok: 1 3 not late");
}

TEST(GuestIo, ATimerBlocksForItsTime) { EXPECT_EQ(run("io.sleep").text, "ok: slept"); }

TEST(GuestIo, WhoWaitsForEverEndsWithItsDeadline) {
  const Outcome outcome =
      run("io.sleep-for-ever", {}, Deadline::after(std::chrono::milliseconds(20)));
  EXPECT_TRUE(contains(outcome.text, "time limit")) << outcome.text;
}

TEST(GuestIo, WritingWithoutPermitTraps) {
  const std::string text = run("io.write-unasked").text;
  EXPECT_TRUE(contains(text, "error: write of 1 bytes exceeds the 0")) << text;
}

TEST(GuestIo, WritingMoreThan4096AtOnceTraps) {
  const std::string text = run("io.write-too-much-at-once").text;
  EXPECT_TRUE(contains(text, "Buffer too large for blocking-write-and-flush")) << text;
}

TEST(GuestIo, WritingWithinThePermitWorks) {
  EXPECT_EQ(run("io.write-within-permit").text, "ok: written");
}

TEST(GuestIo, StandardInputIsClosed) { EXPECT_EQ(run("io.read-stdin").text, "ok: closed"); }

TEST(GuestCli, SeesItsArgumentsAndVariables) {
  Environment environment;
  environment.variables = {{"A", "1"}, {"EMPTY", ""}};
  EXPECT_EQ(run("environment", environment).text, "ok: main.wasm;A=1;EMPTY=;no cwd");
}

TEST(GuestCli, ExitEndsTheCallWithAStatus) {
  const Outcome outcome = run("exit-7");
  EXPECT_TRUE(contains(outcome.text, "error: ")) << outcome.text;
  EXPECT_EQ(outcome.exit_status, 7);
}

TEST(GuestCli, ExitWithAnErrorIsStatusOne) { EXPECT_EQ(run("exit-badly").exit_status, 1); }

TEST(GuestRandom, GivesBytesAndNumbers) { EXPECT_EQ(run("random").text, "ok: random"); }

TEST(GuestRandom, MoreThan64MiBAtATimeTraps) {
  EXPECT_TRUE(contains(run("random-too-much").text, "error: asked for 67108865 random bytes"));
}

TEST(GuestClocks, WallClockAndLibraryAgree) { EXPECT_EQ(run("time").text, "ok: now"); }

TEST(GuestSockets, CanBeMadeAndReachNothing) {
  // permanent-resolver-failure, access-denied, invalid-argument
  EXPECT_EQ(run("sockets").text, "ok: lookup 20, connect 1, hop limit 0 3, hop limit 7");
}

TEST(GuestFiles, WithoutDirectoriesThereAreNone) { EXPECT_EQ(run("files.preopens").text, "ok: 0"); }

TEST(GuestFiles, TheLibraryReadsWritesMovesAndLists) {
  const TemporaryDirectory directory;
  const Outcome outcome =
      run("files.libc", with_directory(directory, filesystem::Access::read_write));
  EXPECT_EQ(outcome.text, "ok: one two; dir/ link ; ");
}

TEST(GuestFiles, NoPathLeadsOut) {
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory.path() / "dir");
  std::filesystem::create_symlink("/etc/passwd", directory.path() / "absolute");
  const Outcome outcome =
      run("files.escape", with_directory(directory, filesystem::Access::read_write));
  EXPECT_EQ(outcome.text, "ok: 31 31 31 31 31 ");  // not-permitted
}

TEST(GuestFiles, StreamsReadWriteAndSplice) {
  const TemporaryDirectory directory;
  const Outcome outcome =
      run("files.streams", with_directory(directory, filesystem::Access::read_write));
  EXPECT_EQ(outcome.text, "ok: streamed");
  EXPECT_EQ(directory.read("copy").size(), 1'000'000U);
}

TEST(GuestFiles, AFailedStreamGivesTheFilesCodeOnce) {
  const TemporaryDirectory directory;
  const Outcome outcome =
      run("files.fail-to-read", with_directory(directory, filesystem::Access::read_write));
  EXPECT_EQ(outcome.text, "ok: failed with code 12, then closed");
}

TEST(GuestFiles, AReadOnlyDirectoryIsNotWritten) {
  const TemporaryDirectory directory;
  const Outcome outcome =
      run("files.try-to-write", with_directory(directory, filesystem::Access::read_only));
  EXPECT_EQ(outcome.text, "ok: 1");
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

}  // namespace
}  // namespace wasmcloud::wasi

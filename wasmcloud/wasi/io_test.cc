#include "wasmcloud/wasi/io.h"

#include <string>

#include <gtest/gtest.h>

#include "wasmcloud/wasi/io_streams.h"

namespace wasmcloud::wasi {
namespace {

using component::Own;
using component::Unit;
using Bytes = std::span<const std::uint8_t>;

std::string text(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

Bytes bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// A source that keeps what it is asked to consume.
class ScriptedSource final : public AlwaysReady<InputSource> {
 public:
  std::string left;
  std::optional<StreamFailure> failure;

  std::expected<Bytes, StreamFailure> peek(std::uint64_t max) override {
    if (failure) {
      StreamFailure told = std::move(*failure);
      failure = Closed{};
      return std::unexpected(std::move(told));
    }
    return bytes(std::string_view(left).substr(0, max));
  }

  void consume(std::size_t size) override { left.erase(0, size); }
};

class ScriptedSink final : public AlwaysReady<OutputSink> {
 public:
  std::string written;
  std::uint64_t permit = 100;
  std::optional<StreamFailure> failure;

  std::expected<std::uint64_t, StreamFailure> check_write() override { return permit; }

  std::expected<void, StreamFailure> write(Bytes given) override {
    if (failure) {
      return std::unexpected(std::move(*failure));
    }
    written += text(given);
    return {};
  }

  std::expected<void, StreamFailure> flush() override { return {}; }
};

class CountingWaker final : public Waker {
 public:
  void wake() noexcept override { ++count; }

  int count = 0;
};

struct Input {
  std::shared_ptr<ScriptedSource> source = std::make_shared<ScriptedSource>();
  InputStream stream{source};
};

struct Output {
  std::shared_ptr<ScriptedSink> sink = std::make_shared<ScriptedSink>();
  OutputStream stream{sink};
};

TEST(InputStream, WhatWasReadIsConsumedByTheNextOperation) {
  Input input;
  input.source->left = "abcdef";
  const auto first = read_now(input.stream, 2);
  ASSERT_TRUE(first);
  EXPECT_EQ(text(*first), "ab");
  EXPECT_EQ(input.source->left, "abcdef");
  EXPECT_EQ(text(*read_now(input.stream, 100)), "cdef");
  EXPECT_TRUE(read_now(input.stream, 100)->empty());
  EXPECT_EQ(input.source->left, "");
}

TEST(InputStream, WhatWasReadIsConsumedWhenTheStreamGoes) {
  const auto source = std::make_shared<ScriptedSource>();
  source->left = "abc";
  {
    InputStream stream(source);
    EXPECT_EQ(read_now(stream, 3)->size(), 3U);
  }
  EXPECT_EQ(source->left, "");
}

TEST(InputStream, ReadOfNothingGivesNothingAndConsumesNothing) {
  Input input;
  input.source->left = "abc";
  EXPECT_TRUE(read_now(input.stream, 0)->empty());
  EXPECT_EQ(text(*read_now(input.stream, 3)), "abc");
}

TEST(InputStream, ReadOfNothingTellsTheEnd) {
  Input input;
  input.source->failure = Closed{};
  const auto read = read_now(input.stream, 0);
  ASSERT_FALSE(read);
  EXPECT_TRUE(std::holds_alternative<Unit>(read.error().value));
}

TEST(InputStream, AnErrorBecomesAResourceThatDescribesIt) {
  Input input;
  input.source->failure = Error(ErrorKind::unavailable, "the peer went away");
  auto read = read_now(input.stream, 1);
  ASSERT_FALSE(read);
  const auto& error = std::get<Own<IoError>>(read.error().value);
  EXPECT_EQ(error->cause().describe(), "the peer went away");
}

TEST(InputStream, AReadIsBoundedWhateverTheGuestAsksFor) {
  Input input;
  input.source->left = std::string(std::size_t{3} << 20U, 'x');
  EXPECT_EQ(read_now(input.stream, ~std::uint64_t{0})->size(), std::size_t{1} << 20U);
}

TEST(OutputStream, AWriteBeyondThePermitTraps) {
  Output output;
  output.stream.permit = 2;
  const auto refused = write_now(output.stream, bytes("abc"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::trap);
  EXPECT_EQ(output.sink->written, "");
}

TEST(OutputStream, WritesUseUpThePermit) {
  Output output;
  output.stream.permit = 3;
  EXPECT_TRUE(write_now(output.stream, bytes("ab")));
  EXPECT_TRUE(write_now(output.stream, bytes("c")));
  EXPECT_FALSE(write_now(output.stream, bytes("d")));
  EXPECT_EQ(output.sink->written, "abc");
}

TEST(OutputStream, WritingNothingNeedsNoPermit) {
  Output output;
  EXPECT_TRUE(write_now(output.stream, {}));
}

TEST(Splice, MovesWhatBothSidesAllow) {
  Input input;
  Output output;
  input.source->left = "abcdef";
  output.sink->permit = 4;
  EXPECT_EQ(splice_now(output.stream, input.stream, 100), 4U);
  EXPECT_EQ(splice_now(output.stream, input.stream, 1), 1U);
  EXPECT_EQ(output.sink->written, "abcde");
  EXPECT_EQ(input.source->left, "f");
}

TEST(Splice, MovesNothingToASinkThatTakesNothing) {
  Input input;
  Output output;
  input.source->left = "abc";
  output.sink->permit = 0;
  EXPECT_EQ(splice_now(output.stream, input.stream, 100), 0U);
  EXPECT_EQ(input.source->left, "abc");
}

TEST(Splice, TellsTheEndOfItsSource) {
  Input input;
  Output output;
  input.source->failure = Closed{};
  const auto spliced = splice_now(output.stream, input.stream, 1);
  ASSERT_FALSE(spliced);
  EXPECT_TRUE(std::holds_alternative<Unit>(spliced.error().value));
}

TEST(Splice, LosesNothingWhenTheSinkFails) {
  Input input;
  Output output;
  input.source->left = "abc";
  output.sink->failure = Error(ErrorKind::internal, "full");
  EXPECT_FALSE(splice_now(output.stream, input.stream, 3));
  EXPECT_EQ(text(*read_now(input.stream, 3)), "abc");
}

TEST(Signal, TellsEveryWakerUntilItIsRemoved) {
  Signal signal;
  CountingWaker one;
  CountingWaker two;
  signal.add(one);
  signal.add(two);
  signal.notify();
  signal.remove(one);
  signal.notify();
  EXPECT_EQ(one.count, 1);
  EXPECT_EQ(two.count, 2);
  EXPECT_FALSE(signal.empty());
}

}  // namespace
}  // namespace wasmcloud::wasi

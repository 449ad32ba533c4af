#include "wasmcloud/wasi/http_bodies.h"

#include <deque>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

namespace wasmcloud::wasi {
namespace {

using component::Own;

std::span<const std::uint8_t> bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// Gives what is at hand at once and what comes later when it is read; then ends, or fails.
class FakeReader final : public http::BodyReader {
 public:
  std::string at_hand;
  std::deque<std::string> later;
  std::optional<Error> failure;
  http::Headers trailers;
  int reads = 0;

  Task<std::size_t> read(std::span<std::uint8_t> buffer) override {
    ++reads;
    co_await asio::post(co_await asio::this_coro::executor, as_result);
    if (!later.empty()) {
      const std::string chunk = later.front();
      later.pop_front();
      std::ranges::copy(chunk, buffer.begin());
      co_return chunk.size();
    }
    if (failure) {
      co_return failure->clone();
    }
    ended_ = true;
    co_return std::size_t{0};
  }

  std::span<const std::uint8_t> peek() noexcept override { return bytes(at_hand); }

  void consume(std::size_t size) noexcept override { at_hand.erase(0, size); }

  bool at_end() const noexcept override { return ended_; }

  std::optional<std::uint64_t> content_length() const noexcept override { return std::nullopt; }

  http::Headers take_trailers() override { return std::move(trailers); }

  void end() noexcept { ended_ = true; }

 private:
  bool ended_ = false;
};

// Keeps what is written; while `held`, a write takes until release().
class FakeWriter final : public http::BodyWriter {
 public:
  explicit FakeWriter(asio::any_io_executor executor)
      : gate_(std::move(executor), asio::steady_timer::time_point::max()) {}

  std::string written;
  std::optional<Error> failure;
  http::Headers trailers;
  bool held = false;
  bool finished = false;
  bool aborted = false;

  Task<> write(std::span<const std::uint8_t> data) override {
    while (held) {
      co_await gate_.async_wait(as_result);
    }
    if (failure) {
      co_return failure->clone();
    }
    written.append(data.begin(), data.end());
    co_return Result<>();
  }

  Task<> finish(http::Headers fields) override {
    trailers = std::move(fields);
    finished = true;
    co_return Result<>();
  }

  void abort() noexcept override { aborted = true; }

  void release() {
    held = false;
    gate_.cancel();
  }

 private:
  asio::steady_timer gate_;
};

class CountingWaker final : public Waker {
 public:
  void wake() noexcept override { ++count; }

  int count = 0;
};

// The error-code that a guest finds in a failure.
std::string told(const StreamFailure& failure) {
  return error_code_of(*std::get<std::unique_ptr<IoError>>(failure))->describe();
}

class HttpBodies : public testing::Test {
 protected:
  ~HttpBodies() override { run(context_.close()); }

  // Until nothing is left to do.
  void settle() {
    io_.restart();
    io_.run();
  }

  void run(Task<> task) {
    auto done = asio::co_spawn(io_, std::move(task), asio::use_future);
    settle();
    EXPECT_TRUE(done.get());
  }

  std::shared_ptr<IncomingContent> incoming() {
    return std::make_shared<IncomingContent>(context_, reader_, nullptr, MessageKind::request);
  }

  // What the stream gives now, "(nothing)", "(end)" or the error-code; takes it.
  static std::string next(InputSource& source, std::uint64_t max = 1000) {
    const auto got = source.peek(max);
    if (!got) {
      return std::holds_alternative<Closed>(got.error()) ? "(end)" : told(got.error());
    }
    if (got->empty()) {
      return "(nothing)";
    }
    std::string text(got->begin(), got->end());
    source.consume(text.size());
    return text;
  }

  asio::io_context io_{1};
  Environment environment_;
  Context context_{environment_, io_.get_executor(), nullptr};
  FakeReader reader_;
  FakeWriter writer_{io_.get_executor()};
};

TEST_F(HttpBodies, WhatIsAtHandIsGivenWithoutReadingAhead) {
  reader_.at_hand = "hello";
  IncomingBody body(incoming());
  const auto stream = body.stream();
  ASSERT_TRUE(stream);
  InputSource& source = (*stream)->source();
  EXPECT_TRUE(source.ready());
  EXPECT_EQ(next(source, 2), "he");
  reader_.end();
  EXPECT_EQ(next(source), "llo");
  EXPECT_EQ(next(source), "(end)");
  EXPECT_EQ(reader_.reads, 0);
  EXPECT_FALSE(context_.needs_close());
}

TEST_F(HttpBodies, AWaitingStreamIsToldWhatArrives) {
  reader_.later = {"one", "two"};
  IncomingBody body(incoming());
  const auto stream = body.stream();
  InputSource& source = (*stream)->source();
  EXPECT_EQ(next(source), "(nothing)");
  CountingWaker waker;
  source.arm(waker);
  EXPECT_EQ(waker.count, 0);
  settle();
  EXPECT_EQ(waker.count, 1);
  source.disarm(waker);
  EXPECT_EQ(reader_.reads, 1) << "no more than one buffer is read ahead";
  EXPECT_EQ(next(source, 2), "on");
  EXPECT_EQ(next(source), "e");
  EXPECT_EQ(next(source), "(nothing)");
  settle();
  EXPECT_EQ(next(source), "two");
  EXPECT_EQ(next(source), "(nothing)");
  settle();
  EXPECT_TRUE(source.ready());
  EXPECT_EQ(next(source), "(end)");
}

TEST_F(HttpBodies, AFailureIsToldOnceAndThenTheStreamIsClosed) {
  reader_.later = {"part"};
  reader_.failure = Error(ErrorKind::unavailable, "gone");
  IncomingBody body(incoming());
  const auto stream = body.stream();
  InputSource& source = (*stream)->source();
  EXPECT_EQ(next(source), "(nothing)");
  settle();
  EXPECT_EQ(next(source), "part");
  EXPECT_EQ(next(source), "(nothing)");
  settle();
  EXPECT_EQ(next(source), "connection-terminated");
  EXPECT_EQ(next(source), "(end)");
}

TEST_F(HttpBodies, ABodyHasOneStreamAndKnowsWhetherItLives) {
  IncomingBody body(incoming());
  {
    const auto stream = body.stream();
    EXPECT_TRUE(stream);
    EXPECT_TRUE(body.stream_alive());
    EXPECT_FALSE(body.stream());
  }
  EXPECT_FALSE(body.stream_alive());
  EXPECT_FALSE(body.stream());
}

TEST_F(HttpBodies, TrailersComeAfterWhatNobodyRead) {
  reader_.later = {"unread", "unread too"};
  reader_.trailers.add("X-Sum", "1");
  FutureTrailers future(incoming());
  EXPECT_FALSE(future.get());
  CountingWaker waker;
  const Own<Pollable> pollable = future.subscribe();
  pollable->target().arm(waker);
  settle();
  pollable->target().disarm(waker);
  EXPECT_EQ(waker.count, 1);
  EXPECT_TRUE(pollable->target().ready());
  const auto trailers = future.get();
  ASSERT_TRUE(trailers && *trailers && **trailers && ***trailers);
  EXPECT_TRUE((****trailers)->has("x-sum"));
  const auto again = future.get();
  ASSERT_TRUE(again);
  EXPECT_FALSE(*again);
}

TEST_F(HttpBodies, AWriterSeesBackPressureAndAllBytesInOrder) {
  auto content = std::make_shared<OutgoingContent>(MessageKind::response, std::nullopt);
  auto body = std::make_unique<OutgoingBody>(content);
  auto stream = body->write();
  ASSERT_TRUE(stream);
  EXPECT_FALSE(body->write());
  OutputSink& sink = (*stream)->sink();
  const std::string full(OutgoingContent::kBufferBytes, 'a');
  EXPECT_EQ(*sink.check_write(), full.size());
  EXPECT_TRUE(sink.write(bytes(full)));
  EXPECT_EQ(*sink.check_write(), 0U);
  EXPECT_FALSE(sink.ready());

  writer_.held = true;
  auto sent =
      asio::co_spawn(io_, send_body(content, writer_, io_.get_executor()), asio::use_future);
  CountingWaker waker;
  sink.arm(waker);
  io_.restart();
  io_.poll();
  EXPECT_EQ(waker.count, 1) << "one buffer is being sent, the other is free";
  EXPECT_TRUE(sink.write(bytes(full)));
  EXPECT_EQ(*sink.check_write(), 0U);
  sink.disarm(waker);
  writer_.release();
  io_.restart();
  io_.poll();
  EXPECT_TRUE(sink.write(bytes("end")));
  stream = std::unexpected(Unit{});
  EXPECT_FALSE(body->stream_alive());
  http::Headers trailers;
  trailers.add("x-t", "1");
  EXPECT_TRUE(body->content().finish(std::move(trailers)));
  body.reset();
  settle();
  EXPECT_TRUE(sent.get());
  EXPECT_EQ(writer_.written, full + full + "end");
  EXPECT_TRUE(writer_.finished);
  EXPECT_TRUE(writer_.trailers.has("x-t"));
  EXPECT_FALSE(writer_.aborted);
}

TEST_F(HttpBodies, MoreThanContentLengthFailsAndAborts) {
  auto content = std::make_shared<OutgoingContent>(MessageKind::response, 3);
  auto sent =
      asio::co_spawn(io_, send_body(content, writer_, io_.get_executor()), asio::use_future);
  EXPECT_TRUE(content->write(bytes("ab")));
  const auto written = content->write(bytes("cd"));
  ASSERT_FALSE(written);
  EXPECT_EQ(told(written.error()), "HTTP-response-body-size: 4");
  EXPECT_TRUE(std::holds_alternative<Closed>(content->write(bytes("e")).error()));
  settle();
  EXPECT_FALSE(sent.get());
  EXPECT_TRUE(writer_.aborted);
}

TEST_F(HttpBodies, LessThanContentLengthIsAnErrorOfFinish) {
  OutgoingContent content(MessageKind::request, 3);
  EXPECT_TRUE(content.write(bytes("ab")));
  const auto finished = content.finish({});
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().describe(), "HTTP-request-body-size: 2");
  EXPECT_EQ(content.state(), OutgoingContent::State::aborted);
}

TEST_F(HttpBodies, AResponseToHeadMayAnnounceWhatItDoesNotHave) {
  OutgoingContent content(MessageKind::response, 3);
  content.never_sent();
  EXPECT_TRUE(content.finish({}));
  EXPECT_EQ(content.state(), OutgoingContent::State::finished);
}

TEST_F(HttpBodies, ABodyThatIsDroppedUnfinishedAbortsTheMessage) {
  auto content = std::make_shared<OutgoingContent>(MessageKind::response, std::nullopt);
  auto body = std::make_unique<OutgoingBody>(content);
  auto sent =
      asio::co_spawn(io_, send_body(content, writer_, io_.get_executor()), asio::use_future);
  EXPECT_TRUE(content->write(bytes("part")));
  io_.restart();
  io_.poll();
  EXPECT_EQ(writer_.written, "part");
  body.reset();
  settle();
  EXPECT_FALSE(sent.get());
  EXPECT_TRUE(writer_.aborted);
  EXPECT_FALSE(writer_.finished);
}

TEST_F(HttpBodies, AGuestIsToldThatItsPeerIsGone) {
  auto content = std::make_shared<OutgoingContent>(MessageKind::response, std::nullopt);
  writer_.failure = Error(ErrorKind::timeout, "stalled");
  EXPECT_TRUE(content->write(bytes("part")));
  auto sent =
      asio::co_spawn(io_, send_body(content, writer_, io_.get_executor()), asio::use_future);
  settle();
  EXPECT_FALSE(sent.get());
  const auto permit = content->check_write();
  ASSERT_FALSE(permit);
  EXPECT_EQ(told(permit.error()), "connection-write-timeout");
  EXPECT_TRUE(std::holds_alternative<Closed>(content->check_write().error()));
}

TEST(HttpErrorCode, OnlyErrorsOfHttpHaveOne) {
  EXPECT_FALSE(error_code_of(IoError(Error(ErrorKind::unavailable, "a file"))));
  const HttpIoError error(body_size_error(MessageKind::request, 10), ErrorKind::invalid);
  const auto code = error_code_of(error);
  ASSERT_TRUE(code);
  EXPECT_EQ(code->which(), ErrorCase::http_request_body_size);
  EXPECT_EQ(error.cause().message(), "HTTP-request-body-size: 10");
}

}  // namespace
}  // namespace wasmcloud::wasi

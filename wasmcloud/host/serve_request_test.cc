// wasi::serve_request without a server: what it does with the answer, and when.
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include "wasmcloud/wasi/http_incoming.h"
#include "wasmcloud/wasi/wasi.h"

namespace wasmcloud {
namespace {

class NoBody final : public http::BodyReader {
 public:
  Task<std::size_t> read(std::span<std::uint8_t>) override { co_return std::size_t{0}; }

  std::span<const std::uint8_t> peek() noexcept override { return {}; }

  void consume(std::size_t) noexcept override {}

  bool at_end() const noexcept override { return true; }

  std::optional<std::uint64_t> content_length() const noexcept override { return std::nullopt; }

  http::Headers take_trailers() override { return {}; }
};

// Keeps what it is asked to send.
class FakeResponse final : public http::ResponseWriter, private http::BodyWriter {
 public:
  unsigned status = 0;
  std::string body;
  int responds = 0;
  int starts = 0;
  bool finished = false;
  bool aborted = false;

  Task<> respond(http::ResponseHead head, std::span<const std::uint8_t> whole) override {
    ++responds;
    status = head.status;
    body.assign(whole.begin(), whole.end());
    finished = true;
    co_return Result<>();
  }

  Task<http::BodyWriter*> start(http::ResponseHead head) override {
    ++starts;
    status = head.status;
    co_return static_cast<http::BodyWriter*>(this);
  }

  bool started() const noexcept override { return responds + starts != 0; }

 private:
  Task<> write(std::span<const std::uint8_t> bytes) override {
    body.append(bytes.begin(), bytes.end());
    co_return Result<>();
  }

  Task<> finish(http::Headers) override {
    finished = true;
    co_return Result<>();
  }

  void abort() noexcept override { aborted = true; }
};

// One request and what became of it.
struct Exchanged {
  explicit Exchanged(std::string path) {
    request.head.method = "GET";
    request.head.target = std::move(path);
    request.head.scheme = "http";
    request.head.authority = "a.example";
  }

  NoBody no_body;
  http::Request request{.head = {}, .body = no_body, .remote_address = "127.0.0.1:1"};
  FakeResponse response;
  std::future<Result<>> done;
  asio::cancellation_signal cancel;
};

class ServeRequest : public testing::Test {
 protected:
  ServeRequest() {
    component::EngineConfig config;
    config.cache_dir = WC_TEST_CACHE;
    config.instances = 2;
    engine_ = std::move(component::Engine::create(config)).value();
    wasi::add_to(host_);
    std::ifstream file(WC_TEST_GUEST, std::ios::binary);
    const std::vector<char> content{std::istreambuf_iterator<char>(file), {}};
    const component::Bytes bytes(reinterpret_cast<const std::uint8_t*>(content.data()),
                                 content.size());
    component_ = std::move(component::Component::load(*engine_, host_, bytes)).value();
    handler_.emplace(std::move(wasi::find_incoming_handler(*component_)).value());
  }

  void start(Exchanged& exchanged) {
    wasi::RequestRun run{
        .component = component_,
        .handler = &*handler_,
        .context = std::make_unique<wasi::Context>(environment_, io_.get_executor(), nullptr),
        .executor = io_.get_executor(),
        .memory_bytes = 16U << 20U,
        .timeout = std::chrono::seconds(20),
        .counts = &counts_};
    exchanged.done = asio::co_spawn(
        io_, wasi::serve_request(std::move(run), exchanged.request, exchanged.response),
        asio::bind_cancellation_slot(exchanged.cancel.slot(), asio::use_future));
  }

  Result<> serve(Exchanged& exchanged) {
    start(exchanged);
    io_.restart();
    io_.run();
    return exchanged.done.get();
  }

  std::unique_ptr<component::Engine> engine_;
  component::Host host_;
  std::shared_ptr<const component::Component> component_;
  std::optional<wasi::IncomingHandler> handler_;
  wasi::Environment environment_;
  wasi::RequestCounts counts_;
  asio::io_context io_{1};
};

TEST_F(ServeRequest, AGuestThatNeverWaitsIsAnsweredAtOnceInOneGo) {
  Exchanged exchanged("/");
  start(exchanged);
  io_.poll();  // never waits
  ASSERT_EQ(exchanged.done.wait_for(std::chrono::seconds(0)), std::future_status::ready);
  EXPECT_TRUE(exchanged.done.get());
  EXPECT_EQ(exchanged.response.responds, 1);
  EXPECT_EQ(exchanged.response.starts, 0);
  EXPECT_EQ(exchanged.response.body, "hello /");
}

TEST_F(ServeRequest, AGuestThatWaitsBeforeItAnswersIsAnsweredInOneGoToo) {
  Exchanged exchanged("/nap");
  EXPECT_TRUE(serve(exchanged));
  EXPECT_EQ(exchanged.response.responds, 1);
  EXPECT_EQ(exchanged.response.starts, 0);
}

TEST_F(ServeRequest, AnAnswerIsStreamedOnceItsGuestWaits) {
  Exchanged exchanged("/stream");
  EXPECT_TRUE(serve(exchanged));
  EXPECT_EQ(exchanged.response.starts, 1);
  EXPECT_EQ(exchanged.response.body, "one two three");
  EXPECT_TRUE(exchanged.response.finished);
}

TEST_F(ServeRequest, ATrapInAStreamAbortsIt) {
  Exchanged exchanged("/trap-in-stream");
  const Result<> served = serve(exchanged);
  ASSERT_FALSE(served);
  EXPECT_EQ(served.error().kind(), ErrorKind::cancelled) << "all is said";
  EXPECT_TRUE(exchanged.response.aborted);
  EXPECT_FALSE(exchanged.response.finished);
}

TEST_F(ServeRequest, OutgoingRequestsAreDeniedWithoutAClient) {
  Exchanged exchanged("/forward/127.0.0.1:1/");
  EXPECT_TRUE(serve(exchanged));
  EXPECT_EQ(exchanged.response.status, 502U);
  EXPECT_EQ(exchanged.response.body, "refused");
}

TEST_F(ServeRequest, WithoutRoomForAnotherInstanceItIs503) {
  std::vector<std::unique_ptr<Exchanged>> all;
  for (int i = 0; i < 12; ++i) {
    all.push_back(std::make_unique<Exchanged>("/nap"));
    start(*all.back());
  }
  io_.run();
  int served = 0;
  int refused = 0;
  for (const auto& exchanged : all) {
    EXPECT_TRUE(exchanged->done.get());
    served += exchanged->response.status == 200 ? 1 : 0;
    refused += exchanged->response.status == 503 ? 1 : 0;
  }
  EXPECT_GT(served, 0);
  EXPECT_GT(refused, 0);
  EXPECT_EQ(served + refused, 12);
}

TEST_F(ServeRequest, CancellingItEndsTheGuest) {
  Exchanged exchanged("/sleep");
  start(exchanged);
  io_.run_for(std::chrono::milliseconds(30));
  exchanged.cancel.emit(asio::cancellation_type::terminal);
  io_.restart();
  io_.run();
  const Result<> served = exchanged.done.get();
  ASSERT_FALSE(served);
  EXPECT_EQ(served.error().kind(), ErrorKind::cancelled);
  EXPECT_FALSE(exchanged.response.started());
  EXPECT_EQ(counts_.cancelled, 1U);
}

}  // namespace
}  // namespace wasmcloud

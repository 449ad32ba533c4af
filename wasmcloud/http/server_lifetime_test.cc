// Connections and the server as a whole: vanishing peers, stalls, limits, drain, ports, large
// bodies.
#include <atomic>
#include <fstream>
#include <future>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <gtest/gtest.h>

#include "wasmcloud/http/raw_peer.h"
#include "wasmcloud/http/server.h"

#ifndef __has_feature
#define __has_feature(feature) 0
#endif

namespace wasmcloud::http {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kRequest = "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n";

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// "/wait" is answered when told, "/flood" never stops, all else relays the body.
class WaitingHandler final : public Handler {
 public:
  Task<> handle(Request& request, ResponseWriter& response) override {
    if (request.head.target == "/wait") {
      ++waiting;
      waiting.notify_all();
      const Leave leave(*this);  // a cancelled task may also be left by an exception
      WC_CO_CHECK(wait_until_told());
      co_return co_await response.respond({}, bytes_of("waited"));
    }
    WC_CO_TRY(BodyWriter* const out, response.start({}));
    std::vector<std::uint8_t> buffer(32 * 1024);
    while (request.head.target == "/flood") {
      const Result<> written = co_await out->write(buffer);
      if (!written) {
        ended_as = written.error().kind();
        ++ended;
        ended.notify_all();
        co_return written.error().clone();
      }
    }
    for (;;) {
      WC_CO_TRY(const std::size_t size, request.body.read(buffer));
      if (size == 0) {
        co_return co_await out->finish({});
      }
      WC_CO_CHECK(out->write(std::span(buffer).first(size)));
    }
  }

  std::atomic<int> waiting = 0;
  std::atomic<int> ended = 0;
  std::atomic<bool> go = false;
  std::atomic<ErrorKind> ended_as = ErrorKind::cancelled;

 private:
  struct Leave {
    explicit Leave(WaitingHandler& handler_) : handler(handler_) {}

    Leave(const Leave&) = delete;
    Leave& operator=(const Leave&) = delete;

    ~Leave() {
      ++handler.ended;
      handler.ended.notify_all();
    }

    WaitingHandler& handler;
  };

  Task<> wait_until_told() {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    while (!go) {
      timer.expires_after(1ms);
      if (auto [error] = co_await timer.async_wait(as_result); error) {
        co_return to_error(error, "waiting");
      }
    }
    co_return Result<>();
  }
};

// Returns when `counter` is at least `count`; the test's own time limit ends a failing one.
void await(std::atomic<int>& counter, int count) {
  for (int now = counter; now < count; now = counter) {
    counter.wait(now);
  }
}

class ServerLifetimeTest : public testing::Test {
 protected:
  void start(ServerLimits limits = {}, std::size_t shard_count = 1) {
    shards_ = std::make_unique<Shards>(shard_count);
    auto server = listen(*shards_, "127.0.0.1:0", handler_, limits);
    ASSERT_TRUE(server) << server.error().describe();
    server_ = *std::move(server);
  }

  std::future<Result<>> stop(Deadline deadline) {
    return std::async(std::launch::async, [this, deadline] {
      return block_on((*shards_)[0].executor(), server_->stop(deadline));
    });
  }

  RawPeer connect() { return RawPeer::connect(port_of(server_->address())); }

  // Destroyed last to first: the server, its shards, its handler.
  WaitingHandler handler_;
  std::unique_ptr<Shards> shards_;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerLifetimeTest, HandlerIsCancelledWhenThePeerGoes) {
  start({.idle_timeout = 100ms});
  {
    RawPeer peer = connect();
    peer.send(kRequest);
    await(handler_.waiting, 1);
  }
  await(handler_.ended, 1);
  EXPECT_EQ(handler_.ended_as.load(), ErrorKind::cancelled);
}

TEST_F(ServerLifetimeTest, HandlerIsNotCancelledByPipelinedData) {
  start({.idle_timeout = 40ms});
  RawPeer peer = connect();
  peer.send(std::string(kRequest) + std::string(kRequest));
  await(handler_.waiting, 1);
  RawPeer other = connect();  // its silent end shows that sweeps have passed
  EXPECT_TRUE(other.is_ended());
  EXPECT_EQ(handler_.ended, 0);
  handler_.go = true;
  EXPECT_TRUE(peer.read_response().ends_with("waited"));
  EXPECT_TRUE(peer.read_response().ends_with("waited"));
}

TEST_F(ServerLifetimeTest, PeerThatVanishesMidBodyFailsTheRead) {
  start();
  {
    RawPeer peer = connect();
    peer.send("POST /relay HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    EXPECT_TRUE(peer.read_until("abc\r\n").ends_with("3\r\nabc\r\n"));
    peer.end();
    EXPECT_EQ(peer.read_to_end(), "");
  }
  RawPeer next = connect();
  next.send("POST /relay HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\na");
  EXPECT_TRUE(next.read_until("0\r\n\r\n").ends_with("1\r\na\r\n0\r\n\r\n"));
}

TEST_F(ServerLifetimeTest, PeerThatDoesNotReadIsDroppedInTime) {
  start({.body_timeout = 100ms});
  RawPeer peer = connect();
  peer.send("GET /flood HTTP/1.1\r\nHost: a\r\n\r\n");
  await(handler_.ended, 1);
  EXPECT_EQ(handler_.ended_as.load(), ErrorKind::timeout);
}

TEST_F(ServerLifetimeTest, PeerThatVanishesFailsTheWriter) {
  start();
  {
    RawPeer peer = connect();
    peer.send("GET /flood HTTP/1.1\r\nHost: a\r\n\r\n");
    peer.read_exactly(100'000);
  }
  await(handler_.ended, 1);
  EXPECT_EQ(handler_.ended_as.load(), ErrorKind::unavailable);
}

TEST_F(ServerLifetimeTest, WriterWithAGreedyReaderLeavesTimeForOthers) {
  start();
  RawPeer greedy = connect();
  greedy.send("GET /flood HTTP/1.1\r\nHost: a\r\n\r\n");
  auto reading = std::async(std::launch::async, [&] { greedy.read_exactly(32 << 20); });
  handler_.go = true;
  for (int i = 0; i < 10; ++i) {
    RawPeer peer = connect();
    peer.send(kRequest);
    EXPECT_TRUE(peer.read_response().ends_with("waited"));
  }
  reading.get();
}

TEST_F(ServerLifetimeTest, DrainLetsARequestEndAndClosesIdleConnections) {
  start();
  RawPeer idle = connect();
  RawPeer busy = connect();
  busy.send(kRequest);
  await(handler_.waiting, 1);
  auto stopped = stop(Deadline::after(60s));
  EXPECT_TRUE(idle.is_ended());
  busy.send(kRequest);  // not served any more
  handler_.go = true;
  const std::string answer = busy.read_response();
  EXPECT_TRUE(answer.contains("connection: close\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("waited")) << answer;
  EXPECT_TRUE(busy.is_ended());
  EXPECT_TRUE(stopped.get());
  EXPECT_EQ(handler_.waiting, 1);
  EXPECT_THROW(connect(), std::runtime_error);
}

TEST_F(ServerLifetimeTest, RequestThatCompletesDuringDrainIsRefused) {
  start();
  RawPeer busy = connect();
  RawPeer half = connect();
  half.send("GET /wait HTTP/1.1\r\nHost: a\r\n");
  busy.send(kRequest);
  await(handler_.waiting, 1);
  RawPeer idle = connect();
  auto stopped = stop(Deadline::after(60s));
  EXPECT_TRUE(idle.is_ended());  // draining has begun
  half.send("\r\n");
  EXPECT_TRUE(half.read_to_end().starts_with("HTTP/1.1 503 "));
  handler_.go = true;
  EXPECT_TRUE(stopped.get());
}

TEST_F(ServerLifetimeTest, DrainCancelsAtItsDeadline) {
  start();
  RawPeer busy = connect();
  busy.send(kRequest);
  await(handler_.waiting, 1);
  EXPECT_TRUE(stop(Deadline::after(20ms)).get());
  EXPECT_EQ(handler_.ended_as.load(), ErrorKind::cancelled);
  EXPECT_TRUE(busy.is_ended());
}

TEST_F(ServerLifetimeTest, SecondStopWithAnEarlierDeadlineCutsTheFirstShort) {
  start();
  RawPeer idle = connect();
  RawPeer busy = connect();
  busy.send(kRequest);
  await(handler_.waiting, 1);
  auto first = stop(Deadline::never());
  EXPECT_TRUE(idle.is_ended());  // the first has begun
  EXPECT_TRUE(stop(Deadline::after(20ms)).get());
  EXPECT_TRUE(first.get());
  EXPECT_EQ(handler_.ended_as.load(), ErrorKind::cancelled);
}

TEST_F(ServerLifetimeTest, AddressIsFreeAfterStopAcceptingWhileARequestGoesOn) {
  start();
  RawPeer busy = connect();
  busy.send(kRequest);
  await(handler_.waiting, 1);
  EXPECT_TRUE(block_on((*shards_)[0].executor(), server_->stop_accepting()));
  EXPECT_THROW(connect(), std::runtime_error);
  EXPECT_TRUE(listen(*shards_, server_->address(), handler_));
  handler_.go = true;
  EXPECT_TRUE(busy.read_response().ends_with("waited"));
}

TEST_F(ServerLifetimeTest, StopEndsConnectionsInEveryState) {
  start({}, 2);
  std::vector<RawPeer> peers;
  for (const std::string_view sent : {"", "GET",
                                      "POST /relay HTTP/1.1\r\nHost: a\r\n"
                                      "Content-Length: 9\r\n\r\nabc",
                                      "GET /flood HTTP/1.1\r\nHost: a\r\n\r\n"}) {
    for (int i = 0; i < 4; ++i) {
      peers.push_back(connect());
      peers.back().send(sent);
    }
  }
  peers.back().read_exactly(1);  // the last one is being served
  server_.reset();               // stops too
}

TEST_F(ServerLifetimeTest, PortInUseIsAConflictThatNamesTheAddress) {
  start();
  for (const std::string& address :
       {server_->address(), fmt::format("localhost:{}", port_of(server_->address()))}) {
    const auto second = listen(*shards_, address, handler_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind(), ErrorKind::conflict);
    EXPECT_TRUE(second.error().describe().contains(address)) << second.error().describe();
    EXPECT_TRUE(second.error().describe().contains("in use")) << second.error().describe();
  }
}

TEST_F(ServerLifetimeTest, PortIsFreeAfterStop) {
  start();
  const std::string address = server_->address();
  {
    RawPeer peer = connect();
    peer.send(kRequest);
    await(handler_.waiting, 1);
  }
  EXPECT_TRUE(stop(Deadline::after(0ms)).get());
  EXPECT_TRUE(listen(*shards_, address, handler_));
}

TEST_F(ServerLifetimeTest, BadAddressesAreInvalid) {
  start();
  for (const std::string address : {"", "nowhere", ":80", "127.0.0.1", "127.0.0.1:x", "1.2.3.4:5",
                                    "127.0.0.1:70000", "[::1:80", "no.such.host.invalid:80"}) {
    const auto server = listen(*shards_, address, handler_);
    ASSERT_FALSE(server) << address;
    EXPECT_EQ(server.error().kind(), ErrorKind::invalid) << server.error().describe();
  }
}

TEST_F(ServerLifetimeTest, ConnectionsBeyondTheLimitWait) {
  start({.connections_per_shard = 1}, 2);
  auto first = std::make_unique<RawPeer>(connect());
  RawPeer second = connect();
  first->send(kRequest);
  second.send(kRequest);
  await(handler_.waiting, 2);  // one on each shard
  RawPeer third = connect();
  third.send(kRequest);
  handler_.go = true;
  EXPECT_TRUE(first->read_response().ends_with("waited"));
  first->send(kRequest);
  EXPECT_TRUE(first->read_response().ends_with("waited"));
  EXPECT_EQ(handler_.waiting, 3);
  first.reset();
  EXPECT_TRUE(third.read_response().ends_with("waited"));
}

TEST_F(ServerLifetimeTest, ConnectionsAreSpreadEvenly) {
  start({.connections_per_shard = 8}, 2);
  std::vector<RawPeer> peers;
  for (int i = 0; i < 16; ++i) {
    peers.push_back(connect());
    peers.back().send(kRequest);
  }
  await(handler_.waiting, 16);
  handler_.go = true;
}

[[maybe_unused]] std::size_t peak_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) {
      return std::stoul(line.substr(6)) * 1024;
    }
  }
  return 0;
}

TEST_F(ServerLifetimeTest, LargeBodyStreamsThroughInConstantMemory) {
  constexpr std::size_t kPiece = 64 * 1024;
  constexpr std::size_t kPieces = 1024;
  start();
  RawPeer peer = connect();
  const std::string piece(kPiece, 'x');
  [[maybe_unused]] const std::size_t before = peak_memory();
  auto sending = std::async(std::launch::async, [&] {
    peer.send("POST /relay HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (std::size_t i = 0; i < kPieces; ++i) {
      peer.send("10000\r\n");
      peer.send(piece);
      peer.send("\r\n");
    }
    peer.send("0\r\n\r\n");
  });
  peer.read_until("\r\n\r\n");
  std::size_t total = 0;
  for (;;) {
    const std::string line = peer.read_until("\r\n");
    const std::size_t size = std::stoul(line, nullptr, 16);
    peer.read_exactly(size + 2);
    if (size == 0) {
      break;
    }
    total += size;
  }
  sending.get();
  EXPECT_EQ(total, kPiece * kPieces);
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)  // they keep freed memory
  EXPECT_LT(peak_memory() - before, 8U << 20);
#endif
}

TEST_F(ServerLifetimeTest, UploadIsNotReadAheadOfTheHandler) {
  start();
  RawPeer peer = connect();
  peer.send("POST /wait HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n");
  const std::string piece(1 << 20, 'x');
  await(handler_.waiting, 1);
  // Socket buffers take some megabytes, then the sender must wait.
  std::size_t sent = 0;
  std::size_t now = 0;
  while (sent < (512U << 20) && (now = peer.send_some(piece)) != 0) {
    sent += now;
  }
  EXPECT_LT(sent, 64U << 20);
}

}  // namespace
}  // namespace wasmcloud::http

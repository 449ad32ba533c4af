#include "wasmcloud/http/server.h"

#include <atomic>
#include <future>
#include <map>

#include <gtest/gtest.h>

#include "wasmcloud/http/raw_peer.h"

namespace wasmcloud::http {
namespace {

using namespace std::chrono_literals;

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

Task<std::string> read_all(BodyReader& body) {
  std::string text;
  std::array<std::uint8_t, 1000> buffer;
  for (;;) {
    WC_CO_TRY(const std::size_t size, body.read(buffer));
    if (size == 0) {
      co_return text;
    }
    text.append(reinterpret_cast<const char*>(buffer.data()), size);
  }
}

Task<> answer(ResponseWriter& response, std::string text) {
  ResponseHead head;
  head.headers.add("content-type", "text/plain");
  co_return co_await response.respond(std::move(head), bytes_of(text));
}

// What it does is in the target.
class TestHandler final : public Handler {
 public:
  Task<> handle(Request& request, ResponseWriter& response) override {
    const std::string target = request.head.target;
    ++calls;
    if (target == "/echo") {
      WC_CO_TRY(std::string text, read_all(request.body));
      co_return co_await answer(response, std::move(text));
    }
    if (target == "/relay") {
      co_return co_await relay(request, response);
    }
    if (target == "/none") {
      co_return Result<>();
    }
    if (target == "/throw") {
      throw std::runtime_error("secret");
    }
    if (target.starts_with("/fail/")) {
      co_return Error(kinds().at(target.substr(6)), "secret");
    }
    if (target.starts_with("/stream")) {
      co_return co_await stream(target, response);
    }
    if (target == "/empty") {
      ResponseHead head{.status = 204, .headers = {}};
      co_return co_await response.respond(std::move(head), bytes_of("dropped"));
    }
    if (target == "/bad-header") {
      ResponseHead head;
      head.headers.add("x", "a\r\nb: c");
      co_return co_await response.respond(std::move(head), {});
    }
    co_return co_await answer(response, describe(request));
  }

  std::atomic<int> calls = 0;

 private:
  static std::string describe(const Request& request) {
    return fmt::format("{} {} {} {}", request.head.method, request.head.scheme,
                       request.head.authority, request.head.target);
  }

  static const std::map<std::string, ErrorKind>& kinds() {
    static const std::map<std::string, ErrorKind> kinds = {{"timeout", ErrorKind::timeout},
                                                           {"exhausted", ErrorKind::exhausted},
                                                           {"unavailable", ErrorKind::unavailable},
                                                           {"denied", ErrorKind::denied},
                                                           {"trap", ErrorKind::trap}};
    return kinds;
  }

  static Task<> relay(Request& request, ResponseWriter& response) {
    WC_CO_TRY(BodyWriter* const out, response.start({}));
    std::vector<std::uint8_t> buffer(32 * 1024);
    for (;;) {
      WC_CO_TRY(const std::size_t size, request.body.read(buffer));
      if (size == 0) {
        co_return co_await out->finish(request.body.take_trailers());
      }
      WC_CO_CHECK(out->write(std::span(buffer).first(size)));
    }
  }

  static Task<> stream(std::string target, ResponseWriter& response) {
    ResponseHead head;
    if (target == "/stream-length" || target == "/stream-short") {
      head.headers.add("Content-Length", "6");
    }
    WC_CO_TRY(BodyWriter* const out, response.start(std::move(head)));
    WC_CO_CHECK(out->write(bytes_of("one")));
    if (target == "/stream-fail") {
      co_return Error(ErrorKind::internal, "secret");
    }
    if (target != "/stream-short") {
      WC_CO_CHECK(out->write(bytes_of("two")));
    }
    Headers trailers;
    trailers.add("x-sum", "6");
    co_return co_await out->finish(std::move(trailers));
  }
};

class ServerTest : public testing::Test {
 protected:
  void start(ServerLimits limits = {}) {
    shards_ = std::make_unique<Shards>(1);
    auto server = listen(*shards_, "127.0.0.1:0", handler_, limits);
    ASSERT_TRUE(server) << server.error().describe();
    server_ = *std::move(server);
  }

  RawPeer connect() { return RawPeer::connect(port_of(server_->address())); }

  // The answer to bytes that end a connection.
  std::string exchange(std::string_view bytes) {
    RawPeer peer = connect();
    peer.send(bytes);
    return peer.read_to_end();
  }

  // Just the status line and the fate of the connection matter.
  void expect_refused(std::string_view request, std::string_view status) {
    const std::string answer = exchange(request);
    EXPECT_TRUE(answer.starts_with(fmt::format("HTTP/1.1 {} ", status)))
        << request.substr(0, 200) << "\n-> " << answer;
    EXPECT_TRUE(answer.contains("connection: close\r\n")) << answer;
    EXPECT_EQ(handler_.calls, 0) << request.substr(0, 200);
  }

  TestHandler handler_;
  std::unique_ptr<Shards> shards_;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, RequestReachesHandlerInParts) {
  start();
  RawPeer peer = connect();
  peer.send("GET /a?b=c HTTP/1.1\r\nHost: example.org:81\r\n\r\n");
  EXPECT_EQ(peer.read_response(),
            "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 30\r\n\r\n"
            "GET http example.org:81 /a?b=c");
}

TEST_F(ServerTest, AbsoluteTargetOverridesHost) {
  start();
  RawPeer peer = connect();
  peer.send("GET http://one.example?q HTTP/1.1\r\nHost: two.example\r\n\r\n");
  EXPECT_TRUE(peer.read_response().ends_with("GET http one.example /?q"));
}

TEST_F(ServerTest, ConnectionIsKeptAndRequestsMayBePipelined) {
  start();
  RawPeer peer = connect();
  std::string requests;
  for (int i = 0; i < 1000; ++i) {
    requests += fmt::format("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n{:04}", i);
  }
  auto sent = std::async(std::launch::async, [&] { return peer.send(requests); });
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(peer.read_response().ends_with(fmt::format("\r\n\r\n{:04}", i)));
  }
  EXPECT_TRUE(sent.get());
}

TEST_F(ServerTest, RequestMayArriveByteByByte) {
  start();
  RawPeer peer = connect();
  for (const char c : std::string_view("\r\nPOST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
                                       "chunked\r\n\r\n3\r\nabc\r\n1;x=y\r\nd\r\n0\r\n\r\n")) {
    peer.send({&c, 1});
  }
  EXPECT_TRUE(peer.read_response().ends_with("\r\n\r\nabcd"));
}

TEST_F(ServerTest, Http10ClosesUnlessAskedToKeepAlive) {
  start();
  EXPECT_TRUE(exchange("GET /x HTTP/1.0\r\n\r\n").contains("connection: close\r\n"));
  RawPeer peer = connect();
  for (int i = 0; i < 2; ++i) {
    peer.send("GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_TRUE(peer.read_response().contains("connection: keep-alive\r\n"));
  }
}

TEST_F(ServerTest, ConnectionCloseIsHonoured) {
  start();
  EXPECT_TRUE(exchange("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                  .contains("connection: close\r\n"));
}

TEST_F(ServerTest, StreamedResponseIsChunkedWithTrailers) {
  start();
  RawPeer peer = connect();
  peer.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(peer.read_until("x-sum: 6\r\n\r\n"),
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
            "3\r\none\r\n3\r\ntwo\r\n0\r\nx-sum: 6\r\n\r\n");
}

TEST_F(ServerTest, StreamedResponseWithLengthIsPlain) {
  start();
  RawPeer peer = connect();
  peer.send("GET /stream-length HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(peer.read_response(), "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nonetwo");
}

TEST_F(ServerTest, StreamedResponseToHttp10EndsWithTheConnection) {
  start();
  EXPECT_EQ(exchange("GET /stream HTTP/1.0\r\n\r\n"),
            "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nonetwo");
}

TEST_F(ServerTest, UnfinishedStreamEndsTheConnectionBeforeTheLastChunk) {
  start();
  EXPECT_TRUE(exchange("GET /stream-fail HTTP/1.1\r\nHost: a\r\n\r\n").ends_with("one\r\n"));
  EXPECT_TRUE(exchange("GET /stream-short HTTP/1.1\r\nHost: a\r\n\r\n").ends_with("\r\n\r\none"));
}

TEST_F(ServerTest, HeadHasNoBodyButItsLength) {
  start();
  RawPeer peer = connect();
  peer.send("HEAD /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_TRUE(peer.read_until("\r\n\r\n").contains("content-length: 3\r\n"));
  peer.send("HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(peer.read_until("\r\n\r\n").starts_with("HTTP/1.1 200 OK\r\n"));
  peer.send("GET /empty HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(peer.read_until("\r\n\r\n"), "HTTP/1.1 204 No Content\r\n\r\n");
  peer.send("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(peer.read_to_end().starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST_F(ServerTest, ChunkedRequestWithTrailersIsRelayed) {
  start();
  RawPeer peer = connect();
  peer.send(
      "POST /relay HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n0\r\nX-Sum: 3\r\n\r\n");
  EXPECT_TRUE(peer.read_until("0\r\nX-Sum: 3\r\n\r\n").contains("3\r\nabc\r\n"));
}

TEST_F(ServerTest, ContinueIsSentWhenTheBodyIsWanted) {
  start();
  RawPeer peer = connect();
  peer.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(peer.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  peer.send("abc");
  EXPECT_TRUE(peer.read_response().ends_with("\r\n\r\nabc"));
}

TEST_F(ServerTest, ContinueIsNotSentWhenTheBodyIsNotWanted) {
  start();
  const std::string answer =
      exchange("POST /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(answer.contains("connection: close\r\n"));
}

TEST_F(ServerTest, UnreadBodyIsDiscarded) {
  start();
  RawPeer peer = connect();
  peer.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
  EXPECT_TRUE(peer.read_response().ends_with("/x"));
  peer.send(std::string(100000, 'x') + "GET /y HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(peer.read_response().ends_with("/y"));
  peer.send(
      "POST /z HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n0\r\n\r\nGET /y HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(peer.read_response().ends_with("/z"));
  EXPECT_TRUE(peer.read_response().ends_with("/y"));
}

TEST_F(ServerTest, ConnectionIsKeptAfterALargeRelayedBody) {
  start();
  RawPeer peer = connect();
  for (int i = 0; i < 2; ++i) {
    peer.send("POST /relay HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n");
    EXPECT_FALSE(peer.read_until("\r\n\r\n").contains("connection: close"));
    peer.send(std::string(300'000, 'x'));
    EXPECT_TRUE(peer.read_until("\r\n0\r\n\r\n").ends_with("x\r\n0\r\n\r\n"));
  }
}

TEST_F(ServerTest, LargeUnreadBodyEndsTheConnectionAfterTheAnswer) {
  start();
  RawPeer peer = connect();
  peer.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
  peer.send(std::string(1000000, 'x'));
  const std::string answer = peer.read_to_end();
  EXPECT_TRUE(answer.contains("connection: close\r\n"));
  EXPECT_TRUE(answer.ends_with("/x"));
}

TEST_F(ServerTest, FailuresOfTheHandlerBecomeStatuses) {
  start();
  const std::map<std::string, std::string> expected = {
      {"/fail/timeout", "504 Gateway Timeout"},    {"/fail/exhausted", "503 Service Unavailable"},
      {"/fail/unavailable", "502 Bad Gateway"},    {"/fail/denied", "403 Forbidden"},
      {"/fail/trap", "500 Internal Server Error"}, {"/none", "500 Internal Server Error"},
      {"/throw", "500 Internal Server Error"},     {"/bad-header", "500 Internal Server Error"}};
  RawPeer peer = connect();
  for (const auto& [target, status] : expected) {
    peer.send(fmt::format("GET {} HTTP/1.1\r\nHost: a\r\n\r\n", target));
    const std::string answer = peer.read_response();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + status + "\r\n")) << answer;
    EXPECT_TRUE(answer.contains("content-type: text/plain\r\n")) << answer;
    EXPECT_FALSE(answer.contains("secret")) << answer;
  }
}

TEST_F(ServerTest, MalformedRequestsAreRefused) {
  start();
  const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n";
  const std::string post = "POST /echo HTTP/1.1\r\nHost: a\r\n";
  const std::vector<std::string> malformed = {
      "rubbish\r\n\r\n",
      "GET /\r\n\r\n",
      "GET / HTTP\r\nHost: a\r\n\r\n",
      "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
      "G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET rubbish HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET ftp://a/x HTTP/1.1\r\nHost: a\r\n\r\n",
      "CONNECT /x HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n",
      get + "Host: a\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a:70000\r\n\r\n",
      get + "X : y\r\n\r\n",
      get + " X: y\r\n\r\n",
      get + "X: y\r\n z\r\n\r\n",
      get + "X:\r\n\tz\r\n\r\n",
      get + "X\r\n\r\n",
      get + "X: a\x01z\r\n\r\n",
      get + ": y\r\n\r\n",
      post + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      post + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n",
      post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      post + "Content-Length: 1, 2\r\n\r\nab",
      post + "Content-Length: -1\r\n\r\n",
      post + "Content-Length: +1\r\n\r\na",
      post + "Content-Length: 0x1\r\n\r\na",
      post + "Content-Length: \r\n\r\n",
      post + "Content-Length: 18446744073709551616\r\n\r\n",
      post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      post + "Transfer-Encoding: identity\r\n\r\n",
      post + "Transfer-Encoding: chunked, gzip\r\n\r\n",
      "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"};
  for (const std::string& request : malformed) {
    expect_refused(request, "400");
  }
}

TEST_F(ServerTest, BadChunksAreRefused) {
  start();
  for (const std::string_view chunks :
       {"x\r\n\r\n", "-1\r\n\r\n", "0x1\r\na\r\n0\r\n\r\n", "10000000000000000\r\nabc",
        "1 1\r\nab\r\n", "1\r\nab\r\n0\r\n\r\n", "\r\n\r\n\r\n", "1\na\r\n0\r\n\r\n",
        "0\r\nbad\r\n\r\n"}) {
    const std::string answer = exchange(fmt::format(
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{}", chunks));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << chunks << " -> " << answer;
  }
}

TEST_F(ServerTest, UnknownVersionsCodingsAndExpectationsAreRefused) {
  start();
  expect_refused("GET / HTTP/2.0\r\nHost: a\r\n\r\n", "505");
  expect_refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505");
  expect_refused("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "501");
  expect_refused("POST / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\nContent-Length: 1\r\n\r\na",
                 "417");
}

TEST_F(ServerTest, LargeHeadersAreRefused) {
  start();
  expect_refused("GET /" + std::string(1'000'000, 'x'), "431");
  expect_refused("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(70'000, 'x'), "431");
  std::string many = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 10'000; ++i) {
    many += "X: 12345678\r\n";
  }
  expect_refused(many, "431");
}

TEST_F(ServerTest, HeaderJustBelowTheLimitIsServed) {
  start();
  RawPeer peer = connect();
  peer.send("GET /x HTTP/1.1\r\nHost: a\r\nX: " + std::string(65'000, 'x') + "\r\n\r\n");
  EXPECT_TRUE(peer.read_response().ends_with("/x"));
}

TEST_F(ServerTest, LargeBodiesAreRefused) {
  start({.body_bytes = 10});
  expect_refused("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n12345678901", "413");
  const std::string chunked = exchange(
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n12345678901\r\n");
  EXPECT_TRUE(chunked.starts_with("HTTP/1.1 413 ")) << chunked;
}

TEST_F(ServerTest, SlowHeaderIsRefusedHoweverItTrickles) {
  start({.header_timeout = 100ms});
  RawPeer peer = connect();
  std::promise<void> over;
  auto trickle = std::async(std::launch::async, [&, over = over.get_future()]() mutable {
    while (over.wait_for(5ms) != std::future_status::ready) {
      peer.send_some("x");
    }
  });
  const std::string answer = peer.read_until("\r\n\r\n");
  over.set_value();
  trickle.get();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 408 ")) << answer;
}

TEST_F(ServerTest, SlowBodyIsRefused) {
  start({.body_timeout = 50ms});
  const std::string answer =
      exchange("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nx");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 408 ")) << answer;
}

TEST_F(ServerTest, IdleConnectionIsClosedSilently) {
  start({.idle_timeout = 50ms});
  EXPECT_EQ(exchange(""), "");
  RawPeer peer = connect();
  peer.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(peer.read_response().ends_with("/x"));
  EXPECT_TRUE(peer.is_ended());
}

}  // namespace
}  // namespace wasmcloud::http

#include "wasmcloud/http/client.h"

#include <array>
#include <functional>
#include <future>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include "wasmcloud/base/shard.h"
#include "wasmcloud/http/raw_peer.h"

namespace wasmcloud::http {
namespace {

using namespace std::chrono_literals;

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// What a test wants to know of an exchange.
struct Outcome {
  unsigned status = 0;
  std::string body;
  Headers trailers;
  std::optional<ErrorKind> error;
  ClientFailure failure = ClientFailure::none;
  std::string text;
};

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

// Sends `pieces` as the body, if it has one, and reads the answer into `outcome`.
Task<> run_exchange(Client& client, OpenRequest request, std::vector<std::string> pieces,
                    Outcome& outcome) {
  const bool has_body = request.has_body;
  WC_CO_TRY(const auto exchange, client.open(std::move(request), &outcome.failure));
  Result<> result;
  if (has_body) {
    for (const std::string& piece : pieces) {
      result = co_await exchange->request_body().write(bytes_of(piece));
      if (!result) {
        break;
      }
    }
    if (result) {
      Headers trailers;
      trailers.add("x-sum", "1");
      result = co_await exchange->request_body().finish(std::move(trailers));
    }
  }
  Result<ResponseHead> head = co_await exchange->response();
  outcome.failure = exchange->failure();
  if (!head) {
    co_return result ? std::move(head).error() : std::move(result).error();
  }
  outcome.status = head->status;
  Result<std::string> body = co_await read_all(exchange->response_body());
  outcome.failure = exchange->failure();
  WC_CO_TRY_VALUE(outcome.body, std::move(body));
  outcome.trailers = exchange->response_body().take_trailers();
  co_return result;
}

class ClientTest : public testing::Test {
 protected:
  void SetUp() override { make({}); }

  void TearDown() override {
    on_shard([this] { client_.reset(); });
    if (serving_.valid()) {
      EXPECT_NO_THROW(serving_.get());
    }
  }

  void on_shard(const std::function<void()>& action) {
    std::packaged_task<void()> task(action);
    auto done = task.get_future();
    asio::post(shards_[0].executor(), [&task] { task(); });
    done.get();
  }

  void make(ClientConfig config) {
    on_shard([&] {
      auto client = make_client(shards_[0].executor(), config);
      ASSERT_TRUE(client) << client.error().describe();
      client_ = *std::move(client);
    });
  }

  // Runs `script` on a thread of its own.
  void serve(std::function<void(RawListener&)> script) {
    serving_ =
        std::async(std::launch::async, [this, script = std::move(script)] { script(listener_); });
  }

  // Answers the first request with `bytes` and closes.
  void answer_with(std::string bytes) {
    serve([bytes = std::move(bytes)](RawListener& listener) {
      RawPeer peer = listener.accept();
      peer.read_until("\r\n\r\n");
      peer.send(bytes);
    });
  }

  OpenRequest request(std::string method = "GET") {
    OpenRequest result;
    result.head.method = std::move(method);
    result.head.target = "/x?y";
    result.head.scheme = "http";
    result.head.authority = fmt::format("127.0.0.1:{}", listener_.port());
    return result;
  }

  Outcome run(OpenRequest open, std::vector<std::string> pieces = {}) {
    Outcome outcome;
    const Result<> result = block_on(
        shards_[0].executor(), run_exchange(*client_, std::move(open), std::move(pieces), outcome));
    if (!result) {
      outcome.error = result.error().kind();
      outcome.text = result.error().describe();
    }
    return outcome;
  }

  // That a GET fails like this if it is answered with `bytes`.
  void expect_failure(const std::string& bytes, ClientFailure failure, ErrorKind kind) {
    answer_with(bytes);
    const Outcome outcome = run(request());
    EXPECT_EQ(outcome.failure, failure) << bytes.substr(0, 100) << ": " << outcome.text;
    EXPECT_EQ(outcome.error, kind) << bytes.substr(0, 100) << ": " << outcome.text;
    serving_.get();
  }

  Shards shards_{1};
  RawListener listener_;
  std::unique_ptr<Client> client_;
  std::future<void> serving_;
};

TEST_F(ClientTest, RequestIsSentInOrderWithHostFirst) {
  std::string seen;
  serve([&seen](RawListener& listener) {
    RawPeer peer = listener.accept();
    seen = peer.read_until("\r\n\r\n");
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
  });
  OpenRequest open = request();
  open.head.headers.add("X-One", "1");
  open.head.headers.add("Host", "not this");
  open.head.headers.add("Connection", "keep-alive");
  const Outcome outcome = run(std::move(open));
  EXPECT_EQ(outcome.status, 200U);
  EXPECT_EQ(outcome.body, "hi");
  serving_.get();
  EXPECT_EQ(seen, fmt::format("GET /x?y HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nX-One: 1\r\n\r\n",
                              listener_.port()));
}

TEST_F(ClientTest, ConnectionIsReused) {
  serve([](RawListener& listener) {
    RawPeer peer = listener.accept();
    for (int i = 0; i < 3; ++i) {
      EXPECT_NE(peer.read_until("\r\n\r\n"), "");
      peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n");
    }
  });
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(run(request()).body, "hi");
  }
}

TEST_F(ClientTest, ChunkedResponseHasTrailers) {
  answer_with(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3;a=b\r\none\r\n3\r\ntwo\r\n0\r\nX-Sum: 6\r\n\r\n");
  const Outcome outcome = run(request());
  EXPECT_EQ(outcome.body, "onetwo");
  EXPECT_EQ(outcome.trailers.get("x-sum"), "6");
}

TEST_F(ClientTest, BodyWithoutLengthEndsWithTheConnection) {
  answer_with("HTTP/1.1 200 OK\r\n\r\nall there is");
  EXPECT_EQ(run(request()).body, "all there is");
}

TEST_F(ClientTest, InformationalResponsesAreSkipped) {
  answer_with(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
      "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(run(request()).status, 201U);
}

TEST_F(ClientTest, SomeResponsesHaveNoBodyWhateverTheirFieldsSay) {
  serve([](RawListener& listener) {
    RawPeer peer = listener.accept();
    for (const std::string_view status : {"204 No Content", "304 Not Modified", "200 OK"}) {
      peer.read_until("\r\n\r\n");
      peer.send(fmt::format("HTTP/1.1 {}\r\nContent-Length: 5\r\n\r\n", status));
    }
  });
  EXPECT_EQ(run(request()).status, 204U);
  EXPECT_EQ(run(request()).status, 304U);
  EXPECT_EQ(run(request("HEAD")).status, 200U);
}

TEST_F(ClientTest, UploadIsChunkedWithTrailersOrHasItsLength) {
  std::string chunked;
  std::string plain;
  serve([&](RawListener& listener) {
    RawPeer peer = listener.accept();
    peer.read_until("\r\n\r\n");
    chunked = peer.read_until("0\r\nx-sum: 1\r\n\r\n");
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    plain = peer.read_response();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  OpenRequest first = request("POST");
  first.has_body = true;
  EXPECT_EQ(run(first, {"one", "", "and two"}).status, 200U);
  OpenRequest second = request("POST");
  second.has_body = true;
  second.head.headers.add("content-length", "6");
  EXPECT_EQ(run(second, {"one", "two"}).status, 200U);
  serving_.get();
  EXPECT_EQ(chunked, "3\r\none\r\n7\r\nand two\r\n0\r\nx-sum: 1\r\n\r\n");
  EXPECT_TRUE(plain.ends_with("content-length: 6\r\n\r\nonetwo")) << plain;
}

TEST_F(ClientTest, UploadThatMissesItsLengthIsInvalid) {
  for (const std::vector<std::string>& pieces : {std::vector<std::string>{"1234567"}, {"12345"}}) {
    serve([](RawListener& listener) { listener.accept().read_to_end(); });
    OpenRequest open = request("POST");
    open.has_body = true;
    open.timeouts.first_byte = 50ms;
    open.head.headers.add("content-length", "6");
    EXPECT_EQ(run(open, pieces).error, ErrorKind::invalid);
    serving_.get();
  }
}

Task<> take_turns(Client& client, OpenRequest open) {
  WC_CO_TRY(const auto exchange, client.open(std::move(open), nullptr));
  WC_CO_TRY(const ResponseHead head, exchange->response());
  std::array<std::uint8_t, 10> buffer;
  for (const std::string_view word : {"one", "two", "three"}) {
    WC_CO_CHECK(exchange->request_body().write(bytes_of(word)));
    WC_CO_TRY(const std::size_t size, exchange->response_body().read(buffer));
    EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(buffer.data()), size), word);
  }
  WC_CO_CHECK(exchange->request_body().finish({}));
  EXPECT_FALSE(exchange->response_body().at_end());
  co_return Result<>();
}

TEST_F(ClientTest, UploadAndResponseMayTakeTurns) {
  serve([](RawListener& listener) {
    RawPeer peer = listener.accept();
    peer.read_until("\r\n\r\n");
    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (const std::string_view word : {"one", "two", "three"}) {
      const std::string chunk = fmt::format("{:x}\r\n{}\r\n", word.size(), word);
      EXPECT_EQ(peer.read_exactly(chunk.size()), chunk);
      peer.send(chunk);
    }
    EXPECT_EQ(peer.read_to_end(), "0\r\n\r\n");  // dropped before the end: closed
  });
  OpenRequest open = request("POST");
  open.has_body = true;
  EXPECT_TRUE(block_on(shards_[0].executor(), take_turns(*client_, std::move(open))));
}

TEST_F(ClientTest, EarlyAnswerToAnUploadIsRead) {
  serve([](RawListener& listener) {
    RawPeer peer = listener.accept();
    peer.read_until("\r\n\r\n");
    peer.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nno!");
    peer.end();
    peer.read_until("enough");
  });
  OpenRequest open = request("POST");
  open.has_body = true;
  const Outcome outcome = run(open, {std::string(100'000, 'x'), "enough"});
  EXPECT_EQ(outcome.status, 413U);
  EXPECT_EQ(outcome.body, "no!");
}

TEST_F(ClientTest, BrokenResponsesAreProtocolFailures) {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  for (const std::string& bytes :
       {std::string("rubbish\r\n\r\n"), std::string("HTTP/2.0 200 OK\r\n\r\n"),
        ok + "a b: c\r\n\r\n", ok + "X: y\r\n z\r\n\r\n", ok + "X: " + std::string(70'000, 'x'),
        ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", ok + "Content-Length: x\r\n\r\n",
        ok + "Transfer-Encoding: gzip, chunked\r\n\r\n",
        ok + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n",
        std::string("HTTP/1.1 101 Switching Protocols\r\n\r\n")}) {
    answer_with(bytes);
    const Outcome outcome = run(request());
    EXPECT_EQ(outcome.failure, ClientFailure::response_protocol) << bytes.substr(0, 80);
    EXPECT_TRUE(outcome.error.has_value());
    serving_.get();
  }
}

TEST_F(ClientTest, ResponsesThatStopShortAreLostConnections) {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  for (const std::string& bytes :
       {std::string(), std::string("HTTP/1.1 20"), ok + "X: y", ok + "Content-Length: 3\r\n\r\nab",
        ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"}) {
    expect_failure(bytes, ClientFailure::connection_lost, ErrorKind::unavailable);
  }
}

TEST_F(ClientTest, UnreachableOriginsAreToldApart) {
  OpenRequest nameless = request();
  nameless.head.authority = "no.such.host.invalid";
  EXPECT_EQ(run(nameless).failure, ClientFailure::name_resolution);
  listener_.close();
  const Outcome refused = run(request());
  EXPECT_EQ(refused.failure, ClientFailure::connect_refused);
  EXPECT_EQ(refused.error, ErrorKind::unavailable);
}

TEST_F(ClientTest, TimeLimitsAreToldApart) {
  serve([](RawListener& listener) {
    listener.accept().read_to_end();
    RawPeer peer = listener.accept();
    peer.read_until("\r\n\r\n");
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na");
    peer.read_to_end();
  });
  OpenRequest silent = request();
  silent.timeouts.first_byte = 20ms;
  const Outcome first = run(silent);
  EXPECT_EQ(first.failure, ClientFailure::first_byte_timeout);
  EXPECT_EQ(first.error, ErrorKind::timeout);
  OpenRequest stalled = request();
  stalled.timeouts.between_bytes = 20ms;
  const Outcome between = run(stalled);
  EXPECT_EQ(between.failure, ClientFailure::between_bytes_timeout);
  EXPECT_EQ(between.error, ErrorKind::timeout);
}

TEST_F(ClientTest, InvalidRequestsAreRefusedBeforeAnythingIsSent) {
  std::vector<OpenRequest> invalid(9, request());
  invalid[0].head.method = "G T";
  invalid[1].head.target = "/a b";
  invalid[2].head.target = "";
  invalid[3].head.scheme = "ftp";
  invalid[4].head.authority = "";
  invalid[5].head.authority = "a:b";
  invalid[6].head.headers.add("x y", "z");
  invalid[7].head.headers.add("x", "y\r\nz: 1");
  invalid[8].head.headers.add("content-length", "1");
  for (const OpenRequest& open : invalid) {
    const Outcome outcome = run(open);
    EXPECT_EQ(outcome.failure, ClientFailure::request_invalid) << outcome.text;
    EXPECT_EQ(outcome.error, ErrorKind::invalid) << outcome.text;
  }
}

// Answers one request, waits for another on the same connection and closes; then serves a last
// connection, if `again`.
void serve_then_drop(RawListener& listener, bool again) {
  {
    RawPeer peer = listener.accept();
    peer.read_until("\r\n\r\n");
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
    EXPECT_NE(peer.read_until("\r\n\r\n"), "");
  }
  if (again) {
    RawPeer peer = listener.accept();
    EXPECT_NE(peer.read_until("\r\n\r\n"), "");
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2");
  }
}

TEST_F(ClientTest, IdempotentRequestIsRetriedOnceWhenAReusedConnectionDies) {
  serve([](RawListener& listener) { serve_then_drop(listener, true); });
  EXPECT_EQ(run(request()).body, "1");
  EXPECT_EQ(run(request()).body, "2");
}

TEST_F(ClientTest, OtherRequestsAreNotRetried) {
  serve([](RawListener& listener) { serve_then_drop(listener, false); });
  EXPECT_EQ(run(request()).body, "1");
  EXPECT_EQ(run(request("POST")).failure, ClientFailure::connection_lost);
}

TEST_F(ClientTest, RequestWhoseBodyHasBegunIsNotRetried) {
  serve([](RawListener& listener) { serve_then_drop(listener, false); });
  EXPECT_EQ(run(request()).body, "1");
  OpenRequest put = request("PUT");
  put.has_body = true;
  EXPECT_EQ(run(put, {"x"}).failure, ClientFailure::connection_lost);
}

TEST_F(ClientTest, ConnectionThatDiedWhileIdleIsNotUsed) {
  std::promise<void> closed;
  serve([&closed](RawListener& listener) {
    for (int i = 0; i < 2; ++i) {
      {
        RawPeer peer = listener.accept();
        peer.read_until("\r\n\r\n");
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
      }
      if (i == 0) {
        closed.set_value();
      }
    }
  });
  EXPECT_EQ(run(request()).status, 200U);
  closed.get_future().get();
  EXPECT_EQ(run(request("POST")).status, 200U);
}

TEST_F(ClientTest, IdleConnectionIsClosedInTime) {
  make({.idle_timeout = 20ms});
  serve([](RawListener& listener) {
    RawPeer peer = listener.accept();
    peer.read_until("\r\n\r\n");
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
    EXPECT_TRUE(peer.is_ended());
  });
  EXPECT_EQ(run(request()).status, 200U);
  serving_.get();
}

TEST_F(ClientTest, ConnectionIsClosedWhenTheServerSaysSo) {
  serve([](RawListener& listener) {
    RawPeer peer = listener.accept();
    peer.read_until("\r\n\r\n");
    peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n1");
    EXPECT_TRUE(peer.is_ended());
  });
  EXPECT_EQ(run(request()).status, 200U);
  serving_.get();
}

TEST_F(ClientTest, UnreadableCaFileIsInvalid) {
  const auto client = make_client(shards_[0].executor(), {.ca_file = "/no/such/file"});
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().kind(), ErrorKind::invalid);
}

}  // namespace
}  // namespace wasmcloud::http

// HTTP between hosts and providers by links, wrpc:http on the wire.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "wasmcloud/host/component_links_testing.h"
#include "wasmcloud/host/peer_provider_testing.h"
#include "wasmcloud/host/wrpc_http.h"
#include "wasmcloud/host/wrpc_http_messages.h"

namespace wasmcloud::host {
namespace {

// An HTTP server on the first host, and its component.
class LinkedHttp : public LinkedComponents {
 protected:
  // `fields`: lines of its head, each with its end.
  Answer post(std::string_view path, const std::string& body, std::string_view fields = "") {
    http::RawPeer peer = http::RawPeer::connect(port_);
    peer.send(
        fmt::format("POST {} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{}"
                    "Content-Length: {}\r\n\r\n{}",
                    path, fields, body.size(), body));
    return parse_answer(peer.read_to_end());
  }

  // Of the guest's own requests to a provider of them.
  void expect_traces();

  std::uint16_t port_ = 0;
};

// With the component on another host.
class RemoteHttp : public LinkedHttp {
 protected:
  void SetUp() override {
    LinkedComponents::SetUp();
    if (IsSkipped()) {
      return;
    }
    start_second_host();
    port_ = http::RawListener().port();
    put_address("web", port_);
    start_http_server("[]");
    lattice::ScaleComponent scale = scale_of(10);
    scale.host_id = second_->id();
    EXPECT_THAT(request(fmt::format("component.scale.{}", second_->id()), lattice::to_json(scale)),
                testing::HasSubstr("\"success\":true"));
    event<lattice::ComponentScaled>();
    put_link("web", "guest", "web");
    wait_for_listener(port_);
  }
};

TEST_F(RemoteHttp, RequestsReachAComponentOnAnotherHost) {
  const Answer hello = get(port_, "/over-there");
  EXPECT_EQ(hello.status, 200);
  EXPECT_EQ(hello.body, "hello /over-there");
  const std::string large(std::size_t{5} << 20U, 'x');  // beyond max_payload
  EXPECT_EQ(post("/echo", large).body, large);
}

TEST_F(RemoteHttp, AFailureThereIsAnsweredHere) {
  EXPECT_GE(get(port_, "/trap").status, 500);
  EXPECT_GE(get(port_, "/error").status, 500);
  EXPECT_GE(get(port_, "/never-set").status, 500);
  EXPECT_EQ(get(port_, "/still-there").status, 200);
}

TEST_F(RemoteHttp, WithoutTheComponentThereIsNobody) {
  lattice::ScaleComponent scale = scale_of(0);
  scale.host_id = second_->id();
  request(fmt::format("component.scale.{}", second_->id()), lattice::to_json(scale));
  event<lattice::ComponentScaled>();
  EXPECT_EQ(get(port_, "/").status, 503);
}

// A provider of HTTP requests: it gives back the body that it gets.
class FakeHttpClient : public FakeProvider {
 public:
  using Answer = std::expected<wire::Response, wasi::ErrorCode>;

  FakeHttpClient() : FakeProvider("out") {
    dispatcher.add<&FakeHttpClient::handle>({std::string(kOutgoingHandler), std::string(kHandle)},
                                            *this);
  }

  Task<Answer> handle(wrpc::Context context, wire::Request request,
                      std::optional<wire::RequestOptions> options) {
    WC_CO_TRY_VALUE(const http::Headers headers, wire::headers_of(request.headers));
    trace = fmt::format("{}, {} {}", trace_text(context.headers),
                        headers.get("traceparent").value_or("-"),
                        headers.get("tracestate").value_or("-"));
    asked = fmt::format("{} {}{} {}", wasi::method_name(request.method),
                        request.authority.value_or("?"), request.path_with_query.value_or("?"),
                        options && options->connect_timeout ? "with options" : "without options");
    if (request.path_with_query == "/loop") {
      co_return wrpc::failure(wasi::make_error<wasi::ErrorCase::destination_not_found>());
    }
    co_return wire::Response{.body = std::move(request.body),
                             .trailers = wrpc::Future<std::optional<wire::Fields>>::of({}),
                             .status = 203,
                             .headers = {}};
  }
};

TEST_F(RemoteHttp, AGuestsOwnRequestsGoByALink) {
  FakeHttpClient provider;
  run(provider.start(*transport_));
  put_link_to("out", "wasi", "http", "outgoing-handler", "guest");
  const std::string body(std::size_t{200} << 10U, 'y');
  EXPECT_TRUE(eventually([&] { return post("/forward/there.test/a?b", body).status == 203; }));
  EXPECT_EQ(provider.asked, "POST there.test/a?b with options");
  EXPECT_EQ(post("/forward/there.test/", body).body, body);
  EXPECT_EQ(post("/forward/there.test/loop", body).body, "error-code 2");  // as the provider said
  run(provider.stop());
}

void LinkedHttp::expect_traces() {
  FakeHttpClient provider;
  run(provider.start(*transport_));
  put_link_to("out", "wasi", "http", "outgoing-handler", "guest");
  const auto trace = [&](const std::string& fields) {
    EXPECT_TRUE(eventually([&] { return post("/forward/a/", "x", fields).status == 203; }));
    return provider.trace;
  };
  const std::string fields = fmt::format("Traceparent: {}\r\nTracestate: a=1,b=2\r\n", kTrace);
  EXPECT_EQ(trace(""), "- -, - -");
  EXPECT_EQ(trace(fields), fmt::format("{0}, {0}", kept_trace()));
  EXPECT_EQ(trace("Traceparent: 00-0af7\r\n"), "- -, - -");
  const std::string_view own = "00-11111111111111111111111111111111-2222222222222222-00";
  EXPECT_EQ(trace(fmt::format("{}X-Own-Traceparent: {}\r\n", fields, own)),
            fmt::format("{0} -, {0} -", own));
  run(provider.stop());
}

TEST_F(RemoteHttp, ARequestsTraceGoesToAnotherHostAndOn) { expect_traces(); }

TEST_F(LinkedHttp, ARequestsTraceGoesOn) {
  port_ = serve_guest(scale_of(10));
  expect_traces();
}

// --- the HTTP server of 1.9.2 ---

class PeerHttpServer : public LinkedHttp {
 protected:
  void SetUp() override {
    WC_NEED_PEER("http-server-provider");
    LinkedHttp::SetUp();
    if (IsSkipped()) {
      return;
    }
    scale(scale_of(10));
    event<lattice::ComponentScaled>();
    port_ = http::RawListener().port();
    start_server();
  }

  void TearDown() override {
    web_.reset();
    LinkedHttp::TearDown();
  }

  void start_server() {
    PeerOptions options{
        .program = "http-server-provider",
        .id = "web",
        .links = {{.source = "web",
                   .target = "guest",
                   .wit_namespace = "wasi",
                   .wit_package = "http",
                   .interface = "incoming-handler",
                   .source_config = fmt::format(R"({{"address":"127.0.0.1:{}"}})", port_)}}};
    web_.emplace(options, *server_, folder_);
    wait_for_listener(port_);
  }

  // A request of which half of the body is still to be sent.
  http::RawPeer begin_echo(const std::string& body) const {
    http::RawPeer peer = http::RawPeer::connect(port_);
    peer.send(fmt::format("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{}",
                          body.size(), body.substr(0, body.size() / 2)));
    return peer;
  }

  static Answer end_echo(http::RawPeer peer, const std::string& body) {
    peer.send(body.substr(body.size() / 2));
    return parse_answer(peer.read_to_end());
  }

  std::optional<PeerProvider> web_;
};

TEST_F(PeerHttpServer, RequestsAreAnsweredByAComponentOfOurs) {
  const Answer hello = get(port_, "/some/path?a=b");
  EXPECT_EQ(hello.status, 200) << web_->log();
  EXPECT_EQ(hello.body, "hello /some/path?a=b");
  EXPECT_THAT(hello.head, testing::HasSubstr("content-type: text/plain\r\n"));
  EXPECT_TRUE(hello.whole);
  EXPECT_EQ(post("/header/x-mark", "", "X-Mark: seen\r\n").body, "seen");
}

TEST_F(PeerHttpServer, BodiesGoThroughWhole) {
  const std::string body = pattern(std::size_t{1} << 20U);
  const Answer back = post("/echo", body);
  EXPECT_EQ(back.status, 200);
  EXPECT_TRUE(back.whole);
  EXPECT_TRUE(back.body == body);
}

TEST_F(PeerHttpServer, RequestsAreAnsweredBesideEachOther) {
  const std::string one = pattern(200'000);
  const std::string two(300'000, 'y');
  http::RawPeer first = begin_echo(one);
  http::RawPeer second = begin_echo(two);
  EXPECT_TRUE(end_echo(std::move(second), two).body == two);
  EXPECT_TRUE(end_echo(std::move(first), one).body == one);
}

TEST_F(PeerHttpServer, AFailureOfTheComponentIsAnswered500) {
  EXPECT_EQ(get(port_, "/trap").status, 500);
  EXPECT_EQ(get(port_, "/never-set").status, 500);
  const Answer error = get(port_, "/error");
  EXPECT_EQ(error.status, 500);
  EXPECT_EQ(error.body, "ErrorCode::LoopDetected");
  const Answer torn = get(port_, "/trap-in-stream");
  EXPECT_EQ(torn.status, 200);
  EXPECT_EQ(torn.body, "part");
  EXPECT_FALSE(torn.whole);
  EXPECT_EQ(get(port_, "/still-there").status, 200);
}

TEST_F(PeerHttpServer, AHostThatStopsLeavesNobodyWaiting) {
  http::RawPeer peer = http::RawPeer::connect(port_);
  peer.send("GET /loop-after-set HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(peer.read_until("part"), testing::HasSubstr("part"));
  host_.reset();
  EXPECT_EQ(peer.read_to_end(), "\r\n");
}

// It names no trace in its call: that of the request, which it hands over as it is, is taken.
TEST_F(PeerHttpServer, ARequestsTraceArrives) { expect_traces(); }

}  // namespace
}  // namespace wasmcloud::host

#include "wasmcloud/host/http_service.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "wasmcloud/host/service_testing.h"

namespace wasmcloud::host {
namespace {

using std::chrono::steady_clock;

// One service for all tests that do not change it.
class GuestOnHttp : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    HttpServiceConfig config = test_config();
    config.max_memory = 16U << 20U;
    config.timeout = std::chrono::milliseconds(700);
    auto started = start_http_service(WC_TEST_GUEST, std::move(config));
    ASSERT_TRUE(started) << started.error().describe();
    service_ = started->release();
  }

  static void TearDownTestSuite() {
    delete service_;
    service_ = nullptr;
  }

  static Answer get(std::string_view path) { return ask(*service_, path); }

  static HttpService* service_;
};

HttpService* GuestOnHttp::service_ = nullptr;

TEST_F(GuestOnHttp, AnswersOnAConnectionThatIsKept) {
  http::RawPeer peer = connect(*service_);
  for (int i = 0; i < 3; ++i) {
    peer.send("GET /hi?x=1 HTTP/1.1\r\nHost: a\r\n\r\n");
    const std::string response = peer.read_response();
    EXPECT_TRUE(response.starts_with("HTTP/1.1 200 OK\r\n")) << response;
    EXPECT_TRUE(response.ends_with("\r\n\r\nhello /hi?x=1")) << response;
  }
}

TEST_F(GuestOnHttp, AGuestThatNeverWaitsIsAnsweredWithItsLength) {
  const Answer answer = get("/");
  EXPECT_NE(answer.head.find("content-length: 7\r\n"), std::string::npos) << answer.head;
  EXPECT_NE(answer.head.find("content-type: text/plain\r\n"), std::string::npos);
}

TEST_F(GuestOnHttp, ATrapIs500AndHurtsNobodyElse) {
  for (int i = 0; i < 3; ++i) {
    const Answer trapped = get("/trap");
    EXPECT_EQ(trapped.status, 500);
    EXPECT_TRUE(trapped.whole);
    EXPECT_EQ(get("/").body, "hello /");
  }
}

TEST_F(GuestOnHttp, AGuestThatDoesNotAnswerIs500) { EXPECT_EQ(get("/never-set").status, 500); }

// 500 while nothing has been sent. A guest that was interrupted after it had set its head (the
// machine is busy) has sent a part: then the connection is cut.
TEST_F(GuestOnHttp, AGuestThatFailsAfterItsHeadNeverGivesAWholeAnswer) {
  for (const std::string_view path : {"/unfinished", "/wrong-length", "/trap-after-set"}) {
    const Answer answer = get(path);
    EXPECT_TRUE(answer.status == 500 || !answer.whole) << path << ' ' << answer.status;
  }
}

TEST_F(GuestOnHttp, AnErrorCodeBecomesAStatus) { EXPECT_EQ(get("/error").status, 508); }

TEST_F(GuestOnHttp, AWholeAnswerStandsThoughItsGuestTrapsLater) {
  const Answer answer = get("/trap-after-finish");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "whole");
}

TEST_F(GuestOnHttp, ALoopIs504WhileOthersAreServed) {
  std::vector<http::RawPeer> loops;
  for (int i = 0; i < 4; ++i) {
    loops.push_back(connect(*service_));
    loops.back().send("GET /loop HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  }
  const auto start = steady_clock::now();
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(get("/").status, 200);
  }
  EXPECT_LT(steady_clock::now() - start, std::chrono::milliseconds(600));
  for (http::RawPeer& peer : loops) {
    EXPECT_EQ(parse_answer(peer.read_to_end()).status, 504);
  }
}

TEST_F(GuestOnHttp, AWaitBeyondTheLimitIs504) { EXPECT_EQ(get("/sleep").status, 504); }

TEST_F(GuestOnHttp, ATimeLimitInTheMiddleOfABodyAbortsTheConnection) {
  const Answer answer = get("/loop-after-set");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "part");
  EXPECT_FALSE(answer.whole);
}

TEST_F(GuestOnHttp, ATrapInTheMiddleOfABodyAbortsTheConnection) {
  const Answer answer = get("/trap-in-stream");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "part");
  EXPECT_FALSE(answer.whole);
}

TEST_F(GuestOnHttp, MemoryGrowsToTheLimitAndNoFurther) {
  const Answer answer = get("/hog");
  EXPECT_EQ(answer.status, 200);
  EXPECT_GT(std::stoul(answer.body), 200U);
  EXPECT_LE(std::stoul(answer.body), 256U);
}

TEST_F(GuestOnHttp, ABodyIsSentWhileTheGuestRuns) {
  http::RawPeer peer = connect(*service_);
  peer.send("GET /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const std::string first = peer.read_until("one ");
  const Answer answer = parse_answer(first + peer.read_to_end());
  EXPECT_EQ(answer.body, "one two three");
  EXPECT_TRUE(answer.whole);
}

TEST_F(GuestOnHttp, WorkAfterTheAnswerDoesNotDelayIt) {
  http::RawPeer peer = connect(*service_);
  for (int i = 0; i < 2; ++i) {
    peer.send("GET /work-after HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(peer.read_response().ends_with("done"));
  }
}

TEST_F(GuestOnHttp, ABodyLargerThanTheBuffersArrivesWhole) {
  const Answer answer = get("/large");
  EXPECT_TRUE(answer.whole);
  EXPECT_EQ(answer.body, std::string(4U << 20U, 'x'));
}

TEST_F(GuestOnHttp, EchoGivesBackWhatComes) {
  EXPECT_EQ(ask(*service_, "/echo", "POST", "small").body, "small");
  std::string large;
  for (int i = 0; large.size() < (8U << 20U); ++i) {
    large += std::to_string(i);
  }
  http::RawPeer peer = connect(*service_);
  std::jthread sender([&peer, &large] {
    peer.send("POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " +
              std::to_string(large.size()) + "\r\n\r\n");
    peer.send(large);
  });
  const Answer answer = parse_answer(peer.read_to_end());
  EXPECT_TRUE(answer.whole);
  EXPECT_TRUE(answer.body == large);
}

TEST_F(GuestOnHttp, AReadAheadThatNobodyWantsLeavesTheConnectionWhole) {
  http::RawPeer peer = connect(*service_);
  for (int i = 0; i < 3; ++i) {
    peer.send("POST /read-some HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    EXPECT_TRUE(peer.read_response().ends_with("\r\n\r\nabc"));
    peer.send("defghij");
  }
}

TEST_F(GuestOnHttp, ABodyThatBreaksOffEndsTheGuest) {
  http::RawPeer peer = connect(*service_);
  peer.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  peer.end();
  EXPECT_FALSE(parse_answer(peer.read_to_end()).whole);
}

TEST_F(GuestOnHttp, HeadHasNoBody) {
  const Answer answer = ask(*service_, "/hi", "HEAD");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "");
}

TEST_F(GuestOnHttp, GuestsDoNotSeeTheHostField) { EXPECT_EQ(get("/header/host").body, "none"); }

TEST_F(GuestOnHttp, AGuestSpeaksToServers) {
  const std::string path = "/forward/" + service_->address() + "/echo";
  const Answer small = ask(*service_, path, "POST", "through two guests");
  EXPECT_EQ(small.status, 200);
  EXPECT_EQ(small.body, "through two guests");
  const std::string large(3U << 20U, 'y');
  EXPECT_TRUE(ask(*service_, path, "POST", large).body == large);
  EXPECT_EQ(ask(*service_, "/forward/" + service_->address() + "/trap", "POST", "x").status, 500);
}

TEST_F(GuestOnHttp, WhatAGuestSendsGoesWithTheTraceOfItsRequest) {
  const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03";
  const std::string own = "00-11111111111111111111111111111111-2222222222222222-00";
  const auto sent = [](std::string_view header, const std::string& fields) {
    const std::string path = fmt::format("/forward/{}/header/{}", service_->address(), header);
    return ask(*service_, path, "POST", "x", fields).body;
  };
  const std::string traced = fmt::format("Traceparent: {}\r\nTracestate: a=1,b=2\r\n", trace);
  EXPECT_EQ(sent("traceparent", traced), trace);
  EXPECT_EQ(sent("tracestate", traced), "a=1,b=2");
  EXPECT_EQ(sent("traceparent", ""), "none");
  EXPECT_EQ(sent("tracestate", "Tracestate: a=1\r\n"), "none");
  EXPECT_EQ(sent("traceparent", fmt::format("Traceparent: {}0\r\n", trace)), "none");
  const std::string both = fmt::format("{}X-Own-Traceparent: {}\r\n", traced, own);
  EXPECT_EQ(sent("traceparent", both), own);
  EXPECT_EQ(sent("tracestate", both), "none");
}

TEST_F(GuestOnHttp, AClientThatGoesAwayEndsItsGuest) {
  {
    http::RawPeer peer = connect(*service_);
    peer.send("GET /sleep HTTP/1.1\r\nHost: a\r\n\r\n");
    http::RawPeer reader = connect(*service_);
    reader.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    reader.read_exactly(10);
  }
  EXPECT_EQ(get("/").status, 200);
}

TEST(HttpService, StopsWhenRequestsHaveEnded) {
  auto service = start_http_service(WC_TEST_GUEST, test_config());
  ASSERT_TRUE(service) << service.error().describe();
  http::RawPeer peer = connect(**service);
  peer.send("GET /nap HTTP/1.1\r\nHost: a\r\n\r\n");
  http::RawPeer idle = connect(**service);
  // A request that is answered shows that those before it have been taken.
  EXPECT_EQ(ask(**service, "/nap").status, 200);
  EXPECT_TRUE((*service)->stop(Deadline::after(std::chrono::seconds(20))));
  EXPECT_TRUE(peer.read_response().ends_with("awake"));
  EXPECT_TRUE((*service)->stop(Deadline::after(std::chrono::seconds(20))));
}

TEST(HttpService, StopCancelsWhatOutlastsTheDeadline) {
  auto service = start_http_service(WC_TEST_GUEST, test_config());
  ASSERT_TRUE(service) << service.error().describe();
  http::RawPeer peer = connect(**service);
  peer.send("GET /sleep HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(ask(**service, "/nap").status, 200);
  const auto stopped = (*service)->stop(Deadline::after(std::chrono::milliseconds(50)));
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind(), ErrorKind::timeout);
}

TEST(HttpService, AFailedReplacementLeavesTheOldOne) {
  auto service = start_http_service(WC_TEST_GUEST, test_config());
  ASSERT_TRUE(service) << service.error().describe();
  EXPECT_FALSE((*service)->replace("/nowhere/at-all.wasm"));
  EXPECT_EQ(ask(**service, "/").body, "hello /");
  EXPECT_TRUE((*service)->replace(WC_TEST_GUEST));
  EXPECT_EQ(ask(**service, "/").body, "hello /");
}

// Files that are no components, each in a folder of its own.
class BadComponent : public testing::Test {
 protected:
  BadComponent()
      : folder_(std::filesystem::temp_directory_path() /
                ("wc-bad-component-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
  }

  ~BadComponent() override { std::filesystem::remove_all(folder_); }

  std::string refusal(const std::string& content) const {
    const auto path = folder_ / "c.wasm";
    std::ofstream(path, std::ios::binary) << content;
    return refusal_of(path);
  }

  static std::string refusal_of(const std::filesystem::path& path) {
    const auto service = start_http_service(path, test_config());
    return service ? "served" : service.error().describe();
  }

  std::filesystem::path folder_;
};

TEST_F(BadComponent, IsToldForWhatItIs) {
  using std::string_literals::operator""s;
  EXPECT_NE(refusal_of(folder_ / "none.wasm").find("no such file"), std::string::npos);
  EXPECT_NE(refusal_of(folder_).find("found a directory"), std::string::npos);
  EXPECT_NE(refusal("").find("empty file"), std::string::npos);
  EXPECT_NE(refusal("hello").find("not WebAssembly"), std::string::npos);
  EXPECT_NE(refusal("\0asm\x01\0\0\0"s).find("core WebAssembly module"), std::string::npos);
  EXPECT_NE(refusal("\0asm\x0d\0\x01\0"s).find("exports nothing"), std::string::npos);
  EXPECT_NE(refusal("\0asm\x0d\0\x01\0\x63"s).find("offset"), std::string::npos);
}

}  // namespace
}  // namespace wasmcloud::host

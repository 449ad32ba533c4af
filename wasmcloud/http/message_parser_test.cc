#include "wasmcloud/http/message_parser.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "wasmcloud/http/authority.h"

namespace wasmcloud::http {
namespace {

// What a message came to.
struct Parsed {
  RequestHead head;
  std::string body;
  std::string trailers;
  unsigned failure = 0;
  bool done = false;

  std::string describe() const {
    std::string text = head.method + " " + head.authority + " " + head.target + "\n";
    for (const Header& field : head.headers.fields()) {
      text += field.name + "=" + field.value + "\n";
    }
    return text + body + "\n" + trailers + std::to_string(failure) + (done ? " done" : "");
  }
};

// Shows the parser `step` bytes more at a time, as a connection does.
Parsed parse(std::string_view text, std::size_t step) {
  Parsed parsed;
  MessageParser parser(4096);
  parser.start_request(parsed.head);
  std::size_t begin = 0;
  std::size_t end = 0;
  while (end < text.size() && !parser.done()) {
    end = std::min(end + step, text.size());
    while (begin < end && !parser.done()) {
      const std::span input(reinterpret_cast<const std::uint8_t*>(text.data()) + begin,
                            end - begin);
      const auto result = parser.parse(input);
      if (!result) {
        parsed.failure = result.error().status;
        return parsed;
      }
      EXPECT_LE(result->taken, input.size());
      EXPECT_LE(result->body.size(), result->taken);
      parsed.body.append(reinterpret_cast<const char*>(result->body.data()), result->body.size());
      begin += result->taken;
      if (result->taken == 0) {
        break;
      }
    }
  }
  parsed.done = parser.done();
  for (const Header& field : parser.take_trailers().fields()) {
    parsed.trailers += field.name + "=" + field.value + "\n";
  }
  return parsed;
}

const std::vector<std::string> kMessages = {
    "GET /a?b HTTP/1.1\r\nHost: [::1]:80\r\nX: y\r\n\r\n",
    "\r\n\r\nPOST http://h:1/p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    "5;x=\"y\"\r\nhello\r\n001\r\n!\r\n0\r\nSum: 1\r\nB: c\r\n\r\n",
    "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "GET / HTTP/1.0\r\nConnection: keep-alive\r\nExpect: 100-continue\r\n\r\n"};

TEST(MessageParser, PiecesDoNotMatter) {
  for (const std::string& message : kMessages) {
    const std::string whole = parse(message, message.size()).describe();
    EXPECT_TRUE(whole.ends_with("0 done")) << whole;
    for (std::size_t step = 1; step < message.size(); ++step) {
      EXPECT_EQ(parse(message, step).describe(), whole) << step;
    }
  }
}

TEST(MessageParser, RubbishIsRefusedOrWaitedForButNeverFatal) {
  std::mt19937 random(1);
  constexpr std::string_view kBytes = "\r\n \t:;0159afxX,=\"/\x80\xff";
  for (int i = 0; i < 30'000; ++i) {
    std::string message = kMessages[random() % kMessages.size()];
    for (unsigned changes = random() % 4 + 1; changes != 0; --changes) {
      const std::size_t at = random() % message.size();
      const char byte = kBytes[random() % kBytes.size()];
      switch (random() % 3) {
        case 0:
          message[at] = byte;
          break;
        case 1:
          message.insert(at, 1, byte);
          break;
        default:
          message.erase(at, 1);
          break;
      }
      if (message.empty()) {
        message = "x";
      }
    }
    // However the bytes arrive, the same messages are accepted. (When a bad one is refused may
    // depend on it: in pieces, the end of the head is waited for.)
    const Parsed whole = parse(message, message.size());
    const Parsed pieces = parse(message, random() % 3 + 1);
    EXPECT_EQ(pieces.done, whole.done) << message;
    if (whole.done) {
      EXPECT_EQ(pieces.describe(), whole.describe()) << message;
    }
  }
}

TEST(MessageParser, TellsWhereTheAuthorityIsFrom) {
  const auto from_target = [](std::string_view text) {
    return parse(text, text.size()).head.authority_in_target;
  };
  EXPECT_FALSE(from_target("GET /a HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_FALSE(from_target("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_TRUE(from_target("GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_TRUE(from_target("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"));
}

TEST(Authority, IsHostAndPort) {
  EXPECT_EQ(parse_authority("a.b")->host, "a.b");
  EXPECT_EQ(parse_authority("a.b:80")->port, 80);
  EXPECT_FALSE(parse_authority("a.b:")->port);
  EXPECT_EQ(parse_authority("[::1]:443")->host, "::1");
  EXPECT_EQ(parse_authority("[::1]:443")->port, 443);
  EXPECT_EQ(parse_authority("[fe80::1%eth0]")->host, "fe80::1%eth0");
  for (const std::string_view text :
       {"", ":80", "a:b", "a:65536", "a:-1", "a:1:2", "user@a", "a/b", "a b", "[::1", "[]", "[a]",
        "[::1]x", "[::1]80", "a[b]", "a\xff", "::1"}) {
    EXPECT_FALSE(parse_authority(text)) << text;
  }
}

}  // namespace
}  // namespace wasmcloud::http

#include "wasmcloud/nats/header_block.h"

#include <string>

#include <gtest/gtest.h>

namespace wasmcloud::nats {
namespace {

// "name=value;..."
std::string all_of(std::string_view text) {
  HeaderBlock block(text);
  std::string all;
  while (const auto header = block.next()) {
    all.append(header->name).append("=").append(header->value).append(";");
  }
  return all;
}

TEST(HeaderBlock, GivesEachLine) {
  EXPECT_EQ(all_of("NATS/1.0\r\na: 1\r\nB:2\r\na:  x y \r\n\r\n"), "a=1;B=2;a=x y;");
  EXPECT_EQ(all_of("NATS/1.0\r\n\r\n"), "");
  EXPECT_EQ(all_of(""), "");
}

TEST(HeaderBlock, AValueMayBeEmptyWhereverItStands) {
  EXPECT_EQ(all_of("NATS/1.0\r\ntracestate: \r\ntraceparent: T\r\n\r\n"),
            "tracestate=;traceparent=T;");
  EXPECT_EQ(all_of("NATS/1.0\r\nsource-id: a\r\ntracestate:\r\n\r\n"), "source-id=a;tracestate=;");
}

TEST(HeaderBlock, TheFirstLineHasTheStatus) {
  EXPECT_EQ(all_of("NATS/1.0 503\r\n\r\n"), "Status=503;");
  EXPECT_EQ(all_of("NATS/1.0 100 FlowControl Request\r\nNats-Last: 2\r\n\r\n"),
            "Status=100;Description=FlowControl Request;Nats-Last=2;");
}

TEST(HeaderBlock, WhatIsNoHeaderIsLeftOut) {
  EXPECT_EQ(all_of("NATS/2.0\r\na: 1\r\n\r\n"), "");
  EXPECT_EQ(all_of("NATS/1.0\r\nno colon\r\n: no name\r\n folded: x\r\na: 1\r\n\r\n"), "a=1;");
  EXPECT_EQ(all_of("NATS/1.0\r\na: 1"), "a=1;");
  EXPECT_EQ(all_of("NATS/1.0\r\na: 1\r"), "a=1\r;");
  EXPECT_EQ(all_of("NATS/1.0"), "");
}

}  // namespace
}  // namespace wasmcloud::nats

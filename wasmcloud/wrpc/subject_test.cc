#include "wasmcloud/wrpc/subject.h"

#include <gtest/gtest.h>

namespace wasmcloud::wrpc {
namespace {

std::string subject(const Endpoint& endpoint) {
  const auto made = invocation_subject(endpoint);
  return made ? *made : made.error().describe();
}

// wrpc.md 7.3
TEST(Subject, OfInvocations) {
  EXPECT_EQ(subject({"", "wasi:http/outgoing-handler", "handle"}),
            "wrpc.0.0.1.wasi:http/outgoing-handler.handle");
  EXPECT_EQ(subject({"default", "wasi:http/types@0.2.0", "[constructor]fields"}),
            "default.wrpc.0.0.1.wasi:http/types@0.2.0.fields");
  EXPECT_EQ(subject({"default.kv", "wrpc:keyvalue/store@0.2.0-draft", "get"}),
            "default.kv.wrpc.0.0.1.wrpc:keyvalue/store@0.2.0-draft.get");
  EXPECT_EQ(subject({"default.comp", "wrpc:http/incoming-handler@0.1.0", "handle"}),
            "default.comp.wrpc.0.0.1.wrpc:http/incoming-handler@0.1.0.handle");
  EXPECT_EQ(subject({"default.blob", "wrpc:blobstore/blobstore@0.2.0", "write-container-data"}),
            "default.blob.wrpc.0.0.1.wrpc:blobstore/blobstore@0.2.0.write-container-data");
  EXPECT_EQ(subject({"default.x", "a:b/c@1.0.0", "[method]res.do-it"}),
            "default.x.wrpc.0.0.1.a:b/c@1.0.0.res.do-it");
  EXPECT_EQ(subject({"default.x", "a:b/c@1.0.0", "[static]res.make"}),
            "default.x.wrpc.0.0.1.a:b/c@1.0.0.res.make");
  EXPECT_EQ(subject({"default.x", "", "run"}), "default.x.wrpc.0.0.1.run");
}

TEST(Subject, RefusesWhatWouldMeanAnother) {
  EXPECT_EQ(subject({"default.*", "a:b/c", "f"}),
            "prefix `default.*`: expected what a subject may hold");
  EXPECT_EQ(subject({"default.x", "a:b/c", ">"}), "function `>`: expected what a subject may hold");
  EXPECT_EQ(subject({"default.x", "a:b /c", "f"}),
            "instance `a:b /c`: expected what a subject may hold");
  EXPECT_EQ(subject({"default..x", "a:b/c", "f"}),
            "prefix `default..x`: expected what a subject may hold");
  EXPECT_EQ(subject({"default.", "a:b/c", "f"}),
            "prefix `default.`: expected what a subject may hold");
  EXPECT_EQ(subject({"default.x", "a:b/c", ".f"}),
            "function `.f`: expected what a subject may hold");
  EXPECT_EQ(subject({"default.x", "a:b/c", "[constructor]"}),
            "function `[constructor]`: expected a name");
}

TEST(Subject, OfChannels) {
  EXPECT_EQ(channel_subject("_INBOX.A.B", Direction::params, {}), "_INBOX.A.B.params");
  EXPECT_EQ(channel_subject("_INBOX.A.B", Direction::params, Path{0, 1, 0}),
            "_INBOX.A.B.params.0.1.0");
  EXPECT_EQ(channel_subject("_INBOX.A.C", Direction::results, Path{0}), "_INBOX.A.C.results.0");
  EXPECT_EQ(channel_subject("_INBOX.A.C", Direction::results, Path{10, 0}),
            "_INBOX.A.C.results.10.0");
}

TEST(Subject, ChannelIsFoundInItsSubject) {
  for (const Path& path : {Path{}, Path{0}, Path{0, 1, 0}, Path{4294967295, 10}}) {
    const std::string text = channel_subject("_INBOX.A", Direction::results, path);
    EXPECT_EQ(channel_of(text, "_INBOX.A", Direction::results), path) << text;
    EXPECT_EQ(channel_of(text, "_INBOX.A", Direction::params), std::nullopt) << text;
    EXPECT_EQ(channel_of(text, "_INBOX.B", Direction::results), std::nullopt) << text;
  }
}

TEST(Subject, OtherSubjectsAreNoChannels) {
  for (const auto* const text :
       {"_INBOX.A", "_INBOX.A.results.", "_INBOX.A.results.0.", "_INBOX.A.results..0",
        "_INBOX.A.results.01", "_INBOX.A.results.x", "_INBOX.A.results.1x",
        "_INBOX.A.results.4294967296", "_INBOX.A.results.-1", "_INBOX.A.resultsx"}) {
    EXPECT_EQ(channel_of(text, "_INBOX.A", Direction::results), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace wasmcloud::wrpc

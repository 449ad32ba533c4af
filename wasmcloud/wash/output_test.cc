#include "wasmcloud/wash/output.h"

#include <gtest/gtest.h>

namespace wasmcloud::wash {
namespace {

Error layered(int layers) {
  Error error(ErrorKind::invalid, "root cause");
  for (int i = 1; i <= layers; ++i) {
    error = std::move(error).with_context(fmt::format("layer {}", i));
  }
  return error;
}

TEST(ErrorText, OfAnErrorWithoutCauseIsItsMessage) {
  EXPECT_EQ(error_text(layered(0)), "root cause");
}

TEST(ErrorText, OneCauseHasNoNumber) {
  EXPECT_EQ(error_text(layered(1)), "layer 1\n\nCaused by:\n    root cause");
}

TEST(ErrorText, SeveralCausesAreNumberedFromOutside) {
  EXPECT_EQ(error_text(layered(2)), "layer 2\n\nCaused by:\n    0: layer 1\n    1: root cause");
}

TEST(ErrorJson, HasAChainOnlyIfThereAreCauses) {
  EXPECT_EQ(error_json(layered(0)), "{\n  \"success\": false,\n  \"error\": \"root cause\"\n}");
  EXPECT_EQ(error_json(layered(1)),
            "{\n  \"success\": false,\n  \"error\": \"layer 1\",\n  \"error_chain\": [\n    \"root "
            "cause\"\n  ]\n}");
}

TEST(ErrorJson, BytesThatAreNoUtf8AreReplaced) {
  EXPECT_NE(error_json(Error(ErrorKind::invalid, "{}", "a\xff")).find("a\xef\xbf\xbd"),
            std::string::npos);
}

}  // namespace
}  // namespace wasmcloud::wash

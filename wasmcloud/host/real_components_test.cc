// Components of other toolchains than ours, served and asked.
#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "wasmcloud/host/service_testing.h"

namespace wasmcloud::host {
namespace {

struct RealComponent {
  std::string name;
  std::string answer;  // to /some/path
};

class RealComponents : public testing::TestWithParam<RealComponent> {};

TEST_P(RealComponents, Answers) {
  const char* const folder = std::getenv("WASMCLOUD_COMPONENTS_DIR");
  const std::filesystem::path path =
      std::filesystem::path(folder != nullptr ? folder : WC_COMPONENTS_DIR) /
      (GetParam().name + ".wasm");
  if (!std::filesystem::exists(path)) {
    GTEST_SKIP() << path << " is not there";
  }
  const auto service = start_http_service(path, test_config());
  ASSERT_TRUE(service) << service.error().describe();
  for (int i = 0; i < 3; ++i) {
    const Answer answer = ask(**service, "/some/path");
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.whole);
    EXPECT_NE(answer.body.find(GetParam().answer), std::string::npos) << answer.body;
  }
  const Answer posted = ask(**service, "/some/path", "POST", "a body that nobody reads");
  EXPECT_EQ(posted.status, 200);
}

INSTANTIATE_TEST_SUITE_P(
    All, RealComponents,
    testing::Values(RealComponent{"hello_rust", "Hello from Rust!"},
                    RealComponent{"hello_c", "Hello from C"},
                    RealComponent{"hello_python", "Hello from Python, path /some/path"},
                    RealComponent{"hello_javascript", "Hello from JavaScript, path /some/path"}),
    [](const testing::TestParamInfo<RealComponent>& tested) { return tested.param.name; });

}  // namespace
}  // namespace wasmcloud::host

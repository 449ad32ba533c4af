#include <cstdlib>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "wasmcloud/base/shard.h"
#include "wasmcloud/component/component.h"

namespace wasmcloud::component {
namespace {

TEST(Runtime, Probe) {
  const char* const path = std::getenv("WC_PROBE");
  if (path == nullptr) {
    GTEST_SKIP();
  }
  std::ifstream in(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), {});
  auto engine = Engine::create({});
  ASSERT_TRUE(engine) << engine.error().describe();
  Host host;
  auto component = Component::load(
      **engine, host, Bytes(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
  ASSERT_TRUE(component) << component.error().describe();
}

}  // namespace
}  // namespace wasmcloud::component

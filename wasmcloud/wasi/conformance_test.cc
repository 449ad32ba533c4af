// Every function of the official WIT, imported by components that do nothing else, against ours.
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "wasmcloud/component/component.h"
#include "wasmcloud/wasi/engine_testing.h"
#include "wasmcloud/wasi/wasi.h"

namespace wasmcloud::wasi {
namespace {

std::string read_component(const std::string& name) {
  std::ifstream file(std::string(WC_COMPONENT_DIR) + "/" + name + ".wasm", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Result<std::shared_ptr<const component::Component>> load(const component::Engine& engine,
                                                         const component::Host& host,
                                                         const std::string& name) {
  const std::string bytes = read_component(name);
  return component::Component::load(
      engine, host,
      component::Bytes(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
}

void expect_loads(const std::string& name) {
  component::Host host;
  add_to(host);
  const auto loaded = load(test_engine(), host, name);
  EXPECT_TRUE(loaded) << loaded.error().describe();
}

TEST(Conformance, EveryInterfaceButHttpHasItsOfficialTypes) { expect_loads("wasi-everything"); }

TEST(Conformance, HttpHasItsOfficialTypes) { expect_loads("wasi-http-imports"); }

TEST(Conformance, AMissingInterfaceIsNamed) {
  const component::Host host;
  const auto loaded = load(test_engine(), host, "wasi-everything");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind(), ErrorKind::not_found);
}

}  // namespace
}  // namespace wasmcloud::wasi

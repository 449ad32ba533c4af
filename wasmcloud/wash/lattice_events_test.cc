// Which events end which waits.
#include <gtest/gtest.h>

#include "wasmcloud/wash/lattice_session.h"

namespace wasmcloud::wash {
namespace {

constexpr const char* kHost = "NA";

lattice::ReceivedEvent event(std::string name, std::string data, std::string source = kHost) {
  return {.id = "1", .name = std::move(name), .source = std::move(source), .data = std::move(data)};
}

std::string scaled(const std::string& id, const std::string& reference) {
  return R"({"annotations":{},"component_id":")" + id + R"(","host_id":"","image_ref":")" +
         reference + R"(","max_instances":1,"error":"no such file"})";
}

const EventJudge kScaled =
    component_scaled({.host_id = kHost, .component_id = "hello", .image_ref = "file:///a.wasm"});

TEST(ComponentScaled, EndsWithTheEventOfItsHostIdAndReference) {
  EXPECT_TRUE(kScaled(event("component_scaled", scaled("hello", "file:///a.wasm"))).value());
}

TEST(ComponentScaled, IgnoresThoseOfOthers) {
  EXPECT_FALSE(kScaled(event("component_scaled", scaled("hello", "file:///b.wasm"))));
  EXPECT_FALSE(kScaled(event("component_scaled", scaled("other", "file:///a.wasm"))));
  EXPECT_FALSE(kScaled(event("component_scaled", scaled("hello", "file:///a.wasm"), "NB")));
  EXPECT_FALSE(kScaled(event("host_heartbeat", scaled("hello", "file:///a.wasm"))));
  EXPECT_FALSE(kScaled(event("component_scaled", "{")));
}

TEST(ComponentScaled, FailsWithTheHostsReason) {
  const auto verdict = kScaled(event("component_scale_failed", scaled("hello", "file:///a.wasm")));
  EXPECT_EQ(verdict.value().error().message(), "no such file");
}

std::string provider_event(const std::string& key, const std::string& reference) {
  return R"({"annotations":{},"host_id":"NA","provider_id":"http","error":"no binary",")" + key +
         R"(":")" + reference + R"("})";
}

TEST(ProviderStarted, IsToldWithoutTheScheme) {
  for (const char* const scheme : {"file://", "wasmcloud+builtin://", "oci://"}) {
    const EventJudge judge = provider_started_on(kHost, std::string(scheme) + "/a.par");
    EXPECT_TRUE(judge(event("provider_started", provider_event("image_ref", "/a.par"))).value());
    EXPECT_FALSE(judge(event("provider_started", provider_event("image_ref", "/b.par"))));
  }
}

TEST(ProviderStarted, FailsWithTheReferenceAsItWasSent) {
  const EventJudge judge = provider_started_on(kHost, "file:///a.par");
  const auto failed =
      judge(event("provider_start_failed", provider_event("provider_ref", "file:///a.par")));
  EXPECT_EQ(failed.value().error().message(), "no binary");
}

TEST(ProviderStopped, EndsWithItsId) {
  const std::string data =
      R"({"annotations":{},"host_id":"NA","instance_id":"http","public_key":"http",)"
      R"("link_name":"default","provider_id":"http","reason":"stop"})";
  EXPECT_TRUE(provider_stopped_on(kHost, "http")(event("provider_stopped", data)).value());
  EXPECT_FALSE(provider_stopped_on(kHost, "other")(event("provider_stopped", data)));
}

}  // namespace
}  // namespace wasmcloud::wash

#include "wasmcloud/lattice/events.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace wasmcloud::lattice {
namespace {

using nlohmann::json;

TEST(Events, AreWrittenAsCloudEvents) {
  EventHead head{
      .id = *Uuid::parse("0195a1b2-c3d4-e5f6-0718-293a4b5c6d7e"), .source = "NA", .time = {}};
  head.time += std::chrono::seconds(1740824430) + std::chrono::nanoseconds(5000);
  EXPECT_EQ(
      to_event(head, ConfigSet{"app"}),
      R"({"specversion":"1.0","id":"0195a1b2-c3d4-e5f6-0718-293a4b5c6d7e","type":"com.wasmcloud.lattice.config_set",)"
      R"("source":"NA","datacontenttype":"application/json","time":"2025-03-01T10:20:30.000005000Z",)"
      R"("data":{"config_name":"app"}})");
  EXPECT_EQ(event_subject("default", ConfigSet::kName), "wasmbus.evt.default.config_set");
}

TEST(Events, AreReadBack) {
  ComponentScaled scaled;
  scaled.annotations = {{"wasmcloud.dev/appspec", "hello"}};
  scaled.component_id = "c";
  scaled.image_ref = "file:///c.wasm";
  scaled.max_instances = 3;
  const EventHead head{
      .id = Uuid::random(), .source = "NA", .time = std::chrono::system_clock::now()};
  const auto event = parse_event(to_event(head, scaled));
  ASSERT_TRUE(event) << event.error().describe();
  EXPECT_EQ(event->name, ComponentScaled::kName);
  EXPECT_EQ(event->source, "NA");
  EXPECT_EQ(*parse_event_data<ComponentScaled>(event->data), scaled);
}

TEST(Events, OthersEventsAreToldApart) {
  EXPECT_EQ(
      parse_event(
          R"({"specversion":"1.0","id":"1","type":"com.wadm.manifest_published","source":"s","data":{}})")
          .error()
          .kind(),
      ErrorKind::unsupported);
  for (
      const std::string_view body :
      {"", "[]", "{}",
       R"({"specversion":"0.3","id":"1","type":"com.wasmcloud.lattice.x","source":"s","data":{}})",
       R"({"specversion":"1.0","id":"1","type":"com.wasmcloud.lattice.x","source":"s"})",
       R"({"specversion":"1.0","id":"1","type":"com.wasmcloud.lattice.x","source":"s","data":"{}"})"}) {
    const auto event = parse_event(body);
    ASSERT_FALSE(event) << body;
    EXPECT_EQ(event.error().kind(), ErrorKind::invalid) << body;
  }
}

TEST(Events, MissingDataIsNamed) {
  const auto parsed = parse_event_data<ProviderStarted>(R"({"annotations":{},"image_ref":"i"})");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().describe(), "event `provider_started`: missing field `provider_id`");
}

// Null is written where an existing host does, and left out where its readers want that.
TEST(Events, ClaimsWithoutANameHaveNone) {
  ComponentScaled scaled;
  scaled.claims.emplace();
  const EventHead head{.id = Uuid::random(), .source = "NA", .time = {}};
  const json claims = json::parse(to_event(head, scaled))["data"]["claims"];
  EXPECT_TRUE(claims["call_alias"].is_null());
  EXPECT_TRUE(claims["tags"].is_null());
  EXPECT_FALSE(claims.contains("name"));
  EXPECT_FALSE(claims.contains("version"));
}

// --- what existing programs really sent (WASMCLOUD_CAPTURES_DIR) ---

// Reads an event's data and writes it again.
template <typename... Data>
std::optional<json> again(const ReceivedEvent& event) {
  std::optional<json> result;
  const auto attempt = [&]<typename One>(std::type_identity<One>) {
    if (event.name == One::kName) {
      const auto data = parse_event_data<One>(event.data);
      EXPECT_TRUE(data) << data.error().describe();
      if (data) {
        const EventHead head{.id = Uuid::random(), .source = "", .time = {}};
        result = json::parse(to_event(head, *data))["data"];
      }
    }
  };
  (attempt(std::type_identity<Data>()), ...);
  return result;
}

TEST(Events, CapturedOnesAreReadAndWrittenUnchanged) {
  const char* const set = std::getenv("WASMCLOUD_CAPTURES_DIR");
  const std::filesystem::path folder = set != nullptr ? set : WC_CAPTURES_DIR;
  std::ifstream file(folder / "app-lifecycle.jsonl");
  if (!file) {
    GTEST_SKIP() << "no captures (set WASMCLOUD_CAPTURES_DIR)";
  }
  int seen = 0;
  for (std::string line; std::getline(file, line);) {
    const json message = json::parse(line);
    if (!message["subject"].get<std::string>().starts_with("wasmbus.evt.")) {
      continue;
    }
    const auto body = message["body"].get<std::string>();
    const auto event = parse_event(body);
    ASSERT_TRUE(event) << event.error().describe() << "\n" << body;
    const auto written =
        again<HostStarted, HostStopped, HostHeartbeat, LabelsChanged, ComponentScaled,
              ComponentScaleFailed, ProviderStarted, ProviderStartFailed, ProviderStopped,
              HealthCheckPassed, HealthCheckFailed, HealthCheckStatus, LinkSet, LinkSetFailed,
              LinkDeleted, ConfigSet, ConfigDeleted>(*event);
    ASSERT_TRUE(written) << event->name;
    EXPECT_EQ(*written, json::parse(body)["data"]) << body;
    ++seen;
  }
  EXPECT_GT(seen, 0);
}

}  // namespace
}  // namespace wasmcloud::lattice

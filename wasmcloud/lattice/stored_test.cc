#include "wasmcloud/lattice/stored.h"

#include <gtest/gtest.h>

namespace wasmcloud::lattice {
namespace {

TEST(Stored, ASpecIsReadAndWrittenAsTheyDo) {
  constexpr std::string_view kBody =
      R"({"url":"file:///c.wasm","links":[{"source_id":"s","target":"t","name":"default","wit_namespace":"wasi",)"
      R"("wit_package":"http","interfaces":["incoming-handler"],"source_config":["a"],"target_config":[]}]})";
  const auto spec = parse_component_spec(kBody);
  ASSERT_TRUE(spec) << spec.error().describe();
  EXPECT_EQ(spec->links.at(0).source_config, std::vector<std::string>{"a"});
  EXPECT_EQ(to_json(*spec), kBody);
}

TEST(Stored, WhatSomebodyElseWroteIsAnError) {
  for (const std::string_view body : {"", "x", "[]", R"({"url":"u"})", R"({"url":1,"links":[]})",
                                      R"({"url":"u","links":[{}]})"}) {
    EXPECT_FALSE(parse_component_spec(body)) << body;
    EXPECT_FALSE(parse_stored_claims(body)) << body;
  }
}

TEST(Stored, ClaimsOfComponents) {
  constexpr std::string_view kBody =
      R"({"call_alias":"","issuer":"A","name":"echo","revision":"0","subject":"M","tags":["x","y"],"version":"0.1.0"})";
  const auto claims = parse_stored_claims(kBody);
  ASSERT_TRUE(claims) << claims.error().describe();
  EXPECT_EQ(std::get<StoredComponentClaims>(*claims).tags, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(to_json(*claims), kBody);
  // As older ones wrote it.
  EXPECT_EQ(
      parse_stored_claims(
          R"({"call_alias":"","iss":"A","name":"echo","rev":"0","sub":"M","tags":"x,y","version":"0.1.0"})")
          .value(),
      *claims);
}

TEST(Stored, ClaimsOfProviders) {
  constexpr std::string_view kBody =
      R"({"issuer":"A","name":"http","revision":"0","subject":"V","version":"0.1.0","config_schema":"{}"})";
  const auto claims = parse_stored_claims(kBody);
  ASSERT_TRUE(claims) << claims.error().describe();
  EXPECT_EQ(std::get<StoredProviderClaims>(*claims).config_schema, "{}");
  EXPECT_EQ(to_json(*claims), kBody);
}

TEST(Stored, KeysAreTakenApartAtTheFirstUnderscore) {
  EXPECT_EQ(parse_entry_key("COMPONENT_my_app-a"),
            (EntryKey{EntryKey::Kind::component, "my_app-a"}));
  EXPECT_EQ(parse_entry_key("CLAIMS_MA"), (EntryKey{EntryKey::Kind::claims, "MA"}));
  EXPECT_EQ(parse_entry_key("LINKDEF_x").kind, EntryKey::Kind::other);
  EXPECT_EQ(parse_entry_key("COMPONENT").kind, EntryKey::Kind::other);
  EXPECT_EQ(component_key("a_b"), "COMPONENT_a_b");
  EXPECT_EQ(claims_key("MA"), "CLAIMS_MA");
}

}  // namespace
}  // namespace wasmcloud::lattice

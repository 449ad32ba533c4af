#include "wasmcloud/host/http_server_settings.h"

#include <gtest/gtest.h>

#include "wasmcloud/base/encoding.h"

namespace wasmcloud::host {
namespace {

using namespace std::chrono_literals;

HttpServerSettings settings_of(const lattice::StringMap& config) {
  auto settings = parse_http_server_settings(config, "127.0.0.1:8000");
  EXPECT_TRUE(settings) << settings.error().describe();
  return settings ? *std::move(settings) : HttpServerSettings();
}

std::string error_of(const lattice::StringMap& config, ErrorKind kind = ErrorKind::invalid) {
  const auto settings = parse_http_server_settings(config, "127.0.0.1:8000");
  if (settings) {
    return "no error";
  }
  EXPECT_EQ(settings.error().kind(), kind);
  return settings.error().describe();
}

std::string config_error(const lattice::StringMap& config) {
  const auto parsed = parse_http_server_config(config);
  return parsed ? "no error" : parsed.error().describe();
}

TEST(HttpServerConfig, HasDefaults) {
  const auto config = parse_http_server_config({{"other", "x"}});
  ASSERT_TRUE(config);
  EXPECT_EQ(config->mode, RoutingMode::address);
  EXPECT_EQ(config->default_address, "0.0.0.0:8000");
  EXPECT_EQ(config->header, "host");
}

TEST(HttpServerConfig, IsReadByExactKeys) {
  const auto config = parse_http_server_config({{"routing_mode", "host"},
                                                {"ROUTING_MODE", "path"},
                                                {"default_address", "[0:0::1]:80"},
                                                {"header", "X-Tenant"}});
  ASSERT_TRUE(config);
  EXPECT_EQ(config->mode, RoutingMode::host);
  EXPECT_EQ(config->default_address, "[::1]:80");
  EXPECT_EQ(config->header, "x-tenant");
}

TEST(HttpServerConfig, SaysWhatIsWrong) {
  EXPECT_EQ(config_error({{"routing_mode", "prefix"}}), "unknown routing_mode: prefix");
  EXPECT_TRUE(config_error({{"default_address", "localhost:80"}})
                  .starts_with("failed to parse default_address"));
  EXPECT_TRUE(config_error({{"header", "a b"}}).contains("\"a b\""));
}

TEST(HttpServerSettings, DefaultToTheDefaultAddressAndNothingElse) {
  const HttpServerSettings settings = settings_of({});
  EXPECT_EQ(settings.address, "127.0.0.1:8000");
  EXPECT_FALSE(settings.changes_requests());
}

TEST(HttpServerSettings, KeysAreComparedWithoutRegardToCase) {
  const HttpServerSettings settings = settings_of({{"ADDRESS", "0.0.0.0:81"},
                                                   {"Cache_Control", "no-store"},
                                                   {"READONLY_MODE", "true"},
                                                   {"Timeout_Ms", "250"}});
  EXPECT_EQ(settings.address, "0.0.0.0:81");
  EXPECT_EQ(settings.cache_control, "no-store");
  EXPECT_TRUE(settings.readonly_mode);
  EXPECT_EQ(settings.timeout, 250ms);
  EXPECT_FALSE(settings.cors);
}

TEST(HttpServerSettings, PortReplacesThatOfTheAddress) {
  EXPECT_EQ(settings_of({{"port", "81"}}).address, "127.0.0.1:81");
  EXPECT_EQ(settings_of({{"address", "[::1]:1"}, {"port", "82"}}).address, "[::1]:82");
  EXPECT_EQ(error_of({{"port", "65536"}}), "invalid parameter: Invalid port: 65536");
}

TEST(HttpServerSettings, AddressIsALiteral) {
  for (const std::string text : {"localhost:80", "1.2.3:80", "1.2.3.4", "1.2.3.4:", "[1.2.3.4]:80",
                                 "::1:80", "[::g]:80", "", ":80", "1.2.3.4:65536"}) {
    EXPECT_EQ(error_of({{"address", text}}), "invalid parameter: invalid address: " + text);
  }
}

TEST(HttpServerSettings, WhatCannotBeReadIsIgnoredWhereTheSheetSaysSo) {
  const HttpServerSettings settings = settings_of(
      {{"readonly_mode", "yes"}, {"timeout_ms", "1s"}, {"disable_keepalive", "perhaps"}});
  EXPECT_FALSE(settings.changes_requests());
}

TEST(HttpServerSettings, LongestTimeoutIsBounded) {
  EXPECT_EQ(settings_of({{"timeout_ms", "18446744073709551615"}}).timeout, 365 * 24h);
}

TEST(HttpServerSettings, ValidationErrorsAreJoined) {
  EXPECT_EQ(error_of({{"cache_control", "a\r\nb: c"}, {"cors_allowed_methods", R"(["GE T"])"}}),
            "problem reading settings: \nInvalid httpserver settings: \n"
            "Invalid Cache Control header : 'a\r\nb: c'\ninvalid CORS method: 'GE T'\n");
}

TEST(HttpServerSettings, TlsIsRefusedByName) {
  for (const std::string key : {"tls_cert_file", "TLS_PRIV_KEY_FILE"}) {
    EXPECT_TRUE(error_of({{key, "/x"}}, ErrorKind::unsupported).ends_with("has no TLS yet"));
  }
  EXPECT_TRUE(error_of({{"config_json", R"({"tls":{"cert_file":"/x"}})"}}, ErrorKind::unsupported)
                  .contains("tls:"));
}

TEST(HttpServerSettings, CorsHasTheSheetsDefaultsOnceAnyKeyIsGiven) {
  const auto cors = settings_of({{"cors_max_age_secs", "60"}}).cors;
  ASSERT_TRUE(cors);
  EXPECT_TRUE(cors->allowed_origins.empty());
  EXPECT_EQ(cors->allowed_methods, "GET,POST,PUT,DELETE,HEAD,OPTIONS");
  EXPECT_EQ(cors->allowed_headers, "accept,accept-language,content-type,content-language");
  EXPECT_EQ(cors->exposed_headers, "*");
  EXPECT_EQ(cors->max_age_seconds, 60);
  EXPECT_EQ(settings_of({{"cors_exposed_headers", "[]"}}).cors->max_age_seconds, 300);
}

TEST(HttpServerSettings, CorsListsAreJsonArrays) {
  const auto cors =
      settings_of({{"cors_allowed_origins", R"(["https://a.example/","http://b:81"])"},
                   {"cors_allowed_methods", R"(["GET","PATCH"])"},
                   {"cors_allowed_headers", "[]"},
                   {"cors_exposed_headers", R"(["x-a","x-b"])"}})
          .cors;
  ASSERT_TRUE(cors);
  EXPECT_EQ(cors->allowed_origins, (std::vector<std::string>{"https://a.example", "http://b:81"}));
  EXPECT_EQ(cors->allowed_methods, "GET,PATCH");
  EXPECT_EQ(cors->allowed_headers, "*");
  EXPECT_EQ(cors->exposed_headers, "x-a,x-b");
}

TEST(HttpServerSettings, CorsErrorsNameTheKey) {
  EXPECT_TRUE(error_of({{"cors_allowed_origins", "https://a"}})
                  .starts_with("invalid parameter: invalid cors_allowed_origins: not JSON"));
  EXPECT_TRUE(error_of({{"cors_allowed_headers", "[1]"}})
                  .starts_with("invalid parameter: invalid cors_allowed_headers: item 0"));
  EXPECT_EQ(error_of({{"cors_max_age_secs", "-1"}}),
            "invalid parameter: Invalid cors_max_age_secs");
  for (const std::string origin : {"ftp://a", "a.example", "https://a/b", "https://", "*"}) {
    EXPECT_TRUE(error_of({{"cors_allowed_origins", "[\"" + origin + "\"]"}})
                    .contains("invalid cors_allowed_origins: '" + origin + "'"));
  }
  EXPECT_TRUE(error_of({{"cors_exposed_headers", R"(["a\r\nb"])"}}).contains("no header name"));
}

constexpr std::string_view kJson =
    R"({"address":"0.0.0.0:8443","readonly_mode":true,"cache_control":"no-store",)"
    R"("timeout_ms":2500,"tls_cert_file":null,"cors_allowed_origins":["https://a.example"],)"
    R"("cors_max_age_secs":60,"disable_keepalive":true,"unknown":[],)"
    R"("tls":{"cert_file":null,"priv_key_file":null},"cors":{"allowed_methods":["GET"]}})";

TEST(HttpServerSettings, JsonFormIsUsedAlone) {
  const HttpServerSettings settings =
      settings_of({{"Config_Json", std::string(kJson)}, {"address", "127.0.0.1:1"}});
  EXPECT_EQ(settings.address, "0.0.0.0:8443");
  EXPECT_TRUE(settings.readonly_mode);
  EXPECT_EQ(settings.cache_control, "no-store");
  EXPECT_EQ(settings.timeout, 2500ms);
  ASSERT_TRUE(settings.cors);
  EXPECT_EQ(settings.cors->allowed_origins, std::vector<std::string>{"https://a.example"});
  EXPECT_EQ(settings.cors->allowed_methods, "GET");
  EXPECT_EQ(settings.cors->allowed_headers, "*");  // a nested object without it: any
  EXPECT_EQ(settings.cors->max_age_seconds, 60);
}

TEST(HttpServerSettings, NestedCorsWithoutMaxAgeHasNone) {
  const auto cors = settings_of({{"config_json", R"({"cors":{}})"}}).cors;
  ASSERT_TRUE(cors);
  EXPECT_EQ(cors->max_age_seconds, std::nullopt);
  EXPECT_EQ(cors->allowed_methods, "*");
}

TEST(HttpServerSettings, Base64FormComesBeforeAllOthers) {
  const std::string encoded =
      encode_base64(as_bytes(R"({"address":"1.2.3.4:5"})"), Base64::standard, Padding::without);
  EXPECT_EQ(settings_of({{"config_b64", encoded}, {"config_json", "{"}}).address, "1.2.3.4:5");
}

TEST(HttpServerSettings, WrongJsonAndBase64AreTold) {
  EXPECT_TRUE(error_of({{"config_b64", "e30="}})
                  .starts_with("problem reading settings: invalid base64 encoding: "));
  EXPECT_EQ(error_of({{"config_json", "{\"a\":"}}),
            "problem reading settings: invalid json: not JSON: wrong at byte 6");
  EXPECT_EQ(error_of({{"config_json", "[]"}}),
            "problem reading settings: invalid json: expected an object");
  EXPECT_EQ(error_of({{"config_json", R"({"address":80})"}}),
            "problem reading settings: invalid json: address: expected a string");
  EXPECT_EQ(error_of({{"config_json", R"({"timeout_ms":-1})"}}),
            "problem reading settings: invalid json: timeout_ms: expected an integer from 0 to "
            "18446744073709551615");
  EXPECT_EQ(error_of({{"config_json", R"({"cors":{"max_age_secs":"1"}})"}}).substr(0, 58),
            "problem reading settings: invalid json: cors: max_age_secs");
}

TEST(HttpServerSettings, LargeValuesAreRefused) {
  const std::string large(kMaxHttpSettingBytes + 1, ' ');
  EXPECT_TRUE(error_of({{"config_json", large}}, ErrorKind::exhausted).contains("config_json"));
}

TEST(HttpServerSettings, DeeplyNestedJsonIsHarmless) {
  EXPECT_EQ(error_of({{"config_json", std::string(kMaxHttpSettingBytes, '[')}}).substr(0, 39),
            "problem reading settings: invalid json:");
}

}  // namespace
}  // namespace wasmcloud::host

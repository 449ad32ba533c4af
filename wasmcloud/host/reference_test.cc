#include "wasmcloud/host/reference.h"

#include <gtest/gtest.h>

namespace wasmcloud::host {
namespace {

using Kind = Reference::Kind;

TEST(References, AreToldApartByTheirForm) {
  EXPECT_EQ(parse_reference("file:///srv/a.wasm"), (Reference{Kind::file, "/srv/a.wasm"}));
  EXPECT_EQ(parse_reference("/srv/a.wasm"), (Reference{Kind::file, "/srv/a.wasm"}));
  EXPECT_EQ(parse_reference("file://a.wasm"), (Reference{Kind::file, "a.wasm"}));
  EXPECT_EQ(parse_reference("wasmcloud+builtin://http-server"),
            (Reference{Kind::builtin, "http-server"}));
  EXPECT_EQ(parse_reference("oci://reg.example/a:1"), (Reference{Kind::oci, "reg.example/a:1"}));
  EXPECT_EQ(parse_reference("https://reg.example/a:1"), (Reference{Kind::oci, "reg.example/a:1"}));
  EXPECT_EQ(parse_reference("http://reg.example/a:1"), (Reference{Kind::oci, "reg.example/a:1"}));
  EXPECT_EQ(parse_reference("reg:5000/a:1"), (Reference{Kind::oci, "reg:5000/a:1"}));
  EXPECT_EQ(parse_reference(""), (Reference{Kind::oci, ""}));
}

}  // namespace
}  // namespace wasmcloud::host

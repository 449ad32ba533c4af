#include <gtest/gtest.h>

#include "wasmcloud/wrpc/bindgen/cpp_names.h"
#include "wasmcloud/wrpc/bindgen/text.h"

namespace wasmcloud::wrpc::bindgen {
namespace {

TEST(CppNames, AreWrittenAsTheProjectWritesThem) {
  EXPECT_EQ(snake_case("get-many"), "get_many");
  EXPECT_EQ(pascal_case("get-many"), "GetMany");
  EXPECT_EQ(constant_case("read-only"), "kReadOnly");
  EXPECT_EQ(snake_case("HTTP-request-URI-invalid"), "http_request_uri_invalid");
  EXPECT_EQ(pascal_case("HTTP-request-URI-invalid"), "HttpRequestUriInvalid");
}

TEST(CppNames, KeywordsAreEscaped) {
  EXPECT_EQ(snake_case("class"), "class_");
  EXPECT_EQ(snake_case("co-await"), "co_await_");
  EXPECT_EQ(snake_case("std"), "std_");
  EXPECT_EQ(snake_case("alignas"), "alignas_");
  EXPECT_EQ(snake_case("xor-eq"), "xor_eq_");
  EXPECT_EQ(snake_case("classes"), "classes");
}

TEST(CppNames, AScopeHasEachNameOnce) {
  NameScope scope{"value"};
  EXPECT_EQ(scope.take("a"), "a");
  EXPECT_EQ(scope.take("a"), "a_");
  EXPECT_EQ(scope.take("a"), "a_2");
  EXPECT_EQ(scope.take("a"), "a_3");
  EXPECT_EQ(scope.take("class_"), "class_");
  EXPECT_EQ(scope.take("class_"), "class_2");
  EXPECT_EQ(scope.take("value"), "value_");
}

TEST(Comment, LinesThatAreTooLongAreBroken) {
  EXPECT_EQ(comment("One.\n\n  Two \\", 2), "  // One.\n  //\n  //   Two\n");
  const std::string word(60, 'w');
  EXPECT_EQ(comment(word + " " + word, 0), "// " + word + "\n// " + word + "\n");
  const std::string endless(200, 'w');
  EXPECT_EQ(comment(endless, 0), "// " + endless + "\n");
  EXPECT_EQ(comment("", 0), "");
}

}  // namespace
}  // namespace wasmcloud::wrpc::bindgen

#include "wasmcloud/component/names.h"

#include <gtest/gtest.h>

namespace wasmcloud::component {
namespace {

std::string complaint(std::string_view name) {
  const auto parsed = parse_extern_name(name);
  return parsed ? "valid" : parsed.error().describe();
}

TEST(Label, IsWordsAndAcronymsJoinedByDashes) {
  for (const auto* good : {"a", "a-b-c", "a1-2-3", "A", "A-B-C", "A1-2-3", "a11-w0rds",
                           "A11-4CR0NYMS", "m1x3d-4CR0NYMS", "is-XML"}) {
    EXPECT_TRUE(is_label(good)) << good;
  }
  for (const auto* bad : {"", "1", "1-2-3", "-a", "a-", "a--b", "aB", "Ab", "a_b", "a.b", "a:b",
                          "a/b", "\xc3\xa9", " a", "-"}) {
    EXPECT_FALSE(is_label(bad)) << bad;
  }
}

TEST(ExternName, OfAnInterfaceHasFourParts) {
  const auto name = parse_extern_name("wasi:http-x/types@0.2.0-rc.1+b");
  ASSERT_TRUE(name) << complaint("wasi:http-x/types@0.2.0-rc.1+b");
  EXPECT_EQ(name->kind, NameKind::interface);
  EXPECT_EQ(name->namespace_, "wasi");
  EXPECT_EQ(name->package, "http-x");
  EXPECT_EQ(name->interface, "types");
  EXPECT_EQ(name->version, "0.2.0-rc.1+b");
}

TEST(ExternName, OfAMethodHasResourceAndLabel) {
  const auto name = parse_extern_name("[method]fields.append-all");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->kind, NameKind::method);
  EXPECT_EQ(name->resource, "fields");
  EXPECT_EQ(name->label, "append-all");
  EXPECT_EQ(parse_extern_name("[static]a.b")->kind, NameKind::static_);
  EXPECT_EQ(parse_extern_name("[constructor]a")->resource, "a");
  EXPECT_EQ(parse_extern_name("run")->label, "run");
}

TEST(ExternName, SaysWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "`` is not in kebab case"},
      {"aBc", "`aBc` is not in kebab case"},
      {"[constructor]", "`` is not in kebab case"},
      {"[method]a", "failed to find `.` character"},
      {"[method]a.b.c", "`b.c` is not in kebab case"},
      {"[static].a", "`` is not in kebab case"},
      {"[other]a", "not in kebab case"},
      {"foo:bar:baz/qux", "expected `/` after package name"},
      {"foo:bar/baz/qux", "trailing characters found: `/qux`"},
      {"foo:bar", "expected `/` after package name"},
      {"Foo:bar/baz", "not in kebab case"},
      {"FOO:bar/baz", "is not lowercase in package name/namespace"},
      {"a:b/c@", "empty string"},
      {"a:b/c@.", "unexpected character '.'"},
      {"a:b/c@1.", "unexpected end of input"},
      {"a:b/c@1", "unexpected end of input"},
      {"a:b/c@a.2", "unexpected character 'a'"},
      {"a:b/c@2.0x0", "unexpected character 'x'"},
      {"a:b/c@2.0.0+", "empty identifier segment"},
      {"a:b/c@2.0.0-", "empty identifier segment"},
      {"a:b/c@2.0.0-a..b", "empty identifier segment"},
      {"a:b/c@2.00.0", "invalid leading zero"},
      {"a:b/c@2.0.0-01", "invalid leading zero"},
      {"a:b/c@18446744073709551616.0.0", "exceeds"},
      {"a:b/c@1.0.0 ", "unexpected character ' '"},
  };
  for (const auto& [name, text] : cases) {
    EXPECT_NE(complaint(name).find(text), std::string::npos) << name << ": " << complaint(name);
  }
}

TEST(ImportName, MayNameADependency) {
  EXPECT_EQ(parse_import_name("locked-dep=<a:b@1.2.3>")->kind, NameKind::dependency);
  EXPECT_EQ(parse_import_name("locked-dep=<a:b@1.2.3>,integrity=<sha256-YQ==>")->version, "1.2.3");
  EXPECT_EQ(parse_import_name("unlocked-dep=<a:b@{>=1.2.3 <2.0.0}>")->package, "b");
  EXPECT_EQ(parse_import_name("unlocked-dep=<a:b@{<1.2.3-rc}>")->version, "{<1.2.3-rc}");
  EXPECT_TRUE(parse_import_name("unlocked-dep=<a:b@*>"));
  EXPECT_EQ(parse_import_name("url=<https://a.b/c>,integrity=<sha512-a>")->kind, NameKind::url);
  EXPECT_EQ(parse_import_name("integrity=<sha256-a sha384-b>")->kind, NameKind::hash);
  for (const auto* bad :
       {"locked-dep=a:b", "locked-dep=<a:b@1>", "locked-dep=<a:b>x", "url=<a", "url=<a<b>",
        "integrity=<>", "integrity=<md5-a>", "unlocked-dep=<a:b@{1.2.3}>",
        "unlocked-dep=<a:b@{>=1.2.3>", "unlocked-dep=<a:b@*>,integrity=<sha256-a>",
        "integrity=<sha256-=>", "integrity=<sha256-a===>", "integrity=<sha256-\n>"}) {
    EXPECT_FALSE(parse_import_name(bad)) << bad;
  }
  EXPECT_FALSE(parse_extern_name("url=<https://a.b/c>"));
}

TEST(CanonicalName, TellsWhichNamesAreTooAlike) {
  EXPECT_EQ(canonical_name("foo-BAR"), "foo-bar");
  EXPECT_EQ(canonical_name("foo:bar/BAZ"), "foo:bar/baz");
  EXPECT_EQ(canonical_name("[method]foo.foo"), "foo");
  EXPECT_EQ(canonical_name("[static]foo-BAR.FOO-bar"), "foo-bar");
  EXPECT_EQ(canonical_name("[method]foo.bar"), canonical_name("[static]FOO.bar"));
  EXPECT_NE(canonical_name("[constructor]foo"), canonical_name("foo"));
  EXPECT_NE(canonical_name("url=<a>"), canonical_name("url=<A>"));
  EXPECT_EQ(canonical_name("[constructor]FOO"), canonical_name("[constructor]foo"));
}

}  // namespace
}  // namespace wasmcloud::component

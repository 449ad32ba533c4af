// The rules, one table each: a component as text, and what is wrong with it.
#include "wasmcloud/component/validator.h"

#include <chrono>
#include <span>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "wasmcloud/component/decoder.h"
#include "wasmcloud/component/validator_testing.h"

namespace wasmcloud::component {
namespace {

using testing::check;
using testing::Checked;
using testing::Raw;

struct Case {
  const char* text;
  const char* complaint;  // "" if it is valid
};

void expect(std::span<const Case> cases) {
  for (const auto& [text, complaint] : cases) {
    const Checked checked = check(text);
    if (*complaint == '\0') {
      EXPECT_EQ(checked.complaint, "") << text;
      continue;
    }
    EXPECT_NE(checked.complaint.find(complaint), std::string::npos)
        << text << "\nwas to be refused with: " << complaint << "\nand got: " << checked.complaint;
    EXPECT_TRUE(checked.complaint.starts_with("offset 0x")) << checked.complaint;
  }
}

TEST(Validator, IndicesMustBeDefined) {
  constexpr Case kCases[] = {
      {"(component (export \"a\" (func 0)))", "unknown function 0: function index out of bounds"},
      {"(component (export \"a\" (instance 3)))", "unknown instance 3"},
      {"(component (export \"a\" (component 0)))", "unknown component 0"},
      {"(component (export \"a\" (core module 0)))", "unknown module 0"},
      {"(component (import \"a\" (func (type 0))))", "unknown type 0: type index out of bounds"},
      {"(component (core instance (instantiate 0)))", "unknown module 0"},
      {"(component (core func (canon lower (func 0))))", "unknown function 0"},
      {"(component (type (list u8)) (import \"a\" (func (type 0))))",
       "type index 0 is not a function type"},
      {"(component (type (func)) (type (list 0)))", "type index 0 is not a defined type"},
      {"(component (type (list u8)) (import \"a\" (instance (type 0))))",
       "type index 0 is not an instance type"},
      {"(component (core type (func)) (import \"a\" (core module (type 0))))",
       "core type index 0 is not a module type"},
  };
  expect(kCases);
}

TEST(Validator, LabelsAreUniqueKebabCase) {
  constexpr Case kCases[] = {
      {"(component (type (record (field \"a\" u8) (field \"b\" u8))))", ""},
      {"(component (type (record)))", "record type must have at least one field"},
      {"(component (type (record (field \"a-B\" u8) (field \"A-b\" u8))))",
       "record field name `A-b` conflicts with previous field name `a-B`"},
      {"(component (type (enum \"aB\")))", "enum tag name `aB` is not in kebab case"},
      {"(component (type (variant (case \"\" u8))))", "variant case name cannot be empty"},
      {"(component (type (func (param \"A\" u8) (param \"a\" u8))))",
       "function parameter name `a` conflicts with previous parameter name `A`"},
  };
  expect(kCases);
}

TEST(Validator, ValueTypesAreWellFormed) {
  constexpr Case kCases[] = {
      {"(component (type (stream char)))", "`stream<char>` is not valid"},
      {"(component (type $c char) (type (stream $c)))", "`stream<char>` is not valid"},
      {"(component (import \"r\" (type $r (sub resource))) (type (stream (borrow $r))))",
       "payload cannot contain a `borrow`"},
      {"(component (import \"r\" (type $r (sub resource))) (type (func (result (list (borrow "
       "$r))))))",
       "function result cannot contain a `borrow` type"},
      {"(component (type (map f32 u8)))", "invalid map key type"},
      {"(component (type $k string) (type (map $k u8)))", ""},
      {"(component (type $t (list u64 33554432)))", "exceeds maximum byte size"},
      {"(component (type $t (list u64 33554431)))", ""},
      {"(component (type (own 0)))", "type index out of bounds"},
      {"(component (type u8) (type (own 0)))", "type index 0 is not a resource type"},
  };
  expect(kCases);
}

TEST(Validator, NamesAreUnique) {
  constexpr Case kCases[] = {
      {"(component (import \"a\" (func)) (import \"A\" (func)))",
       "import name `A` conflicts with previous name `a`"},
      {"(component (import \"a\" (func $a)) (export \"a\" (func $a)))", ""},
      {"(component (import \"a\" (func $a)) (export \"a\" (func $a)) (export \"A\" (func $a)))",
       "export name `A` conflicts with previous name `a`"},
      {"(component (import \"wasi/http\" (func)))",
       "import name `wasi/http` is not a valid extern name: `wasi/http` is not in kebab case"},
      {"(component (import \"a:b/c\" (func)) (import \"a:b/C\" (func)))", "conflicts"},
      {"(component (import \"a:b/c@1.0.0\" (func)) (import \"a:b/c@2.0.0\" (func)))", ""},
      {"(component (instance $i) (instance (export \"a\" (instance $i)) (export \"A\" (instance "
       "$i))))",
       "export name `A` conflicts with previous name `a`"},
      {"(component (import \"url=<https://a.b>\" (component)))", ""},
      {"(component (component $c) (export \"url=<https://a.b>\" (component $c)))",
       "is not a valid extern name"},
  };
  expect(kCases);
}

TEST(Validator, AnnotatedNamesFitTheirResource) {
  constexpr Case kCases[] = {
      {R"((component (import "r" (type $r (sub resource)))
            (import "[constructor]r" (func (result (own $r))))
            (import "[method]r.m" (func (param "self" (borrow $r))))
            (import "[static]r.s" (func))))",
       ""},
      {R"((component (import "b" (type $r (sub resource)))
            (import "[constructor]a" (func (result (own $r))))))",
       "import name `[constructor]a` is not valid: function does not match expected resource name "
       "`b`"},
      {R"((component (import "[method]a.b" (func (param "self" u8)))))",
       "should take a first argument of `(borrow $T)`"},
      {R"((component (import "[static]a.b" (func))))",
       "static resource name is not known in this context"},
      {R"((component (import "[static]a.b" (instance))))", "is not a func"},
      {R"((component (import "b" (type $r (sub resource)))
            (import "f" (func $f (param "self" (borrow $r))))
            (export "[method]b.f" (func $f))))",
       "resource used in function does not have a name in this context"},
  };
  expect(kCases);
}

TEST(Validator, ArgumentsMustSatisfyImports) {
  constexpr Case kCases[] = {
      {"(component (component $c (import \"a\" (func))) (instance (instantiate $c)))",
       "missing import named `a`"},
      {R"((component (import "f" (func $f (param "x" u8)))
            (component $c (import "a" (func (param "x" u16))))
            (instance (instantiate $c (with "a" (func $f))))))",
       "type mismatch for import `a`: type mismatch in function parameter `x`: expected primitive "
       "`u16` found primitive `u8`"},
      {R"((component (import "i" (instance $i (export "f" (func)) (export "g" (func))))
            (component $c (import "a" (instance (export "f" (func)))))
            (instance (instantiate $c (with "a" (instance $i))))))",
       ""},
      {R"((component (import "i" (instance $i (export "f" (func))))
            (component $c (import "a" (instance (export "g" (func)))))
            (instance (instantiate $c (with "a" (instance $i))))))",
       "missing expected export `g`"},
      {R"((component (import "f" (func $f))
            (component $c (import "a" (component)))
            (instance (instantiate $c (with "a" (func $f))))))",
       "expected component, found func"},
      {R"((component (import "f" (func async))
            (component $c (import "a" (func)))
            (instance (instantiate $c (with "a" (func 0))))))",
       "expected sync function, found async function"},
      {R"((component (component $c) (import "f" (func $f))
            (instance (instantiate $c (with "a" (func $f)) (with "a" (func $f))))))",
       "instantiation argument `a` conflicts with previous argument `a`"},
      // A component that is expected may import more and export less.
      {R"((component
            (component $give (import "f" (func $f)) (export "g" (func $f)))
            (component $c (import "a" (component (import "f" (func)) (import "x" (func)))))
            (instance (instantiate $c (with "a" (component $give))))))",
       ""},
      {R"((component
            (component $give (import "f" (func $f)) (import "z" (func)) (export "g" (func $f)))
            (component $c (import "a" (component (import "f" (func)))))
            (instance (instantiate $c (with "a" (component $give))))))",
       "missing import named `z`"},
  };
  expect(kCases);
}

TEST(Validator, CoreArgumentsMustSatisfyImports) {
  constexpr Case kCases[] = {
      {"(component (core module $m (import \"a\" \"b\" (func))) (core instance (instantiate $m)))",
       "missing module instantiation argument named `a`"},
      {R"((component (core module $m (import "a" "b" (memory 2)))
            (core module $n (memory (export "b") 1))
            (core instance $i (instantiate $n))
            (core instance (instantiate $m (with "a" (instance $i))))))",
       "mismatch in memory limits"},
      {R"((component (core module $m (import "a" "b" (global i32)))
            (core module $n (global (export "b") i64 (i64.const 0)))
            (core instance $i (instantiate $n))
            (core instance (instantiate $m (with "a" (instance $i))))))",
       "expected global type i32, found i64"},
      {R"((component (core module $m (import "a" "b" (func)) (import "a" "b" (func)))))",
       "duplicate import name `a:b`"},
      {R"((component (core module $n (func (export "f") (param i32)))
            (core instance $i (instantiate $n))
            (alias core export $i "f" (core memory))))",
       "export `f` for core instance 0 is not a memory"},
  };
  expect(kCases);
}

TEST(Validator, ResourcesHaveIdentity) {
  constexpr Case kCases[] = {
      {R"((component (type (instance (type (resource (rep i32)))))))",
       "resources can only be defined within a concrete component"},
      {R"((component (core module $m (func (export "f") (param i64)))
            (core instance $i (instantiate $m))
            (type (resource (rep i32) (dtor (core func $i "f"))))))",
       "core function 0 has wrong signature for a destructor"},
      {R"((component (import "r" (type $r (sub resource))) (core func (canon resource.new $r))))",
       "is not a local resource"},
      {R"((component (import "r" (type $r (sub resource)))
            (core func (canon resource.drop $r))))",
       ""},
      {R"((component (type $r (resource (rep i32))) (export $e "e" (type $r))
            (core func (canon resource.new $e))))",
       ""},
      {R"((component (type $r (resource (rep i32)))
            (export $e "e" (type $r) (type (sub resource)))
            (core func (canon resource.new $e))))",
       "is not a local resource"},
      // Two instances of one component, and two imports of one instance type, have their own.
      {R"((component
            (component $c (type $r (resource (rep i32))) (export "r" (type $r)))
            (instance $a (instantiate $c)) (instance $b (instantiate $c))
            (component $eq (import "a" (type $a (sub resource))) (import "b" (type (eq $a))))
            (instance (instantiate $eq (with "a" (type $a "r")) (with "b" (type $a "r"))))))",
       ""},
      {R"((component
            (component $c (type $r (resource (rep i32))) (export "r" (type $r)))
            (instance $a (instantiate $c)) (instance $b (instantiate $c))
            (component $eq (import "a" (type $a (sub resource))) (import "b" (type (eq $a))))
            (instance (instantiate $eq (with "a" (type $a "r")) (with "b" (type $b "r"))))))",
       "resource types are not the same"},
      {R"((component
            (type $i (instance (export "r" (type (sub resource)))))
            (import "x" (instance $x (type $i))) (import "y" (instance $y (type $i)))
            (component $eq (import "a" (type $a (sub resource))) (import "b" (type (eq $a))))
            (instance (instantiate $eq (with "a" (type $x "r")) (with "b" (type $y "r"))))))",
       "resource types are not the same"},
  };
  expect(kCases);
}

TEST(Validator, ExternallyVisibleTypesAreNamed) {
  constexpr Case kCases[] = {
      {R"((component (type $t (record (field "a" u8))) (import "f" (func (param "x" $t)))))",
       "func not valid to be used as import"},
      {R"((component (type $t (record (field "a" u8))) (import "t" (type $u (eq $t)))
            (import "f" (func (param "x" $u)))))",
       ""},
      {R"((component (type $t (record (field "a" u8))) (import "t" (type $u (eq $t)))
            (import "f" (func (param "x" $t)))))",
       "func not valid to be used as import"},
      {R"((component (type $t (enum "a")) (type $u (list $t)) (export "u" (type $u))))",
       "type not valid to be used as export"},
      {R"((component (type $i (instance (type $t (enum "a")) (export "f" (func (result $t)))))
            (import "i" (instance (type $i)))))",
       "instance not valid to be used as import"},
      {R"((component (import "f" (instance $i))
            (export "g" (instance $i) (instance (export "f" (func))))))",
       "ascribed type of export is not compatible"},
      {R"((component (import "i" (instance $i (export "f" (func)) (export "g" (func))))
            (export "j" (instance $i) (instance (export "g" (func))))))",
       ""},
      // An ascribed instance type may hide which resource it is about.
      {R"((component
            (import "i" (instance $i (export "r" (type $r (sub resource)))
                                     (export "f" (func (result (own $r))))))
            (export "j" (instance $i)
              (instance (export "r" (type $r (sub resource)))
                        (export "f" (func (result (own $r))))))))",
       ""},
  };
  expect(kCases);
}

TEST(Validator, OuterAliasesStopAtComponents) {
  constexpr Case kCases[] = {
      {"(component (alias outer 1 0 (type)))", "invalid outer alias count of 1"},
      {"(component (alias outer 0 0 (type)))", "index out of bounds"},
      {R"((component $c (type $r (resource (rep i32))) (type $l (list (own $r)))
            (component (alias outer $c $l (type)))))",
       "cannot alias outer type which transitively refers to resources"},
      {R"((component $c (type $r (resource (rep i32)))
            (type (component (alias outer $c $r (type))))))",
       ""},
      {R"((component $c (type $t (component (import "r" (type (sub resource)))))
            (component (alias outer $c $t (type)))))",
       ""},
      {R"((component $c (component $d) (type (component (alias outer $c $d (component))))))",
       "may only refer to types or instances"},
  };
  expect(kCases);
}

constexpr std::string_view kLift = R"((component
  (core module $m (memory (export "m") 1) (func (export "f") {0})
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable)
    (func (export "post") (param i32)) (func (export "callback") (param i32 i32 i32) (result i32) unreachable))
  (core instance $i (instantiate $m))
  (func (export "f") {1} (canon lift (core func $i "f") {2}))))";

TEST(Validator, LiftedFunctionsFitTheirType) {
  struct Lift {
    const char* core;
    const char* type;
    const char* options;
    const char* complaint;
  };

  constexpr const char* kMemory = R"((memory (core memory $i "m")))";
  constexpr const char* kRealloc =
      R"((memory (core memory $i "m")) (realloc (core func $i "realloc")))";
  const Lift cases[] = {
      {"(param i32)", "(param \"x\" u8)", "", ""},
      {"", "(param \"x\" u8)", "",
       "lowered parameter types `[I32]` do not match parameter types `[]` of core function 0"},
      {"", "(result f64)", "", "lowered result types `[F64]` do not match result types `[]`"},
      {"(param i32 i32)", "(param \"x\" string)", "", "canonical option `memory` is required"},
      {"(param i32 i32)", "(param \"x\" string)", kMemory,
       "canonical option `realloc` is required"},
      {"(param i32 i32)", "(param \"x\" string)", kRealloc, ""},
      {"(result i32) unreachable", "(result string)", "", "canonical option `memory` is required"},
      {"(result i32) unreachable", "(result string)",
       R"((memory (core memory $i "m")) (post-return (core func $i "post")))", ""},
      {"", "", R"((post-return (core func $i "post")))",
       "canonical option `post-return` uses a core function with an incorrect signature"},
      {"", "", R"((realloc (core func $i "realloc")))", "requires `memory` to also be specified"},
      {"", "", "string-encoding=utf8 string-encoding=utf16",
       "canonical encoding option `utf8` conflicts with option `utf16`"},
      {"", "", R"((callback (core func $i "callback")))", "cannot specify callback without async"},
      {"", "", "async", "the `async` canonical option requires an async function type"},
      {"(result i32) unreachable", "async", R"(async (callback (core func $i "callback")))", ""},
  };
  for (const auto& [core, type, options, complaint] : cases) {
    const std::string text = fmt::format(fmt::runtime(kLift), core, type, options);
    const Case one[] = {{text.c_str(), complaint}};
    expect(one);
  }
}

TEST(Validator, BuiltinsCheckTheirOperands) {
  constexpr Case kCases[] = {
      {"(component (type $s (stream u8)) (core func (canon stream.new $s)))", ""},
      {"(component (type $s (stream u8)) (core func (canon future.new $s)))",
       "`future.new` requires a future type"},
      {"(component (type $s (stream u8)) (core func (canon stream.read $s async)))",
       "canonical option `memory` is required"},
      {"(component (type $s (stream)) (core func (canon stream.read $s async)))", ""},
      {"(component (core func (canon task.return (result string))))",
       "canonical option `memory` is required"},
      {"(component (core func (canon task.return (result u8))))", ""},
      {"(component (core func (canon context.get i32 2)))", "immediate must be zero or one: 2"},
      {"(component (core func (canon waitable-set.new)))", ""},
  };
  expect(kCases);
}

TEST(Validator, ShutGatesAreNamed) {
  const std::pair<const char*, Features> cases[] = {
      {"(component (type (func async)))", {.async = false}},
      {"(component (type (future)))", {.async = false}},
      {"(component (core func (canon backpressure.inc)))", {.async = false}},
      {"(component (core func (canon subtask.cancel async)))", {.more_async_builtins = false}},
      {"(component (core func (canon thread.index)))", {.threading = false}},
      {"(component (type (list error-context)))", {.error_context = false}},
      {"(component (type (list u8 4)))", {.fixed_length_lists = false}},
      {"(component (type (map u8 u8)))", {.map = false}},
      {"(component (import \"a\" (implements \"a:b/c\") (instance)))", {.implements = false}},
  };
  for (const auto& [text, features] : cases) {
    EXPECT_NE(check(text, features).complaint.find("not active"), std::string::npos) << text;
    EXPECT_EQ(check(text).complaint, "") << text;
  }
}

TEST(Validator, SaysThatStartFunctionsAreUnsupported) {
  const Raw bytes{0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00,  // preamble
                  0x07, 0x05, 0x01, 0x40, 0x00, 0x01, 0x00,        // type (func)
                  0x0a, 0x06, 0x01, 0x00, 0x01, 'f',  0x01, 0x00,  // import "f"
                  0x09, 0x03, 0x00, 0x00, 0x00};                   // start 0
  const auto syntax = decode(bytes);
  ASSERT_TRUE(syntax) << syntax.error().describe();
  const auto validated = validate(**syntax);
  ASSERT_FALSE(validated);
  EXPECT_EQ(validated.error().kind(), ErrorKind::unsupported);
  EXPECT_NE(validated.error().message().find("start functions"), std::string::npos);
}

// --- Cost ---

TEST(Validator, RefusesTypesThatAreTooLarge) {
  std::string text = "(component (type $t0 (tuple u8 u8))";
  for (int i = 1; i < 40; ++i) {
    text += fmt::format(" (type $t{0} (tuple $t{1} $t{1}))", i, i - 1);
  }
  EXPECT_NE(check(text + ")").complaint.find("effective type size exceeds the limit"),
            std::string::npos);
}

TEST(Validator, RefusesTypesThatAreTooDeep) {
  const auto nested = [](int depth) {
    std::string text = "(component (type $t0 u8)";
    for (int i = 1; i < depth; ++i) {
      text += fmt::format(" (type $t{} (option $t{}))", i, i - 1);
    }
    return text + ")";
  };
  EXPECT_EQ(check(nested(100)).complaint, "");
  EXPECT_NE(check(nested(101)).complaint.find("type nesting is too deep"), std::string::npos);
}

TEST(Validator, RefusesInstancesThatAreTooDeep) {
  std::string text = "(component (instance $i0)";
  for (int i = 1; i < 200; ++i) {
    text += fmt::format(" (instance $i{} (export \"a\" (instance $i{})))", i, i - 1);
  }
  EXPECT_NE(check(text + ")").complaint.find("type nesting is too deep"), std::string::npos);
}

// Each instantiation makes all of the component's types anew.
TEST(Validator, RefusesTooMuchWork) {
  std::string text = R"((component (component $c (type $r (resource (rep i32)))
    (export $e "r" (type $r)))";
  for (int i = 0; i < 2000; ++i) {
    text += fmt::format(
        " (type $t{0} (tuple (own $e) (list (own $e)))) (export \"t{0}\" (type $t{0}))", i);
  }
  text += ")";
  for (int i = 0; i < 1000; ++i) {
    text += " (instance (instantiate $c))";
  }
  const auto start = std::chrono::steady_clock::now();
  EXPECT_NE(check(text + ")").complaint.find("takes too long"), std::string::npos);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(60));
}

}  // namespace
}  // namespace wasmcloud::component

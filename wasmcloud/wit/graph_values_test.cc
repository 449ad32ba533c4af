#include "wasmcloud/wit/graph_values.h"

#include <string>

#include <gtest/gtest.h>

#include "wasmcloud/wit/resolver_testing.h"

namespace wasmcloud::wit {
namespace {

// Of the type `t` of interface `i`.
std::string described(std::string_view items) {
  const Graph graph = graph_of("package a:b; interface i { " + std::string(items) + " }");
  const auto type = value_type_of(graph, type_in(graph, "a:b/i", "t"));
  return type ? (*type)->describe() : type.error().describe();
}

TEST(GraphValues, NamesOfTypesAreGone) {
  EXPECT_EQ(described("type a = u8; type b = a; record t { x: list<b>, y: option<b> }"),
            "record { x: list<u8>, y: option<u8> }");
  EXPECT_EQ(described("enum e { x, y } flags f { p } variant t { a(e), b, c(f) }"),
            "variant { a(enum { x, y }), b, c(flags { p }) }");
  EXPECT_EQ(described("type t = tuple<result<_, string>, map<u8, char>, list<f32, 4>>;"),
            "tuple<result<_, string>, map<u8, char>, list<f32, 4>>");
  EXPECT_EQ(described("type t = tuple<stream<u8>, future, error-context, bool, s64>;"),
            "tuple<stream<u8>, future, error-context, bool, s64>");
}

TEST(GraphValues, HandlesKnowTheirResource) {
  EXPECT_EQ(described("resource r; type s = r; type t = tuple<own<r>, s, borrow<s>>;"),
            "tuple<own<r>, own<s>, borrow<s>>");
}

TEST(GraphValues, WhatHasNoValuesIsToldByName) {
  EXPECT_EQ(described("resource t;"),
            "type `t`: no value is a resource, but `own` or `borrow` of it");
  EXPECT_EQ(described("record none {} record t { a: list<none> }"),
            "type `t`: `a`: type `none`: type record: it must not be empty");
}

std::string nested(int depth) {
  std::string text = "u8";
  for (int i = 1; i < depth; ++i) {
    text = "list<" + text + ">";
  }
  return text;
}

TEST(GraphValues, DepthIsLimited) {
  ResolveOptions deep;
  deep.limits.type_depth = 1000;
  deep.parse.nesting = 1000;
  const auto error = [&](int depth) {
    const Graph graph =
        graph_of("package a:b; interface i { type t = " + nested(depth) + "; }", deep);
    const auto type = value_type_of(graph, type_in(graph, "a:b/i", "t"));
    return type ? "" : std::string(to_string(type.error().kind()));
  };
  EXPECT_EQ(error(100), "");
  EXPECT_EQ(error(101), "exhausted");
  EXPECT_EQ(error(900), "exhausted");
}

TEST(GraphValues, NamesDoNotCountAsDepth) {
  std::string items = "type t0 = " + nested(90) + ";";
  for (int i = 1; i <= 50; ++i) {
    items += " type t" + std::to_string(i) + " = t" + std::to_string(i - 1) + ";";
  }
  ResolveOptions deep;
  deep.limits.type_depth = 1000;
  const Graph graph = graph_of("package a:b; interface i { " + items + " }", deep);
  const auto type = value_type_of(graph, type_in(graph, "a:b/i", "t50"));
  ASSERT_TRUE(type) << type.error().describe();
  EXPECT_EQ((*type)->depth(), 90U);
}

// Shared parts stay shared: written out it would be half a million long.
TEST(GraphValues, PartsAreShared) {
  std::string items = "type t0 = u8;";
  for (int i = 1; i <= 18; ++i) {
    const std::string part = "t" + std::to_string(i - 1);
    items += " type t" + std::to_string(i) + " = tuple<" + part + ", " + part + ">;";
  }
  const Graph graph = graph_of("package a:b; interface i { " + items + " }");
  const auto type = value_type_of(graph, type_in(graph, "a:b/i", "t18"));
  ASSERT_TRUE(type) << type.error().describe();
  EXPECT_EQ((*type)->parts()[0], (*type)->parts()[1]);
}

TEST(GraphValues, FunctionsHaveSignatures) {
  const Graph graph =
      graph_of("package a:b; interface i { resource r { m: func(a: u8) -> string; } f: func(); }");
  const auto& resource = std::get<types::Resource>(graph[type_in(graph, "a:b/i", "r")].body);
  const auto method = signature_of(graph, resource.functions.at(0));
  ASSERT_TRUE(method);
  ASSERT_EQ(method->params.size(), 2U);
  EXPECT_EQ(method->params[0].name, "self");
  EXPECT_EQ(method->params[0].type->describe(), "borrow<r>");
  EXPECT_EQ(method->params[1].type->describe(), "u8");
  EXPECT_EQ(method->result->describe(), "string");
  const auto none = signature_of(graph, graph[*graph.find_interface("a:b/i")].functions.at(0));
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->params.empty());
  EXPECT_EQ(none->result, nullptr);
}

}  // namespace
}  // namespace wasmcloud::wit

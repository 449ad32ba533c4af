#include "wasmcloud/wit/graph.h"

#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "wasmcloud/wit/resolver_testing.h"
#include "wasmcloud/wit/topological_order.h"

namespace wasmcloud::wit {
namespace {

using Indices = std::vector<std::uint32_t>;

TEST(TopologicalOrder, EachStandsAfterWhatItUses) {
  EXPECT_EQ(order_by_use({{2}, {}, {1}}).order, (Indices{1, 2, 0}));
  EXPECT_EQ(order_by_use({{}, {}, {}}).order, (Indices{0, 1, 2}));
  EXPECT_EQ(order_by_use({{1, 1, 2}, {2}, {}}).order, (Indices{2, 1, 0}));
}

TEST(TopologicalOrder, ACycleIsToldAsItRuns) {
  EXPECT_EQ(order_by_use({{1}, {2}, {3}, {1}}).cycle, (Indices{1, 2, 3}));
  EXPECT_EQ(order_by_use({{0}}).cycle, (Indices{0}));
  EXPECT_TRUE(order_by_use({{1}, {}}).cycle.empty());
}

TEST(TopologicalOrder, LongChainsDoNotRecurse) {
  std::vector<Indices> uses(500'000);
  for (std::uint32_t i = 0; i + 1 < uses.size(); ++i) {
    uses[i].push_back(i + 1);
  }
  EXPECT_EQ(order_by_use(uses).order.front(), 499'999U);
}

constexpr std::string_view kTypes = R"(package a:b;
interface i {
  resource r {
    constructor();
    m: func();
    s: static func();
  }
  type r2 = r;
  type n = u8;
  type n2 = n;
  record p { x: list<tuple<n2, option<string>>>, y: borrow<r2> }
  f: func(a: own<r>, b: r2, c: list<u8, 4>, d: result<_, n>, e: result, g: map<u8, n>,
          h: stream, i: future<tuple<>>, j: error-context);
}
)";

TEST(Graph, TypesAreDescribedAsWritten) {
  const Graph graph = graph_of(kTypes);
  const Interface& interface = graph[*graph.find_interface("a:b/i")];
  std::vector<std::string> described;
  for (const Param& param : graph[interface.functions.at(0)].params) {
    described.push_back(graph.describe(param.type));
  }
  EXPECT_EQ(described,
            (std::vector<std::string>{"own<r>", "own<r2>", "list<u8, 4>", "result<_, n>", "result",
                                      "map<u8, n>", "stream", "future<tuple<>>", "error-context"}));
  const auto& record = std::get<types::Record>(graph[type_in(graph, "a:b/i", "p")].body);
  EXPECT_EQ(graph.describe(record.fields.at(0).type), "list<tuple<n2, option<string>>>");
}

TEST(Graph, FactsAreWorkedOut) {
  const Graph graph = graph_of(kTypes);
  const auto facts = [&](std::string_view name) {
    return graph.facts(type_in(graph, "a:b/i", name));
  };
  EXPECT_EQ(facts("r2").target, type_in(graph, "a:b/i", "r"));
  EXPECT_TRUE(facts("r2").names_resource);
  EXPECT_FALSE(facts("r2").has_borrow);
  EXPECT_EQ(facts("n2").target, std::nullopt);
  EXPECT_EQ(facts("n2").depth, 2U);
  EXPECT_FALSE(facts("n2").names_resource);
  EXPECT_TRUE(facts("p").has_borrow);
  EXPECT_EQ(facts("p").target, type_in(graph, "a:b/i", "p"));
  EXPECT_EQ(facts("p").depth, 5U);  // p, list, tuple, n2, n
}

TEST(Graph, FunctionsOfResourcesHaveTheirComponentNames) {
  const Graph graph = graph_of(kTypes);
  const auto& resource = std::get<types::Resource>(graph[type_in(graph, "a:b/i", "r")].body);
  std::vector<std::string> names;
  for (const FunctionId function : resource.functions) {
    names.push_back(graph.name_of(function));
    EXPECT_EQ(graph[function].resource, type_in(graph, "a:b/i", "r"));
  }
  EXPECT_EQ(names, (std::vector<std::string>{"[constructor]r", "[method]r.m", "[static]r.s"}));
  const Function& constructor = graph[resource.functions[0]];
  EXPECT_EQ(graph.describe(*constructor.result), "own<r>");
  const Function& method = graph[resource.functions[1]];
  EXPECT_EQ(method.params.at(0).name, "self");
  EXPECT_EQ(graph.describe(method.params.at(0).type), "borrow<r>");
  EXPECT_TRUE(graph[resource.functions[2]].params.empty());
}

TEST(Graph, ThingsAreFoundByTheirFullNames) {
  const Graph graph = graph_of("package a:b@1.0.0-rc.1; interface i {} world w {}");
  EXPECT_EQ(graph.find_package("a:b@1.0.0-rc.1"), graph.main_package());
  EXPECT_TRUE(graph.find_interface("a:b/i@1.0.0-rc.1"));
  EXPECT_TRUE(graph.find_world("a:b/w@1.0.0-rc.1"));
  EXPECT_FALSE(graph.find_interface("a:b/i"));
  EXPECT_FALSE(graph.find_world("a:b/i@1.0.0-rc.1"));
}

TEST(Graph, AWorldIsSelectedByAsLittleAsIsClear) {
  const Graph one = graph_of("package a:b; world w {} package c:d@1.0.0 { world v {} }");
  const auto name = [&](const Graph& graph, std::string_view wanted) {
    const auto world = graph.select_world(wanted);
    return world ? graph[*world].name : world.error().describe();
  };
  EXPECT_EQ(name(one, ""), "w");
  EXPECT_EQ(name(one, "w"), "w");
  EXPECT_EQ(name(one, "a:b/w"), "w");
  EXPECT_EQ(name(one, "c:d/v"), "v");
  EXPECT_EQ(name(one, "c:d/v@1.0.0"), "v");
  EXPECT_EQ(name(one, "v"), "world \"v\" is not there; there are a:b/w, c:d/v@1.0.0");

  const Graph two = graph_of(
      "package a:b; world v {} world w {}"
      "package c:d@1.0.0 { world v {} } package c:d@2.0.0 { world v {} }");
  EXPECT_EQ(name(two, ""), "package a:b has 2 worlds, and none was named; there are a:b/v, a:b/w");
  EXPECT_EQ(name(two, "c:d/v"),
            "world \"c:d/v\" is there in several versions; there are c:d/v@1.0.0, c:d/v@2.0.0");
  EXPECT_EQ(name(graph_of("package a:b;"), ""),
            "package a:b has 0 worlds, and none was named; there is no world");
}

TEST(Graph, PartsCanBeReplaced) {
  types::Body body = types::Result{.ok = Primitive::u8, .err = std::nullopt};
  replace_parts(body, [](TypeRef) { return TypeRef(Primitive::u16); });
  EXPECT_EQ(parts_of(body), std::vector<TypeRef>{Primitive::u16});
  body = types::Own{.resource = TypeId{1}};
  replace_parts(body, [](TypeRef) { return TypeRef(TypeId{2}); });
  EXPECT_EQ(std::get<types::Own>(body).resource, TypeId{2});
  body = types::Variant{.cases = {{.name = "a", .docs = "", .type = std::nullopt},
                                  {.name = "b", .docs = "", .type = Primitive::s8}}};
  EXPECT_EQ(parts_of(body), std::vector<TypeRef>{Primitive::s8});
}

}  // namespace
}  // namespace wasmcloud::wit

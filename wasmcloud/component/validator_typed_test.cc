// What validation says of a component that is valid: the compiler reads it.
#include <array>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "wasmcloud/component/validator.h"
#include "wasmcloud/component/validator_testing.h"

namespace wasmcloud::component {
namespace {

using testing::check;
using testing::check_bytes;
using testing::Checked;
using testing::read_file;

ResourceId resource(const TypedComponent& component, std::size_t type) {
  return std::get<ResourceId>(component.types.at(type).type);
}

TEST(TypedComponent, ImportsAliasesAndExportsMakeEntries) {
  const Checked checked = check(R"((component
    (import "i" (instance $i (export "r" (type $r (sub resource)))
                             (export "f" (func (result (own $r))))))
    (alias export $i "r" (type $r))
    (alias export $i "f" (func $f))
    (export $e "e" (type $r))
    (export "g" (func $f) (func (result (own $e))))))");
  ASSERT_EQ(checked.complaint, "");
  const TypedComponent& root = checked.root();
  ASSERT_EQ(root.instances.size(), 1U);
  ASSERT_EQ(root.funcs.size(), 2U);
  EXPECT_EQ(root.imports.size(), 1U);
  EXPECT_EQ(root.exports.size(), 2U);
  const InstanceType& instance = checked.arena()[root.instances[0]];
  const auto& in_instance = std::get<TypeEntity>(*instance.find("r"));
  // All are the one resource that the import made.
  const ResourceId made = std::get<ResourceId>(in_instance.type);
  EXPECT_TRUE(instance.defined_resources.empty());
  std::size_t of_resource = 0;
  for (const TypeEntity& type : root.types) {
    if (const auto* id = std::get_if<ResourceId>(&type.type)) {
      EXPECT_EQ(*id, made);
      ++of_resource;
    }
  }
  EXPECT_EQ(of_resource, 2U);
  const auto& result = *checked.arena()[root.funcs[1]].result;
  const auto& own = std::get<types::Own>(checked.arena()[std::get<DefinedTypeId>(result.rep)]);
  EXPECT_EQ(own.resource, made);
}

TEST(TypedComponent, InstantiationMakesResourcesAnew) {
  const Checked checked = check(R"((component
    (component $c (type $r (resource (rep i32))) (export "r" (type $r)))
    (instance $a (instantiate $c)) (instance $b (instantiate $c))
    (alias export $a "r" (type)) (alias export $b "r" (type))))");
  ASSERT_EQ(checked.complaint, "");
  const TypedComponent& root = checked.root();
  ASSERT_EQ(root.nested.size(), 1U);
  const TypedComponent& nested = *root.nested[0];
  ASSERT_EQ(nested.local_resources.size(), 1U);
  const std::set<ResourceId> all = {nested.local_resources.at(0), resource(root, 0),
                                    resource(root, 1)};
  EXPECT_EQ(all.size(), 3U);
  EXPECT_EQ(resource(nested, 0), nested.local_resources.at(0));
  EXPECT_EQ(resource(nested, 1), nested.local_resources.at(0));  // the export
}

TEST(TypedComponent, WhatIsPassedIsWhatComesBack) {
  const Checked checked = check(R"((component
    (type $r (resource (rep i32)))
    (component $c (import "x" (type $t (sub resource))) (export "y" (type $t)))
    (instance $i (instantiate $c (with "x" (type $r))))
    (alias export $i "y" (type))))");
  ASSERT_EQ(checked.complaint, "");
  EXPECT_EQ(resource(checked.root(), 0), resource(checked.root(), 1));
}

TEST(TypedComponent, AscriptionHidesTheResource) {
  const Checked checked = check(R"((component
    (type $r (resource (rep i32)))
    (export "a" (type $r))
    (export "b" (type $r) (type (sub resource)))))");
  ASSERT_EQ(checked.complaint, "");
  EXPECT_EQ(resource(checked.root(), 0), resource(checked.root(), 1));
  EXPECT_NE(resource(checked.root(), 0), resource(checked.root(), 2));
  EXPECT_EQ(checked.root().local_resources.size(), 1U);
}

// --- Real components ---

std::filesystem::path components_folder() {
  const char* set = std::getenv("WASMCLOUD_COMPONENTS_DIR");
  return set != nullptr ? set : WC_COMPONENTS_DIR;
}

// How many entries each index space of the syntax must have.
class Counter {
 public:
  explicit Counter(const ast::Component& component) {
    for (const ast::Definition& definition : component.definitions) {
      std::visit([&](const auto& of) { count(of); }, definition);
    }
  }

  std::size_t operator[](Sort sort) const { return counts_[static_cast<std::size_t>(sort)]; }

  std::size_t nested = 0;

 private:
  void add(Sort sort) { ++counts_[static_cast<std::size_t>(sort)]; }

  void count(const std::unique_ptr<CoreModule>&) { add(Sort::core_module); }

  void count(const ast::CoreInstance&) { add(Sort::core_instance); }

  void count(const std::unique_ptr<ast::Component>&) {
    add(Sort::component);
    ++nested;
  }

  void count(const ast::Instance&) { add(Sort::instance); }

  void count(const ast::Alias& alias) { add(alias.sort); }

  void count(const ast::Type&) { add(Sort::type); }

  void count(const ast::Canon& canon) {
    add(canon.op == ast::CanonOp::lift ? Sort::func : Sort::core_func);
  }

  void count(const ast::Import& import) {
    using Kind = ast::ExternType::Kind;
    switch (import.type.kind) {
      case Kind::core_module:
        return add(Sort::core_module);
      case Kind::func:
        return add(Sort::func);
      case Kind::type_eq:
      case Kind::sub_resource:
        return add(Sort::type);
      case Kind::component:
        return add(Sort::component);
      case Kind::instance:
        return add(Sort::instance);
      default:
        return;
    }
  }

  void count(const ast::Export& export_) { add(export_.item.sort); }

  void count(const auto&) {}

  std::array<std::size_t, 16> counts_{};
};

void expect_in_step(const TypedComponent& typed) {
  ASSERT_NE(typed.syntax, nullptr);
  const Counter counter(*typed.syntax);
  EXPECT_EQ(typed.core_modules.size(), counter[Sort::core_module]);
  EXPECT_EQ(typed.core_instances.size(), counter[Sort::core_instance]);
  EXPECT_EQ(typed.core_funcs.size(), counter[Sort::core_func]);
  EXPECT_EQ(typed.core_tables.size(), counter[Sort::core_table]);
  EXPECT_EQ(typed.core_memories.size(), counter[Sort::core_memory]);
  EXPECT_EQ(typed.core_globals.size(), counter[Sort::core_global]);
  EXPECT_EQ(typed.funcs.size(), counter[Sort::func]);
  EXPECT_EQ(typed.types.size(), counter[Sort::type]);
  EXPECT_EQ(typed.instances.size(), counter[Sort::instance]);
  EXPECT_EQ(typed.components.size(), counter[Sort::component]);
  EXPECT_EQ(typed.nested.size(), counter.nested);
  for (const auto& nested : typed.nested) {
    expect_in_step(*nested);
  }
}

TEST(RealComponents, AreValidAndTypedInStep) {
  const std::filesystem::path folder = components_folder();
  if (!std::filesystem::is_directory(folder)) {
    GTEST_SKIP() << "no components in " << folder << ": set WASMCLOUD_COMPONENTS_DIR";
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".wasm") {
      continue;
    }
    const Checked checked = check_bytes(read_file(entry.path()));
    EXPECT_EQ(checked.complaint, "") << entry.path();
    if (checked.typed) {
      expect_in_step(checked.root());
    }
  }
}

}  // namespace
}  // namespace wasmcloud::component

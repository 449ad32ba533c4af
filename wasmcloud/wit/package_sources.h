// The packages that files hold, before their names are looked up. Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wit/resolver.h"
#include "wasmcloud/wit/source.h"
#include "wasmcloud/wit/syntax.h"

namespace wasmcloud::wit {

// Positions in PackageSources.
using ScopeIndex = std::uint32_t;
using ItemIndex = std::uint32_t;
using PackageIndex = std::uint32_t;

// An interface or a world.
struct SourceItem {
  PackageIndex package = 0;
  ScopeIndex scope = 0;
  std::variant<const syntax::Interface*, const syntax::World*> syntax;
  bool included = true;  // passed its gate

  const syntax::Id& name() const;

  bool is_world() const { return syntax.index() == 1; }
};

// A file, or `package a:b { ... }` in one: where names that `use` brings are valid.
struct SourceScope {
  PackageIndex package = 0;
  Source source;
  std::vector<const syntax::FileUse*> uses{};
  std::vector<ItemIndex> items{};
  std::map<std::string, ItemIndex, std::less<>> names{};  // by the name that is valid here
};

struct SourcePackage {
  const syntax::PackageName* name = nullptr;
  ScopeIndex named_in = 0;
  std::string full_name{};
  std::string docs{};
  std::vector<ScopeIndex> scopes{};
  std::map<std::string, ItemIndex, std::less<>> items{};  // by name in lower case
};

struct DraftScope;

// Views into the files it was made of.
class PackageSources {
 public:
  PackageSources(PackageSources&&) noexcept;
  ~PackageSources();

  static Result<PackageSources> load(std::span<const SourceFile> files,
                                     const ResolveOptions& options);

  const std::vector<SourcePackage>& packages() const { return packages_; }  // the main one first

  const std::vector<SourceScope>& scopes() const { return scopes_; }

  const std::vector<SourceItem>& items() const { return items_; }

  // What `path` means in a scope.
  Result<ItemIndex> find(ScopeIndex scope, const syntax::UsePath& path) const;

  // Whether what has these gates is in.
  Result<bool> passes(ScopeIndex scope, const syntax::Attributes& attributes) const;

  Error error(ScopeIndex scope, Span span, std::string_view what) const;

 private:
  // A package as its files have it, before it is known whether it is there already.
  struct Draft;

  explicit PackageSources(const ResolveOptions& options);

  Result<> load_folder(const std::string& folder, std::span<const SourceFile* const> files);
  Result<> add_package(const Draft& draft);
  Result<> add_scope(PackageIndex package, const DraftScope& draft);
  Result<> add_item(ScopeIndex scope, SourceItem item, const syntax::Attributes& attributes);
  Result<> bind_uses(ScopeIndex scope);
  Result<ItemIndex> find_foreign(ScopeIndex scope, const syntax::UsePath& path) const;
  std::optional<ItemIndex> find_in(const SourcePackage& package, std::string_view name) const;
  std::string known_packages() const;

  const ResolveOptions* options_;
  std::deque<syntax::Document> documents_;
  std::vector<std::unique_ptr<Draft>> drafts_;
  std::vector<SourcePackage> packages_;
  std::vector<const Draft*> drafts_of_packages_;
  std::vector<SourceScope> scopes_;
  std::vector<SourceItem> items_;
  std::map<std::string, PackageIndex, std::less<>> by_name_;
};

// "wasi:io@0.2.0"
std::string full_name(const syntax::PackageName& name);

// Names are compared in lower case.
std::string lower_case(std::string_view name);

}  // namespace wasmcloud::wit

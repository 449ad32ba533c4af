#include "wasmcloud/wit/package_sources.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace wasmcloud::wit {
namespace {

using ItemSyntax =
    std::variant<const syntax::FileUse*, const syntax::Interface*, const syntax::World*>;

}  // namespace

struct DraftScope {
  Source source;
  std::vector<ItemSyntax> items;
};

namespace {

// By what they say, not by where they are.
bool same_item(const ItemSyntax& a, const ItemSyntax& b) {
  return a.index() == b.index() &&
         std::visit([&](const auto* item) { return *item == *std::get<decltype(item)>(b); }, a);
}

bool same_scope(const DraftScope& a, const DraftScope& b) {
  return std::ranges::equal(a.items, b.items, same_item);
}

// The folder of which the file is a part, "" for the main package; none if it is to be passed over.
std::optional<std::string> folder_of(std::string_view path) {
  if (!path.ends_with(".wit")) {
    return std::nullopt;
  }
  if (!path.contains('/')) {
    return "";
  }
  constexpr std::string_view kDependencies = "deps/";
  if (!path.starts_with(kDependencies)) {
    return std::nullopt;
  }
  const auto slashes = std::ranges::count(path, '/');
  if (slashes > 2) {
    return std::nullopt;
  }
  return std::string(slashes == 2 ? path.substr(0, path.rfind('/')) : path);
}

}  // namespace

struct PackageSources::Draft {
  const syntax::PackageName* name = nullptr;
  Source named_in;
  std::string docs;
  std::vector<DraftScope> scopes;
};

PackageSources::PackageSources(const ResolveOptions& options) : options_(&options) {}

PackageSources::PackageSources(PackageSources&&) noexcept = default;
PackageSources::~PackageSources() = default;

const syntax::Id& SourceItem::name() const {
  return std::visit([](const auto* item) -> const syntax::Id& { return item->name; }, syntax);
}

std::string full_name(const syntax::PackageName& name) {
  return fmt::format("{}:{}{}", name.namespace_.text, name.name.text,
                     name.version ? "@" + name.version->value.to_string() : "");
}

std::string lower_case(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return lower;
}

Error PackageSources::error(ScopeIndex scope, Span span, std::string_view what) const {
  return error_at(scopes_[scope].source, span, what);
}

Result<PackageSources> PackageSources::load(std::span<const SourceFile> files,
                                            const ResolveOptions& options) {
  std::map<std::string, std::vector<const SourceFile*>> folders;  // the main one first
  std::size_t bytes = 0;
  for (const SourceFile& file : files) {
    if (const auto folder = folder_of(file.path)) {
      folders[*folder].push_back(&file);
      bytes += file.text.size();
    }
  }
  if (!folders.contains("")) {
    return Error(ErrorKind::invalid, "there is no .wit file for the main package");
  }
  if (bytes > options.limits.bytes) {
    return Error(ErrorKind::exhausted, "{} bytes of WIT are more than may be read at once ({})",
                 bytes, options.limits.bytes);
  }
  PackageSources sources(options);
  for (auto& [folder, of_folder] : folders) {
    std::ranges::sort(of_folder, {}, &SourceFile::path);
    WC_CHECK(sources.load_folder(folder, of_folder));
  }
  for (const auto& draft : sources.drafts_) {
    WC_CHECK(sources.add_package(*draft));
  }
  for (ScopeIndex scope = 0; scope < sources.scopes_.size(); ++scope) {
    WC_CHECK(sources.bind_uses(scope));
  }
  return sources;
}

namespace {

void append_docs(std::string& docs, const std::string& more) {
  if (!docs.empty() && !more.empty()) {
    docs += '\n';
  }
  docs += more;
}

// The items of a file or nested package, but for packages nested in it.
template <typename Item>
DraftScope scope_of(Source source, const std::vector<Item>& items) {
  DraftScope scope{.source = source, .items = {}};
  for (const Item& item : items) {
    std::visit(
        [&](const auto& it) {
          if constexpr (std::is_convertible_v<decltype(&it), ItemSyntax>) {
            scope.items.emplace_back(&it);
          }
        },
        item);
  }
  return scope;
}

}  // namespace

Result<> PackageSources::load_folder(const std::string& folder,
                                     std::span<const SourceFile* const> files) {
  Draft& own = *drafts_.emplace_back(std::make_unique<Draft>());
  for (const SourceFile* const file : files) {
    const Source source{.path = file->path, .text = file->text};
    WC_TRY(syntax::Document parsed, parse(file->text, file->path, options_->parse));
    const syntax::Document& document = documents_.emplace_back(std::move(parsed));
    if (document.package) {
      const syntax::PackageName& name = document.package->name;
      if (own.name != nullptr && *own.name != name) {
        return error_at(source, name.span,
                        fmt::format("this is package {}, but {} says that it is {}",
                                    full_name(name), own.named_in.path, full_name(*own.name)));
      }
      own.name = own.name == nullptr ? &name : own.name;
      own.named_in = own.named_in.path.empty() ? source : own.named_in;
      append_docs(own.docs, document.package->docs);
    }
    own.scopes.push_back(scope_of(source, document.items));
    for (const auto& item : document.items) {
      if (const auto* const nested = std::get_if<syntax::NestedPackage>(&item)) {
        drafts_.push_back(
            std::make_unique<Draft>(Draft{.name = &nested->declaration.name,
                                          .named_in = source,
                                          .docs = nested->declaration.docs,
                                          .scopes = {scope_of(source, nested->items)}}));
      }
    }
  }
  if (own.name == nullptr) {
    return Error(ErrorKind::invalid,
                 "{}: no file names the package that it is a part of (`package a:b;`)",
                 folder.empty() ? files.front()->path : folder);
  }
  return {};
}

Result<> PackageSources::add_package(const Draft& draft) {
  const std::string name = full_name(*draft.name);
  const auto index = static_cast<PackageIndex>(packages_.size());
  const auto [known, is_new] = by_name_.emplace(name, index);
  if (!is_new) {
    const Draft& other = *drafts_of_packages_[known->second];
    if (std::ranges::equal(other.scopes, draft.scopes, same_scope)) {
      return {};
    }
    return error_at(
        draft.named_in, draft.name->span,
        fmt::format("package {} is also in {}, and not the same there", name, other.named_in.path));
  }
  drafts_of_packages_.push_back(&draft);
  packages_.push_back({.name = draft.name, .full_name = name, .docs = draft.docs});
  for (const DraftScope& scope : draft.scopes) {
    if (scope.source.path == draft.named_in.path) {
      packages_[index].named_in = static_cast<ScopeIndex>(scopes_.size());
    }
    WC_CHECK(add_scope(index, scope));
  }
  return {};
}

Result<> PackageSources::add_scope(PackageIndex package, const DraftScope& draft) {
  const auto scope = static_cast<ScopeIndex>(scopes_.size());
  scopes_.push_back({.package = package, .source = draft.source});
  packages_[package].scopes.push_back(scope);
  for (const ItemSyntax& item : draft.items) {
    if (const auto* const use = std::get_if<const syntax::FileUse*>(&item)) {
      scopes_[scope].uses.push_back(*use);
    } else if (const auto* const interface = std::get_if<const syntax::Interface*>(&item)) {
      WC_CHECK(add_item(scope, {.package = package, .scope = scope, .syntax = *interface},
                        (*interface)->attributes));
    } else {
      const auto* const world = std::get<const syntax::World*>(item);
      WC_CHECK(add_item(scope, {.package = package, .scope = scope, .syntax = world},
                        world->attributes));
    }
  }
  return {};
}

Result<> PackageSources::add_item(ScopeIndex scope, SourceItem item,
                                  const syntax::Attributes& attributes) {
  WC_TRY(item.included, passes(scope, attributes));
  const auto index = static_cast<ItemIndex>(items_.size());
  const syntax::Id& name = item.name();
  SourcePackage& package = packages_[item.package];
  if (!package.items.emplace(lower_case(name.text), index).second) {
    return error(scope, name.span,
                 fmt::format("package {} has another interface or world `{}`", package.full_name,
                             name.text));
  }
  scopes_[scope].items.push_back(index);
  items_.push_back(item);
  return {};
}

Result<> PackageSources::bind_uses(ScopeIndex index) {
  SourceScope& scope = scopes_[index];
  std::map<std::string, ItemIndex, std::less<>> taken;  // in lower case
  for (const ItemIndex item : scope.items) {
    taken.emplace(lower_case(items_[item].name().text), item);
  }
  std::map<std::string, ItemIndex, std::less<>> names;
  for (const syntax::FileUse* const use : scope.uses) {
    WC_TRY(const ItemIndex item, find(index, use->path));
    const syntax::Id& name = use->as ? *use->as : use->path.name;
    if (!taken.emplace(lower_case(name.text), item).second) {
      return error(index, name.span, fmt::format("this file has another `{}`", name.text));
    }
    names.emplace(name.text, item);
  }
  scope.names = std::move(names);  // not before: one of these does not see another
  return {};
}

Result<bool> PackageSources::passes(ScopeIndex scope, const syntax::Attributes& attributes) const {
  if (attributes.unstable) {
    return options_->all_features || options_->features.contains(attributes.unstable->text);
  }
  if (!attributes.since) {
    return true;
  }
  const SourcePackage& package = packages_[scopes_[scope].package];
  const syntax::Version& since = *attributes.since;
  if (!package.name->version) {
    return error(scope, since.span,
                 fmt::format("a gate names a version, but package {} has none", package.full_name));
  }
  if (since.value > package.name->version->value) {
    return error(scope, since.span,
                 fmt::format("version {} is yet to come for package {}", since.value.to_string(),
                             package.full_name));
  }
  return true;
}

std::optional<ItemIndex> PackageSources::find_in(const SourcePackage& package,
                                                 std::string_view name) const {
  const auto found = package.items.find(lower_case(name));
  if (found == package.items.end() || items_[found->second].name().text != name) {
    return std::nullopt;
  }
  return found->second;
}

Result<ItemIndex> PackageSources::find(ScopeIndex scope, const syntax::UsePath& path) const {
  if (path.package) {
    return find_foreign(scope, path);
  }
  const SourceScope& here = scopes_[scope];
  if (const auto found = here.names.find(path.name.text); found != here.names.end()) {
    return found->second;
  }
  const SourcePackage& package = packages_[here.package];
  if (const auto found = find_in(package, path.name.text)) {
    return *found;
  }
  return error(scope, path.span,
               fmt::format("neither this file nor package {} has an interface or world `{}`",
                           package.full_name, path.name.text));
}

Result<ItemIndex> PackageSources::find_foreign(ScopeIndex scope,
                                               const syntax::UsePath& path) const {
  const std::string name = full_name(*path.package);
  const auto package = by_name_.find(name);
  if (package == by_name_.end()) {
    return error(scope, path.span,
                 fmt::format("package {} is not there; there are {}", name, known_packages()));
  }
  if (const auto found = find_in(packages_[package->second], path.name.text)) {
    return *found;
  }
  return error(scope, path.span,
               fmt::format("package {} has no interface or world `{}`", name, path.name.text));
}

std::string PackageSources::known_packages() const {
  constexpr std::size_t kTold = 20;
  std::vector<std::string_view> names;
  for (const auto& [name, index] : by_name_) {
    if (names.size() == kTold) {
      names.emplace_back("...");
      break;
    }
    names.push_back(name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace wasmcloud::wit

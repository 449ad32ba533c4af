#include "wasmcloud/wit/parser.h"

#include <utility>
#include <vector>

#include "wasmcloud/wit/lexer.h"
#include "wasmcloud/wit/parser_types.h"
#include "wasmcloud/wit/token_cursor.h"

namespace wasmcloud::wit {
namespace {

// Each function below begins at the item's first token after its gates.
class Parser {
 public:
  explicit Parser(TokenCursor& tokens) : tokens_(tokens) {}

  // wit-file ::= (package-decl ';')? (package-items | nested-package-definition)*
  Result<syntax::Document> document(std::string file_name) {
    syntax::Document document;
    document.file = std::move(file_name);
    bool first = true;
    while (!tokens_.at_end()) {
      WC_CHECK(tokens_.count());
      WC_TRY(syntax::Attributes attributes, parse_attributes(tokens_));
      if (tokens_.at("package")) {
        WC_CHECK(package(document, std::move(attributes), first));
      } else {
        WC_TRY(syntax::PackageItem item, package_item(std::move(attributes)));
        std::visit([&](auto& it) { document.items.emplace_back(std::move(it)); }, item);
      }
      first = false;
    }
    return document;
  }

 private:
  // What has gates or an external id although it cannot.
  Result<> refuse_attributes(const syntax::Attributes& attributes, std::string_view what) {
    if (attributes.since || attributes.unstable || attributes.external_id) {
      return tokens_.error(tokens_.peek().span, fmt::format("{} takes no attributes", what));
    }
    return {};
  }

  Result<> refuse_external_id(const syntax::Attributes& attributes, std::string_view what) {
    if (attributes.external_id) {
      return tokens_.error(tokens_.peek().span, fmt::format("{} takes no `@external-id`", what));
    }
    return {};
  }

  // package-decl ::= 'package' id ':' id ('@' valid-semver)?
  Result<syntax::PackageName> package_name() {
    syntax::PackageName name;
    const Span begin = tokens_.peek().span;
    WC_TRY(name.namespace_, tokens_.name("a namespace"));
    WC_CHECK(tokens_.expect(":"));
    WC_TRY(name.name, tokens_.name("the name of the package"));
    if (tokens_.take("@")) {
      WC_TRY(name.version, tokens_.version());
    }
    name.span = tokens_.since(begin);
    return name;
  }

  Result<> package(syntax::Document& document, syntax::Attributes attributes, bool first) {
    WC_CHECK(refuse_attributes(attributes, "a package"));
    tokens_.advance();
    syntax::PackageDeclaration declaration;
    declaration.docs = std::move(attributes.docs);
    WC_TRY(declaration.name, package_name());
    if (first && tokens_.take(";")) {
      document.package = std::move(declaration);
      return {};
    }
    if (!tokens_.take("{")) {
      return tokens_.unexpected(first ? "`;` or `{`"
                                      : "`{` (only the first item of a file names its package)");
    }
    syntax::NestedPackage nested;
    nested.declaration = std::move(declaration);
    while (!tokens_.take("}")) {
      WC_CHECK(tokens_.count());
      WC_TRY(syntax::Attributes of_item, parse_attributes(tokens_));
      if (tokens_.at("package")) {
        return tokens_.error(tokens_.peek().span, "a package cannot stand in another one");
      }
      WC_TRY(syntax::PackageItem item, package_item(std::move(of_item)));
      nested.items.push_back(std::move(item));
    }
    document.items.emplace_back(std::move(nested));
    return {};
  }

  // package-items ::= toplevel-use-item | interface-item | world-item
  Result<syntax::PackageItem> package_item(syntax::Attributes attributes) {
    if (tokens_.at("use")) {
      return file_use(std::move(attributes));
    }
    if (tokens_.at("interface")) {
      return interface(std::move(attributes));
    }
    if (tokens_.at("world")) {
      return world(std::move(attributes));
    }
    return tokens_.unexpected("`interface`, `world`, `use` or `package`");
  }

  // toplevel-use-item ::= 'use' use-path ('as' id)? ';'
  Result<syntax::PackageItem> file_use(syntax::Attributes attributes) {
    WC_CHECK(refuse_attributes(attributes, "a `use` outside of interfaces and worlds"));
    tokens_.advance();
    syntax::FileUse use;
    use.docs = std::move(attributes.docs);
    WC_TRY(use.path, use_path());
    if (tokens_.take("as")) {
      WC_TRY(use.as, tokens_.name("a name"));
    }
    WC_CHECK(tokens_.expect(";"));
    return use;
  }

  // use-path ::= id | id ':' id '/' id ('@' valid-semver)?
  Result<syntax::UsePath> use_path() {
    syntax::UsePath path;
    const Span begin = tokens_.peek().span;
    WC_TRY(path.name, tokens_.name("the name of an interface or world"));
    if (tokens_.take(":")) {
      syntax::PackageName package;
      package.namespace_ = std::move(path.name);
      WC_TRY(package.name, tokens_.name("the name of a package"));
      package.span = tokens_.since(begin);
      WC_CHECK(tokens_.expect("/"));
      WC_TRY(path.name, tokens_.name("the name of an interface or world"));
      if (tokens_.take("@")) {
        WC_TRY(package.version, tokens_.version());
      }
      path.package = std::move(package);
    }
    path.span = tokens_.since(begin);
    return path;
  }

  // interface-item ::= gate 'interface' id '{' interface-items* '}'
  Result<syntax::PackageItem> interface(syntax::Attributes attributes) {
    WC_CHECK(refuse_external_id(attributes, "an interface"));
    tokens_.advance();
    syntax::Interface interface;
    interface.attributes = std::move(attributes);
    WC_TRY(interface.name, tokens_.name("the name of the interface"));
    WC_TRY(interface.items, interface_items());
    return interface;
  }

  Result<std::vector<syntax::InterfaceItem>> interface_items() {
    WC_CHECK(tokens_.expect("{"));
    std::vector<syntax::InterfaceItem> items;
    while (!tokens_.take("}")) {
      WC_CHECK(tokens_.count());
      WC_TRY(syntax::Attributes attributes, parse_attributes(tokens_));
      WC_TRY(syntax::InterfaceItem item, interface_item(std::move(attributes)));
      items.push_back(std::move(item));
    }
    return items;
  }

  // interface-definition ::= use-item | typedef-item | func-item
  Result<syntax::InterfaceItem> interface_item(syntax::Attributes attributes) {
    if (tokens_.at("use")) {
      return use(std::move(attributes));
    }
    if (at_type_definition(tokens_)) {
      return parse_type_definition(tokens_, std::move(attributes));
    }
    if (!tokens_.at_name()) {
      return tokens_.unexpected("a function, a type, `use` or `}`");
    }
    syntax::Function function;
    function.attributes = std::move(attributes);
    WC_TRY(function.name, tokens_.name("the name of a function"));
    WC_CHECK(tokens_.expect(":"));
    WC_TRY(function.type, parse_func_type(tokens_));
    WC_CHECK(tokens_.expect(";"));
    return function;
  }

  // use-item ::= 'use' use-path '.' '{' use-names-list '}' ';'
  Result<syntax::Use> use(syntax::Attributes attributes) {
    WC_CHECK(refuse_external_id(attributes, "`use`"));
    tokens_.advance();
    syntax::Use use;
    use.attributes = std::move(attributes);
    WC_TRY(use.from, use_path());
    WC_CHECK(tokens_.expect("."));
    WC_CHECK(tokens_.expect("{"));
    while (!tokens_.at("}")) {
      WC_CHECK(tokens_.count());
      syntax::UsedName used;
      WC_TRY(used.name, tokens_.name("the name of a type"));
      if (tokens_.take("as")) {
        WC_TRY(used.as, tokens_.name("a name"));
      }
      use.names.push_back(std::move(used));
      if (!tokens_.take(",") && !tokens_.at("}")) {
        return tokens_.unexpected("`,` or `}`");
      }
    }
    tokens_.advance();
    WC_CHECK(tokens_.expect(";"));
    return use;
  }

  // world-item ::= gate 'world' id '{' world-items* '}'
  Result<syntax::PackageItem> world(syntax::Attributes attributes) {
    WC_CHECK(refuse_external_id(attributes, "a world"));
    tokens_.advance();
    syntax::World world;
    world.attributes = std::move(attributes);
    WC_TRY(world.name, tokens_.name("the name of the world"));
    WC_CHECK(tokens_.expect("{"));
    while (!tokens_.take("}")) {
      WC_CHECK(tokens_.count());
      WC_TRY(syntax::Attributes of_item, parse_attributes(tokens_));
      WC_TRY(syntax::WorldItem item, world_item(std::move(of_item)));
      world.items.push_back(std::move(item));
    }
    return world;
  }

  // world-definition ::= export-item | import-item | use-item | typedef-item | include-item
  Result<syntax::WorldItem> world_item(syntax::Attributes attributes) {
    if (tokens_.at("import") || tokens_.at("export")) {
      return external(std::move(attributes));
    }
    if (tokens_.at("use")) {
      return use(std::move(attributes));
    }
    if (tokens_.at("include")) {
      return include(std::move(attributes));
    }
    if (at_type_definition(tokens_)) {
      return parse_type_definition(tokens_, std::move(attributes));
    }
    return tokens_.unexpected("`import`, `export`, `include`, `use`, a type or `}`");
  }

  // export-item ::= 'export' id ':' extern-type | 'export' use-path ';'
  // extern-type ::= func-type ';' | 'interface' '{' interface-items* '}' | use-path ';'
  Result<syntax::WorldItem> external(syntax::Attributes attributes) {
    syntax::Extern item;
    item.attributes = std::move(attributes);
    item.direction = tokens_.at("import") ? syntax::Direction::import : syntax::Direction::export_;
    tokens_.advance();
    const Span begin = tokens_.peek().span;
    if (tokens_.at_name() && tokens_.at(":", 1) && !tokens_.at("/", 3)) {
      WC_CHECK(refuse_package());
      WC_TRY(item.name, tokens_.name("a name"));
      WC_CHECK(tokens_.expect(":"));
    }
    item.span = item.name ? item.name->span : begin;
    WC_CHECK(extern_type(item));
    return item;
  }

  // `a:b` without space would be a package, if it were not for the missing interface.
  Result<> refuse_package() {
    const Span name = tokens_.peek().span;
    const Span after = tokens_.peek(2).span;
    if (tokens_.at_name(2) && name.end + 1 == after.begin && !tokens_.at(":", 3)) {
      return tokens_.error(join(name, after),
                           "a package cannot be imported or exported; write `/` and the name of "
                           "an interface behind it, or a space behind `:` to give an interface a "
                           "name");
    }
    return {};
  }

  Result<> extern_type(syntax::Extern& item) {
    if (item.name && tokens_.take("interface")) {
      syntax::InlineInterface interface;
      WC_TRY(interface.items, interface_items());
      item.what = std::move(interface);
      return {};
    }
    if (item.name && (tokens_.at("func") || tokens_.at("async"))) {
      WC_TRY(item.what, parse_func_type(tokens_));
    } else if (item.name && !tokens_.at_name()) {
      return tokens_.unexpected("`func`, `interface` or the name of an interface");
    } else {
      WC_TRY(syntax::UsePath path, use_path());
      item.span = item.name ? item.span : path.span;
      item.what = std::move(path);
    }
    return tokens_.expect(";");
  }

  // include-item ::= 'include' use-path ';' | 'include' use-path 'with' '{' include-names-list '}'
  Result<syntax::WorldItem> include(syntax::Attributes attributes) {
    WC_CHECK(refuse_external_id(attributes, "`include`"));
    tokens_.advance();
    syntax::Include include;
    include.attributes = std::move(attributes);
    WC_TRY(include.from, use_path());
    if (!tokens_.take("with")) {
      if (!tokens_.take(";")) {
        return tokens_.unexpected("`;` or `with`");
      }
      return include;
    }
    WC_CHECK(tokens_.expect("{"));
    while (!tokens_.at("}")) {
      WC_CHECK(tokens_.count());
      syntax::RenamedName renamed;
      WC_TRY(renamed.name, tokens_.name("the name of an import or export"));
      WC_CHECK(tokens_.expect("as"));
      WC_TRY(renamed.as, tokens_.name("a name"));
      include.names.push_back(std::move(renamed));
      if (!tokens_.take(",") && !tokens_.at("}")) {
        return tokens_.unexpected("`,` or `}`");
      }
    }
    tokens_.advance();
    tokens_.take(";");
    return include;
  }

  TokenCursor& tokens_;
};

}  // namespace

Result<syntax::Document> parse(std::string_view text, std::string file_name,
                               const ParseLimits& limits) {
  if (text.size() > limits.file_bytes) {
    return Error(ErrorKind::exhausted, "{}: {} bytes are more than a file of WIT may have ({})",
                 file_name, text.size(), limits.file_bytes);
  }
  const std::string path = file_name;
  const Source source{.path = path, .text = text};
  WC_TRY(std::vector<Token> tokens, lex(source));
  TokenCursor cursor(source, std::move(tokens), limits);
  return Parser(cursor).document(std::move(file_name));
}

}  // namespace wasmcloud::wit

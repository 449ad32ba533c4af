#include "wasmcloud/wit/parser_types.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace wasmcloud::wit {
namespace {

using syntax::Type;
using syntax::TypeKind;

// Type constructors with arguments: how many there may be.
struct Generic {
  std::string_view keyword;
  TypeKind kind;
  bool may_be_bare;  // without `<...>`
};

constexpr std::array<Generic, 7> kGenerics{{
    {.keyword = "list", .kind = TypeKind::list, .may_be_bare = false},
    {.keyword = "option", .kind = TypeKind::option, .may_be_bare = false},
    {.keyword = "tuple", .kind = TypeKind::tuple, .may_be_bare = false},
    {.keyword = "result", .kind = TypeKind::result, .may_be_bare = true},
    {.keyword = "map", .kind = TypeKind::map, .may_be_bare = false},
    {.keyword = "stream", .kind = TypeKind::stream, .may_be_bare = true},
    {.keyword = "future", .kind = TypeKind::future, .may_be_bare = true},
}};

bool may_be_key(const Type& type) {
  return type.kind == TypeKind::primitive && type.primitive != Primitive::f32 &&
         type.primitive != Primitive::f64 && type.primitive != Primitive::error_context;
}

class TypeParser {
 public:
  explicit TypeParser(TokenCursor& tokens) : tokens_(tokens) {}

  Result<Type> type() {
    WC_CHECK(tokens_.count());
    const Token token = tokens_.peek();
    if (depth_ >= tokens_.limits().nesting) {
      return error_at(ErrorKind::exhausted, tokens_.source(), token.span,
                      fmt::format("types are nested more than {} deep", tokens_.limits().nesting));
    }
    ++depth_;
    WC_TRY(Type type, type_inside());
    --depth_;
    type.span = tokens_.since(token.span);
    return type;
  }

 private:
  static Type of(TypeKind kind) {
    Type type;
    type.kind = kind;
    return type;
  }

  Result<Type> type_inside() {
    if (tokens_.at_name()) {
      Type type = of(TypeKind::name);
      WC_TRY(type.name, tokens_.name("a type"));
      return type;
    }
    const std::string_view keyword = tokens_.text(tokens_.peek().span);
    if (const auto primitive = primitive_of(keyword)) {
      tokens_.advance();
      Type type;
      type.primitive = *primitive;
      return type;
    }
    if (tokens_.at("own") || tokens_.at("borrow")) {
      return handle(keyword == "own" ? TypeKind::own : TypeKind::borrow);
    }
    const auto generic = std::ranges::find(kGenerics, keyword, &Generic::keyword);
    if (generic == kGenerics.end()) {
      return tokens_.unexpected("a type");
    }
    tokens_.advance();
    if (generic->may_be_bare && !tokens_.at("<")) {
      return of(generic->kind);
    }
    return with_arguments(generic->kind);
  }

  Result<Type> handle(TypeKind kind) {
    tokens_.advance();
    Type type = of(kind);
    WC_CHECK(tokens_.expect("<"));
    WC_TRY(type.name, tokens_.name("the name of a resource"));
    WC_CHECK(tokens_.expect(">"));
    return type;
  }

  Result<Type> with_arguments(TypeKind kind) {
    Type type = of(kind);
    WC_CHECK(tokens_.expect("<"));
    switch (kind) {
      case TypeKind::tuple:
        WC_CHECK(tuple(type));
        break;
      case TypeKind::result:
        WC_CHECK(result(type));
        break;
      case TypeKind::list:
        WC_CHECK(list(type));
        break;
      case TypeKind::map:
        WC_CHECK(map(type));
        break;
      default:
        WC_CHECK(argument(type));
    }
    WC_CHECK(tokens_.expect(">"));
    return type;
  }

  Result<> argument(Type& of) {
    WC_TRY(Type type, this->type());
    of.arguments.push_back(std::move(type));
    return {};
  }

  Result<> tuple(Type& tuple) {
    while (!tokens_.at(">")) {
      WC_CHECK(argument(tuple));
      if (!tokens_.take(",")) {
        break;
      }
    }
    return {};
  }

  Result<> result(Type& result) {
    const bool hole = tokens_.at("_");
    if (hole) {
      Type ok = of(TypeKind::hole);
      ok.span = tokens_.peek().span;
      tokens_.advance();
      result.arguments.push_back(std::move(ok));
      WC_CHECK(tokens_.expect(","));
      return argument(result);
    }
    WC_CHECK(argument(result));
    return tokens_.take(",") ? argument(result) : Result<>();
  }

  Result<> map(Type& map) {
    WC_CHECK(argument(map));
    if (!may_be_key(map.arguments.front())) {
      return tokens_.error(map.arguments.front().span,
                           "a map's key must be an integer type, bool, char or string");
    }
    WC_CHECK(tokens_.expect(","));
    return argument(map);
  }

  Result<> list(Type& list) {
    WC_CHECK(argument(list));
    if (!tokens_.take(",")) {
      return {};
    }
    const Token token = tokens_.peek();
    if (token.kind != TokenKind::integer) {
      return tokens_.unexpected("the length of the list");
    }
    const std::string_view digits = tokens_.text(token.span);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), list.length);
    if (error != std::errc() || digits.front() == '0') {
      return tokens_.error(token.span,
                           "a list's length is a number from 1 to 4294967295 without leading "
                           "zeros");
    }
    tokens_.advance();
    list.kind = TypeKind::fixed_list;
    return {};
  }

  TokenCursor& tokens_;
  std::uint32_t depth_ = 0;
};

Result<Type> parse_type(TokenCursor& tokens) { return TypeParser(tokens).type(); }

// What stands between `open` and `close`, with commas between and perhaps at the end.
template <typename T, typename ParseOne>
Result<std::vector<T>> parse_list(TokenCursor& tokens, std::string_view open,
                                  std::string_view close, ParseOne parse_one) {
  WC_CHECK(tokens.expect(open));
  std::vector<T> list;
  while (!tokens.at(close)) {
    WC_CHECK(tokens.count());
    WC_TRY(T one, parse_one(tokens));
    list.push_back(std::move(one));
    if (!tokens.take(",") && !tokens.at(close)) {
      return tokens.unexpected(fmt::format("`,` or `{}`", close));
    }
  }
  tokens.advance();
  return list;
}

Result<syntax::Param> parse_param(TokenCursor& tokens) {
  syntax::Param param;
  WC_TRY(param.name, tokens.name("the name of a parameter"));
  WC_CHECK(tokens.expect(":"));
  WC_TRY(param.type, parse_type(tokens));
  return param;
}

// "(a: u32) -> string"
Result<> parse_signature(TokenCursor& tokens, syntax::FuncType& function) {
  WC_TRY(function.params, parse_list<syntax::Param>(tokens, "(", ")", parse_param));
  if (tokens.take("->")) {
    WC_TRY(function.result, parse_type(tokens));
  }
  return {};
}

Result<syntax::Field> parse_field(TokenCursor& tokens) {
  syntax::Field field;
  field.docs = tokens.docs();
  WC_TRY(field.name, tokens.name("the name of a field"));
  WC_CHECK(tokens.expect(":"));
  WC_TRY(field.type, parse_type(tokens));
  return field;
}

Result<syntax::Case> parse_case(TokenCursor& tokens) {
  syntax::Case one;
  one.docs = tokens.docs();
  WC_TRY(one.name, tokens.name("the name of a case"));
  if (tokens.take("(")) {
    WC_TRY(one.type, parse_type(tokens));
    WC_CHECK(tokens.expect(")"));
  }
  return one;
}

Result<syntax::Label> parse_label(TokenCursor& tokens) {
  syntax::Label label;
  label.docs = tokens.docs();
  WC_TRY(label.name, tokens.name("a name"));
  return label;
}

Result<syntax::ResourceFunction> parse_resource_function(TokenCursor& tokens) {
  WC_CHECK(tokens.count());
  syntax::ResourceFunction one;
  WC_TRY(one.function.attributes, parse_attributes(tokens));
  const Token token = tokens.peek();
  if (tokens.take("constructor")) {
    one.kind = syntax::ResourceFunctionKind::constructor;
    one.function.name = {.text = "constructor", .span = token.span};
    WC_CHECK(parse_signature(tokens, one.function.type));
  } else {
    WC_TRY(one.function.name, tokens.name("`constructor`, the name of a function or `}`"));
    WC_CHECK(tokens.expect(":"));
    if (tokens.take("static")) {
      one.kind = syntax::ResourceFunctionKind::static_;
    }
    WC_TRY(one.function.type, parse_func_type(tokens));
  }
  WC_CHECK(tokens.expect(";"));
  return one;
}

Result<syntax::Resource> parse_resource(TokenCursor& tokens) {
  syntax::Resource resource;
  if (tokens.take(";")) {
    return resource;
  }
  if (!tokens.take("{")) {
    return tokens.unexpected("`;` or `{`");
  }
  while (!tokens.take("}")) {
    WC_TRY(syntax::ResourceFunction function, parse_resource_function(tokens));
    resource.functions.push_back(std::move(function));
  }
  return resource;
}

Result<> check_has_cases(const TokenCursor& tokens, const syntax::Id& name, std::size_t cases) {
  if (cases == 0) {
    return tokens.error(name.span, fmt::format("`{}` has no case", name.text));
  }
  return {};
}

Result<> parse_body(TokenCursor& tokens, std::string_view keyword,
                    syntax::TypeDefinition& definition) {
  if (keyword == "record") {
    syntax::Record record;
    WC_TRY(record.fields, parse_list<syntax::Field>(tokens, "{", "}", parse_field));
    definition.body = std::move(record);
  } else if (keyword == "variant") {
    syntax::Variant variant;
    WC_TRY(variant.cases, parse_list<syntax::Case>(tokens, "{", "}", parse_case));
    WC_CHECK(check_has_cases(tokens, definition.name, variant.cases.size()));
    definition.body = std::move(variant);
  } else if (keyword == "enum") {
    syntax::Enum enumeration;
    WC_TRY(enumeration.cases, parse_list<syntax::Label>(tokens, "{", "}", parse_label));
    WC_CHECK(check_has_cases(tokens, definition.name, enumeration.cases.size()));
    definition.body = std::move(enumeration);
  } else if (keyword == "flags") {
    syntax::Flags flags;
    WC_TRY(flags.flags, parse_list<syntax::Label>(tokens, "{", "}", parse_label));
    definition.body = std::move(flags);
  } else if (keyword == "resource") {
    WC_TRY(definition.body, parse_resource(tokens));
  } else {
    syntax::Alias alias;
    WC_CHECK(tokens.expect("="));
    WC_TRY(alias.type, parse_type(tokens));
    WC_CHECK(tokens.expect(";"));
    definition.body = std::move(alias);
  }
  return {};
}

}  // namespace

bool at_type_definition(const TokenCursor& tokens) {
  static constexpr std::array<std::string_view, 6> kKeywords{"type", "record", "variant",
                                                             "enum", "flags",  "resource"};
  return std::ranges::any_of(kKeywords,
                             [&](std::string_view keyword) { return tokens.at(keyword); });
}

Result<syntax::TypeDefinition> parse_type_definition(TokenCursor& tokens,
                                                     syntax::Attributes attributes) {
  const std::string_view keyword = tokens.text(tokens.peek().span);
  tokens.advance();
  syntax::TypeDefinition definition;
  definition.attributes = std::move(attributes);
  WC_TRY(definition.name, tokens.name("the name of the type"));
  WC_CHECK(parse_body(tokens, keyword, definition));
  return definition;
}

Result<syntax::FuncType> parse_func_type(TokenCursor& tokens) {
  syntax::FuncType function;
  function.async = tokens.take("async");
  WC_CHECK(tokens.expect("func"));
  WC_CHECK(parse_signature(tokens, function));
  return function;
}

}  // namespace wasmcloud::wit

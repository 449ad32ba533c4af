// The parser's part for types and their definitions. Pure.
#pragma once

#include "wasmcloud/base/result.h"
#include "wasmcloud/wit/syntax.h"
#include "wasmcloud/wit/token_cursor.h"

namespace wasmcloud::wit {

// Whether a definition of a type begins here, gates apart.
bool at_type_definition(const TokenCursor& tokens);

Result<syntax::TypeDefinition> parse_type_definition(TokenCursor& tokens,
                                                     syntax::Attributes attributes);

Result<syntax::FuncType> parse_func_type(TokenCursor& tokens);

// Docs and gates before an item, and its external id.
Result<syntax::Attributes> parse_attributes(TokenCursor& tokens);

}  // namespace wasmcloud::wit

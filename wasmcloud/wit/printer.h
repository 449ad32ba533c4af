// From syntax to text, in one form whatever the original looked like: two spaces of indentation, an
// item a line, docs as `///`, gates before the item; an empty line before what has docs and between
// items, unless both are uses, includes, imports or exports. What is printed parses to an equal
// Document. Comments that are no docs are gone. Pure.
#pragma once

#include <string>

#include "wasmcloud/wit/syntax.h"

namespace wasmcloud::wit {

// Of a Document that came from the parser, or could have.
std::string print(const syntax::Document& document);

// "result<_, list<own<request>>>"
std::string print(const syntax::Type& type);

// "wasi:http/types@0.2.0"
std::string print(const syntax::UsePath& path);

}  // namespace wasmcloud::wit

// What all programs here call each other with: the functions of wit/interop.wit, and the values
// that go through those of `types`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wit/value.h"
#include "wasmcloud/wit/value_type.h"

namespace wasmcloud::interop {

// Of the subjects over NATS, and the queue group.
inline constexpr const char* kPrefix = "interop";

struct Function {
  std::string interface;  // "types"
  std::string instance;   // as it is on the wire
  std::string name;       // as a component names it
  wit::FuncSignature signature;
};

// Read from the file once. Aborts if it is wrong.
const std::vector<Function>& functions();
// By the name on the wire; null if there is none.
const Function* find_function(std::string_view instance, std::string_view wire_name);
// By interface and name as above. It must be there.
const Function& function(std::string_view interface, std::string_view name);

// Of a function of `types`.
struct KnownValues {
  std::string function;
  std::vector<std::string> texts;  // WAVE
};

const std::vector<KnownValues>& known_values();

// The value `which` of that function; `not_found` if it has none.
Result<wit::Value> known_value(const Function& function, std::size_t which);

// The bytes that streams and lists are made of: a cut, a loss or a swap shows.
std::vector<std::uint8_t> pattern(std::size_t length);
wit::List values_of(const std::vector<std::uint8_t>& bytes);

// How many bytes of a stream are sent at a time.
inline constexpr std::size_t kPiece = 4000;

}  // namespace wasmcloud::interop

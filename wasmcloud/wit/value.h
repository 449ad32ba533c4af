// A value of any WIT type, for those who learn the type only at run time: tools, tests, bridges.
// The hot path does not use it. Pure.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace wasmcloud::wit {

struct Value;

// Floats compare as numbers do: NaN equals nothing.
bool operator==(const Value& a, const Value& b);

struct Tuple {
  std::vector<Value> items;
};

struct Record {
  std::vector<std::string> names;  // in the order of the type
  std::vector<Value> values;       // one for each name
};

// A case of a variant; `payload` has one value or none.
struct Case {
  std::string name;
  std::vector<Value> payload;
};

struct EnumCase {
  std::string name;
};

// One value or none.
struct Option {
  std::vector<Value> payload;
};

// `payload` has one value or none, as the type has it.
struct ResultValue {
  bool ok = true;
  std::vector<Value> payload;
};

struct FlagSet {
  std::vector<std::string> names;  // those that are set, in the order of the type
};

// What a handle stands for, as whoever made the handle knows it.
class HeldResource {
 public:
  virtual ~HeldResource() = default;
};

// A handle of a resource, own or borrowed as its type has it. It owns nothing: the resource belongs
// to whoever made the handle (a store, component/dynamic.h), goes with it at the latest, and may be
// gone before. Copies are one handle: given away through one of them, none is good any more. It has
// no text form.
struct Handle {
  std::shared_ptr<HeldResource> resource;
};

using List = std::vector<Value>;

struct Value {
  std::variant<bool, std::int8_t, std::uint8_t, std::int16_t, std::uint16_t, std::int32_t,
               std::uint32_t, std::int64_t, std::uint64_t, float, double, char32_t, std::string,
               List, Tuple, Record, Case, EnumCase, Option, ResultValue, FlagSet, Handle>
      rep;
};

bool operator==(const Tuple& a, const Tuple& b);
bool operator==(const Record& a, const Record& b);
bool operator==(const Case& a, const Case& b);
bool operator==(const EnumCase& a, const EnumCase& b);
bool operator==(const Option& a, const Option& b);
bool operator==(const ResultValue& a, const ResultValue& b);
bool operator==(const FlagSet& a, const FlagSet& b);
bool operator==(const Handle& a, const Handle& b);  // whether they are copies

}  // namespace wasmcloud::wit

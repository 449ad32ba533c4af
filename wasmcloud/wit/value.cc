#include "wasmcloud/wit/value.h"

namespace wasmcloud::wit {

bool operator==(const Tuple& a, const Tuple& b) { return a.items == b.items; }

bool operator==(const Record& a, const Record& b) {
  return a.names == b.names && a.values == b.values;
}

bool operator==(const Case& a, const Case& b) { return a.name == b.name && a.payload == b.payload; }

bool operator==(const EnumCase& a, const EnumCase& b) { return a.name == b.name; }

bool operator==(const Option& a, const Option& b) { return a.payload == b.payload; }

bool operator==(const ResultValue& a, const ResultValue& b) {
  return a.ok == b.ok && a.payload == b.payload;
}

bool operator==(const FlagSet& a, const FlagSet& b) { return a.names == b.names; }

bool operator==(const Handle& a, const Handle& b) { return a.resource == b.resource; }

bool operator==(const Value& a, const Value& b) { return a.rep == b.rep; }

}  // namespace wasmcloud::wit

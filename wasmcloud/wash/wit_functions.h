// Functions that a user names, or that a message is for, and what WIT tells of them. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/wit/graph.h"
#include "wasmcloud/wit/value_type.h"

namespace wasmcloud::wash {

// As a call has it on the wire.
struct Operation {
  std::string instance;  // "ns:pkg/interface@1.0.0"; empty: a function of a world's root
  std::string function;  // "get", "[method]bucket.get"

  friend bool operator==(const Operation&, const Operation&) = default;
};

// "ns:pkg/interface[@version].function" where no WIT tells. Of a version, only the part behind its
// last dot can be the function. Error `invalid` in the words of the existing wash.
Result<Operation> parse_operation(std::string_view text);

struct KnownFunction {
  Operation operation;
  wit::FuncSignature signature;
};

// All functions of the interfaces that WIT mentions, and those that its worlds export.
class WitFunctions {
 public:
  explicit WitFunctions(wit::Graph graph);

  // "ns:pkg/interface@1.0.0.function", "interface.function", "function"; of a resource
  // "ns:pkg/interface.bucket.get". The version may be left out if there is only one. Errors:
  // `not_found` with those that are near, `conflict` with the versions; those of
  // wit::signature_of().
  Result<KnownFunction> find(std::string_view text) const;

  // By the end of a subject, which is the name with its version. None: unknown, or of types that
  // have no values.
  std::optional<KnownFunction> find_exactly(std::string_view text) const;

 private:
  struct Entry {
    std::string text;   // as on the wire: "ns:pkg/interface@1.0.0.bucket.get"
    std::string plain;  // the same without the version
    Operation operation;
    wit::FunctionId function;
  };

  void add(const std::string& instance, wit::FunctionId function);
  Result<KnownFunction> known(const Entry& entry) const;
  Error not_found(std::string_view text) const;

  wit::Graph graph_;
  std::vector<Entry> entries_;
};

}  // namespace wasmcloud::wash

// The canonical ABI's view of a type, worked out once: size, alignment, flat form and where each
// part lies (CanonicalABI.md "Alignment", "Element Size", "Flattening"). Calls between guests and
// calls with dynamic values walk it; functions bound to C++ types have the same figures at compile
// time (abi.h). Internal to the module.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/component/abi.h"
#include "wasmcloud/component/types.h"

namespace wasmcloud::component {

// Which resource of the running store a ResourceId is.
class ResourceIndexer : public ResourceResolver {
 public:
  virtual std::optional<ResourceIndex> index_of(ResourceId id) const = 0;
};

struct ValuePlan {
  enum class Kind : std::uint8_t {
    boolean,
    integer,  // of `size` bytes; signed if `is_signed`
    f32,
    f64,
    character,
    string,
    list,
    fixed_list,
    sequence,  // record, tuple
    variant,   // variant, option, result
    enumeration,
    flags,
    own,
    borrow,
  };

  struct Part {
    const ValuePlan* layout = nullptr;  // variant: null for a case without payload
    std::uint32_t offset = 0;           // sequence only
  };

  Kind kind = Kind::boolean;
  bool is_signed = false;
  // Any bits are a value and mean the same in every instance: a copy of the bytes is a copy of the
  // value.
  bool copyable = false;
  std::uint32_t size = 0;
  std::uint32_t align = 1;
  std::vector<FlatType> flat;            // as far as kMaxFlatParams + 1: longer is spilled anyway
  std::vector<Part> parts;               // fields, members, cases
  const ValuePlan* element = nullptr;    // list, fixed_list
  std::uint32_t length = 0;              // fixed_list; enumeration and flags: how many names
  std::uint32_t discriminant = 0;        // variant, enumeration: bytes
  std::uint32_t payload = 0;             // variant: offset
  ResourceIndex resource = 0;            // own, borrow
  const types::Defined* type = nullptr;  // for names; null for primitives
  Primitive primitive = Primitive::boolean;
};

// How one function's values cross: the plans of its parameters and of its result.
struct FuncPlan {
  ValuePlan params;  // as a sequence
  const ValuePlan* result = nullptr;
  bool params_spilled = false;  // through a pointer
  bool result_spilled = false;
  // Of the core function that `canon lift` takes and of the one that `canon lower` makes.
  std::vector<FlatType> lift_params, lift_results, lower_params, lower_results;
};

// Owns plans and plans; addresses stay.
class PlanTable {
 public:
  // `unsupported` for what needs the asynchronous runtime (streams, futures, error contexts).
  Result<const ValuePlan*> layout(const TypeArena& arena, const ResourceIndexer& resources,
                                  ValType type);
  Result<const FuncPlan*> plan(const TypeArena& arena, const ResourceIndexer& resources,
                               const types::Func& func);

 private:
  Result<ValuePlan> build(const TypeArena& arena, const ResourceIndexer& resources,
                          const types::Defined& type);
  Result<ValuePlan> build_sequence(const TypeArena& arena, const ResourceIndexer& resources,
                                   const std::vector<ValType>& types);
  Result<ValuePlan> build_variant(const TypeArena& arena, const ResourceIndexer& resources,
                                  const std::vector<std::optional<ValType>>& cases);

  std::deque<ValuePlan> values_;
  std::deque<FuncPlan> plans_;
  std::map<Primitive, const ValuePlan*> primitives_;
  std::map<std::pair<const ResourceIndexer*, DefinedTypeId>, const ValuePlan*> defined_;
};

}  // namespace wasmcloud::component

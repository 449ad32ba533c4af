// The canonical ABI's view of a type, put together once: size, alignment, flat form and where each
// part lies. Calls between guests and calls with dynamic values walk it; functions bound to C++
// types have the same at compile time (abi.h), by the same rules (canonical_abi.h). Internal to the
// module.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "wasmcloud/base/result.h"
#include "wasmcloud/component/abi.h"
#include "wasmcloud/component/abi_flat.h"
#include "wasmcloud/component/subtype.h"
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
  FlatTypes flat;
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
  FlatSignature lifted;   // of the core function that `canon lift` takes
  FlatSignature lowered;  // of the one that `canon lower` makes

  // How many core values a call of the lifted function needs room for.
  std::size_t lifted_values() const noexcept {
    return std::max({std::size_t{1}, lifted.params.size(), lifted.results.size()});
  }
};

// Owns plans; their addresses stay.
class PlanTable {
 public:
  // Of a function that has been validated. `unsupported` for what needs the asynchronous runtime
  // (streams, futures, error contexts), `invalid` for parameters beyond kMaxValueBytes in all,
  // `exhausted` when `budget` is.
  Result<const FuncPlan*> plan(const TypeArena& arena, const ResourceIndexer& resources,
                               const types::Func& func, WorkBudget& budget);

 private:
  class Builder;

  const ValuePlan* keep(ValuePlan plan) { return &values_.emplace_back(std::move(plan)); }

  std::deque<ValuePlan> values_;
  std::deque<FuncPlan> plans_;
  std::map<Primitive, const ValuePlan*> primitives_;
  std::map<std::pair<const ResourceIndexer*, DefinedTypeId>, const ValuePlan*> defined_;
};

}  // namespace wasmcloud::component

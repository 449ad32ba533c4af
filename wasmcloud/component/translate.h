// Values from one guest to another inside one composed component, memory to memory: both plans
// are walked at once, and what has the same bytes on both sides is one copy (section 3.5 of the
// fact sheet). Internal to the module.
#pragma once

#include <vector>

#include "wasmcloud/component/handle_table.h"
#include "wasmcloud/component/value_plan.h"

namespace wasmcloud::component {

// Values of one call, in one direction. Failures are kept by the guest that they concern; look at
// both.
class Translation {
 public:
  // `scope`: counts the borrow handles that the receiver gets; null where there can be none
  // (results).
  Translation(Guest& from, Guest& to, CallScope* scope) : from_(from), to_(to), scope_(scope) {}

  // A sequence or a single value in flat form; each cursor moves over it.
  void flat(const ValuePlan& layout, const RawValue*& in, RawValue*& out);
  // In memory; both areas have been checked.
  void memory(const ValuePlan& layout, std::uint32_t in, std::uint32_t out);

  // Which of the sender's handles the call has borrowed.
  const std::vector<std::uint32_t>& lent() const noexcept { return lent_; }

 private:
  bool failed() const noexcept { return from_.failed() || to_.failed(); }

  RawValue scalar(const ValuePlan& layout, RawValue value);
  Guest::Lowered pair(const ValuePlan& layout, std::uint32_t pointer, std::uint32_t length);
  Guest::Lowered list(const ValuePlan& element, std::uint32_t pointer, std::uint32_t length);
  std::uint32_t handle(const ValuePlan& layout, std::uint32_t index);
  void flat_variant(const ValuePlan& layout, const RawValue*& in, RawValue*& out);
  void memory_variant(const ValuePlan& layout, std::uint32_t in, std::uint32_t out);
  void copy(std::uint32_t in, std::uint32_t out, std::uint64_t size);

  Guest& from_;
  Guest& to_;
  CallScope* scope_;
  std::vector<std::uint32_t> lent_;
};

}  // namespace wasmcloud::component

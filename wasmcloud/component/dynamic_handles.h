// Handles of resources as dynamic values. The host is to its store what one more component instance
// would be: it has a table of handles there, and what a wit::Handle knows is a place in that table.
// Internal to the module.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "wasmcloud/component/store_impl.h"
#include "wasmcloud/wit/value.h"

namespace wasmcloud::component {

// A value that fits the type of its plan, taken apart: the place of its case; the payload of a
// variant, option or result; the parts of a record or tuple.
std::uint32_t case_of(const ValuePlan& plan, const wit::Value& value);
const std::vector<wit::Value>& payload_of(const wit::Value& value);
const std::vector<wit::Value>& parts_of(const wit::Value& value);

// Shared by all copies of a handle, and by nothing else: it may outlive the store.
class DynamicHandle final : public wit::HeldResource {
 public:
  DynamicHandle(std::shared_ptr<const void> which_store, std::uint32_t at)
      : store(std::move(which_store)), index(at) {}

  std::shared_ptr<const void> store;  // Store::Impl::identity
  std::uint32_t index;                // in its table; 0: given away, or dropped
};

// A handle of this store that is still good: its place and what is there, which is valid until the
// table changes. Error `invalid`.
struct FoundHandle {
  DynamicHandle* held = nullptr;
  Handle* entry = nullptr;
};

Result<FoundHandle> find_dynamic(Store::Impl& impl, const wit::Handle& handle);

// The handles among the arguments of one call. Own handles move into the guest; the others are lent
// until this goes.
class DynamicArguments {
 public:
  explicit DynamicArguments(Store::Impl& impl) : impl_(impl) {}

  ~DynamicArguments();
  DynamicArguments(const DynamicArguments&) = delete;
  DynamicArguments& operator=(const DynamicArguments&) = delete;

  // Whether all handles in `value`, which fits the type of `plan`, can be given so: before anything
  // has run, so that nothing has to be undone. Error `invalid` or `conflict`.
  Result<> check(const ValuePlan& plan, const wit::Value& value);
  // The index (or what it stands for, where the callee implements the resource) for the callee.
  std::uint32_t lower(Guest& guest, const ValuePlan& plan, const wit::Handle& handle);

  // Whether the callee has dropped what it was lent.
  bool returned() const noexcept { return scope_.borrows == 0; }

 private:
  Result<> check_handle(const ValuePlan& plan, const wit::Handle& handle);

  Store::Impl& impl_;
  CallScope scope_;
  std::vector<std::uint32_t> lent_;
  std::map<const DynamicHandle*, bool> given_;  // whether as own
};

// A handle that the guest gives away.
wit::Value lift_dynamic(Guest& guest, const ValuePlan& plan, std::uint32_t index);

}  // namespace wasmcloud::component

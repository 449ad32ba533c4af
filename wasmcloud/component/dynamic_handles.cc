#include "wasmcloud/component/dynamic_handles.h"

#include <algorithm>

namespace wasmcloud::component {
namespace {

using Kind = ValuePlan::Kind;

}  // namespace

std::uint32_t case_of(const ValuePlan& plan, const wit::Value& value) {
  if (const auto* const option = std::get_if<wit::Option>(&value.rep)) {
    return option->payload.empty() ? 0 : 1;
  }
  if (const auto* const result = std::get_if<wit::ResultValue>(&value.rep)) {
    return result->ok ? 0 : 1;
  }
  const auto& cases = std::get<types::Variant>(*plan.type).cases;
  const auto& name = std::get<wit::Case>(value.rep).name;
  return static_cast<std::uint32_t>(std::ranges::find(cases, name, &types::Case::name) -
                                    cases.begin());
}

const std::vector<wit::Value>& payload_of(const wit::Value& value) {
  if (const auto* const option = std::get_if<wit::Option>(&value.rep)) {
    return option->payload;
  }
  if (const auto* const result = std::get_if<wit::ResultValue>(&value.rep)) {
    return result->payload;
  }
  return std::get<wit::Case>(value.rep).payload;
}

const std::vector<wit::Value>& parts_of(const wit::Value& value) {
  const auto* const record = std::get_if<wit::Record>(&value.rep);
  return record != nullptr ? record->values : std::get<wit::Tuple>(value.rep).items;
}

Result<FoundHandle> find_dynamic(Store::Impl& impl, const wit::Handle& handle) {
  auto* const held = dynamic_cast<DynamicHandle*>(handle.resource.get());
  if (held == nullptr) {
    return Error(ErrorKind::invalid, "the handle stands for nothing");
  }
  if (held->store != impl.identity) {
    return Error(ErrorKind::invalid, "the handle is of another store");
  }
  Handle* const entry = impl.dynamic_handles.find(held->index);
  if (entry == nullptr) {
    return Error(ErrorKind::invalid, "the handle has been given away or dropped");
  }
  return FoundHandle{held, entry};
}

DynamicArguments::~DynamicArguments() {
  for (const std::uint32_t index : lent_) {
    if (Handle* const lender = impl_.dynamic_handles.find(index)) {
      --lender->lends;
    }
  }
}

Result<> DynamicArguments::check(const ValuePlan& plan, const wit::Value& value) {
  switch (plan.kind) {
    case Kind::list:
    case Kind::fixed_list:
      for (const wit::Value& item : std::get<wit::List>(value.rep)) {
        WC_CHECK(check(*plan.element, item));
      }
      return {};
    case Kind::sequence:
      for (std::size_t i = 0; i < plan.parts.size(); ++i) {
        WC_CHECK(check(*plan.parts[i].layout, parts_of(value)[i]));
      }
      return {};
    case Kind::variant: {
      const ValuePlan* const inside = plan.parts[case_of(plan, value)].layout;
      return inside == nullptr ? Result<>() : check(*inside, payload_of(value).front());
    }
    case Kind::own:
    case Kind::borrow:
      return check_handle(plan, std::get<wit::Handle>(value.rep));
    default:
      return {};
  }
}

Result<> DynamicArguments::check_handle(const ValuePlan& plan, const wit::Handle& handle) {
  WC_TRY(const FoundHandle found, find_dynamic(impl_, handle));
  if (found.entry->resource != plan.resource) {
    return Error(ErrorKind::invalid, "the handle is of another resource type");
  }
  const bool own = plan.kind == Kind::own;
  if (own && found.entry->lends != 0) {
    return Error(ErrorKind::conflict, "the handle is lent to a call in progress");
  }
  const auto [before, is_first] = given_.emplace(found.held, own);
  if (!is_first && (own || before->second)) {
    return Error(ErrorKind::invalid, "the handle is given away and used again in one call");
  }
  return {};
}

std::uint32_t DynamicArguments::lower(Guest& guest, const ValuePlan& plan,
                                      const wit::Handle& handle) {
  if (guest.failed()) {
    return 0;
  }
  Result<FoundHandle> found = find_dynamic(impl_, handle);
  if (!found) {
    guest.fail(std::move(found).error());
    return 0;
  }
  const std::uint32_t rep = found->entry->rep;
  if (plan.kind == Kind::own) {
    impl_.dynamic_handles.remove(std::exchange(found->held->index, 0));
    return guest.insert_handle({Handle::Kind::own, plan.resource, rep, 0, nullptr});
  }
  ++found->entry->lends;
  lent_.push_back(found->held->index);
  const RuntimeResource& resource = impl_.program.resources[plan.resource];
  if (resource.host == nullptr && resource.instance == guest.options().instance) {
    return rep;
  }
  ++scope_.borrows;
  return guest.insert_handle({Handle::Kind::borrow, plan.resource, rep, 0, &scope_});
}

wit::Value lift_dynamic(Guest& guest, const ValuePlan& plan, std::uint32_t index) {
  if (plan.kind != Kind::own) {
    guest.fail(Error(ErrorKind::internal, "a result holds a borrow"));  // refused when validated
    return {};
  }
  const auto rep = guest.take_own(index, plan.resource);
  if (!rep) {
    return {};
  }
  Store::Impl& impl = guest.store().impl();
  const std::uint32_t at = impl.dynamic_handles.insert(
      {Handle::Kind::own, plan.resource, *rep, 0, nullptr}, impl.handle_room);
  if (at == 0) {
    guest.fail_trap("cannot allocate another handle: index overflow");
    return {};
  }
  if (impl.identity == nullptr) {
    impl.identity = std::make_shared<char>();
  }
  return {wit::Handle{std::make_shared<DynamicHandle>(impl.identity, at)}};
}

}  // namespace wasmcloud::component

// Values between a guest's memory and the wire, by the plan of a function: what the guest has is
// written as bytes of wRPC, what comes is lowered into the guest, with no values in between
// (wrpc.md 1; CanonicalABI.md "Loading", "Storing").
//
// For each side of a call: an import's parameters are encoded and its result is decoded; of an
// export it is the other way round. All that goes wrong is kept by the Guest, as everywhere; ask
// it once at the end. Bytes that do not fit the type fail it with `invalid`.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "wasmcloud/component/guest.h"
#include "wasmcloud/wrpc/wire.h"

namespace wasmcloud::component {
struct FuncPlan;  // value_plan.h
}

namespace wasmcloud::bridge {

// What stands behind a guest's handle of a resource that somebody else has: the bytes by which they
// know it (wrpc.md 1.10).
class RemoteResource final : public component::HostResource {
 public:
  explicit RemoteResource(std::span<const std::uint8_t> name) : name_(name.begin(), name.end()) {}

  std::span<const std::uint8_t> name() const noexcept { return name_; }

 private:
  std::vector<std::uint8_t> name_;
};

// Why a handle of such a resource (null: of one that a guest defines) crosses no link.
Error refuse_resource(const component::HostResourceType* type);

// `values`: the core values of the call: flat, or a pointer if the plan says so. `out` and `in`
// must be the function's parameters or its result, whole.

// Of a function that the guest imports.
void encode_params(component::Guest& guest, const component::FuncPlan& plan,
                   const component::RawValue* values, wrpc::WireWriter& out);
void decode_result(component::Guest& guest, const component::FuncPlan& plan,
                   component::RawValue* values, wrpc::WireReader& in);

// Of one that it exports.
void decode_params(component::Guest& guest, const component::FuncPlan& plan,
                   component::RawValue* values, wrpc::WireReader& in);
void encode_result(component::Guest& guest, const component::FuncPlan& plan,
                   const component::RawValue* values, wrpc::WireWriter& out);

}  // namespace wasmcloud::bridge

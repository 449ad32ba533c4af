#include <algorithm>
#include <bit>
#include <cstring>

#include "wasmcloud/bridge/guest_codec.h"
#include "wasmcloud/component/value_plan.h"

namespace wasmcloud::bridge {
namespace {

using component::Guest;
using component::RawValue;
using component::ValuePlan;
using Kind = component::ValuePlan::Kind;

class Decoder {
 public:
  Decoder(Guest& guest, wrpc::WireReader& in) : guest_(guest), in_(in) {}

  void flat(const ValuePlan& plan, RawValue*& out) {
    switch (plan.kind) {
      case Kind::string:
      case Kind::list: {
        const Guest::Lowered lowered = pair(plan);
        (out++)->set_u32(lowered.pointer);
        (out++)->set_u32(lowered.length);
        break;
      }
      case Kind::fixed_list:
        for (std::uint32_t i = 0; i < plan.length; ++i) {
          flat(*plan.element, out);
        }
        break;
      case Kind::sequence:
        for (const ValuePlan::Part& part : plan.parts) {
          flat(*part.layout, out);
        }
        break;
      case Kind::variant:
        flat_variant(plan, out);
        break;
      default:
        *out++ = scalar(plan);
    }
  }

  // `pointer` is in an area that has been checked.
  void memory(const ValuePlan& plan, std::uint32_t pointer) {
    switch (plan.kind) {
      case Kind::string:
      case Kind::list: {
        const Guest::Lowered lowered = pair(plan);
        guest_.store_value(pointer, lowered.pointer);
        guest_.store_value(pointer + 4, lowered.length);
        break;
      }
      case Kind::fixed_list:
        elements(*plan.element, pointer, plan.length);
        break;
      case Kind::sequence:
        for (const ValuePlan::Part& part : plan.parts) {
          memory(*part.layout, pointer + part.offset);
        }
        break;
      case Kind::variant: {
        const std::uint32_t which = case_index(plan);
        RawValue raw;
        raw.set_u32(which);
        guest_.store_raw(plan.discriminant, raw, pointer);
        if (const ValuePlan* const inside = plan.parts[which].layout) {
          memory(*inside, pointer + plan.payload);
        }
        break;
      }
      default:
        guest_.store_raw(plan.size, scalar(plan), pointer);
    }
  }

  // What the reader failed with is the guest's failure.
  bool failed() {
    if (in_.failed() && !guest_.failed()) [[unlikely]] {
      Result<> status = in_.status();
      guest_.fail(std::move(status).error());
    }
    return guest_.failed();
  }

 private:
  RawValue scalar(const ValuePlan& plan) {
    RawValue raw;
    switch (plan.kind) {
      case Kind::boolean:
        raw.set_u32(in_.boolean() ? 1 : 0);
        break;
      case Kind::integer:
        raw = integer(plan);
        break;
      case Kind::f32:
        raw.set_u32(std::bit_cast<std::uint32_t>(in_.f32()));
        break;
      case Kind::f64:
        raw.set_u64(std::bit_cast<std::uint64_t>(in_.f64()));
        break;
      case Kind::character:
        raw.set_u32(static_cast<std::uint32_t>(in_.character()));
        break;
      case Kind::enumeration:
        raw.set_u32(in_.discriminant(plan.length, "enum"));
        break;
      case Kind::flags:
        raw.set_u32(static_cast<std::uint32_t>(in_.flag_bits(plan.length)));
        break;
      default:
        raw.set_u32(handle(plan));
    }
    return raw;
  }

  RawValue integer(const ValuePlan& plan) {
    RawValue raw;
    const auto read = [&]<typename Signed, typename Unsigned>(Signed, Unsigned) {
      if (plan.is_signed) {  // extended to 32 bits, as a flat value is
        raw.set_u32(static_cast<std::uint32_t>(in_.integer<Signed>()));
      } else {
        raw.set_u32(in_.integer<Unsigned>());
      }
    };
    switch (plan.size) {
      case 1:
        read(std::int8_t(), std::uint8_t());
        break;
      case 2:
        read(std::int16_t(), std::uint16_t());
        break;
      case 4:
        read(std::int32_t(), std::uint32_t());
        break;
      default:
        raw.set_u64(plan.is_signed ? static_cast<std::uint64_t>(in_.integer<std::int64_t>())
                                   : in_.integer<std::uint64_t>());
    }
    return raw;
  }

  std::uint32_t case_index(const ValuePlan& plan) {
    if (plan.parts.size() == 2 && !std::holds_alternative<component::types::Variant>(*plan.type)) {
      return in_.status_byte(
                 std::holds_alternative<component::types::Option>(*plan.type) ? "option" : "result")
                 ? 1
                 : 0;
    }
    return in_.discriminant(plan.parts.size(), "variant");
  }

  void flat_variant(const ValuePlan& plan, RawValue*& out) {
    RawValue* const end = out + plan.flat.count;
    const std::uint32_t which = case_index(plan);
    (out++)->set_u32(which);
    if (const ValuePlan* const inside = plan.parts[which].layout) {
      flat(*inside, out);
    }
    std::fill(out, end, RawValue());
    out = end;
  }

  Guest::Lowered pair(const ValuePlan& plan) {
    if (plan.kind == Kind::string) {
      const std::string_view text = in_.string();
      return failed() ? Guest::Lowered() : guest_.lower_string(text);
    }
    const ValuePlan& element = *plan.element;
    if (element.kind == Kind::integer && element.size == 1) {
      return bytes(element);
    }
    const std::uint32_t count = in_.count();
    if (count > in_.remaining()) {  // each has a byte at least: nothing is allocated for a lie
      in_.raw(count, "list");
    }
    if (failed()) {
      return {};
    }
    const std::uint64_t size = std::uint64_t{count} * element.size;
    const std::uint32_t pointer = guest_.allocate(size, element.align, "list");
    elements(element, pointer, count);
    return {pointer, count};
  }

  Guest::Lowered bytes(const ValuePlan& element) {
    const auto from = in_.byte_list();
    if (failed()) {
      return {};
    }
    const std::uint32_t pointer = guest_.allocate(from.size(), element.align, "list");
    const auto to = guest_.bytes(pointer, from.size(), element.align, "list");
    if (!guest_.failed() && !from.empty()) {
      std::memcpy(to.data(), from.data(), from.size());  // of spans, the library's copy is a loop
    }
    return {pointer, static_cast<std::uint32_t>(from.size())};
  }

  void elements(const ValuePlan& element, std::uint32_t pointer, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count && !failed(); ++i) {
      memory(element, pointer + i * element.size);
    }
  }

  std::uint32_t handle(const ValuePlan& plan) {
    const auto name = in_.byte_list("handle");
    if (failed()) {
      return 0;
    }
    const component::HostResourceType* const type = guest_.host_type(plan.resource);
    if (type == nullptr || !type->remote) {
      guest_.fail(refuse_resource(type));
      return 0;
    }
    auto object = std::make_unique<RemoteResource>(name);
    return plan.kind == Kind::own ? guest_.lower_own(std::move(object), plan.resource)
                                  : guest_.lower_borrow(std::move(object), plan.resource);
  }

  Guest& guest_;
  wrpc::WireReader& in_;
};

}  // namespace

void decode_params(Guest& guest, const component::FuncPlan& plan, RawValue* values,
                   wrpc::WireReader& in) {
  Decoder decoder(guest, in);
  if (plan.params_spilled) {
    const std::uint32_t pointer = guest.allocate(plan.params.size, plan.params.align, "argument");
    decoder.memory(plan.params, pointer);
    values->set_u32(pointer);
  } else {
    decoder.flat(plan.params, values);
  }
  decoder.failed();
}

void decode_result(Guest& guest, const component::FuncPlan& plan, RawValue* values,
                   wrpc::WireReader& in) {
  if (plan.result == nullptr) {
    return;
  }
  Decoder decoder(guest, in);
  if (plan.result_spilled) {
    const std::uint32_t pointer = values[plan.lowered.params.size() - 1].u32();
    guest.bytes(pointer, plan.result->size, plan.result->align, "return pointer");
    decoder.memory(*plan.result, pointer);
  } else {
    decoder.flat(*plan.result, values);
  }
  decoder.failed();
}

}  // namespace wasmcloud::bridge

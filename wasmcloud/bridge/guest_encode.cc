#include "wasmcloud/bridge/guest_codec.h"
#include "wasmcloud/component/value_plan.h"

namespace wasmcloud::bridge {
namespace {

using component::Guest;
using component::RawValue;
using component::ValuePlan;
using Kind = component::ValuePlan::Kind;

class Encoder {
 public:
  Encoder(Guest& guest, wrpc::WireWriter& out) : guest_(guest), out_(out) {}

  void flat(const ValuePlan& plan, const RawValue*& in) {
    switch (plan.kind) {
      case Kind::string:
      case Kind::list:
        in += 2;
        pair(plan, in[-2].u32(), in[-1].u32());
        break;
      case Kind::fixed_list:
        for (std::uint32_t i = 0; i < plan.length; ++i) {
          flat(*plan.element, in);
        }
        break;
      case Kind::sequence:
        for (const ValuePlan::Part& part : plan.parts) {
          flat(*part.layout, in);
        }
        break;
      case Kind::variant: {
        const RawValue* payload = in + 1;
        if (const ValuePlan* const inside = begin_case(plan, in->u32())) {
          flat(*inside, payload);
        }
        in += plan.flat.count;
        break;
      }
      default:
        scalar(plan, *in++);
    }
  }

  // `pointer` is in an area that has been checked.
  void memory(const ValuePlan& plan, std::uint32_t pointer) {
    switch (plan.kind) {
      case Kind::string:
      case Kind::list:
        pair(plan, guest_.load<std::uint32_t>(pointer), guest_.load<std::uint32_t>(pointer + 4));
        break;
      case Kind::fixed_list:
        elements(*plan.element, pointer, plan.length);
        break;
      case Kind::sequence:
        for (const ValuePlan::Part& part : plan.parts) {
          memory(*part.layout, pointer + part.offset);
        }
        break;
      case Kind::variant:
        if (const ValuePlan* const inside =
                begin_case(plan, guest_.load_raw(plan.discriminant, pointer).u32())) {
          memory(*inside, pointer + plan.payload);
        }
        break;
      default:
        scalar(plan, guest_.load_raw(plan.size, pointer));
    }
  }

 private:
  void scalar(const ValuePlan& plan, RawValue raw) {
    const RawValue* cursor = &raw;
    switch (plan.kind) {
      case Kind::boolean:
        out_.boolean(raw.u32() != 0);
        break;
      case Kind::integer:
        integer(plan, raw);
        break;
      case Kind::f32:
        out_.f32(component::Abi<float>::lift(guest_, cursor));
        break;
      case Kind::f64:
        out_.f64(component::Abi<double>::lift(guest_, cursor));
        break;
      case Kind::character:
        out_.character(component::Abi<char32_t>::lift(guest_, cursor));
        break;
      case Kind::enumeration:
        out_.discriminant(checked_case(raw.u32(), plan.length));
        break;
      case Kind::flags:
        out_.flags(plan.length >= 32 ? raw.u32() : raw.u32() & ((1U << plan.length) - 1),
                   plan.length);
        break;
      default:
        handle(plan, raw.u32());
    }
  }

  void integer(const ValuePlan& plan, RawValue raw) {
    const auto write = [&]<typename Signed, typename Unsigned>(Signed, Unsigned) {
      if (plan.is_signed) {
        out_.integer(static_cast<Signed>(raw.u64()));
      } else {
        out_.integer(static_cast<Unsigned>(raw.u64()));
      }
    };
    switch (plan.size) {
      case 1:
        out_.u8(static_cast<std::uint8_t>(raw.u32()));
        break;
      case 2:
        write(std::int16_t(), std::uint16_t());
        break;
      case 4:
        write(std::int32_t(), std::uint32_t());
        break;
      default:
        write(std::int64_t(), std::uint64_t());
    }
  }

  std::uint32_t checked_case(std::uint32_t which, std::size_t cases) {
    if (which >= cases) [[unlikely]] {
      guest_.fail(Error(ErrorKind::trap, "discriminant {} out of range [0..{})", which, cases));
      return 0;
    }
    return which;
  }

  // What follows it; null for a case without payload.
  const ValuePlan* begin_case(const ValuePlan& plan, std::uint32_t which) {
    const std::uint32_t checked = checked_case(which, plan.parts.size());
    if (guest_.failed()) {
      return nullptr;
    }
    out_.discriminant(checked);  // of an option or result: the status byte (wrpc.md 1.7)
    return plan.parts[checked].layout;
  }

  void pair(const ValuePlan& plan, std::uint32_t pointer, std::uint32_t length) {
    if (plan.kind == Kind::string) {
      const std::string_view text = guest_.lift_string(pointer, length);  // checked UTF-8
      if (guest_.charge(text.size())) {
        out_.byte_list({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
      }
      return;
    }
    const ValuePlan& element = *plan.element;
    const std::uint64_t size = std::uint64_t{length} * element.size;
    const auto bytes = guest_.bytes(pointer, size, element.align, "list");
    // An element takes up to twice as many bytes on the wire (a u64 10); nested ones are charged
    // for when they come.
    if (!guest_.charge(size * 2)) {
      return;
    }
    if (element.kind == Kind::integer && element.size == 1) {
      out_.byte_list(bytes);
      return;
    }
    out_.count(length);
    elements(element, pointer, length);
  }

  void elements(const ValuePlan& element, std::uint32_t pointer, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count && !guest_.failed(); ++i) {
      memory(element, pointer + i * element.size);
    }
  }

  void handle(const ValuePlan& plan, std::uint32_t index) {
    const component::HostResourceType* const type = guest_.host_type(plan.resource);
    if (type == nullptr || !type->remote) {
      guest_.fail(refuse_resource(type));
      return;
    }
    std::unique_ptr<component::HostResource> taken;
    const component::HostResource* object = nullptr;
    if (plan.kind == Kind::own) {
      taken = guest_.lift_own(index, plan.resource);
      object = taken.get();
    } else {
      object = guest_.lift_borrow(index, plan.resource);
    }
    if (object != nullptr) {
      out_.byte_list(static_cast<const RemoteResource*>(object)->name());
    }
  }

  Guest& guest_;
  wrpc::WireWriter& out_;
};

void finish(Guest& guest, const wrpc::WireWriter& out) {
  if (Result<> written = out.status(); !written && !guest.failed()) {
    guest.fail(std::move(written).error());
  }
}

}  // namespace

void encode_params(Guest& guest, const component::FuncPlan& plan, const RawValue* values,
                   wrpc::WireWriter& out) {
  Encoder encoder(guest, out);
  if (plan.params_spilled) {
    guest.bytes(values->u32(), plan.params.size, plan.params.align, "argument");
    encoder.memory(plan.params, values->u32());
  } else {
    encoder.flat(plan.params, values);
  }
  finish(guest, out);
}

void encode_result(Guest& guest, const component::FuncPlan& plan, const RawValue* values,
                   wrpc::WireWriter& out) {
  if (plan.result == nullptr) {
    return;
  }
  Encoder encoder(guest, out);
  if (plan.result_spilled) {
    guest.bytes(values->u32(), plan.result->size, plan.result->align, "return pointer");
    encoder.memory(*plan.result, values->u32());
  } else {
    encoder.flat(*plan.result, values);
  }
  finish(guest, out);
}

}  // namespace wasmcloud::bridge

#include "wasmcloud/component/translate.h"

#include "wasmcloud/component/program.h"
#include "wasmcloud/component/strings.h"

namespace wasmcloud::component {

using Kind = ValuePlan::Kind;

// What lifting and lowering a number makes of it: bits beyond its type go, signs are extended, bad
// values trap.
RawValue Translation::scalar(const ValuePlan& layout, RawValue value) {
  const std::uint32_t bits = value.u32();
  RawValue out;
  switch (layout.kind) {
    case Kind::boolean:
      out.set_u32(bits != 0 ? 1 : 0);
      break;
    case Kind::integer:
      if (layout.size == 8) {
        out.set_u64(value.u64());
      } else if (layout.size == 4) {
        out.set_u32(bits);
      } else {
        const std::uint32_t shift = 32 - layout.size * 8;
        out.set_u32(layout.is_signed ? static_cast<std::uint32_t>(
                                           static_cast<std::int32_t>(bits << shift) >> shift)
                                     : bits << shift >> shift);
      }
      break;
    case Kind::f32:
      out.set_u32(bits);
      break;
    case Kind::f64:
      out.set_u64(value.u64());
      break;
    case Kind::character:
      if (bits >= 0x110000 || (bits >= 0xd800 && bits <= 0xdfff)) {
        from_.fail_trap("converted integer out of range for `char`", "invalid `char` bit pattern");
      }
      out.set_u32(bits);
      break;
    case Kind::enumeration:
      if (bits >= layout.length) {
        from_.fail_trap("discriminant out of range", "invalid variant discriminant");
      }
      out.set_u32(bits);
      break;
    case Kind::flags:
      out.set_u32(layout.length == 32 ? bits : bits & ((1U << layout.length) - 1));
      break;
    default:  // own, borrow
      out.set_u32(handle(layout, bits));
      break;
  }
  return out;
}

Guest::Lowered Translation::pair(const ValuePlan& layout, std::uint32_t pointer,
                                 std::uint32_t length) {
  if (layout.kind == Kind::list) {
    return list(*layout.element, pointer, length);
  }
  auto source = StringSource::of_guest(from_, pointer, length);
  return source ? lower_text(to_, *source) : Guest::Lowered{};
}

Guest::Lowered Translation::list(const ValuePlan& element, std::uint32_t pointer,
                                 std::uint32_t length) {
  const std::uint64_t size = std::uint64_t{length} * element.size;
  from_.bytes(pointer, size, element.align, "list");
  if (failed()) {
    return {};
  }
  const std::uint32_t target = to_.allocate(size, element.align, "list");
  from_.refresh();
  if (element.copyable) {
    copy(pointer, target, size);
  } else {
    for (std::uint32_t i = 0; i < length && !failed(); ++i) {
      memory(element, pointer + i * element.size, target + i * element.size);
    }
  }
  return {target, length};
}

// 4.7: an own handle moves; a borrow is a loan, and is the bare representation in the instance that
// implements it.
std::uint32_t Translation::handle(const ValuePlan& layout, std::uint32_t index) {
  if (layout.kind == Kind::own) {
    const auto rep = from_.take_own(index, layout.resource);
    return rep ? to_.insert_handle(Handle{Handle::Kind::own, layout.resource, *rep, 0, nullptr})
               : 0;
  }
  Handle* const lender = from_.find_handle(index, layout.resource);
  if (lender == nullptr) {
    return 0;
  }
  ++lender->lends;
  lent_.push_back(index);
  const RuntimeResource& resource = to_.options().program->resources[layout.resource];
  if (resource.host == nullptr && resource.instance == to_.options().instance) {
    return lender->rep;
  }
  const std::uint32_t rep = lender->rep;
  if (scope_ != nullptr) {
    ++scope_->borrows;
  }
  return to_.insert_handle(Handle{Handle::Kind::borrow, layout.resource, rep, 0, scope_});
}

void Translation::flat(const ValuePlan& layout, const RawValue*& in, RawValue*& out) {
  if (failed()) {
    return;  // nobody reads what has not been written, and the first failure is the one to tell
  }
  switch (layout.kind) {
    case Kind::sequence:
      for (const ValuePlan::Part& part : layout.parts) {
        flat(*part.layout, in, out);
      }
      break;
    case Kind::fixed_list:
      for (std::uint32_t i = 0; i < layout.length; ++i) {
        flat(*layout.element, in, out);
      }
      break;
    case Kind::variant:
      flat_variant(layout, in, out);
      break;
    case Kind::string:
    case Kind::list: {
      const Guest::Lowered lowered = pair(layout, in[0].u32(), in[1].u32());
      in += 2;
      (out++)->set_u32(lowered.pointer);
      (out++)->set_u32(lowered.length);
      break;
    }
    default:
      *out++ = scalar(layout, *in++);
      break;
  }
}

void Translation::flat_variant(const ValuePlan& layout, const RawValue*& in, RawValue*& out) {
  const RawValue* payload_in = in + 1;
  RawValue* const end = out + layout.flat.count;
  const std::uint32_t which = in->u32();
  in += layout.flat.count;
  out->set_u32(which);
  RawValue* payload_out = out + 1;
  out = end;
  if (which >= layout.parts.size()) {
    from_.fail_trap("discriminant out of range", "invalid variant discriminant");
  } else if (const ValuePlan* const payload = layout.parts[which].layout) {
    flat(*payload, payload_in, payload_out);
  }
  while (payload_out != end) {
    *payload_out++ = RawValue{};
  }
}

void Translation::copy(std::uint32_t in, std::uint32_t out, std::uint64_t size) {
  const auto source = from_.bytes(in, size, 1, "list");
  const auto target = to_.bytes(out, size, 1, "list");
  if (!failed() && size != 0) {
    std::memmove(target.data(), source.data(), size);  // two instances may share one memory
  }
}

void Translation::memory(const ValuePlan& layout, std::uint32_t in, std::uint32_t out) {
  if (failed()) {
    return;
  }
  if (layout.copyable) {
    copy(in, out, layout.size);
    return;
  }
  switch (layout.kind) {
    case Kind::sequence:
      for (const ValuePlan::Part& part : layout.parts) {
        memory(*part.layout, in + part.offset, out + part.offset);
      }
      break;
    case Kind::fixed_list:
      for (std::uint32_t i = 0; i < layout.length; ++i) {
        memory(*layout.element, in + i * layout.element->size, out + i * layout.element->size);
      }
      break;
    case Kind::variant:
      memory_variant(layout, in, out);
      break;
    case Kind::string:
    case Kind::list: {
      const Guest::Lowered lowered =
          pair(layout, from_.load<std::uint32_t>(in), from_.load<std::uint32_t>(in + 4));
      from_.refresh();
      to_.store_value(out, lowered.pointer);
      to_.store_value(out + 4, lowered.length);
      break;
    }
    default:
      to_.store_raw(layout.size, scalar(layout, from_.load_raw(layout.size, in)), out);
      break;
  }
}

void Translation::memory_variant(const ValuePlan& layout, std::uint32_t in, std::uint32_t out) {
  const RawValue which = from_.load_raw(layout.discriminant, in);
  if (which.u32() >= layout.parts.size()) {
    from_.fail_trap("discriminant out of range", "invalid variant discriminant");
    return;
  }
  to_.store_raw(layout.discriminant, which, out);
  if (const ValuePlan* const payload = layout.parts[which.u32()].layout) {
    memory(*payload, in + layout.payload, out + layout.payload);
  }
}

}  // namespace wasmcloud::component

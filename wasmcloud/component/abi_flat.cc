#include "wasmcloud/component/abi_flat.h"

#include <algorithm>
#include <span>

namespace wasmcloud::component {
namespace {

using Code = CoreValType::Code;

std::uint64_t align_up(std::uint64_t offset, std::uint32_t align) noexcept {
  return (offset + align - 1) / align * align;
}

Layout saturated(std::uint64_t size, std::uint32_t align) noexcept {
  return {.size = std::min(size, Layout::kMaxBytes), .align = align};
}

Layout pointer_and_length(PointerSize pointers) noexcept {
  return pointers == PointerSize::bits32 ? Layout{.size = 8, .align = 4}
                                         : Layout{.size = 16, .align = 8};
}

Layout primitive_layout(Primitive type, PointerSize pointers) noexcept {
  switch (type) {
    case Primitive::boolean:
    case Primitive::s8:
    case Primitive::u8:
      return {.size = 1, .align = 1};
    case Primitive::s16:
    case Primitive::u16:
      return {.size = 2, .align = 2};
    case Primitive::s64:
    case Primitive::u64:
    case Primitive::f64:
      return {.size = 8, .align = 8};
    case Primitive::string:
      return pointer_and_length(pointers);
    case Primitive::s32:
    case Primitive::u32:
    case Primitive::f32:
    case Primitive::character:
    case Primitive::error_context:
      return {.size = 4, .align = 4};
  }
  return {};
}

// Fields one after the other, each at its alignment.
class RecordLayout {
 public:
  void add(const Layout& field) noexcept {
    sum_ =
        saturated(align_up(sum_.size, field.align) + field.size, std::max(sum_.align, field.align));
  }

  Layout finish() const noexcept { return saturated(align_up(sum_.size, sum_.align), sum_.align); }

 private:
  Layout sum_;
};

// A discriminant, then room for the largest payload at the largest alignment.
class VariantLayout {
 public:
  explicit VariantLayout(std::size_t cases) noexcept : discriminant_(discriminant_bytes(cases)) {}

  void add(const Layout& payload) noexcept {
    payload_.size = std::max(payload_.size, payload.size);
    payload_.align = std::max(payload_.align, payload.align);
  }

  Layout finish() const noexcept {
    const std::uint32_t align = std::max(discriminant_, payload_.align);
    const std::uint64_t end = align_up(discriminant_, payload_.align) + payload_.size;
    return saturated(align_up(end, align), align);
  }

 private:
  std::uint32_t discriminant_;
  Layout payload_;
};

Code primitive_flat(Primitive type) noexcept {
  switch (type) {
    case Primitive::s64:
    case Primitive::u64:
      return Code::i64;
    case Primitive::f32:
      return Code::f32;
    case Primitive::f64:
      return Code::f64;
    default:
      return Code::i32;
  }
}

void append(FlatTypes& to, std::span<const Code> codes) noexcept {
  if (!to.fits) {
    return;
  }
  if (to.count + codes.size() > FlatTypes::kMax) {
    to = FlatTypes{.fits = false};
    return;
  }
  std::ranges::copy(codes, to.types.begin() + to.count);
  to.count = static_cast<std::uint8_t>(to.count + codes.size());
}

void append(FlatTypes& to, const FlatTypes& from) noexcept {
  if (!from.fits) {
    to = FlatTypes{.fits = false};
    return;
  }
  append(to, from.span());
}

FlatTypes flat_of(std::initializer_list<Code> codes) noexcept {
  FlatTypes flat;
  append(flat, std::span(codes.begin(), codes.size()));
  return flat;
}

FlatTypes flat_primitive(Primitive type) noexcept {
  return type == Primitive::string ? flat_of({Code::i32, Code::i32})
                                   : flat_of({primitive_flat(type)});
}

// CanonicalABI.md `join`: one core type that holds the bits of either.
Code join(Code a, Code b) noexcept {
  if (a == b) {
    return a;
  }
  const bool a32 = a == Code::i32 || a == Code::f32;
  const bool b32 = b == Code::i32 || b == Code::f32;
  return a32 && b32 ? Code::i32 : Code::i64;
}

// `payloads` joined position by position.
class FlatUnion {
 public:
  void add(const FlatTypes& payload) noexcept {
    if (!fits_ || !payload.fits) {
      fits_ = false;
      return;
    }
    for (std::size_t i = 0; i < payload.count; ++i) {
      joined_.types[i] =
          i < joined_.count ? join(joined_.types[i], payload.types[i]) : payload.types[i];
    }
    joined_.count = std::max(joined_.count, payload.count);
  }

  FlatTypes finish() const noexcept {
    if (!fits_) {
      return FlatTypes{.fits = false};
    }
    FlatTypes flat = flat_of({Code::i32});  // the discriminant
    append(flat, joined_.span());
    return flat;
  }

 private:
  bool fits_ = true;
  FlatTypes joined_;
};

// The layout of a type from those of its parts.
class LayoutOf {
 public:
  LayoutOf(const TypeArena& arena, PointerSize pointers) : arena_(&arena), pointers_(pointers) {}

  Layout operator()(Primitive type) const { return primitive_layout(type, pointers_); }

  Layout operator()(const types::Record& type) const {
    RecordLayout out;
    for (const types::Field& field : type.fields) {
      out.add(of(field.type));
    }
    return out.finish();
  }

  Layout operator()(const types::Tuple& type) const {
    RecordLayout out;
    for (const ValType element : type.types) {
      out.add(of(element));
    }
    return out.finish();
  }

  Layout operator()(const types::Variant& type) const {
    VariantLayout out(type.cases.size());
    for (const types::Case& item : type.cases) {
      add(out, item.type);
    }
    return out.finish();
  }

  Layout operator()(const types::Enum& type) const {
    return VariantLayout(type.names.size()).finish();
  }

  Layout operator()(const types::Option& type) const {
    VariantLayout out(2);
    add(out, type.type);
    return out.finish();
  }

  Layout operator()(const types::Result& type) const {
    VariantLayout out(2);
    add(out, type.ok);
    add(out, type.err);
    return out.finish();
  }

  Layout operator()(const types::Flags& type) const {
    const std::size_t count = type.names.size();
    const std::uint32_t bytes = count <= 8 ? 1 : count <= 16 ? 2 : 4;
    return {.size = bytes, .align = bytes};
  }

  Layout operator()(const types::List&) const { return pointer_and_length(pointers_); }

  Layout operator()(const types::Map&) const { return pointer_and_length(pointers_); }

  Layout operator()(const types::FixedList& type) const {
    const Layout element = of(type.element);
    const bool fits = element.size <= Layout::kMaxBytes / std::max(type.length, 1U);
    return saturated(fits ? element.size * type.length : Layout::kMaxBytes, element.align);
  }

  Layout operator()(const auto&) const { return {.size = 4, .align = 4}; }  // handles

 private:
  Layout of(ValType type) const { return layout(*arena_, type, pointers_); }

  void add(VariantLayout& out, const std::optional<ValType>& payload) const {
    if (payload) {
      out.add(of(*payload));
    }
  }

  const TypeArena* arena_;
  PointerSize pointers_;
};

// The flat form of a type from those of its parts.
class FlatOf {
 public:
  explicit FlatOf(const TypeArena& arena) : arena_(&arena) {}

  FlatTypes operator()(Primitive type) const { return flat_primitive(type); }

  FlatTypes operator()(const types::Record& type) const {
    FlatTypes out;
    for (const types::Field& field : type.fields) {
      append(out, of(field.type));
    }
    return out;
  }

  FlatTypes operator()(const types::Tuple& type) const {
    FlatTypes out;
    for (const ValType element : type.types) {
      append(out, of(element));
    }
    return out;
  }

  FlatTypes operator()(const types::Variant& type) const {
    FlatUnion out;
    for (const types::Case& item : type.cases) {
      add(out, item.type);
    }
    return out.finish();
  }

  FlatTypes operator()(const types::Option& type) const {
    FlatUnion out;
    add(out, type.type);
    return out.finish();
  }

  FlatTypes operator()(const types::Result& type) const {
    FlatUnion out;
    add(out, type.ok);
    add(out, type.err);
    return out.finish();
  }

  FlatTypes operator()(const types::List&) const { return flat_of({Code::i32, Code::i32}); }

  FlatTypes operator()(const types::Map&) const { return flat_of({Code::i32, Code::i32}); }

  FlatTypes operator()(const types::FixedList& type) const {
    FlatTypes out;
    const FlatTypes element = of(type.element);
    for (std::uint32_t i = 0; i < type.length && out.fits; ++i) {
      append(out, element);
    }
    return out;
  }

  FlatTypes operator()(const auto&) const { return flat_of({Code::i32}); }  // enum, flags, handles

 private:
  FlatTypes of(ValType type) const { return flatten(*arena_, type); }

  void add(FlatUnion& out, const std::optional<ValType>& payload) const {
    if (payload) {
      out.add(of(*payload));
    }
  }

  const TypeArena* arena_;
};

CoreValType core(Code code) noexcept { return CoreValType{.code = code}; }

std::vector<CoreValType> core_types(const FlatTypes& flat) {
  std::vector<CoreValType> out;
  for (const Code code : flat.span()) {
    out.push_back(core(code));
  }
  return out;
}

// More values than may be passed as such are passed as one pointer to them.
std::vector<CoreValType> spill_above(const FlatTypes& flat, std::size_t limit) {
  if (!flat.fits || flat.count > limit) {
    return {core(Code::i32)};
  }
  return core_types(flat);
}

}  // namespace

std::uint32_t discriminant_bytes(std::size_t cases) noexcept {
  if (cases <= 0x100) {
    return 1;
  }
  return cases <= 0x10000 ? 2 : 4;
}

Layout layout(const TypeArena& arena, ValType type, PointerSize pointers) {
  if (const auto* primitive = std::get_if<Primitive>(&type.rep)) {
    return primitive_layout(*primitive, pointers);
  }
  const TypeFacts& facts = arena.facts(std::get<DefinedTypeId>(type.rep));
  return pointers == PointerSize::bits32 ? facts.layout32 : facts.layout64;
}

std::uint64_t size(const TypeArena& arena, ValType type) { return layout(arena, type).size; }

std::uint32_t align(const TypeArena& arena, ValType type) { return layout(arena, type).align; }

FlatTypes flatten(const TypeArena& arena, ValType type) {
  if (const auto* primitive = std::get_if<Primitive>(&type.rep)) {
    return flat_primitive(*primitive);
  }
  return arena.facts(std::get<DefinedTypeId>(type.rep)).flat;
}

FlatTypes flatten(const TypeArena& arena, const std::vector<types::Param>& params) {
  FlatTypes flat;
  for (const types::Param& param : params) {
    append(flat, flatten(arena, param.type));
  }
  return flat;
}

Layout compute_layout(const TypeArena& arena, const types::Defined& type, PointerSize pointers) {
  return std::visit(LayoutOf(arena, pointers), type);
}

FlatTypes compute_flat(const TypeArena& arena, const types::Defined& type) {
  return std::visit(FlatOf(arena), type);
}

CoreFuncType flatten_function(const TypeArena& arena, const types::Func& func, Direction direction,
                              CallStyle style) {
  const bool async = style != CallStyle::sync;
  const bool lower = direction == Direction::lower;
  CoreFuncType out;
  out.params = spill_above(flatten(arena, func.params),
                           async && lower ? kMaxFlatAsyncParams : kMaxFlatParams);
  if (async) {
    if (lower && func.result) {
      out.params.push_back(core(Code::i32));  // where to put the result
    }
    if (lower || style == CallStyle::async_callback) {
      out.results.push_back(core(Code::i32));
    }
    return out;
  }
  if (!func.result) {
    return out;
  }
  const FlatTypes results = flatten(arena, *func.result);
  if (results.fits && results.count <= kMaxFlatResults) {
    out.results = core_types(results);
  } else if (lower) {
    out.params.push_back(core(Code::i32));  // where to put the result
  } else {
    out.results.push_back(core(Code::i32));  // where the result is
  }
  return out;
}

}  // namespace wasmcloud::component

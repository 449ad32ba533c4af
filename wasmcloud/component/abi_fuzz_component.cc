#include "wasmcloud/component/abi_fuzz_component.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "wasmcloud/component/binary_testing.h"

namespace wasmcloud::component::fuzzing {
namespace {

using Writer = testing::BinaryWriter;

constexpr int kMaxDepth = 4;
constexpr std::size_t kMaxParts = 3;
constexpr std::uint32_t kResultArea = 8192;  // where b has a's results put
constexpr std::uint8_t kI32 = 0x7f;

// --- the type ---

class Chooser {
 public:
  explicit Chooser(Choices& choices) : choices_(choices) {}

  std::unique_ptr<Type> type(int depth) {
    auto made = std::make_unique<Type>();
    constexpr int kKinds = static_cast<int>(Type::Kind::map) + 1;
    // A primitive half of the time, and where no more levels are allowed.
    const int choice = choices_.next() % (2 * kKinds);
    if (depth == 1 || choice >= kKinds) {
      made->primitive = primitive(static_cast<int>(Primitive::string) + 1);
      return made;
    }
    made->kind = static_cast<Type::Kind>(choice);
    fill(*made, depth - 1);
    return made;
  }

 private:
  Primitive primitive(int count) { return static_cast<Primitive>(choices_.next() % count); }

  std::size_t few() { return 1 + choices_.next() % kMaxParts; }

  // Now and then so many that a discriminant takes two bytes.
  std::size_t names(std::size_t most) {
    const std::uint8_t choice = choices_.next();
    return choice >= 0xf0 && most > 256 ? 257 : 1 + choice % std::min<std::size_t>(most, 40);
  }

  std::unique_ptr<Type> payload(int depth) {
    return choices_.next() % 4 == 0 ? nullptr : type(depth);
  }

  void fill(Type& of, int depth) {
    switch (of.kind) {
      case Type::Kind::primitive:
        of.primitive = primitive(static_cast<int>(Primitive::string) + 1);
        break;
      case Type::Kind::record:
      case Type::Kind::tuple:
        for (std::size_t i = few(); i > 0; --i) {
          of.parts.push_back(type(depth));
        }
        break;
      case Type::Kind::variant:
        of.parts.resize(choices_.next() >= 0xf0 ? 257 : few());
        for (std::size_t i = 0; i < std::min(of.parts.size(), kMaxParts); ++i) {
          of.parts[i] = payload(depth);
        }
        break;
      case Type::Kind::fixed_list:
        of.count = few();
        of.parts.push_back(type(depth));
        break;
      case Type::Kind::flags:
        of.count = names(32);
        break;
      case Type::Kind::enumeration:
        of.count = names(257);
        break;
      case Type::Kind::list:
      case Type::Kind::option:
        of.parts.push_back(type(depth));
        break;
      case Type::Kind::result:
        of.parts.push_back(payload(depth));
        of.parts.push_back(payload(depth));
        break;
      case Type::Kind::map:
        fill_map(of, depth);
        break;
    }
  }

  void fill_map(Type& of, int depth) {
    auto key = std::make_unique<Type>();
    key->primitive = primitive(static_cast<int>(Primitive::u64) + 1);
    of.parts.push_back(std::move(key));
    of.parts.push_back(type(depth));
  }

  Choices& choices_;
};

FlatTypes flat_of(const Type& type) {
  FlatTypes out;
  VariantFlat cases;
  switch (type.kind) {
    case Type::Kind::primitive:
      return primitive_flat(type.primitive);
    case Type::Kind::list:
    case Type::Kind::map:
      return pair_flat();
    case Type::Kind::flags:
    case Type::Kind::enumeration:
      return {FlatType::i32};
    case Type::Kind::fixed_list:
      return fixed_list_flat(flat_of(*type.parts[0]), static_cast<std::uint32_t>(type.count));
    case Type::Kind::record:
    case Type::Kind::tuple:
      for (const auto& part : type.parts) {
        out.append(flat_of(*part));
      }
      return out;
    case Type::Kind::variant:
    case Type::Kind::option:
    case Type::Kind::result:
      break;
  }
  for (const auto& part : type.parts) {
    if (part != nullptr) {
      cases.add(flat_of(*part));
    }
  }
  return cases.finish();
}

// --- core modules ---

std::uint8_t code_of(FlatType type) {
  constexpr std::array<std::uint8_t, 4> kCodes{0x7f, 0x7e, 0x7d, 0x7c};
  return kCodes[static_cast<std::size_t>(type)];
}

// Gives room at `next` and behind it: as much as the memory may grow to, else it traps. Old bytes
// are copied.
Writer honest_realloc() {
  Writer body;
  body.raw({1, 1, kI32});                              // local 4: where the room is
  body.raw({0x23, 0, 0x20, 2, 0x41, 1, 0x6b, 0x6a});   // next + (align - 1)
  body.raw({0x41, 0, 0x20, 2, 0x6b, 0x71, 0x22, 4});   // & -align
  body.raw({0x20, 3, 0x6a, 0x24, 0});                  // next = that + size
  body.raw({0x23, 0, 0x3f, 0, 0x41, 16, 0x74, 0x4b});  // beyond memory.size << 16?
  body.raw({0x04, 0x40});
  body.raw({0x23, 0, 0x3f, 0, 0x41, 16, 0x74, 0x6b});  // how much is missing
  body.constant(65535).raw({0x6a, 0x41, 16, 0x76});    // in pages
  body.raw({0x40, 0, 0x41, 0x7f, 0x47, 0x0d, 0});      // memory.grow gave something: go on
  body.raw({0x00, 0x0b});
  body.raw({0x20, 4, 0x20, 0});
  body.raw({0x20, 1, 0x20, 3, 0x20, 1, 0x20, 3, 0x49, 0x1b});  // the smaller of the sizes
  body.raw({0xfc, 0x0a, 0, 0});                                // memory.copy
  body.raw({0x20, 4, 0x0b});
  return body;
}

Writer lying_realloc() {
  Writer body;
  body.raw({0, 0x41, 0, 0x28, 2}).number(kReallocAnswer).byte(0x0b);
  return body;
}

Writer memory_module(const Shape& shape) {
  Writer out = Writer::module();
  out.section(1, Writer().raw({1, 0x60, 4, kI32, kI32, kI32, kI32, 1, kI32}));
  out.section(3, Writer().raw({1, 0}));
  out.section(5, Writer().raw({1, 1, 2, 16}));  // two pages, at most sixteen
  out.section(6, Writer().raw({1, kI32, 1}).constant(65536).byte(0x0b));
  out.section(7, Writer().byte(2).name("memory").raw({2, 0}).name("realloc").raw({0, 0}));
  out.section(10, Writer().byte(1).sized(shape.lying_realloc ? lying_realloc() : honest_realloc()));
  return out;
}

// The core signatures of functions that take, or give, the type.
struct Signatures {
  explicit Signatures(const FlatTypes& flat)
      : params(flat.exceeds(kMaxFlatParams) ? FlatTypes{FlatType::i32} : flat),
        result_in_memory(flat.exceeds(kMaxFlatResults)),
        result(result_in_memory ? FlatType::i32 : flat.types[0]) {}

  FlatTypes params;
  bool result_in_memory;
  FlatType result;
};

Writer load(FlatType type, std::size_t at) {
  constexpr std::array<std::uint8_t, 4> kLoads{0x28, 0x29, 0x2a, 0x2b};
  Writer out;
  out.raw({0x41, 0, kLoads[static_cast<std::size_t>(type)], 0}).number(at);
  return out;
}

// Of what is on the stack, behind the address.
Writer store(FlatType type, std::size_t at) {
  constexpr std::array<std::uint8_t, 4> kStores{0x36, 0x37, 0x38, 0x39};
  Writer out;
  out.raw({kStores[static_cast<std::size_t>(type)], 0}).number(at);
  return out;
}

class MainModule {
 public:
  MainModule(const Signatures& signatures, bool fetches)
      : signatures_(signatures), fetches_(fetches) {}

  Writer bytes() const {
    const std::uint8_t imported = fetches_ ? 2 : 1;
    Writer out = Writer::module();
    out.section(1, types());
    out.section(2, imports());
    out.section(3, Writer()
                       .byte(static_cast<std::uint8_t>(imported + 2))
                       .raw({0, 1, 2})
                       .all(fetches_ ? Writer().byte(2) : Writer()));
    Writer exports;
    exports.number(fetches_ ? 4 : 3);
    std::uint8_t index = imported;
    for (const std::string_view name : {"recv", "give", "send"}) {
      exports.name(name).raw({0, index++});
    }
    if (fetches_) {
      exports.name("fetch").raw({0, index});
    }
    out.section(7, exports);
    out.section(10, code());
    return out;
  }

 private:
  Writer types() const {
    Writer out;
    out.raw({4, 0x60}).number(signatures_.params.count);
    for (const FlatType type : signatures_.params.span()) {
      out.byte(code_of(type));
    }
    out.byte(0);
    out.raw({0x60, 0, 1, code_of(signatures_.result)});
    out.raw({0x60, 0, 0});
    if (signatures_.result_in_memory) {
      out.raw({0x60, 1, kI32, 0});
    } else {
      out.raw({0x60, 0, 1, code_of(signatures_.result)});
    }
    return out;
  }

  Writer imports() const {
    Writer out;
    out.number(fetches_ ? 3 : 2);
    out.name("m").name("memory").raw({2, 0, 0});
    out.name("m").name("sink").raw({0, 0});
    if (fetches_) {
      out.name("m").name("source").raw({0, 3});
    }
    return out;
  }

  Writer code() const {
    Writer recv;
    Writer send;
    recv.byte(0);
    send.byte(0);
    for (std::size_t i = 0; i < signatures_.params.count; ++i) {
      const FlatType type = signatures_.params.types[i];
      recv.raw({0x41, 0, 0x20}).number(i).all(store(type, 8 * i));
      send.all(load(type, 8 * i));
    }
    Writer out;
    out.number(fetches_ ? 4 : 3);
    out.sized(recv.byte(0x0b));
    out.sized(Writer().byte(0).all(load(signatures_.result, 0)).byte(0x0b));
    out.sized(send.raw({0x10, 0, 0x0b}));
    return fetches_ ? out.sized(fetch()) : out;
  }

  Writer fetch() const {
    Writer out;
    out.byte(0);
    if (signatures_.result_in_memory) {
      out.constant(kResultArea).raw({0x10, 1, 0x41, 0}).constant(kResultArea);
    } else {
      out.raw({0x41, 0, 0x10, 1});
    }
    return out.all(store(signatures_.result, 0)).byte(0x0b);
  }

  const Signatures& signatures_;
  bool fetches_;
};

// --- components ---

std::string label(std::size_t index) { return "n" + std::to_string(index); }

// Writes a type's definitions into a component, and imports those that must have a name.
class TypeWriter {
 public:
  explicit TypeWriter(Writer& component) : component_(component) {}

  // As it is written where it is used.
  Writer value_type(const Type& type) {
    if (type.kind == Type::Kind::primitive) {
      return Writer().byte(static_cast<std::uint8_t>(0x7f - static_cast<int>(type.primitive)));
    }
    const Writer body = definition(type);
    std::size_t index = define(body);
    if (type.kind == Type::Kind::record || type.kind == Type::Kind::variant ||
        type.kind == Type::Kind::flags || type.kind == Type::Kind::enumeration) {
      named_.push_back(types_++);
      component_.section(
          10, Writer().raw({1, 0}).name(type_name(named_.size() - 1)).raw({3, 0}).number(index));
      index = named_.back();
    }
    return Writer().signed_number(index);
  }

  std::size_t define(const Writer& type) {
    component_.section(7, Writer().byte(1).all(type));
    return types_++;
  }

  // The indices of the types that are imported as t0, t1, ...
  const std::vector<std::size_t>& named() const { return named_; }

  static std::string type_name(std::size_t index) { return "t" + std::to_string(index); }

 private:
  Writer definition(const Type& type) {
    // The parts come first, as they write definitions of their own.
    std::vector<Writer> parts;
    for (const auto& part : type.parts) {
      parts.push_back(part == nullptr ? Writer().byte(0) : value_type(*part));
    }
    const auto optional = [&](std::size_t i) {
      return type.parts[i] == nullptr ? parts[i] : Writer().byte(1).all(parts[i]);
    };
    Writer out;
    switch (type.kind) {
      case Type::Kind::record:
        out.byte(0x72).number(parts.size());
        for (std::size_t i = 0; i < parts.size(); ++i) {
          out.name(label(i)).all(parts[i]);
        }
        return out;
      case Type::Kind::variant:
        out.byte(0x71).number(parts.size());
        for (std::size_t i = 0; i < parts.size(); ++i) {
          out.name(label(i)).all(optional(i)).byte(0);
        }
        return out;
      case Type::Kind::tuple:
        out.byte(0x6f).number(parts.size());
        for (const Writer& part : parts) {
          out.all(part);
        }
        return out;
      case Type::Kind::list:
        return out.byte(0x70).all(parts[0]);
      case Type::Kind::fixed_list:
        return out.byte(0x67).all(parts[0]).number(type.count);
      case Type::Kind::flags:
      case Type::Kind::enumeration:
        out.byte(type.kind == Type::Kind::flags ? 0x6e : 0x6d).number(type.count);
        for (std::size_t i = 0; i < type.count; ++i) {
          out.name(label(i));
        }
        return out;
      case Type::Kind::option:
        return out.byte(0x6b).all(parts[0]);
      case Type::Kind::result:
        return out.byte(0x6a).all(optional(0)).all(optional(1));
      case Type::Kind::map:
        return out.byte(0x63).all(parts[0]).all(parts[1]);
      case Type::Kind::primitive:
        break;
    }
    return out;
  }

  Writer& component_;
  std::size_t types_ = 0;
  std::vector<std::size_t> named_;
};

// The types of the functions around a type.
struct FuncTypes {
  FuncTypes(TypeWriter& types, const Type& type) {
    const Writer value = types.value_type(type);
    takes = types.define(Writer().raw({0x40, 1}).name("p").all(value).raw({1, 0}));
    gives = types.define(Writer().raw({0x40, 0, 0}).all(value));
    neither = types.define(Writer().raw({0x40, 0, 1, 0}));
  }

  std::size_t takes = 0;
  std::size_t gives = 0;
  std::size_t neither = 0;
};

void import_func(Writer& component, std::string_view name, std::size_t type) {
  component.section(10, Writer().raw({1, 0}).name(name).byte(1).number(type));
}

Writer export_func(std::string_view name, std::uint8_t func) {
  return Writer().byte(0).name(name).raw({1, func, 0});
}

Writer canon_options(ast::StringEncoding encoding) {
  return Writer().raw({3, static_cast<std::uint8_t>(encoding), 3, 0, 4, 0});
}

Writer alias_core(std::uint8_t sort, std::uint8_t instance, std::string_view name) {
  return Writer().raw({0, sort, 1, instance}).name(name);
}

// One guest. Its core functions: realloc, the lowered imports, then what the main module exports.
Writer guest(const Type& type, const Shape& shape, ast::StringEncoding encoding, bool fetches) {
  const Signatures signatures(flat_of(type));
  const auto lowered = static_cast<std::uint8_t>(fetches ? 2 : 1);
  Writer out = Writer::component();
  TypeWriter types(out);
  const FuncTypes funcs(types, type);
  import_func(out, "sink", funcs.takes);
  if (fetches) {
    import_func(out, "source", funcs.gives);
  }
  out.section(1, memory_module(shape));
  out.section(1, MainModule(signatures, fetches).bytes());
  out.section(2, Writer().raw({1, 0, 0, 0}));
  out.section(6, Writer().byte(2).all(alias_core(2, 0, "memory")).all(alias_core(0, 0, "realloc")));
  Writer bag;
  bag.raw({2, 1}).number(std::size_t{lowered} + 1).name("memory").raw({2, 0});
  for (std::uint8_t i = 0; i < lowered; ++i) {
    out.section(8, Writer().raw({1, 1, 0, i}).all(canon_options(encoding)));
    bag.name(i == 0 ? "sink" : "source").raw({0, static_cast<std::uint8_t>(i + 1)});
  }
  out.section(2, bag.raw({0, 1, 1}).name("m").raw({0x12, 1}));
  std::uint8_t core = lowered + 1;
  std::uint8_t func = lowered;
  const auto lift = [&](std::string_view name, std::size_t of) {
    out.section(6, Writer().byte(1).all(alias_core(0, 2, name)));
    out.section(8, Writer().raw({1, 0, 0, core++}).all(canon_options(encoding)).number(of));
    out.section(11, Writer().byte(1).all(export_func(name, func)));
    func += 2;  // the function, and the export's name for it
  };
  lift("recv", funcs.takes);
  lift("give", funcs.gives);
  lift("send", funcs.neither);
  if (fetches) {
    lift("fetch", funcs.neither);
  }
  return out;
}

}  // namespace

std::unique_ptr<Type> choose_type(Choices& choices) { return Chooser(choices).type(kMaxDepth); }

std::vector<std::uint8_t> make_component(const Type& type, const Shape& shape) {
  Writer out = Writer::component();
  TypeWriter types(out);
  const FuncTypes funcs(types, type);
  import_func(out, "sink", funcs.takes);
  out.section(4, guest(type, shape, shape.a, false));
  out.section(4, guest(type, shape, shape.b, true));
  const auto instantiate = [&](std::uint8_t component, std::size_t more_args) {
    Writer of;
    of.raw({1, 0, component}).number(types.named().size() + more_args);
    for (std::size_t i = 0; i < types.named().size(); ++i) {
      of.name(TypeWriter::type_name(i)).byte(3).number(types.named()[i]);
    }
    return of;
  };
  const auto alias = [&](std::uint8_t instance, std::string_view name) {
    out.section(6, Writer().raw({1, 1, 0, instance}).name(name));
  };
  // Functions: 0 the host's sink, 1 to 3 those of a, 4 to 7 those of b.
  out.section(5, instantiate(0, 1).name("sink").raw({1, 0}));
  for (const std::string_view name : {"recv", "give", "send"}) {
    alias(0, name);
  }
  out.section(5, instantiate(1, 2).name("sink").raw({1, 1}).name("source").raw({1, 2}));
  for (const std::string_view name : {"recv", "give", "send", "fetch"}) {
    alias(1, name);
  }
  std::uint8_t func = 1;
  Writer exports;
  exports.byte(7);
  for (const std::string_view name :
       {"a-recv", "a-give", "a-send", "b-recv", "b-give", "b-send", "b-fetch"}) {
    exports.all(export_func(name, func++));
  }
  out.section(11, exports);
  return std::move(out).take();
}

std::vector<std::uint8_t> make_memory(std::span<const std::uint8_t> bytes, bool small) {
  std::vector<std::uint8_t> memory(kMemoryBytes);
  for (std::size_t i = 0; i < memory.size() && !bytes.empty(); ++i) {
    const std::uint8_t byte = bytes[i % bytes.size()];
    constexpr std::array<std::uint8_t, 4> kMask{0xff, 0x0f, 0, 0};
    memory[i] = small ? byte & kMask[i % 4] : byte;
  }
  return memory;
}

}  // namespace wasmcloud::component::fuzzing

#include "wasmcloud/component/differential_wat.h"

#include <fmt/format.h>

#include "wasmcloud/component/differential_types.h"
#include "wasmcloud/component/differential_values.h"

namespace wasmcloud::component::differential {
namespace {

using ast::StringEncoding;
using wit::ValueType;
using wit::ValueTypePtr;
using Kind = ValueType::Kind;

constexpr std::uint32_t kResultAt = 1024;  // where a guest puts and wants results

// Memory, and a realloc that never frees but for `reset`. Small enough that chance finds its end.
// What is cut stays where it is, and the alignment wanted for it is not noted: of one such call
// Wasmtime has its own view (Differential.Latin1FromTaggedTextIsCutWithAnAlignmentOf1).
constexpr const char* kLibc = R"(
  (core module $libc
    (memory (export "memory") 4 64)
    (global $next (mut i32) (i32.const 131072))
    (global $after (mut i32) (i32.const -1))
    (global $gives (mut i32) (i32.const 0))
    (global $trace (mut i64) (i64.const 0))
    (func $note (param i32)
      (global.set $trace (i64.add (i64.mul (global.get $trace) (i64.const 1000003))
                                  (i64.extend_i32_u (local.get 0)))))
    (func (export "realloc") (param $old i32) (param $had i32) (param $align i32) (param $size i32) (result i32)
      (local $at i32)
      (call $note (local.get $old)) (call $note (local.get $had)) (call $note (local.get $size))
      (if (i32.eqz (global.get $after)) (then
        (global.set $after (i32.const -1))
        (return (global.get $gives))))
      (global.set $after (i32.sub (global.get $after) (i32.const 1)))
      (if (i32.and (i32.ne (local.get $old) (i32.const 0)) (i32.ge_u (local.get $had) (local.get $size)))
        (then (return (local.get $old))))
      (call $note (local.get $align))
      (local.set $at (i32.and (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
                              (i32.sub (i32.const 0) (local.get $align))))
      (global.set $next (i32.add (local.get $at) (local.get $size)))
      (loop $more
        (if (i32.gt_u (global.get $next) (i32.shl (memory.size) (i32.const 16))) (then
          (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable))
          (br $more))))
      (memory.copy (local.get $at) (local.get $old)
        (select (local.get $had) (local.get $size) (i32.lt_u (local.get $had) (local.get $size))))
      local.get $at)
    (func (export "reset") (global.set $next (i32.const 131072)))
    (func (export "lie") (param i32 i32)
      (global.set $after (local.get 0)) (global.set $gives (local.get 1)))
    (func (export "trace") (result i64) global.get $trace))
  (core instance $libc (instantiate $libc)))";

// Defines a type and what it is made of. Named types are exported, or imported, under names t0, t1
// and so on, which are the same wherever the same type is written.
class TypeText {
 public:
  enum class Role : std::uint8_t { exported, imported };

  explicit TypeText(Role role) : role_(role) {}

  // What stands for `type` in a signature.
  std::string add(const ValueType& type) {
    if (type.kind() <= Kind::string) {
      return type.describe();
    }
    const std::string body = write(type);
    const std::size_t number = count_++;
    const char side = role_ == Role::exported ? 'e' : 'i';
    text_ += fmt::format("\n  (type ${}{} {})", side, number, body);
    if (type.kind() != Kind::record && type.kind() != Kind::variant &&
        type.kind() != Kind::enumeration && type.kind() != Kind::flags) {
      return fmt::format("${}{}", side, number);
    }
    named_.push_back(number);
    text_ += role_ == Role::exported
                 ? fmt::format("\n  (export $e{0}n \"t{0}\" (type $e{0}))", number)
                 : fmt::format("\n  (import \"t{0}\" (type $i{0}n (eq $i{0})))", number);
    return fmt::format("${}{}n", side, number);
  }

  const std::string& text() const { return text_; }

  const std::vector<std::size_t>& named() const { return named_; }

 private:
  std::string write(const ValueType& type) {
    switch (type.kind()) {
      case Kind::list:
        return fmt::format("(list {})", add(type.element()));
      case Kind::option:
        return fmt::format("(option {})", add(type.element()));
      case Kind::result:
        return fmt::format("(result{}{})", part(type.parts()[0], " {}"),
                           part(type.parts()[1], " (error {})"));
      case Kind::tuple:
        return each("tuple", type, " {1}");
      case Kind::record:
        return each("record", type, " (field \"{0}\" {1})");
      case Kind::variant:
        return each("variant", type, " (case \"{0}\" {1})");
      default:
        return names(type);
    }
  }

  std::string part(const ValueTypePtr& type, const char* form) {
    return type == nullptr ? "" : fmt::format(fmt::runtime(form), add(*type));
  }

  std::string each(const char* word, const ValueType& type, const char* form) {
    std::string out = fmt::format("({}", word);
    for (std::size_t i = 0; i < type.parts().size(); ++i) {
      const std::string inner = type.parts()[i] == nullptr ? "" : add(*type.parts()[i]);
      out += fmt::format(fmt::runtime(form), type.names().empty() ? "" : type.names()[i], inner);
    }
    return out + ")";
  }

  static std::string names(const ValueType& type) {
    std::string out = type.kind() == Kind::flags ? "(flags" : "(enum";
    for (const std::string& name : type.names()) {
      out += fmt::format(" \"{}\"", name);
    }
    return out + ")";
  }

  Role role_;
  std::string text_;
  std::vector<std::size_t> named_;
  std::size_t count_ = 0;
};

const char* core_name(FlatType type) {
  constexpr const char* kNames[] = {"i32", "i64", "f32", "f64"};
  return kNames[static_cast<std::size_t>(type)];
}

// How a flat value that came as `have` becomes the `want` that it stands for.
std::string converted(std::string value, FlatType have, FlatType want) {
  if (have == want) {
    return value;
  }
  if (have == FlatType::i64 && want != FlatType::f64) {
    value = fmt::format("(i32.wrap_i64 {})", value);
  }
  switch (want) {
    case FlatType::f32:
      return fmt::format("(f32.reinterpret_i32 {})", value);
    case FlatType::f64:
      return fmt::format("(f64.reinterpret_i64 {})", value);
    default:
      return value;
  }
}

// Instructions that write a value, which came as flat parameters, to memory.
class StoreText {
 public:
  explicit StoreText(std::vector<FlatType> params) : params_(std::move(params)) {}

  std::string write(const ValueType& type, std::uint32_t at, std::size_t first) const {
    const Layout layout = layout_of(type);
    if (has_cases(type)) {
      return write_cases(type, at, first);
    }
    switch (type.kind()) {
      case Kind::string:
      case Kind::list:
        return store("i32.store", at, first, FlatType::i32) +
               store("i32.store", at + 4, first + 1, FlatType::i32);
      case Kind::tuple:
      case Kind::record:
        return write_parts(type, at, first);
      default:
        return store(store_of(layout), at, first, layout.flat.front());
    }
  }

 private:
  static std::string store_of(const Layout& layout) {
    const std::string name = core_name(layout.flat.front());
    return name + (layout.size == 1 ? ".store8" : layout.size == 2 ? ".store16" : ".store");
  }

  std::string get(std::size_t index, FlatType want) const {
    return converted(fmt::format("(local.get {})", index), params_[index], want);
  }

  std::string store(const std::string& how, std::uint32_t at, std::size_t index,
                    FlatType want) const {
    return fmt::format("\n      ({} (i32.const {}) {})", how, at, get(index, want));
  }

  std::string write_parts(const ValueType& type, std::uint32_t at, std::size_t first) const {
    std::string out;
    for (const ValueTypePtr& part : type.parts()) {
      const Layout inner = layout_of(*part);
      at = round_up(at, inner.align);
      out += write(*part, at, first);
      at += inner.size;
      first += inner.flat.size();
    }
    return out;
  }

  std::string write_cases(const ValueType& type, std::uint32_t at, std::size_t first) const {
    const Layout layout = layout_of(type);
    const std::string how = tag_size(type) == 1 ? "i32.store8" : "i32.store16";
    std::string out = store(how, at, first, FlatType::i32);
    const auto cases = cases_of(type);
    for (std::size_t i = 0; i < cases.size(); ++i) {
      if (cases[i] != nullptr) {
        out += fmt::format("\n      (if (i32.eq {} (i32.const {})) (then {}))",
                           get(first, FlatType::i32), i,
                           write(*cases[i], at + layout.payload, first + 1));
      }
    }
    return out;
  }

  std::vector<FlatType> params_;
};

// One guest.
class Unit {
 public:
  enum class Body : std::uint8_t { echo, forward, raw_result, raw_param };

  Unit(const Spec& spec, Body body, StringEncoding encoding)
      : spec_(spec),
        body_(body),
        encoding_(encoding),
        imports_(TypeText::Role::imported),
        exports_(TypeText::Role::exported),
        layout_(layout_of(*spec.type)) {}

  std::string text() {
    std::string out = kLibc;
    if (calls_out()) {
      const std::string signature = this->signature(imports_, body_ == Body::forward && raw());
      out += imports_.text() + fmt::format("\n  (import \"g\" (func $g {}))", signature) +
             fmt::format("\n  (core func $g-core (canon lower (func $g) {}))", options(false));
    }
    out += core_module();
    const std::string signature = this->signature(exports_, raw());
    out += exports_.text();
    out += fmt::format(R"(
  (func (export "f") {} (canon lift (core func $main "f") {}))
  (func (export "lie") (param "after" u32) (param "gives" u32) (canon lift (core func $libc "lie")))
  (func (export "trace") (result u64) (canon lift (core func $libc "trace"))))",
                       signature, options(spec_.post_return));
    return out;
  }

  // The types that it imports, each to be given by the other guest under the same name.
  std::string arguments() const {
    std::string out;
    for (const std::size_t number : imports_.named()) {
      out += fmt::format(" (with \"t{0}\" (type $b \"t{0}\"))", number);
    }
    return out;
  }

 private:
  bool calls_out() const { return body_ == Body::forward || body_ == Body::raw_param; }

  // Whether its `f` is.
  bool raw() const { return is_raw(spec_.shape) && body_ != Body::echo; }

  bool by_pointer() const { return layout_.flat.size() > kMaxFlatParams; }

  bool result_in_memory() const { return layout_.flat.size() > kMaxFlatResults; }

  std::string options(bool post_return) const {
    constexpr const char* kNames[] = {"utf8", "utf16", "latin1+utf16"};
    return fmt::format(
        R"((memory (core memory $libc "memory")) (realloc (core func $libc "realloc")) string-encoding={}{})",
        kNames[static_cast<std::size_t>(encoding_)],
        post_return ? R"( (post-return (core func $main "post")))" : "");
  }

  std::string signature(TypeText& types, bool raw) const {
    if (!raw && spec_.spread && spec_.type->kind() == Kind::tuple && !uses_host(spec_.shape)) {
      return spread_signature(types);
    }
    const std::string type = types.add(*spec_.type);
    return raw ? fmt::format(R"((param "bytes" (list u8)) (param "at" u32) (result {}))", type)
               : fmt::format(R"((param "x" {0}) (result {0}))", type);
  }

  std::string spread_signature(TypeText& types) const {
    std::string params;
    std::string parts;
    for (const ValueTypePtr& part : spec_.type->parts()) {
      const std::string type = types.add(*part);
      params += fmt::format("(param \"p{}\" {}) ", parts.size(), type);
      parts += " " + type;
    }
    return fmt::format("{}(result (tuple{}))", params, parts);
  }

  // --- the core module `main` ---

  std::vector<FlatType> params(bool raw) const {
    if (raw) {
      return {FlatType::i32, FlatType::i32, FlatType::i32};
    }
    return by_pointer() ? std::vector{FlatType::i32} : layout_.flat;
  }

  static std::string listed(const char* word, const std::vector<FlatType>& types) {
    std::string out;
    for (const FlatType type : types) {
      out += fmt::format(" ({} {})", word, core_name(type));
    }
    return out;
  }

  const char* result() const {
    return result_in_memory() ? "i32" : core_name(layout_.flat.front());
  }

  std::string core_module() const {
    std::string imports = R"((import "libc" "memory" (memory 1))
    (import "libc" "reset" (func $reset)))";
    std::string given = R"((with "libc" (instance $libc)))";
    if (calls_out()) {
      std::vector<FlatType> types = params(body_ == Body::forward && raw());
      if (result_in_memory()) {
        types.push_back(FlatType::i32);
      }
      imports += fmt::format("\n    (import \"g\" \"g\" (func $g{}{}))", listed("param", types),
                             result_in_memory() ? "" : fmt::format(" (result {})", result()));
      given += R"( (with "g" (instance (export "g" (func $g-core)))))";
    }
    return fmt::format(R"(
  (core module $main
    {}
    (func (export "f"){} (result {}){})
    (func (export "post") (param {}) (call $reset)))
  (core instance $main (instantiate $main {})))",
                       imports, listed("param", params(raw())), result(), body(), result(), given);
  }

  std::string body() const {
    switch (body_) {
      case Body::echo:
        return echo();
      case Body::forward:
        return call_out(own_params());
      case Body::raw_result:
        return take_image() + (result_in_memory() ? "\n      local.get 2" : cell(0));
      case Body::raw_param:
        return take_image() + call_out(by_pointer() ? "\n      local.get 2" : cells());
    }
    return "";
  }

  std::string echo() const {
    if (by_pointer() || !result_in_memory()) {
      return " local.get 0";
    }
    return StoreText(layout_.flat).write(*spec_.type, kResultAt, 0) +
           fmt::format("\n      i32.const {}", kResultAt);
  }

  std::string own_params() const {
    std::string out;
    for (std::size_t i = 0; i < params(raw()).size(); ++i) {
      out += fmt::format("\n      local.get {}", i);
    }
    return out;
  }

  std::string call_out(const std::string& arguments) const {
    if (!result_in_memory()) {
      return arguments + "\n      call $g";
    }
    return arguments +
           fmt::format("\n      i32.const {0}\n      call $g\n      i32.const {0}", kResultAt);
  }

  static std::string take_image() {
    return fmt::format("\n      (memory.copy (i32.const {}) (local.get 0) (local.get 1))",
                       kImageAt);
  }

  std::string cell(std::size_t index) const {
    return fmt::format("\n      ({}.load (i32.const {}))", core_name(layout_.flat[index]),
                       kImageAt + 8 * index);
  }

  std::string cells() const {
    std::string out;
    for (std::size_t i = 0; i < layout_.flat.size(); ++i) {
      out += cell(i);
    }
    return out;
  }

  const Spec& spec_;
  Body body_;
  StringEncoding encoding_;
  TypeText imports_;
  TypeText exports_;
  Layout layout_;
};

std::string pair_text(Unit callee, Unit caller) {
  std::string out =
      fmt::format("(component\n(component $B {})\n(instance $b (instantiate $B))\n", callee.text());
  out += fmt::format("(component $A {})\n", caller.text());
  out += fmt::format("(instance $a (instantiate $A{} (with \"g\" (func $b \"f\"))))\n",
                     caller.arguments());
  return out + "(export \"caller\" (instance $a))\n(export \"callee\" (instance $b)))";
}

}  // namespace

const char* name_of(Shape shape) {
  constexpr const char* kNames[] = {"echo",     "host",     "pair",      "raw result",
                                    "raw host", "raw pair", "raw callee"};
  return kNames[static_cast<std::size_t>(shape)];
}

std::string component_text(const Spec& spec) {
  using Body = Unit::Body;
  const auto alone = [&](Body body) {
    return fmt::format("(component {})", Unit(spec, body, spec.encoding).text());
  };
  const auto pair = [&](Body callee, Body caller) {
    return pair_text(Unit(spec, callee, spec.callee), Unit(spec, caller, spec.encoding));
  };
  switch (spec.shape) {
    case Shape::echo:
      return alone(Body::echo);
    case Shape::host:
      return alone(Body::forward);
    case Shape::pair:
      return pair(Body::echo, Body::forward);
    case Shape::raw_result:
      return alone(Body::raw_result);
    case Shape::raw_host:
      return alone(Body::raw_param);
    case Shape::raw_pair:
      return pair(Body::echo, Body::raw_param);
    case Shape::raw_callee:
      return pair(Body::raw_result, Body::forward);
  }
  return "";
}

}  // namespace wasmcloud::component::differential

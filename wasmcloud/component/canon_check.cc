// Canonical definitions: options, `canon lift` and `canon lower` (CanonicalABI.md; section 2.9 of
// the fact sheet).
#include <fmt/format.h>

#include "wasmcloud/component/validator_checker.h"

namespace wasmcloud::component::internal {
namespace {

std::string_view to_string(ast::StringEncoding encoding) noexcept {
  switch (encoding) {
    case ast::StringEncoding::utf8:
      return "utf8";
    case ast::StringEncoding::utf16:
      return "utf16";
    case ast::StringEncoding::latin1_utf16:
      return "latin1-utf16";
  }
  return {};
}

// "[I32, F64]"
std::string list(const std::vector<CoreValType>& types) {
  std::string out = "[";
  for (const CoreValType& type : types) {
    std::string name = component::to_string(type);
    if (type.code != CoreValType::Code::ref) {
      name.front() = static_cast<char>(name.front() - 'a' + 'A');
    }
    out += (out.size() > 1 ? ", " : "") + name;
  }
  return out + "]";
}

bool is(const CoreFuncType& type, std::size_t params, std::size_t results) {
  return type == CoreFuncType{.params = std::vector<CoreValType>(params),
                              .results = std::vector<CoreValType>(results)};
}

Error wrong_signature(std::string_view option) {
  return Error(ErrorKind::invalid,
               "canonical option `{}` uses a core function with an incorrect signature", option);
}

Result<> at_most_once(std::size_t count, std::string_view option) {
  if (count > 1) {
    return Error(ErrorKind::invalid, "canonical option `{}` is specified more than once", option);
  }
  return {};
}

Result<> require_memory(const CanonOptions& options) {
  if (!options.memory) {
    return Error(ErrorKind::invalid, "canonical option `memory` is required");
  }
  return {};
}

Result<> require_realloc(const CanonOptions& options) {
  WC_CHECK(require_memory(options));
  if (!options.realloc) {
    return Error(ErrorKind::invalid, "canonical option `realloc` is required");
  }
  return {};
}

// Values with pointers in them, and those that are too many to pass as such, go through memory.
Result<> check_params(const TypeArena& arena, const types::Func& func, bool lift, bool async,
                      const CanonOptions& options) {
  const auto require = [&] { return lift ? require_realloc(options) : require_memory(options); };
  for (const types::Param& param : func.params) {
    if (arena.facts(param.type).has_pointer) {
      WC_CHECK(require());
    }
  }
  const std::size_t limit = async && !lift ? kMaxFlatAsyncParams : kMaxFlatParams;
  return flatten(arena, func.params).exceeds(limit) ? require() : Result<>{};
}

Result<> check_result(const TypeArena& arena, ValType result, bool lift, bool async,
                      const CanonOptions& options) {
  const bool pointer = arena.facts(result).has_pointer;
  if (!lift && pointer) {
    WC_CHECK(require_realloc(options));
  }
  const FlatTypes flat = flatten(arena, result);
  const bool memory =
      async ? !lift || pointer || flat.exceeds(kMaxFlatParams) : flat.exceeds(kMaxFlatResults);
  return memory ? require_memory(options) : Result<>{};
}

}  // namespace

CallStyle CanonOptions::style() const noexcept {
  if (!async) {
    return CallStyle::sync;
  }
  return callback ? CallStyle::async_callback : CallStyle::async_stackful;
}

// A memory that values can be passed through: not shared, with 32-bit addresses.
Result<> Checker::check_memory(std::uint32_t index) {
  WC_TRY(const CoreMemoryType memory, memory_at(index));
  if (memory.is64) {
    return Error(ErrorKind::invalid,
                 "64-bit memories require a component model feature that is not active");
  }
  CoreMemoryType any;
  any.page_size_log2 = memory.page_size_log2;
  WC_CHECK(check_core_memory(memory, any), "canonical option `memory`");
  return {};
}

Result<> Checker::check_option_counts(const ast::CanonOptions& options) {
  if (options.encodings.size() > 1) {
    return Error(ErrorKind::invalid, "canonical encoding option `{}` conflicts with option `{}`",
                 to_string(options.encodings[0]), to_string(options.encodings[1]));
  }
  WC_CHECK(at_most_once(options.memory.size(), "memory"));
  WC_CHECK(at_most_once(options.realloc.size(), "realloc"));
  WC_CHECK(at_most_once(options.post_return.size(), "post-return"));
  WC_CHECK(at_most_once(options.async, "async"));
  WC_CHECK(at_most_once(options.callback.size(), "callback"));
  if (options.async > 0) {
    WC_CHECK(require(features_.async, "canonical option `async`"));
  }
  return {};
}

Result<CanonOptions> Checker::options(const ast::CanonOptions& given) {
  WC_CHECK(check_option_counts(given));
  CanonOptions out;
  out.async = given.async > 0;
  out.memory = !given.memory.empty();
  out.realloc = !given.realloc.empty();
  if (out.memory) {
    WC_CHECK(check_memory(given.memory.front()));
  }
  if (!given.post_return.empty()) {
    out.post_return = given.post_return.front();
  }
  if (!given.callback.empty()) {
    out.callback = given.callback.front();
  }
  if (out.callback && !out.async) {
    return Error(ErrorKind::invalid, "cannot specify callback without async");
  }
  if (out.post_return && out.async) {
    return Error(ErrorKind::invalid, "cannot specify post-return function in async");
  }
  if (out.realloc) {
    if (!out.memory) {
      return Error(ErrorKind::invalid,
                   "canonical option `realloc` requires `memory` to also be specified");
    }
    WC_TRY(const CoreFuncType realloc, core_func_at(given.realloc.front()));
    if (!is(realloc, 4, 1)) {
      return wrong_signature("realloc");
    }
  }
  return out;
}

Result<> Checker::check_lowering(const CanonOptions& options) {
  if (options.post_return) {
    return Error(ErrorKind::invalid,
                 "canonical option `post-return` cannot be specified for lowerings");
  }
  if (options.callback) {
    return Error(ErrorKind::invalid,
                 "canonical option `callback` cannot be specified for lowerings");
  }
  return {};
}

Result<> Checker::check_lift_options(const CanonOptions& options, const CoreFuncType& core) {
  if (options.post_return) {
    WC_TRY(const CoreFuncType post_return, core_func_at(*options.post_return));
    if (post_return.params != core.results || !post_return.results.empty()) {
      return wrong_signature("post-return");
    }
  }
  if (options.callback) {
    WC_TRY(const CoreFuncType callback, core_func_at(*options.callback));
    if (!is(callback, 3, 1)) {
      return wrong_signature("callback");
    }
  } else if (options.async && !features_.async_stackful) {
    return Error(ErrorKind::invalid, "requires the component model async stackful feature");
  }
  return {};
}

Result<CoreFuncType> Checker::signature(const types::Func& func, Direction direction,
                                        const CanonOptions& options) {
  const bool lift = direction == Direction::lift;
  WC_CHECK(budget_.spend(func.params.size()));
  WC_CHECK(check_params(arena_, func, lift, options.async, options));
  if (func.result) {
    WC_CHECK(check_result(arena_, *func.result, lift, options.async, options));
  }
  return core_type(flatten_function(arena_, func, direction, options.style()));
}

namespace {
// "The `async` canonical ABI option is only for functions that are async by type."
Result<> check_asyncness(const CanonOptions& options, const types::Func& func) {
  if (options.async && !func.async) {
    return Error(ErrorKind::invalid,
                 "the `async` canonical option requires an async function type");
  }
  return {};
}
}  // namespace

Result<> Checker::lift(const ast::Canon& canon) {
  WC_TRY(const FuncTypeId id, func_type_at(canon.type));
  WC_TRY(const CoreFuncType core, core_func_at(canon.func));
  WC_TRY(const CanonOptions given, options(canon.options));
  WC_CHECK(check_lift_options(given, core));
  const types::Func& func = arena_[id];
  WC_CHECK(check_asyncness(given, func));
  WC_TRY(const CoreFuncType wanted, signature(func, Direction::lift, given));
  if (wanted.params != core.params) {
    return Error(ErrorKind::invalid,
                 "lowered parameter types `{}` do not match parameter types `{}` of core function "
                 "{}",
                 list(wanted.params), list(core.params), canon.func);
  }
  if (wanted.results != core.results) {
    return Error(ErrorKind::invalid,
                 "lowered result types `{}` do not match result types `{}` of core function {}",
                 list(wanted.results), list(core.results), canon.func);
  }
  spaces().funcs.push_back(id);
  return {};
}

Result<> Checker::lower(const ast::Canon& canon) {
  WC_TRY(const FuncTypeId id, func_at(canon.func));
  WC_TRY(const CanonOptions given, options(canon.options));
  WC_CHECK(check_lowering(given));
  const types::Func& func = arena_[id];
  WC_CHECK(check_asyncness(given, func));
  WC_TRY(CoreFuncType made, signature(func, Direction::lower, given));
  return add_core_func(std::move(made));
}

Result<> Checker::define(const ast::Canon& canon) {
  offset_ = canon.offset;
  switch (canon.op) {
    case ast::CanonOp::lift:
      return lift(canon);
    case ast::CanonOp::lower:
      return lower(canon);
    default:
      return builtin(canon);
  }
}

}  // namespace wasmcloud::component::internal

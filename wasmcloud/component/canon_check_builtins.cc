// Canonical built-ins (CanonicalABI.md; sections 1.8, 2.4 and 2.9 of the fact sheet): each makes a
// core function of a fixed signature.
#include "wasmcloud/component/validator_checker.h"

namespace wasmcloud::component::internal {
namespace {

using Op = ast::CanonOp;

// What a built-in without any operand to check makes: 'i' is i32, 'l' is i64.
struct Signature {
  std::string_view params;
  std::string_view results;
};

Signature signature_of(Op op) noexcept {
  switch (op) {
    case Op::subtask_cancel:
    case Op::stream_cancel_read:
    case Op::stream_cancel_write:
    case Op::future_cancel_read:
    case Op::future_cancel_write:
    case Op::thread_suspend_then_resume:
    case Op::thread_yield_then_resume:
    case Op::thread_suspend_then_promote:
    case Op::thread_yield_then_promote:
      return {"i", "i"};
    case Op::thread_yield:
    case Op::waitable_set_new:
    case Op::thread_index:
    case Op::thread_suspend:
      return {"", "i"};
    case Op::subtask_drop:
    case Op::stream_drop_readable:
    case Op::stream_drop_writable:
    case Op::future_drop_readable:
    case Op::future_drop_writable:
    case Op::error_context_drop:
    case Op::waitable_set_drop:
    case Op::thread_resume_later:
      return {"i", ""};
    case Op::stream_new:
    case Op::future_new:
      return {"", "l"};
    case Op::stream_read:
    case Op::stream_write:
      return {"iii", "i"};
    case Op::future_read:
    case Op::future_write:
    case Op::waitable_set_wait:
    case Op::waitable_set_poll:
    case Op::thread_new_indirect:
    case Op::error_context_new:
      return {"ii", "i"};
    case Op::waitable_join:
    case Op::error_context_debug_message:
      return {"ii", ""};
    default:  // task.cancel, backpressure.inc, backpressure.dec
      return {};
  }
}

std::vector<CoreValType> types_of(std::string_view codes) {
  std::vector<CoreValType> out;
  for (const char code : codes) {
    out.push_back({.code = code == 'l' ? CoreValType::Code::i64 : CoreValType::Code::i32});
  }
  return out;
}

bool is_stream(Op op) noexcept { return op >= Op::stream_new && op <= Op::stream_drop_writable; }

bool is_channel(Op op) noexcept { return op >= Op::stream_new && op <= Op::future_drop_writable; }

bool is_error_context(Op op) noexcept {
  return op >= Op::error_context_new && op <= Op::error_context_drop;
}

bool is_copy(Op op) noexcept {
  return op == Op::stream_read || op == Op::stream_write || op == Op::future_read ||
         op == Op::future_write;
}

bool is_thread(Op op) noexcept { return op >= Op::thread_index; }

bool is_shared_thread(Op op) noexcept { return op >= Op::thread_spawn_ref; }

bool may_be_async(Op op) noexcept {
  return op == Op::subtask_cancel || op == Op::stream_cancel_read ||
         op == Op::stream_cancel_write || op == Op::future_cancel_read ||
         op == Op::future_cancel_write;
}

}  // namespace

Result<> Checker::add_builtin(std::string_view params, std::string_view results) {
  return add_core_func({.params = types_of(params), .results = types_of(results)});
}

Result<> Checker::builtin(const ast::Canon& canon) {
  const Op op = canon.op;
  if (op == Op::resource_new || op == Op::resource_drop || op == Op::resource_rep) {
    return resource_builtin(canon);
  }
  if (is_error_context(op)) {
    WC_CHECK(require(features_.error_context, to_string(op)));
    return error_context_builtin(canon);
  }
  if (is_thread(op)) {
    WC_CHECK(require(features_.threading && !is_shared_thread(op), to_string(op)));
    return thread_builtin(canon);
  }
  WC_CHECK(require(features_.async, to_string(op)));
  if (may_be_async(op) && canon.flag) {
    WC_CHECK(require(features_.more_async_builtins, "the `async` form of a built-in"));
  }
  if (is_channel(op)) {
    return channel_builtin(canon);
  }
  switch (op) {
    case Op::task_return:
      return task_return(canon);
    case Op::context_get:
    case Op::context_set:
      return context_builtin(canon);
    case Op::waitable_set_wait:
    case Op::waitable_set_poll:
      WC_CHECK(check_memory(canon.index));
      break;
    default:
      break;
  }
  const Signature made = signature_of(op);
  return add_builtin(made.params, made.results);
}

// 2.4: any resource may be dropped; only the component that defines it can make one, or look
// inside.
Result<> Checker::resource_builtin(const ast::Canon& canon) {
  WC_TRY(const TypeEntity type, resource_at(canon.type));
  if (canon.op == Op::resource_drop) {
    return add_builtin("i", "");
  }
  const auto& defined = scope().defined_resources;
  const auto found = defined.find(std::get<ResourceId>(type.type));
  if (found == defined.end() || !found->second) {
    return Error(ErrorKind::invalid, "type index {} is not a local resource", canon.type);
  }
  return add_builtin("i", "i");
}

// The result of a task is passed as the parameters of a call.
Result<> Checker::task_return(const ast::Canon& canon) {
  types::Func func;
  if (canon.result) {
    WC_TRY(const ValType result, val_type(*canon.result));
    if (arena_.facts(result).has_borrow) {
      return Error(ErrorKind::invalid, "`task.return` result cannot contain a `borrow` type");
    }
    func.params.push_back({"result", result});
  }
  WC_TRY(const CanonOptions given, options(canon.options));
  if (given.realloc) {
    return Error(ErrorKind::invalid, "cannot specify `realloc` option on `task.return`");
  }
  if (given.post_return) {
    return Error(ErrorKind::invalid, "cannot specify `post-return` option on `task.return`");
  }
  WC_CHECK(check_lowering(given));
  if (given.async) {
    return Error(ErrorKind::invalid, "cannot specify `async` option on `task.return`");
  }
  WC_TRY(CoreFuncType made, signature(func, Direction::lower, given));
  return add_core_func(std::move(made));
}

Result<> Checker::context_builtin(const ast::Canon& canon) {
  const bool get = canon.op == Op::context_get;
  if (canon.context_type.code != CoreValType::Code::i32) {
    return Error(ErrorKind::invalid, "`{}` only supports `i32`", to_string(canon.op));
  }
  if (canon.index > 1 || (canon.index == 1 && !features_.threading)) {
    return Error(ErrorKind::invalid, "`{}` immediate must be {}: {}", to_string(canon.op),
                 features_.threading ? "zero or one" : "zero", canon.index);
  }
  auto& used = scope().context_type;
  if (used && *used != canon.context_type) {
    return Error(ErrorKind::invalid, "`{}` type must match previous context type",
                 to_string(canon.op));
  }
  used = canon.context_type;
  return get ? add_builtin("", "i") : add_builtin("i", "");
}

Result<> Checker::channel_builtin(const ast::Canon& canon) {
  WC_TRY(const DefinedTypeId id, defined_type_at(canon.type));
  const bool stream = is_stream(canon.op);
  const auto* as_stream = std::get_if<types::Stream>(&arena_[id]);
  const auto* as_future = std::get_if<types::Future>(&arena_[id]);
  if (stream ? as_stream == nullptr : as_future == nullptr) {
    return Error(ErrorKind::invalid, "`{}` requires a {} type", to_string(canon.op),
                 stream ? "stream" : "future");
  }
  if (is_copy(canon.op)) {
    WC_CHECK(channel_copy(canon, stream ? as_stream->element : as_future->element));
  }
  const Signature made = signature_of(canon.op);
  return add_builtin(made.params, made.results);
}

Result<> Checker::channel_copy(const ast::Canon& canon, const std::optional<ValType>& element) {
  WC_TRY(const CanonOptions given, options(canon.options));
  if (!given.async) {
    WC_CHECK(require(features_.more_async_builtins, "the synchronous form of a built-in"));
  }
  if (element && !given.memory) {
    return Error(ErrorKind::invalid, "canonical option `memory` is required");
  }
  const bool read = canon.op == Op::stream_read || canon.op == Op::future_read;
  if (read && element && arena_.facts(*element).has_pointer && !given.realloc) {
    return Error(ErrorKind::invalid, "canonical option `realloc` is required");
  }
  return check_lowering(given);
}

Result<> Checker::error_context_builtin(const ast::Canon& canon) {
  if (canon.op != Op::error_context_drop) {
    WC_TRY(const CanonOptions given, options(canon.options));
    if (!given.memory) {
      return Error(ErrorKind::invalid, "canonical option `memory` is required");
    }
    if (canon.op == Op::error_context_debug_message && !given.realloc) {
      return Error(ErrorKind::invalid, "canonical option `realloc` is required");
    }
    if (given.async) {
      return Error(ErrorKind::invalid, "cannot specify `async` option on `{}`",
                   to_string(canon.op));
    }
    WC_CHECK(check_lowering(given));
  }
  const Signature made = signature_of(canon.op);
  return add_builtin(made.params, made.results);
}

Result<> Checker::thread_builtin(const ast::Canon& canon) {
  if (canon.op == Op::thread_new_indirect) {
    WC_TRY(const CoreTypeEntry* entry, core_type_at(canon.type));
    const auto* start = std::get_if<CoreFuncType>(entry);
    if (start == nullptr) {
      return Error(ErrorKind::invalid, "expected a core function type");
    }
    if (start->params != std::vector<CoreValType>(1)) {
      return Error(ErrorKind::invalid,
                   "start function must take a single `i32` argument (currently)");
    }
    if (!start->results.empty()) {
      return Error(ErrorKind::invalid, "start function must not return any values");
    }
    WC_TRY(const CoreTableType table, table_at(canon.index));
    CoreTableType any;
    any.element = {.code = CoreValType::Code::ref, .nullable = true, .heap = -0x10};
    WC_CHECK(check_core_table(table, any), "table is not a 32-bit table of (ref null (func))");
  }
  const Signature made = signature_of(canon.op);
  return add_builtin(made.params, made.results);
}

}  // namespace wasmcloud::component::internal

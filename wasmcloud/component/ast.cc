#include "wasmcloud/component/ast.h"

namespace wasmcloud::component {

std::string_view to_string(Sort sort) noexcept {
  switch (sort) {
    case Sort::core_func:
      return "core function";
    case Sort::core_table:
      return "core table";
    case Sort::core_memory:
      return "core memory";
    case Sort::core_global:
      return "core global";
    case Sort::core_tag:
      return "core tag";
    case Sort::core_type:
      return "core type";
    case Sort::core_module:
      return "core module";
    case Sort::core_instance:
      return "core instance";
    case Sort::func:
      return "function";
    case Sort::value:
      return "value";
    case Sort::type:
      return "type";
    case Sort::component:
      return "component";
    case Sort::instance:
      return "instance";
  }
  return "unknown sort";
}

namespace ast {

namespace {

struct OpName {
  CanonOp op;
  std::string_view name;
};

constexpr OpName kOpNames[] = {
    {CanonOp::lift, "lift"},
    {CanonOp::lower, "lower"},
    {CanonOp::resource_new, "resource.new"},
    {CanonOp::resource_drop, "resource.drop"},
    {CanonOp::resource_rep, "resource.rep"},
    {CanonOp::task_cancel, "task.cancel"},
    {CanonOp::subtask_cancel, "subtask.cancel"},
    {CanonOp::task_return, "task.return"},
    {CanonOp::context_get, "context.get"},
    {CanonOp::context_set, "context.set"},
    {CanonOp::thread_yield, "thread.yield"},
    {CanonOp::subtask_drop, "subtask.drop"},
    {CanonOp::stream_new, "stream.new"},
    {CanonOp::stream_read, "stream.read"},
    {CanonOp::stream_write, "stream.write"},
    {CanonOp::stream_cancel_read, "stream.cancel-read"},
    {CanonOp::stream_cancel_write, "stream.cancel-write"},
    {CanonOp::stream_drop_readable, "stream.drop-readable"},
    {CanonOp::stream_drop_writable, "stream.drop-writable"},
    {CanonOp::future_new, "future.new"},
    {CanonOp::future_read, "future.read"},
    {CanonOp::future_write, "future.write"},
    {CanonOp::future_cancel_read, "future.cancel-read"},
    {CanonOp::future_cancel_write, "future.cancel-write"},
    {CanonOp::future_drop_readable, "future.drop-readable"},
    {CanonOp::future_drop_writable, "future.drop-writable"},
    {CanonOp::error_context_new, "error-context.new"},
    {CanonOp::error_context_debug_message, "error-context.debug-message"},
    {CanonOp::error_context_drop, "error-context.drop"},
    {CanonOp::waitable_set_new, "waitable-set.new"},
    {CanonOp::waitable_set_wait, "waitable-set.wait"},
    {CanonOp::waitable_set_poll, "waitable-set.poll"},
    {CanonOp::waitable_set_drop, "waitable-set.drop"},
    {CanonOp::waitable_join, "waitable.join"},
    {CanonOp::backpressure_inc, "backpressure.inc"},
    {CanonOp::backpressure_dec, "backpressure.dec"},
    {CanonOp::thread_index, "thread.index"},
    {CanonOp::thread_new_indirect, "thread.new-indirect"},
    {CanonOp::thread_resume_later, "thread.resume-later"},
    {CanonOp::thread_suspend, "thread.suspend"},
    {CanonOp::thread_suspend_then_resume, "thread.suspend-then-resume"},
    {CanonOp::thread_yield_then_resume, "thread.yield-then-resume"},
    {CanonOp::thread_suspend_then_promote, "thread.suspend-then-promote"},
    {CanonOp::thread_yield_then_promote, "thread.yield-then-promote"},
    {CanonOp::thread_spawn_ref, "thread.spawn-ref"},
    {CanonOp::thread_spawn_indirect, "thread.spawn-indirect"},
    {CanonOp::thread_available_parallelism, "thread.available-parallelism"},
};

}  // namespace

std::string_view to_string(CanonOp op) noexcept {
  for (const OpName& known : kOpNames) {
    if (known.op == op) {
      return known.name;
    }
  }
  return "unknown built-in";
}

}  // namespace ast
}  // namespace wasmcloud::component

// Canonical definitions (Binary.md "Canonical Definitions").
#include "wasmcloud/component/component_reader.h"

namespace wasmcloud::component::internal {

namespace {

using ast::Canon;
using ast::CanonOp;

// One canonopt:
//   0x00 utf8 | 0x01 utf16 | 0x02 latin1+utf16 | 0x03 m:<core:memidx> memory
// | 0x04 f:<core:funcidx> realloc | 0x05 f:<core:funcidx> post-return | 0x06 async
// | 0x07 f:<core:funcidx> callback
Result<> read_option(Reader& in, ast::CanonOptions& options) {
  const std::size_t at = in.offset();
  WC_TRY(const std::uint8_t kind, in.u8());
  std::vector<std::uint32_t>* indices = nullptr;
  switch (kind) {
    case 0x00:
    case 0x01:
    case 0x02:
      options.encodings.push_back(static_cast<ast::StringEncoding>(kind));
      return {};
    case 0x03:
      indices = &options.memory;
      break;
    case 0x04:
      indices = &options.realloc;
      break;
    case 0x05:
      indices = &options.post_return;
      break;
    case 0x06:
      ++options.async;
      return {};
    case 0x07:
      indices = &options.callback;
      break;
    default:
      return invalid_leading_byte(at, kind, "canonical option");
  }
  WC_TRY(const std::uint32_t index, in.leb_u32());
  WC_CHECK(in.budget().charge(sizeof(index), at));
  indices->push_back(index);
  return {};
}

// opts ::= opt*:vec(<canonopt>)
Result<> read_options(Reader& in, Canon& canon) {
  WC_TRY(const std::uint32_t count, read_count(in, kMaxCanonOptions));
  for (std::uint32_t i = 0; i < count; ++i) {
    WC_CHECK(read_option(in, canon.options));
  }
  return {};
}

// 0x00 0x00 f:<core:funcidx> opts:<opts> ft:<typeidx> lift
// 0x01 0x00 f:<funcidx> opts:<opts> lower
Result<> read_lift_or_lower(Reader& in, Canon& canon) {
  const std::size_t at = in.offset();
  WC_TRY(const std::uint8_t zero, in.u8());
  const bool lift = canon.op == CanonOp::lift;
  if (zero != 0) {
    return invalid_leading_byte(at, zero,
                                lift ? "canonical function lift" : "canonical function lower");
  }
  WC_TRY(canon.func, in.leb_u32());
  WC_CHECK(read_options(in, canon));
  if (lift) {
    WC_TRY(canon.type, in.leb_u32());
  }
  return {};
}

// The immediates of a built-in, by what they are.
enum class Shape : std::uint8_t {
  lift_or_lower,
  none,
  type,             // i:<typeidx>
  type_options,     // i:<typeidx> opts:<opts>
  type_flag,        // i:<typeidx> async?:<bool>
  flag,             // cancel?:<bool>, async?:<bool> or sh?:<bool>
  flag_index,       // cancel?:<bool> m:<core:memidx>
  flag_type,        // sh?:<bool> ft:<core:typeidx>
  flag_type_index,  // sh?:<bool> ft:<core:typeidx> tbl:<core:tableidx>
  type_index,       // ft:<core:typeidx> tbl:<core:tableidx>
  options,          // opts:<opts>
  result_options,   // rs:<resultlist> opts:<opts>
  context,          // t:<core:valtype> i:<u32>
};

struct OpShape {
  CanonOp op;
  Shape shape;
};

constexpr OpShape kOpShapes[] = {
    {CanonOp::lift, Shape::lift_or_lower},
    {CanonOp::lower, Shape::lift_or_lower},
    {CanonOp::task_cancel, Shape::none},
    {CanonOp::subtask_drop, Shape::none},
    {CanonOp::error_context_drop, Shape::none},
    {CanonOp::waitable_set_new, Shape::none},
    {CanonOp::waitable_set_drop, Shape::none},
    {CanonOp::waitable_join, Shape::none},
    {CanonOp::backpressure_inc, Shape::none},
    {CanonOp::backpressure_dec, Shape::none},
    {CanonOp::thread_index, Shape::none},
    {CanonOp::thread_resume_later, Shape::none},
    {CanonOp::resource_new, Shape::type},
    {CanonOp::resource_drop, Shape::type},
    {CanonOp::resource_rep, Shape::type},
    {CanonOp::stream_new, Shape::type},
    {CanonOp::stream_drop_readable, Shape::type},
    {CanonOp::stream_drop_writable, Shape::type},
    {CanonOp::future_new, Shape::type},
    {CanonOp::future_drop_readable, Shape::type},
    {CanonOp::future_drop_writable, Shape::type},
    {CanonOp::stream_read, Shape::type_options},
    {CanonOp::stream_write, Shape::type_options},
    {CanonOp::future_read, Shape::type_options},
    {CanonOp::future_write, Shape::type_options},
    {CanonOp::stream_cancel_read, Shape::type_flag},
    {CanonOp::stream_cancel_write, Shape::type_flag},
    {CanonOp::future_cancel_read, Shape::type_flag},
    {CanonOp::future_cancel_write, Shape::type_flag},
    {CanonOp::subtask_cancel, Shape::flag},
    {CanonOp::thread_yield, Shape::flag},
    {CanonOp::thread_suspend, Shape::flag},
    {CanonOp::thread_suspend_then_resume, Shape::flag},
    {CanonOp::thread_yield_then_resume, Shape::flag},
    {CanonOp::thread_suspend_then_promote, Shape::flag},
    {CanonOp::thread_yield_then_promote, Shape::flag},
    {CanonOp::thread_available_parallelism, Shape::flag},
    {CanonOp::waitable_set_wait, Shape::flag_index},
    {CanonOp::waitable_set_poll, Shape::flag_index},
    {CanonOp::thread_spawn_ref, Shape::flag_type},
    {CanonOp::thread_spawn_indirect, Shape::flag_type_index},
    {CanonOp::thread_new_indirect, Shape::type_index},
    {CanonOp::error_context_new, Shape::options},
    {CanonOp::error_context_debug_message, Shape::options},
    {CanonOp::task_return, Shape::result_options},
    {CanonOp::context_get, Shape::context},
    {CanonOp::context_set, Shape::context},
};

std::optional<Shape> shape_of(CanonOp op) {
  for (const OpShape& known : kOpShapes) {
    if (known.op == op) {
      return known.shape;
    }
  }
  return std::nullopt;
}

Result<> read_immediates(Reader& in, Shape shape, Canon& canon) {
  if (shape == Shape::flag || shape == Shape::flag_index || shape == Shape::flag_type ||
      shape == Shape::flag_type_index) {
    WC_TRY(canon.flag, in.boolean());
  }
  if (shape == Shape::type || shape == Shape::type_options || shape == Shape::type_flag ||
      shape == Shape::flag_type || shape == Shape::flag_type_index || shape == Shape::type_index) {
    WC_TRY(canon.type, in.leb_u32());
  }
  if (shape == Shape::type_flag) {
    WC_TRY(canon.flag, in.boolean());
  }
  if (shape == Shape::context) {
    WC_TRY(canon.context_type, read_core_val_type(in));
  }
  if (shape == Shape::flag_index || shape == Shape::flag_type_index || shape == Shape::type_index ||
      shape == Shape::context) {
    WC_TRY(canon.index, in.leb_u32());
  }
  if (shape == Shape::result_options) {
    WC_TRY(canon.result, read_result_list(in));
  }
  if (shape == Shape::options || shape == Shape::type_options || shape == Shape::result_options) {
    WC_CHECK(read_options(in, canon));
  }
  return {};
}

}  // namespace

// canon ::= op:<byte> and its immediates; which, is said at Shape
Result<ast::Canon> read_canon(Reader& in) {
  Canon canon;
  canon.offset = in.offset();
  WC_TRY(const std::uint8_t op, in.u8());
  canon.op = static_cast<CanonOp>(op);
  const auto shape = shape_of(canon.op);
  if (!shape) {
    return invalid_leading_byte(canon.offset, op, "canonical function");
  }
  if (*shape == Shape::lift_or_lower) {
    WC_CHECK(read_lift_or_lower(in, canon));
  } else {
    WC_CHECK(read_immediates(in, *shape, canon));
  }
  return canon;
}

}  // namespace wasmcloud::component::internal

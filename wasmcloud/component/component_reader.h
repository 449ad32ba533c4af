// What the parts of the decoder share: a ByteReader that knows the limits, and how vectors and
// leading bytes are read. Internal to the decoder.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "wasmcloud/base/byte_reader.h"
#include "wasmcloud/component/ast.h"
#include "wasmcloud/component/decoder.h"

namespace wasmcloud::component::internal {

// How many of something may stand in one place. The numbers are those of the reference parser, so
// that whatever its users can build can be read.
struct CountLimit {
  std::string_view what;
  std::uint32_t most;
};

inline constexpr std::size_t kMaxStringBytes = 100'000;
inline constexpr std::size_t kMaxModuleBytes = std::size_t{1} << 30;
inline constexpr CountLimit kMaxModules{"module", 1'000};
inline constexpr CountLimit kMaxComponents{"component", 1'000};
inline constexpr CountLimit kMaxInstances{"instance", 1'000};
inline constexpr CountLimit kMaxValues{"value", 1'000};
inline constexpr CountLimit kMaxSectionItems{"section item", 1'000'000};
inline constexpr CountLimit kMaxTypes{"type", 1'000'000};
inline constexpr CountLimit kMaxCoreItems{"core item", 1'000'000};
inline constexpr CountLimit kMaxTypeDecls{"type declaration", 1'000'000};
inline constexpr CountLimit kMaxModuleTypeDecls{"module type declaration", 100'000};
inline constexpr CountLimit kMaxFields{"record field", 10'000};
inline constexpr CountLimit kMaxCases{"variant case", 10'000};
inline constexpr CountLimit kMaxTupleTypes{"tuple type", 10'000};
inline constexpr CountLimit kMaxFlags{"flag", 1'000};
inline constexpr CountLimit kMaxEnumTags{"enum tag", 10'000};
inline constexpr CountLimit kMaxParams{"function parameter", 1'000};
inline constexpr CountLimit kMaxResults{"function result", 1'000};
inline constexpr CountLimit kMaxStructFields{"struct field", 10'000};
inline constexpr CountLimit kMaxSupertypes{"supertype", 1};
inline constexpr CountLimit kMaxArgs{"instantiation argument", 100'000};
inline constexpr CountLimit kMaxInlineExports{"inline export", 100'000};
inline constexpr CountLimit kMaxNameOptions{"name option", 16};
inline constexpr CountLimit kMaxCanonOptions{"canonical option", 10};

// What one decode() may still allocate.
class Budget {
 public:
  explicit Budget(const DecodeLimits& limits) noexcept
      : limits_(limits), bytes_(limits.tree_bytes) {}

  Result<> charge(std::size_t bytes, std::size_t offset) {
    if (bytes > bytes_) {
      return Error(ErrorKind::exhausted, "offset {:#x}: the decoded form exceeds {} bytes", offset,
                   limits_.tree_bytes);
    }
    bytes_ -= bytes;
    return {};
  }

  const DecodeLimits& limits() const noexcept { return limits_; }

 private:
  DecodeLimits limits_;
  std::size_t bytes_;
};

// A cursor over a part of a component; `depth` counts what nests: components or types.
class Reader : public ByteReader {
 public:
  Reader(ByteReader bytes, Budget& budget, std::uint32_t depth = 0) noexcept
      : ByteReader(bytes), budget_(&budget), depth_(depth) {}

  Result<std::string_view> name() { return ByteReader::name(kMaxStringBytes); }

  // 0 or 1.
  Result<bool> boolean() {
    const std::size_t at = offset();
    WC_TRY(const std::uint8_t byte, u8());
    if (byte > 1) {
      return error_at(at, fmt::format("invalid boolean value ({:#x})", byte));
    }
    return byte == 1;
  }

  Result<Reader> section(std::size_t size) {
    WC_TRY(const ByteReader part, slice(size));
    return Reader(part, *budget_, depth_);
  }

  Budget& budget() const noexcept { return *budget_; }

  std::uint32_t depth() const noexcept { return depth_; }

  void set_depth(std::uint32_t depth) noexcept { depth_ = depth; }

 private:
  Budget* budget_;
  std::uint32_t depth_;
};

// One level deeper for as long as it lives; `ok()` tells whether that is still allowed.
class Nested {
 public:
  explicit Nested(Reader& in) noexcept : in_(in) { in_.set_depth(in_.depth() + 1); }

  ~Nested() { in_.set_depth(in_.depth() - 1); }

  Nested(const Nested&) = delete;
  Nested& operator=(const Nested&) = delete;

  Result<> check(std::string_view complaint) const {
    if (in_.depth() > in_.budget().limits().nesting) {
      return error_at(in_.offset(), complaint);
    }
    return {};
  }

 private:
  Reader& in_;
};

inline Error invalid_leading_byte(std::size_t offset, std::uint8_t byte, std::string_view what) {
  return error_at(offset, fmt::format("invalid leading byte ({:#x}) for {}", byte, what));
}

inline Result<std::uint32_t> read_count(Reader& in, CountLimit limit) {
  const std::size_t at = in.offset();
  WC_TRY(const std::uint32_t count, in.leb_u32());
  if (count > limit.most) {
    return error_at(
        at, fmt::format("{} count of {} exceeds the limit of {}", limit.what, count, limit.most));
  }
  return count;
}

// vec(t) ::= n:u32 t^n. Memory follows what has been read, not what was announced.
template <typename ReadOne>
auto read_vec(Reader& in, CountLimit limit, ReadOne read_one)
    -> Result<std::vector<typename decltype(read_one(in))::value_type>> {
  using Item = typename decltype(read_one(in))::value_type;
  WC_TRY(const std::uint32_t count, read_count(in, limit));
  std::vector<Item> items;
  items.reserve(std::min({std::size_t{count}, in.remaining(), std::size_t{64}}));
  for (std::uint32_t i = 0; i < count; ++i) {
    WC_TRY(Item item, read_one(in));
    WC_CHECK(in.budget().charge(sizeof(Item), in.offset()));
    items.push_back(std::move(item));
  }
  return items;
}

// opt(t) ::= 0x00 | 0x01 t
template <typename ReadOne>
auto read_optional(Reader& in, std::string_view what, ReadOne read_one)
    -> Result<std::optional<typename decltype(read_one(in))::value_type>> {
  using Item = typename decltype(read_one(in))::value_type;
  const std::size_t at = in.offset();
  WC_TRY(const std::uint8_t lead, in.u8());
  if (lead == 0) {
    return std::optional<Item>();
  }
  if (lead != 1) {
    return invalid_leading_byte(at, lead, what);
  }
  WC_TRY(Item item, read_one(in));
  return std::optional<Item>(std::move(item));
}

inline Result<std::uint32_t> read_index(Reader& in) { return in.leb_u32(); }

// --- decoder.cc ---

enum class Layer : std::uint8_t { module, component };

// Reads the eight bytes that every module and component starts with.
Result<> expect_preamble(Reader& in, Layer layer);

// --- decoder_core_types.cc: what core modules and components write alike ---

// A rec group: for each of its types its signature, if it is a function type.
using CoreTypeGroup = std::vector<std::optional<CoreFuncType>>;

Result<CoreValType> read_core_val_type(Reader& in);
Result<CoreFuncType> read_core_func_type(Reader& in);
Result<CoreTypeGroup> read_core_rec_type(Reader& in);
Result<CoreTableType> read_core_table_type(Reader& in);
Result<CoreMemoryType> read_core_memory_type(Reader& in);
Result<CoreGlobalType> read_core_global_type(Reader& in);
Result<std::uint32_t> read_core_tag_type(Reader& in);  // its type index
// Skips one heap type, as ref.null carries it.
Result<std::int64_t> read_core_heap_type(Reader& in);

// --- decoder_core.cc: core definitions of a component ---

Result<ast::CoreInstance> read_core_instance(Reader& in);
Result<ast::CoreType> read_core_type(Reader& in);

// --- decoder_types.cc ---

Result<ast::ValType> read_val_type(Reader& in);
Result<ast::Type> read_type(Reader& in);
Result<std::optional<ast::ValType>> read_result_list(Reader& in);

// --- decoder_externs.cc ---

Result<ast::ExternName> read_extern_name(Reader& in);
Result<ast::ExternType> read_extern_type(Reader& in);
Result<ast::SortIndex> read_sort_index(Reader& in);
Result<Sort> read_core_sort(Reader& in);
Result<ast::Alias> read_alias(Reader& in);
Result<ast::Import> read_import(Reader& in);
Result<ast::Export> read_export(Reader& in);
Result<ast::Instance> read_instance(Reader& in);

// --- decoder_canon.cc ---

Result<ast::Canon> read_canon(Reader& in);

// --- core_module.cc ---

// As read_core_module(), within a component's budget.
Result<CoreModule> read_core_module(Reader in, Bytes bytes);

// --- core_module_expr.cc ---

// Reads a constant expression up to and with its `end`.
Result<> skip_const_expr(Reader& in);

}  // namespace wasmcloud::component::internal

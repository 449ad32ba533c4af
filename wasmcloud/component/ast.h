// A component binary as it is written: definitions in file order, indices unresolved, names as
// views into the bytes it was decoded from, which must outlive it. Nothing is checked here but form
// (Binary.md of the Component Model, WebAssembly/component-model design/mvp); see validator.h for
// meaning. Pure.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "wasmcloud/wit/primitive.h"

namespace wasmcloud::component {

using Bytes = std::span<const std::uint8_t>;

// What an index can refer to: one index space each.
enum class Sort : std::uint8_t {
  core_func,
  core_table,
  core_memory,
  core_global,
  core_tag,
  core_type,
  core_module,
  core_instance,
  func,
  value,
  type,
  component,
  instance,
};

// "core function", "instance", ...: as error messages name it.
std::string_view to_string(Sort sort) noexcept;

using wit::Primitive;

// --- Core types (WebAssembly core specification, 3.0, as far as components see them) ---

// A core value type. Numbers and vectors are `code` alone; references have a heap type.
struct CoreValType {
  enum class Code : std::uint8_t { i32, i64, f32, f64, v128, ref };
  Code code = Code::i32;
  bool nullable = false;  // ref only
  std::int64_t heap = 0;  // ref only: negative, an abstract heap type's s33 code; else a type index
  friend bool operator==(const CoreValType&, const CoreValType&) = default;
};

struct CoreFuncType {
  std::vector<CoreValType> params;
  std::vector<CoreValType> results;
  friend bool operator==(const CoreFuncType&, const CoreFuncType&) = default;
};

struct CoreLimits {
  std::uint64_t min = 0;
  std::optional<std::uint64_t> max;
  friend bool operator==(const CoreLimits&, const CoreLimits&) = default;
};

struct CoreTableType {
  CoreValType element;
  CoreLimits limits;
  bool shared = false;
  bool is64 = false;
};

struct CoreMemoryType {
  CoreLimits limits;  // in pages
  bool shared = false;
  bool is64 = false;
  std::uint32_t page_size_log2 = 16;
};

struct CoreGlobalType {
  CoreValType type;
  bool mutable_ = false;
  bool shared = false;
};

// A core import's or export's type with its function types resolved to their signature.
struct CoreTagType {
  CoreFuncType type;
};

using CoreExternType =
    std::variant<CoreFuncType, CoreTableType, CoreMemoryType, CoreGlobalType, CoreTagType>;

struct CoreImport {
  std::string_view module;
  std::string_view name;
  CoreExternType type;
};

struct CoreExport {
  std::string_view name;
  CoreExternType type;
};

// What a core module shows to the outside, read from its own sections; its code is Wasmtime's
// affair.
struct CoreModule {
  Bytes bytes;
  std::size_t offset = 0;  // of `bytes` in the outermost component
  std::vector<CoreImport> imports;
  std::vector<CoreExport> exports;
};

namespace ast {

// As written: a primitive, or an index into the type space.
using ValType = std::variant<Primitive, std::uint32_t>;

struct Labelled {
  std::string_view name;
  ValType type;
};

struct Case {
  std::string_view name;
  std::optional<ValType> type;
};

struct Record {
  std::vector<Labelled> fields;
};

struct Variant {
  std::vector<Case> cases;
};

struct List {
  ValType element;
};

struct FixedList {
  ValType element;
  std::uint32_t length = 0;
};

struct Tuple {
  std::vector<ValType> types;
};

struct Flags {
  std::vector<std::string_view> names;
};

struct Enum {
  std::vector<std::string_view> names;
};

struct Option {
  ValType type;
};

struct ResultType {
  std::optional<ValType> ok;
  std::optional<ValType> err;
};

struct Own {
  std::uint32_t resource = 0;
};

struct Borrow {
  std::uint32_t resource = 0;
};

struct Stream {
  std::optional<ValType> element;
};

struct Future {
  std::optional<ValType> element;
};

struct Map {
  ValType key;
  ValType value;
};

struct FuncType {
  bool async = false;
  std::vector<Labelled> params;
  std::optional<ValType> result;
};

struct ResourceType {
  bool rep64 = false;
  std::optional<std::uint32_t> destructor;  // core func index
};

struct ComponentType;
struct InstanceType;

using DefinedType = std::variant<Primitive, Record, Variant, List, FixedList, Tuple, Flags, Enum,
                                 Option, ResultType, Own, Borrow, Stream, Future, Map>;

using TypeBody = std::variant<DefinedType, FuncType, std::unique_ptr<ComponentType>,
                              std::unique_ptr<InstanceType>, ResourceType>;

struct Type {
  std::size_t offset = 0;
  TypeBody body;
};

// A module type's declarations with the core types they use resolved inside the module type's own
// index space. `type_index` values refer to it; outer aliases have been noted for the validator to
// resolve.
struct ModuleType;

struct CoreType {
  std::size_t offset = 0;

  // A function type; a module type; or another core type (struct, array, rec group: `opaque`), of
  // which only that it takes its place in the index space matters.
  struct Opaque {
    std::uint32_t count = 1;
  };

  std::variant<CoreFuncType, std::unique_ptr<ModuleType>, Opaque> body;
};

// The description of an import or export, unresolved.
struct ExternType {
  enum class Kind : std::uint8_t {
    core_module,
    func,
    value_eq,
    value,
    type_eq,
    sub_resource,
    component,
    instance
  };
  Kind kind = Kind::func;
  std::uint32_t index = 0;  // a type index; value_eq: a value index; core_module: a core type index
  ValType value{Primitive::boolean};  // Kind::value
};

// The bytes of a name and what is attached to it (nameattributes).
struct ExternName {
  std::size_t offset = 0;
  std::string_view name;
  std::optional<std::string_view> implements;
  std::optional<std::string_view> version_suffix;
  std::optional<std::string_view> external_id;
};

struct AliasExport {
  std::uint32_t instance = 0;
  std::string_view name;
};

struct AliasCoreExport {
  std::uint32_t instance = 0;
  std::string_view name;
};

struct AliasOuter {
  std::uint32_t count = 0;
  std::uint32_t index = 0;
};

struct Alias {
  std::size_t offset = 0;
  Sort sort = Sort::func;
  std::variant<AliasExport, AliasCoreExport, AliasOuter> target;
};

struct SortIndex {
  Sort sort = Sort::func;
  std::uint32_t index = 0;
};

struct Import {
  ExternName name;
  ExternType type;
};

struct Export {
  ExternName name;
  SortIndex item;
  std::optional<ExternType> type;
};

// An export declaration of a component or instance type.
struct ExportDecl {
  ExternName name;
  ExternType type;
};

using Decl =
    std::variant<std::unique_ptr<CoreType>, std::unique_ptr<Type>, Alias, Import, ExportDecl>;

struct ComponentType {
  std::vector<Decl> decls;
};

struct InstanceType {
  std::vector<Decl> decls;
};

// A core import/export description inside a module type, unresolved.
struct CoreExternDesc {
  Sort sort = Sort::core_func;
  std::uint32_t type_index = 0;  // core_func, core_tag
  std::variant<std::monostate, CoreTableType, CoreMemoryType, CoreGlobalType> type;
};

struct ModuleImportDecl {
  std::string_view module;
  std::string_view name;
  CoreExternDesc desc;
};

struct ModuleExportDecl {
  std::string_view name;
  CoreExternDesc desc;
};

struct ModuleDecl {
  std::size_t offset = 0;
  std::variant<ModuleImportDecl, CoreType, AliasOuter, ModuleExportDecl> body;
};

struct ModuleType {
  std::vector<ModuleDecl> decls;
};

struct CoreArg {
  std::size_t offset = 0;
  std::string_view name;
  std::uint32_t instance = 0;
};

struct CoreInlineExport {
  std::size_t offset = 0;
  std::string_view name;
  SortIndex item;
};

struct CoreInstantiate {
  std::uint32_t module = 0;
  std::vector<CoreArg> args;
};

struct CoreInstance {
  std::size_t offset = 0;
  std::variant<CoreInstantiate, std::vector<CoreInlineExport>> body;
};

struct Arg {
  std::size_t offset = 0;
  std::string_view name;
  SortIndex item;
};

struct InlineExport {
  ExternName name;
  SortIndex item;
};

struct Instantiate {
  std::uint32_t component = 0;
  std::vector<Arg> args;
};

struct Instance {
  std::size_t offset = 0;
  std::variant<Instantiate, std::vector<InlineExport>> body;
};

enum class StringEncoding : std::uint8_t { utf8, utf16, latin1_utf16 };

// The options as written, each with how often it was given (the validator refuses more than once).
struct CanonOptions {
  std::vector<StringEncoding> encodings;
  std::vector<std::uint32_t> memory;
  std::vector<std::uint32_t> realloc;
  std::vector<std::uint32_t> post_return;
  std::vector<std::uint32_t> callback;
  std::uint32_t async = 0;
};

// Every canonical built-in by its opcode (Binary.md `canon`); which fields are used depends on it.
enum class CanonOp : std::uint8_t {
  lift = 0x00,
  lower = 0x01,
  resource_new = 0x02,
  resource_drop = 0x03,
  resource_rep = 0x04,
  task_cancel = 0x05,
  subtask_cancel = 0x06,
  task_return = 0x09,
  context_get = 0x0a,
  context_set = 0x0b,
  thread_yield = 0x0c,
  subtask_drop = 0x0d,
  stream_new = 0x0e,
  stream_read = 0x0f,
  stream_write = 0x10,
  stream_cancel_read = 0x11,
  stream_cancel_write = 0x12,
  stream_drop_readable = 0x13,
  stream_drop_writable = 0x14,
  future_new = 0x15,
  future_read = 0x16,
  future_write = 0x17,
  future_cancel_read = 0x18,
  future_cancel_write = 0x19,
  future_drop_readable = 0x1a,
  future_drop_writable = 0x1b,
  error_context_new = 0x1c,
  error_context_debug_message = 0x1d,
  error_context_drop = 0x1e,
  waitable_set_new = 0x1f,
  waitable_set_wait = 0x20,
  waitable_set_poll = 0x21,
  waitable_set_drop = 0x22,
  waitable_join = 0x23,
  backpressure_inc = 0x24,
  backpressure_dec = 0x25,
  thread_index = 0x26,
  thread_new_indirect = 0x27,
  thread_resume_later = 0x28,
  thread_suspend = 0x29,
  thread_suspend_then_resume = 0x2a,
  thread_yield_then_resume = 0x2b,
  thread_suspend_then_promote = 0x2c,
  thread_yield_then_promote = 0x2d,
  thread_spawn_ref = 0x40,
  thread_spawn_indirect = 0x41,
  thread_available_parallelism = 0x42,
};

// "resource.drop", ...
std::string_view to_string(CanonOp op) noexcept;

struct Canon {
  std::size_t offset = 0;
  CanonOp op = CanonOp::lift;
  std::uint32_t func = 0;         // lift: core func; lower: func
  std::uint32_t type = 0;         // lift, resource.*, stream.*, future.*, thread.*: a type index
  std::uint32_t index = 0;        // memory, table or context slot, by op
  bool flag = false;              // async? or cancel? or shared?, by op
  CoreValType context_type;       // context.get/set
  std::optional<ValType> result;  // task.return
  CanonOptions options;
};

struct Start {
  std::size_t offset = 0;
  std::uint32_t func = 0;
  std::vector<std::uint32_t> args;
  std::uint32_t results = 0;
};

struct ValueDef {
  std::size_t offset = 0;
  ValType type{Primitive::boolean};
  Bytes bytes;
};

struct Component;

using Definition =
    std::variant<std::unique_ptr<CoreModule>, CoreInstance, CoreType, std::unique_ptr<Component>,
                 Instance, Alias, Type, Canon, Start, Import, Export, ValueDef>;

struct Component {
  Bytes bytes;
  std::size_t offset = 0;  // of `bytes` in the outermost component
  std::vector<Definition> definitions;
};

}  // namespace ast
}  // namespace wasmcloud::component

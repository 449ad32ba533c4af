// The official Component Model test suite: folders of modules and components, each with a
// commands.json that says what must come of them (wasm-tools json-from-wast). Its commands as plain
// structs, and the runner that gives them to an Executor. For tests, not for the host.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "wasmcloud/base/result.h"

namespace wasmcloud::component::suite {

// A value as the suite writes it, by the tag it has there. The callee's type says more: a record's
// fields may come in any order, and f32 is the same for core functions and component functions.
struct Value {
  enum class Kind : std::uint8_t {
    boolean,
    s8,
    u8,
    s16,
    u16,
    s32,
    u32,
    s64,
    u64,
    i32,  // core
    i64,  // core
    f32,
    f64,
    character,
    string,
    list,
    tuple,
    record,
    variant,
    enumeration,
    option,
    result,
    flags,
    other,  // v128 and references: core only, not interpreted
  };
  Kind kind = Kind::boolean;
  // boolean: 0 or 1; integers: two's complement, sign-extended; floats: the bit pattern.
  std::uint64_t bits = 0;
  // string, character: UTF-8; enumeration, variant: the case; result: "ok" or "err"; a core float:
  // "nan:canonical" or "nan:arithmetic" (and no bits), else empty; other: the tag.
  std::string text{};
  std::vector<std::string> names{};  // record: of the fields; flags: those that are set
  // list, tuple, record: in order; variant, option, result: the payload, if there is one.
  std::vector<Value> items{};
};

// For messages: "record{a: u32 1, b: [..]}".
std::string to_string(const Value& value);

struct Action {  // what to call, or which core global to read
  enum class Kind : std::uint8_t { invoke, get };
  Kind kind = Kind::invoke;
  std::optional<std::string> instance;  // none: the one instantiated last
  std::string field;
  std::vector<Value> args;
};

// The file a command speaks of, relative to the folder. None: a text that only a parser of WAT
// could read.
using BinaryFile = std::optional<std::string>;

struct Module {  // define and instantiate
  std::optional<std::string> name;
  BinaryFile file;
};

struct ModuleDefinition {
  std::optional<std::string> name;
  BinaryFile file;
};

struct ModuleInstance {
  std::optional<std::string> instance;
  std::optional<std::string> definition;  // none: the last
};

struct Register {
  std::optional<std::string> instance;
  std::string as;
};

struct Do {
  Action action;
};

struct AssertReturn {
  Action action;
  std::vector<Value> expected;
};

// The action must fail so: by a trap, an exhausted stack or fuel, an exception, a suspension.
struct AssertFails {
  enum class How : std::uint8_t { trap, exhaustion, exception, suspension };
  How how = How::trap;
  Action action;
  std::string text;
};

// The file must be refused, and when.
struct AssertRefused {
  enum class When : std::uint8_t { malformed, invalid, unlinkable, uninstantiable };
  When when = When::invalid;
  BinaryFile file;
  std::string text;
};

struct Unsupported {};  // threads of the core suite

struct Command {
  unsigned line = 0;
  std::string type;  // as written: "assert_return"
  std::variant<Module, ModuleDefinition, ModuleInstance, Register, Do, AssertReturn, AssertFails,
               AssertRefused, Unsupported>
      body;
};

// One commands.json. Error `invalid` names the command and what is wrong with it.
Result<std::vector<Command>> parse_commands(std::string_view json);

// Runs what needs an engine, for one commands.json; each has an Executor of its own.
class Executor {
 public:
  // One running module or component; never reused.
  enum class InstanceId : std::uint32_t {};

  virtual ~Executor() = default;

  // Whether the engine takes a core module as valid, its code included: what decode() and
  // validate() leave open of the modules inside a component. `binary` is valid for the call only.
  virtual Result<> check_core_module(std::span<const std::uint8_t> binary) = 0;

  // Instantiates a component, in a store of its own, or a core module, in the store that all core
  // modules of the file share. `binary` stays valid for the Executor's life; a component has been
  // decoded and validated, its core modules checked. What a component imports is offered by the
  // suite's host environment, and by components that were instantiated before under a name: their
  // exported core modules and resource types (nothing else) are members of an instance import of
  // that name. A `name` used again replaces the older; empty: it has none. Errors: `trap` for a
  // trap at start, `unsupported` if it cannot be run yet, any other if it cannot be linked.
  virtual Result<InstanceId> instantiate(std::span<const std::uint8_t> binary,
                                         std::string_view name) = 0;

  // Makes a core instance's exports importable as `as`.
  virtual Result<> register_as(InstanceId instance, std::string_view as) = 0;

  // Calls an exported function. Error `trap`: it trapped, after which an instance of a component
  // refuses every further call (with a trap too). The results must be in the form of Value that
  // `matches` takes; a record's fields in the order of its type.
  virtual Result<std::vector<Value>> invoke(InstanceId instance, std::string_view field,
                                            std::span<const Value> args) = 0;

  // Reads an exported core global.
  virtual Result<Value> get(InstanceId instance, std::string_view field) = 0;
};

// Takes every core module as valid, and refuses to run anything: `unsupported`, "cannot run yet".
std::unique_ptr<Executor> make_null_executor();

// Whether `actual` is what the suite expects: NaN patterns and any order of fields and flags
// allowed.
bool matches(const Value& expected, const Value& actual);

// What became of one command.
struct Verdict {
  enum class Status : std::uint8_t { passed, failed, skipped };
  std::string folder;  // relative to the suite
  unsigned line = 0;
  std::string command;
  Status status = Status::passed;
  std::string expected;  // failed only
  std::string came;      // failed only
};

struct Options {
  std::function<std::unique_ptr<Executor>()> make_executor = make_null_executor;
  // Whether a refusal's message must contain the suite's text. Traps' messages always must.
  bool compare_refusals = false;
};

// Runs every commands.json below `root`, in order of their folders. Error: `root` cannot be read,
// or a commands.json not be parsed.
Result<std::vector<Verdict>> run(const std::filesystem::path& root, const Options& options);

}  // namespace wasmcloud::component::suite

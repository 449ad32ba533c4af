#include "wasmcloud/component/suite.h"

#include <algorithm>
#include <fstream>
#include <map>

#include <gtest/gtest.h>

namespace wasmcloud::component::suite {
namespace {

using Kind = Value::Kind;

std::vector<Command> commands(std::string_view list) {
  auto parsed =
      parse_commands(fmt::format(R"({{"source_filename": "x", "commands": [{}]}})", list));
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message());
  return parsed ? std::move(*parsed) : std::vector<Command>();
}

Value value(std::string_view json) {
  const auto parsed = commands(fmt::format(
      R"({{"type": "assert_return", "line": 1, "action": {{"type": "invoke", "field": "f", "args": []}},
          "expected": [{}]}})",
      json));
  return std::get<AssertReturn>(parsed.at(0).body).expected.at(0);
}

TEST(SuiteValues, OfEveryForm) {
  EXPECT_EQ(to_string(value(R"({"type": "bool", "value": true})")), "true");
  EXPECT_EQ(to_string(value(R"({"type": "s8", "value": "-8"})")), "s8 -8");
  EXPECT_EQ(to_string(value(R"({"type": "u64", "value": "18446744073709551615"})")),
            "u64 18446744073709551615");
  EXPECT_EQ(value(R"({"type": "f32", "value": "1084227584"})").bits, 0x40a00000U);
  EXPECT_EQ(to_string(value(R"({"type": "char", "value": "Z"})")), "'Z'");
  EXPECT_EQ(to_string(value(R"({"type": "list", "value": [{"type": "u8", "value": "1"}]})")),
            "[u8 1]");
  EXPECT_EQ(
      to_string(value(R"({"type": "record", "value": [["a", {"type": "u8", "value": "1"}]]})")),
      "record{a: u8 1}");
  EXPECT_EQ(to_string(value(R"({"type": "variant", "value": {"case": "c"}})")), "c()");
  EXPECT_EQ(to_string(value(R"({"type": "enum", "value": "e"})")), "e");
  EXPECT_EQ(to_string(value(R"({"type": "option", "value": null})")), "none");
  EXPECT_EQ(
      to_string(value(R"({"type": "result", "value": {"Err": {"type": "string", "value": "x"}}})")),
      "err(\"x\")");
  EXPECT_EQ(to_string(value(R"({"type": "result", "value": {"Ok": null}})")), "ok()");
  EXPECT_EQ(to_string(value(R"({"type": "flags", "value": ["a", "b"]})")), "flags{a, b}");
  EXPECT_EQ(value(R"({"type": "v128", "value": ["1"]})").kind, Kind::other);
}

TEST(SuiteValues, MatchByMeaning) {
  const Value canonical = value(R"({"type": "f32", "value": "nan:canonical"})");
  const Value arithmetic = value(R"({"type": "f64", "value": "nan:arithmetic"})");
  EXPECT_TRUE(matches(canonical, {.kind = Kind::f32, .bits = 0xffc00000}));
  EXPECT_FALSE(matches(canonical, {.kind = Kind::f32, .bits = 0x7fc00001}));
  EXPECT_TRUE(matches(arithmetic, {.kind = Kind::f64, .bits = 0x7ff8000000000001}));
  EXPECT_FALSE(matches(arithmetic, {.kind = Kind::f64, .bits = 0x7ff0000000000000}));
  const Value flags = value(R"({"type": "flags", "value": ["a", "b"]})");
  EXPECT_TRUE(matches(flags, {.kind = Kind::flags, .names = {"b", "a"}}));
  const Value one = value(R"({"type": "u32", "value": "1"})");
  EXPECT_FALSE(matches(one, {.kind = Kind::s32, .bits = 1}));
  const Value record =
      value(R"({"type": "record", "value": [["a", {"type": "u32", "value": "1"}]]})");
  EXPECT_TRUE(matches(record, record));
  EXPECT_FALSE(matches(record, {.kind = Kind::record, .names = {"b"}, .items = {one}}));
}

TEST(SuiteCommands, OfEveryKind) {
  const auto parsed = commands(R"(
    {"type": "module", "line": 1, "name": "A", "filename": "a.wasm", "module_type": "binary"},
    {"type": "module_definition", "line": 2, "filename": "a.wat", "binary_filename": "a.wasm",
     "module_type": "text"},
    {"type": "module_instance", "line": 3, "instance": "i", "module": "A"},
    {"type": "register", "line": 4, "as": "x"},
    {"type": "action", "line": 5, "action": {"type": "get", "module": "A", "field": "g"}},
    {"type": "assert_trap", "line": 6, "action": {"type": "invoke", "field": "f", "args": []},
     "text": "t"},
    {"type": "assert_malformed", "line": 7, "filename": "a.wat", "module_type": "text", "text": "t"},
    {"type": "assert_uninstantiable", "line": 8, "filename": "a.wasm", "module_type": "binary",
     "text": "t"},
    {"type": "wait", "line": 9, "thread": "t"})");
  ASSERT_EQ(parsed.size(), 9U);
  EXPECT_EQ(std::get<Module>(parsed[0].body).file, "a.wasm");
  EXPECT_EQ(std::get<ModuleDefinition>(parsed[1].body).file, "a.wasm");
  EXPECT_EQ(std::get<ModuleInstance>(parsed[2].body).definition, "A");
  EXPECT_EQ(std::get<Register>(parsed[3].body).as, "x");
  EXPECT_EQ(std::get<Do>(parsed[4].body).action.kind, Action::Kind::get);
  EXPECT_EQ(std::get<AssertFails>(parsed[5].body).text, "t");
  EXPECT_FALSE(std::get<AssertRefused>(parsed[6].body).file);
  EXPECT_EQ(std::get<AssertRefused>(parsed[7].body).when, AssertRefused::When::uninstantiable);
  EXPECT_EQ(parsed[8].line, 9U);
}

TEST(SuiteCommands, NameWhatIsWrong) {
  EXPECT_EQ(parse_commands("[").error().message(), "not a JSON document");
  EXPECT_FALSE(parse_commands("[]"));
  EXPECT_TRUE(parse_commands(R"({"commands": [{"type": "dance", "line": 1}]})")
                  .error()
                  .message()
                  .contains("unknown command `dance`"));
  EXPECT_FALSE(parse_commands(R"({"commands": [{"type": "module", "line": 1}]})"));
}

// Answers from a table, and notes what it was asked.
class FakeExecutor final : public Executor {
 public:
  explicit FakeExecutor(std::vector<std::string>& log) : log_(log) {}

  Result<> check_core_module(std::span<const std::uint8_t>) override { return {}; }

  Result<InstanceId> instantiate(std::span<const std::uint8_t>, std::string_view name) override {
    log_.push_back(fmt::format("instantiate {}", name));
    return InstanceId{next_++};
  }

  Result<> register_as(InstanceId, std::string_view) override { return {}; }

  Result<std::vector<Value>> invoke(InstanceId instance, std::string_view field,
                                    std::span<const Value> args) override {
    log_.push_back(fmt::format("invoke {} {}", static_cast<unsigned>(instance), field));
    if (field == "trap") {
      return Error(ErrorKind::trap, "wasm trap: unreachable");
    }
    return std::vector<Value>(args.begin(), args.end());
  }

  Result<Value> get(InstanceId, std::string_view) override {
    return Value{.kind = Kind::i32, .bits = 7};
  }

 private:
  std::vector<std::string>& log_;
  std::uint32_t next_ = 0;
};

class SuiteRun : public testing::Test {
 protected:
  SuiteRun() {
    root_ = std::filesystem::path(testing::TempDir()) /
            testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::create_directories(root_ / "a" / "b");
    std::ofstream(root_ / "a" / "b" / "good.wasm", std::ios::binary)
        << std::string("\0asm\x0d\0\x01\0", 8);
    std::ofstream(root_ / "a" / "b" / "bad.wasm", std::ios::binary) << "bad!";
  }

  ~SuiteRun() override { std::filesystem::remove_all(root_); }

  std::vector<Verdict> run_list(std::string_view list) {
    std::ofstream(root_ / "a" / "b" / "commands.json") << R"({"commands": [)" << list << "]}";
    Options options;
    options.make_executor = [this] { return std::make_unique<FakeExecutor>(log_); };
    auto verdicts = run(root_, options);
    EXPECT_TRUE(verdicts) << (verdicts ? "" : verdicts.error().describe());
    return verdicts ? std::move(*verdicts) : std::vector<Verdict>();
  }

  std::filesystem::path root_;
  std::vector<std::string> log_;
};

constexpr std::string_view kInstance =
    R"({"type": "module", "line": 1, "filename": "good.wasm", "module_type": "binary"},)";

TEST_F(SuiteRun, GivesEachCommandAVerdict) {
  const auto verdicts = run_list(std::string(kInstance) + R"(
    {"type": "assert_malformed", "line": 2, "filename": "bad.wasm", "module_type": "binary",
     "text": ""},
    {"type": "assert_malformed", "line": 3, "filename": "good.wasm", "module_type": "binary",
     "text": ""},
    {"type": "assert_malformed", "line": 4, "filename": "x.wat", "module_type": "text", "text": ""},
    {"type": "module_definition", "line": 5, "filename": "absent.wasm", "module_type": "binary"})");
  using Status = Verdict::Status;
  std::vector<Status> statuses;
  for (const Verdict& verdict : verdicts) {
    statuses.push_back(verdict.status);
    EXPECT_EQ(verdict.folder, "a/b");
  }
  EXPECT_EQ(statuses, (std::vector{Status::passed, Status::passed, Status::failed, Status::skipped,
                                   Status::failed}));
  EXPECT_EQ(verdicts.at(2).came, "it was accepted");
}

TEST_F(SuiteRun, ResolvesNamesOfDefinitionsAndInstances) {
  const auto verdicts = run_list(R"(
    {"type": "module_definition", "line": 1, "name": "D", "filename": "good.wasm",
     "module_type": "binary"},
    {"type": "module_instance", "line": 2, "instance": "i", "module": "D"},
    {"type": "module_instance", "line": 3, "instance": "j"},
    {"type": "action", "line": 4, "action": {"type": "invoke", "field": "f", "args": []}},
    {"type": "action", "line": 5,
     "action": {"type": "invoke", "module": "i", "field": "f", "args": []}},
    {"type": "module_instance", "line": 6, "instance": "k", "module": "E"})");
  EXPECT_EQ(log_, (std::vector<std::string>{"instantiate i", "instantiate j", "invoke 1 f",
                                            "invoke 0 f"}));
  EXPECT_EQ(verdicts.back().came, "no definition `E`");
}

TEST_F(SuiteRun, ComparesReturnsAndTraps) {
  const auto verdicts = run_list(std::string(kInstance) + R"(
    {"type": "assert_return", "line": 2, "expected": [{"type": "u8", "value": "1"}],
     "action": {"type": "invoke", "field": "f", "args": [{"type": "u8", "value": "1"}]}},
    {"type": "assert_return", "line": 3, "expected": [{"type": "u8", "value": "2"}],
     "action": {"type": "invoke", "field": "f", "args": [{"type": "u8", "value": "1"}]}},
    {"type": "assert_trap", "line": 4, "text": "unreachable",
     "action": {"type": "invoke", "field": "trap", "args": []}},
    {"type": "assert_trap", "line": 5, "text": "out of bounds",
     "action": {"type": "invoke", "field": "trap", "args": []}},
    {"type": "assert_return", "line": 6, "expected": [{"type": "i32", "value": "7"}],
     "action": {"type": "get", "field": "g"}})");
  std::vector<unsigned> failed;
  for (const Verdict& verdict : verdicts) {
    if (verdict.status == Verdict::Status::failed) {
      failed.push_back(verdict.line);
    }
  }
  EXPECT_EQ(failed, (std::vector<unsigned>{3, 5}));
  EXPECT_EQ(verdicts.at(2).expected, "u8 2");
}

}  // namespace
}  // namespace wasmcloud::component::suite

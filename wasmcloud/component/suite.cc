#include "wasmcloud/component/suite.h"

#include <algorithm>
#include <deque>
#include <fstream>
#include <iterator>
#include <map>

#include "wasmcloud/component/decoder.h"
#include "wasmcloud/component/validator.h"

namespace wasmcloud::component::suite {

namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;
using Span = std::span<const std::uint8_t>;
using InstanceId = Executor::InstanceId;

class NullExecutor final : public Executor {
 public:
  Result<> check_core_module(Span) override { return {}; }

  Result<InstanceId> instantiate(Span, std::string_view) override { return refusal(); }

  Result<> register_as(InstanceId, std::string_view) override { return refusal(); }

  Result<std::vector<Value>> invoke(InstanceId, std::string_view, std::span<const Value>) override {
    return refusal();
  }

  Result<Value> get(InstanceId, std::string_view) override { return refusal(); }

 private:
  static Error refusal() { return Error(ErrorKind::unsupported, "cannot run yet"); }
};

Result<Bytes> read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return Error(ErrorKind::not_found, "cannot read {}", path.string());
  }
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

// The code of every core module in a component, which validate() leaves to the engine.
Result<> check_code(const ast::Component& component, Executor& executor) {
  for (const auto& definition : component.definitions) {
    if (const auto* core = std::get_if<std::unique_ptr<CoreModule>>(&definition)) {
      WC_CHECK(executor.check_core_module((*core)->bytes));
    } else if (const auto* nested = std::get_if<std::unique_ptr<ast::Component>>(&definition)) {
      WC_CHECK(check_code(**nested, executor));
    }
  }
  return {};
}

// All that can be said of a component or core module without running it.
Result<> check(Span bytes, Executor& executor) {
  if (is_core_module(bytes)) {
    return executor.check_core_module(bytes);
  }
  WC_TRY(const auto component, decode(bytes));
  WC_CHECK(validate(*component));
  return check_code(*component, executor);
}

// What did not come as it should have.
struct Mismatch {
  std::string expected;
  std::string came;
};

using Outcome = std::optional<Mismatch>;  // none: as expected

Outcome fail(std::string expected, std::string came) {
  return Mismatch{std::move(expected), std::move(came)};
}

std::string describe(const std::vector<Value>& values) {
  std::string text;
  for (const Value& value : values) {
    text += (text.empty() ? "" : ", ") + to_string(value);
  }
  return text.empty() ? "nothing" : text;
}

// The commands of one folder, in order. Names are the suite's; what they stand for is kept here, so
// that an Executor only ever sees bytes and instances.
class FolderRun {
 public:
  FolderRun(fs::path folder, const Options& options)
      : folder_(std::move(folder)), options_(options), executor_(options.make_executor()) {}

  // Error `unsupported`: to be skipped.
  Result<Outcome> run(const Command& command) {
    return std::visit([this](const auto& body) { return this->on(body); }, command.body);
  }

 private:
  // The file's bytes, kept until the end of the run.
  Result<Span> load(const BinaryFile& file) {
    if (!file) {
      return Error(ErrorKind::unsupported, "text only");
    }
    WC_TRY(Bytes bytes, read_file(folder_ / *file));
    return Span(files_.emplace_back(std::move(bytes)));
  }

  Outcome instantiate(Span bytes, const std::optional<std::string>& name) {
    current_.reset();
    if (name) {
      instances_.erase(*name);
    }
    const auto instance = executor_->instantiate(bytes, name.value_or(""));
    if (!instance) {
      why_none_ = instance.error().describe();
      return fail("an instance", why_none_);
    }
    current_ = *instance;
    if (name) {
      instances_.insert_or_assign(*name, *instance);
    }
    return {};
  }

  Result<InstanceId> find(const std::optional<std::string>& name) const {
    if (!name) {
      if (current_) {
        return *current_;
      }
      return Error(ErrorKind::not_found, "no current instance: {}", why_none_);
    }
    const auto found = instances_.find(*name);
    if (found == instances_.end()) {
      return Error(ErrorKind::not_found, "no instance `{}` (the last failure: {})", *name,
                   why_none_);
    }
    return found->second;
  }

  Result<std::vector<Value>> perform(const Action& action) {
    WC_TRY(const InstanceId instance, find(action.instance));
    if (action.kind == Action::Kind::invoke) {
      return executor_->invoke(instance, action.field, action.args);
    }
    WC_TRY(Value value, executor_->get(instance, action.field));
    std::vector<Value> only;
    only.push_back(std::move(value));
    return only;
  }

  Result<Outcome> on(const Module& command) {
    WC_TRY(const Span bytes, load(command.file));
    if (const auto checked = check(bytes, *executor_); !checked) {
      current_.reset();
      why_none_ = checked.error().describe();
      return fail("a valid module or component", why_none_);
    }
    definitions_.insert_or_assign(command.name.value_or(""), bytes);
    return instantiate(bytes, command.name);
  }

  Result<Outcome> on(const ModuleDefinition& command) {
    WC_TRY(const Span bytes, load(command.file));
    if (const auto checked = check(bytes, *executor_); !checked) {
      return fail("a valid module or component", checked.error().describe());
    }
    definitions_.insert_or_assign(command.name.value_or(""), bytes);
    definitions_.insert_or_assign("", bytes);
    return Outcome();
  }

  Result<Outcome> on(const ModuleInstance& command) {
    const auto definition = definitions_.find(command.definition.value_or(""));
    if (definition == definitions_.end()) {
      return fail("an instance",
                  fmt::format("no definition `{}`", command.definition.value_or("")));
    }
    return instantiate(definition->second, command.instance);
  }

  Result<Outcome> on(const Register& command) {
    const auto instance = find(command.instance);
    if (!instance) {
      return fail("a registration", instance.error().describe());
    }
    if (const auto done = executor_->register_as(*instance, command.as); !done) {
      return fail("a registration", done.error().describe());
    }
    return Outcome();
  }

  Result<Outcome> on(const Do& command) {
    if (const auto results = perform(command.action); !results) {
      return fail("a return", results.error().describe());
    }
    return Outcome();
  }

  Result<Outcome> on(const AssertReturn& command) {
    const auto results = perform(command.action);
    if (!results) {
      return fail(describe(command.expected), results.error().describe());
    }
    if (!std::ranges::equal(command.expected, *results, matches)) {
      return fail(describe(command.expected), describe(*results));
    }
    return Outcome();
  }

  Result<Outcome> on(const AssertFails& command) {
    const auto results = perform(command.action);
    const std::string expected = fmt::format("a trap with `{}`", command.text);
    if (results) {
      return fail(expected, describe(*results));
    }
    if (results.error().kind() != ErrorKind::trap) {
      return fail(expected, results.error().describe());
    }
    return with_text(results.error(), command.text, expected);
  }

  static Outcome with_text(const Error& error, const std::string& text,
                           const std::string& expected) {
    const std::string came = error.describe();
    return came.contains(text) ? Outcome() : fail(expected, came);
  }

  Result<Outcome> on(const AssertRefused& command) {
    WC_TRY(const Span bytes, load(command.file));
    const std::string expected = fmt::format("a refusal with `{}`", command.text);
    const auto checked = check(bytes, *executor_);
    const bool early = command.when == AssertRefused::When::malformed ||
                       command.when == AssertRefused::When::invalid;
    if (early && checked) {
      return fail(expected, "it was accepted");
    }
    if (early) {
      return options_.compare_refusals ? with_text(checked.error(), command.text, expected)
                                       : Outcome();
    }
    if (!checked) {
      return fail(expected + " when linked or started", checked.error().describe());
    }
    const auto instance = executor_->instantiate(bytes, "");
    if (instance) {
      return fail(expected, "it was instantiated");
    }
    const bool trapped = instance.error().kind() == ErrorKind::trap;
    const bool must_trap = command.when == AssertRefused::When::uninstantiable;
    if (trapped != must_trap || instance.error().kind() == ErrorKind::unsupported) {
      return fail(expected + (must_trap ? ", by a trap" : ", but not by a trap"),
                  instance.error().describe());
    }
    if (must_trap || options_.compare_refusals) {
      return with_text(instance.error(), command.text, expected);
    }
    return Outcome();
  }

  Result<Outcome> on(const Unsupported&) { return fail("a thread", "threads cannot run"); }

  fs::path folder_;
  const Options& options_;
  std::deque<Bytes> files_;
  std::map<std::string, Span> definitions_;  // "": the last
  std::map<std::string, InstanceId> instances_;
  std::optional<InstanceId> current_;
  std::string why_none_ = "nothing was instantiated";  // the last instantiation's failure
  std::unique_ptr<Executor> executor_;  // last: what it has instantiated may look at `files_`
};

Verdict judge(FolderRun& folder, const Command& command, const std::string& name) {
  Verdict verdict{.folder = name,
                  .line = command.line,
                  .command = command.type,
                  .status = Verdict::Status::passed,
                  .expected = {},
                  .came = {}};
  auto outcome = folder.run(command);
  if (!outcome && outcome.error().kind() == ErrorKind::unsupported) {
    verdict.status = Verdict::Status::skipped;
  } else if (!outcome) {
    verdict.status = Verdict::Status::failed;
    verdict.expected = "a readable file";
    verdict.came = outcome.error().describe();
  } else if (*outcome) {
    verdict.status = Verdict::Status::failed;
    verdict.expected = std::move((*outcome)->expected);
    verdict.came = std::move((*outcome)->came);
  }
  return verdict;
}

Result<std::vector<fs::path>> find_command_files(const fs::path& root) {
  std::error_code failure;
  std::vector<fs::path> files;
  for (auto entry = fs::recursive_directory_iterator(root, failure);
       !failure && entry != fs::recursive_directory_iterator(); entry.increment(failure)) {
    if (entry->path().filename() == "commands.json") {
      files.push_back(entry->path());
    }
  }
  if (failure) {
    return Error(ErrorKind::not_found, "{}: {}", root.string(), failure.message());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

std::unique_ptr<Executor> make_null_executor() { return std::make_unique<NullExecutor>(); }

Result<std::vector<Verdict>> run(const fs::path& root, const Options& options) {
  WC_TRY(const auto files, find_command_files(root), "looking for commands.json");
  std::vector<Verdict> verdicts;
  for (const fs::path& file : files) {
    WC_TRY(const Bytes json, read_file(file));
    const std::string_view text(reinterpret_cast<const char*>(json.data()), json.size());
    WC_TRY(const auto commands, parse_commands(text), "reading {}", file.string());
    FolderRun folder(file.parent_path(), options);
    const std::string name = file.parent_path().lexically_relative(root).generic_string();
    for (const Command& command : commands) {
      verdicts.push_back(judge(folder, command, name));
    }
  }
  return verdicts;
}

}  // namespace wasmcloud::component::suite

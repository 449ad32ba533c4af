// component_suite DIR [--expect FILE] [--texts] [--cached]: runs the Component Model's test suite.
//
// Prints a line for each command that fails, how many were skipped, and last "N passed, N failed".
// With --expect, FILE lists the failures that are known, one a line ("values/strings:12 reason";
// "#" starts a comment): the exit code is 0 if those and no others fail. Without, if none fail.
// --texts also compares the texts of refusals, which the suite leaves open. --cached runs all of it
// twice and reports the second time, when each component comes from the cache that the first has
// filled.
#include <cstdio>
#include <exception>
#include <fstream>
#include <map>

#include <fmt/format.h>

#include "wasmcloud/base/testing/temporary_directory.h"
#include "wasmcloud/component/engine.h"
#include "wasmcloud/component/suite_executor.h"

namespace {

namespace component = wasmcloud::component;
namespace suite = wasmcloud::component::suite;
using wasmcloud::Error;
using wasmcloud::ErrorKind;
using wasmcloud::Result;

constexpr int kOk = 0;
// A file of the suite keeps all that it has instantiated until its end.
constexpr std::uint32_t kInstances = 256;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

struct Arguments {
  std::filesystem::path folder;
  std::optional<std::filesystem::path> expect;
  bool texts = false;
  bool cached = false;
};

std::optional<Arguments> parse(std::span<char* const> words) {
  Arguments arguments;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word == "--expect" && i + 1 < words.size()) {
      arguments.expect = words[++i];
    } else if (word == "--texts") {
      arguments.texts = true;
    } else if (word == "--cached") {
      arguments.cached = true;
    } else if (!word.starts_with("-") && arguments.folder.empty()) {
      arguments.folder = word;
    } else {
      return std::nullopt;
    }
  }
  return arguments.folder.empty() ? std::nullopt : std::optional(std::move(arguments));
}

// "folder:line" of each expected failure, and its reason.
using Expected = std::map<std::string, std::string>;

Result<Expected> read_expected(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) {
    return Error(ErrorKind::not_found, "cannot read {}", path.string());
  }
  Expected expected;
  for (std::string line; std::getline(file, line);) {
    const auto start = line.find_first_not_of(" \t\r");
    if (start == std::string::npos || line[start] == '#') {
      continue;
    }
    const auto end = line.find_first_of(" \t\r", start);
    std::string key = line.substr(start, end == std::string::npos ? end : end - start);
    if (!key.contains(':')) {
      return Error(ErrorKind::invalid, "{}: `{}` is not `folder:line reason`", path.string(), line);
    }
    expected.insert_or_assign(std::move(key), end == std::string::npos ? "" : line.substr(end + 1));
  }
  return expected;
}

struct Counts {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t skipped = 0;
  std::size_t surprises = 0;
};

// Prints what is of note about one command; `expected` loses the entry that names it.
void report(const suite::Verdict& verdict, Expected& expected, Counts& counts) {
  using Status = suite::Verdict::Status;
  const std::string key = fmt::format("{}:{}", verdict.folder, verdict.line);
  const bool listed = expected.erase(key) != 0;
  switch (verdict.status) {
    case Status::skipped:
      ++counts.skipped;
      counts.surprises += listed ? 1 : 0;
      return;
    case Status::passed:
      ++counts.passed;
      if (listed) {
        ++counts.surprises;
        fmt::print("{} {}: passes, but is listed as failing\n", key, verdict.command);
      }
      return;
    case Status::failed:
      ++counts.failed;
      counts.surprises += listed ? 0 : 1;
      fmt::print("{} {}: expected {}; came {}{}\n", key, verdict.command, verdict.expected,
                 verdict.came, listed ? " (listed)" : "");
      return;
  }
}

Result<int> run(const Arguments& arguments) {
  Expected expected;
  if (arguments.expect) {
    WC_TRY(expected, read_expected(*arguments.expect));
  }
  suite::Options options;
  options.compare_refusals = arguments.texts;
  component::EngineConfig config;
  config.instances = kInstances;
  config.max_memory_bytes = 1ULL << 32U;
  std::optional<wasmcloud::TemporaryDirectory> cache;
  if (arguments.cached) {
    config.cache_dir = cache.emplace().path();
  }
  WC_TRY(const auto engine, component::Engine::create(config));
  options.make_executor = [&engine] { return suite::make_executor(*engine); };
  if (arguments.cached) {
    WC_CHECK(suite::run(arguments.folder, options));
  }
  WC_TRY(const auto verdicts, suite::run(arguments.folder, options));
  if (verdicts.empty()) {
    return Error(ErrorKind::not_found, "no commands.json in {}", arguments.folder.string());
  }
  Counts counts;
  for (const suite::Verdict& verdict : verdicts) {
    report(verdict, expected, counts);
  }
  for (const auto& [key, reason] : expected) {
    ++counts.surprises;
    fmt::print("{}: listed as failing ({}), but there is no such command\n", key, reason);
  }
  fmt::print("{} skipped\n{} passed, {} failed\n", counts.skipped, counts.passed, counts.failed);
  return counts.surprises == 0 ? kOk : kFailed;
}

}  // namespace

int main(int count, char** words) {
  try {
    const auto arguments = parse(std::span(words, static_cast<std::size_t>(count)));
    if (!arguments) {
      fmt::print(stderr, "usage: component_suite DIR [--expect FILE] [--texts] [--cached]\n");
      return kUsage;
    }
    const auto code = run(*arguments);
    if (!code) {
      fmt::print(stderr, "component_suite: {}\n", code.error().describe());
      return kUsage;
    }
    return *code;
  } catch (const std::exception& error) {
    fmt::print(stderr, "component_suite: {}\n", error.what());
    return kUsage;
  }
}

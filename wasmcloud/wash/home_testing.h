// For tests: a home of its own, and programs that are run in it.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "wasmcloud/base/testing/program.h"
#include "wasmcloud/base/testing/temporary_directory.h"

namespace wasmcloud::wash {

// What a program has left.
struct Ended {
  int code;
  std::string out;
  std::string err;
};

class Home {
 public:
  Program::Options options(std::vector<std::string> arguments) const {
    Program::Options options{.arguments = std::move(arguments), .environment = environment_};
    options.environment["HOME"] = directory_.path().string();
    options.directory = directory_.path().string();
    return options;
  }

  Ended run(const std::string& program, std::vector<std::string> arguments,
            std::string input = {}) const {
    Program::Options chosen = options(std::move(arguments));
    chosen.input = std::move(input);
    Program process(program, chosen);
    const int code = process.wait();
    return {code, process.out(), process.err()};
  }

  const std::filesystem::path& path() const noexcept { return directory_.path(); }

  // A variable of the programs that are run from now on.
  void set(const std::string& name, const std::string& value) { environment_[name] = value; }

  void unset(const std::string& name) { environment_.erase(name); }

 private:
  TemporaryDirectory directory_;
  std::map<std::string, std::string> environment_;
};

// "abc" -> "\nabc\n": how the end of a command is framed.
inline std::string framed(const std::string& text) { return "\n" + text + "\n"; }

}  // namespace wasmcloud::wash

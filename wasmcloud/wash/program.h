// For tests: a program that was started, its output as it comes, and its end. Every wait has an end
// of its own.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace wasmcloud::wash {

class Program {
 public:
  struct Options {
    std::vector<std::string> arguments;
    std::map<std::string, std::string> environment = {};  // in addition to a bare one
    bool stdout_closed = false;  // a pipe that nobody reads, from the start
  };

  Program(const std::string& executable, const Options& options);
  ~Program();  // kills it if it still runs
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // Waits until its output holds `text`; false if it ended, or time did, before that.
  bool wait_for_out(const std::string& text);
  bool wait_for_err(const std::string& text);
  void signal(int number) const;
  // Waits for its end: the exit code, 1000 + signal if one killed it, -1 if it does not end.
  int wait();

  // So far; all of it after wait().
  const std::string& out() const noexcept { return out_; }

  const std::string& err() const noexcept { return err_; }

 private:
  bool wait_for(const std::string& so_far, const std::string& text);
  bool pump(std::chrono::milliseconds time);

  pid_t pid_ = -1;
  int out_fd_ = -1;
  int err_fd_ = -1;
  std::string out_;
  std::string err_;
};

}  // namespace wasmcloud::wash

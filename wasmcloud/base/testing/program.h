// For tests: a program that was started, its output as it comes, and its end. Every wait has an end
// of its own. The program dies with the thread that started it, however that ends.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <sys/types.h>

namespace wasmcloud {

class Program {
 public:
  struct Options {
    std::vector<std::string> arguments;
    std::map<std::string, std::string> environment = {};  // in addition to a bare one
    std::string input = {};                               // what it reads; then comes the end
    std::string directory = {};                           // to start in; empty: the test's
    bool stdout_closed = false;  // a pipe that nobody reads, from the start
  };

  // What it says is read all the time: it never waits for us.
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
  std::string out() const { return text_of(out_); }

  std::string err() const { return text_of(err_); }

 private:
  struct Stream {
    int fd = -1;  // of the reader alone, once that runs
    std::string text;
    bool ended = false;
  };

  void read_all();
  bool wait_for(const Stream& stream, const std::string& text);
  std::string text_of(const Stream& stream) const;

  pid_t pid_ = -1;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Stream out_;  // text and end are guarded by mutex_
  Stream err_;  // likewise
  std::thread reader_;
};

}  // namespace wasmcloud

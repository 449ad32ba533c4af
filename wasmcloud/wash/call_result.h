// How `wash call` shows what a call gives: its value, and what its streams and futures bring.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "wasmcloud/base/task.h"
#include "wasmcloud/wash/output.h"
#include "wasmcloud/wit/value.h"
#include "wasmcloud/wrpc/exchange.h"

namespace wasmcloud::wash {

// Belongs to the executor of the call. In text, stdout holds the value; if it has streams, what
// they bring and nothing else: the bytes of a stream<u8> as they are, of others a line for each
// element. What is beside them (the value around them, futures) goes to stderr then. In JSON all is
// shown at once, at the end.
class ResultPrinter {
 public:
  // Both outlive it.
  ResultPrinter(wrpc::Receiver& receiver, const Output& output, asio::any_io_executor executor)
      : receiver_(receiver), output_(output), scope_(std::move(executor)) {}

  // Returns when streams and futures have ended, or with the first failure of one. `type` is that
  // of the result; none for a function without one. The awaiting task must not throw if cancelled.
  Task<> print(std::optional<wit::Value> value, wit::ValueTypePtr type);

 private:
  struct Contents {
    std::string type;
    std::string items;  // WAVE of each, with commas between
  };

  void start(std::vector<wrpc::PartAt> parts);
  Task<> follow(wrpc::PartAt part);
  Task<> read(wrpc::PartAt part);
  Task<> read_future(wrpc::PartAt part);
  void show_value(const std::string& wave);
  void show_chunk(const wrpc::PartAt& part, const wrpc::Chunk& chunk);
  void keep(const wrpc::PartAt& part, const std::string& items);

  bool is_json() const noexcept { return output_.format() == OutputFormat::json; }

  wrpc::Receiver& receiver_;
  const Output& output_;
  bool has_stream_ = false;
  std::map<wrpc::Path, Contents> contents_;  // for JSON
  std::optional<Error> error_;
  TaskScope scope_;
};

}  // namespace wasmcloud::wash

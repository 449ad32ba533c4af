// Commands that do one thing on a lattice: the options to reach it, the moving line, and the frame
// of what they say are the same for all.
#pragma once

#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "wasmcloud/wash/command.h"
#include "wasmcloud/wash/lattice_session.h"

namespace wasmcloud::wash {

using Json = nlohmann::ordered_json;

// The end of a command that went well.
struct Said {
  enum class Frame : std::uint8_t {
    with_success,  // "success": true is added to the JSON
    bare,          // the JSON is the user's own
  };

  std::string text;
  Json json = Json::object();
  Frame frame = Frame::with_success;
};

void say(const Output& output, const Said& said);

// {"result": text} and the fields of `more`: what many commands say.
Said say_result(std::string text, Json more = Json::object());

class LatticeAction {
 public:
  virtual ~LatticeAction() = default;

  virtual Command::Summary summary() const = 0;
  // As Command has them; the options of the lattice are added by the caller.
  virtual void declare(CLI::App& app) = 0;
  virtual Result<> prepare() = 0;
  // "Retrieving Hosts ..."
  virtual std::string progress() const = 0;
  virtual Task<Said> act(LatticeSession& session) = 0;
};

std::unique_ptr<Command> make_lattice_command(std::unique_ptr<LatticeAction> action);

// Error `conflict` is what a host refused; it becomes one that begins with `what`: "Operation
// failed: <the host's text>".
Error refused(Error error, std::string_view what);

}  // namespace wasmcloud::wash

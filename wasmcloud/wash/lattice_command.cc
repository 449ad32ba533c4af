#include "wasmcloud/wash/lattice_command.h"

#include <fmt/format.h>

namespace wasmcloud::wash {
namespace {

class LatticeCommand final : public Command {
 public:
  explicit LatticeCommand(std::unique_ptr<LatticeAction> action) : action_(std::move(action)) {}

  Summary summary() const override { return action_->summary(); }

  void declare(CLI::App& app) override {
    action_->declare(app);
    lattice_.declare(app);
  }

  Result<> prepare() override {
    WC_CHECK(lattice_.prepare());
    return action_->prepare();
  }

  Result<int> execute(const Output& output) override {
    WC_TRY(LatticeSettings settings, lattice_.settings());
    Said said;
    LatticeWork work{
        .progress = action_->progress(),
        .run = [this, &said](LatticeSession& session) { return act(*action_, session, said); }};
    WC_TRY(const int code, on_lattice(std::move(settings), std::move(work), output));
    if (code == kSuccess) {
      say(output, said);
    }
    return code;
  }

 private:
  // What is referred to is there until on_lattice() returns, which awaits this.
  static Task<> act(LatticeAction& action, LatticeSession& session, Said& said) {
    WC_CO_TRY(said, action.act(session));
    co_return Result<>();
  }

  std::unique_ptr<LatticeAction> action_;
  LatticeOptions lattice_;
};

}  // namespace

void say(const Output& output, const Said& said) {
  if (said.frame == Said::Frame::bare) {
    output.bare_success(said.text, said.json);
  } else {
    output.success(said.text, said.json);
  }
}

Said say_result(std::string text, Json more) {
  Json json{{"result", text}};
  json.update(more);
  return Said{.text = std::move(text), .json = std::move(json)};
}

std::unique_ptr<Command> make_lattice_command(std::unique_ptr<LatticeAction> action) {
  return std::make_unique<LatticeCommand>(std::move(action));
}

Error refused(Error error, std::string_view what) {
  if (error.kind() != ErrorKind::conflict) {
    return error;
  }
  return Error(ErrorKind::conflict, "{}: {}", what, error.message());
}

}  // namespace wasmcloud::wash

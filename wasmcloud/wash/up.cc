// wash up: NATS and a host on this machine.
#include <CLI/CLI.hpp>

#include "wasmcloud/wash/command.h"
#include "wasmcloud/wash/directories.h"
#include "wasmcloud/wash/up_options.h"
#include "wasmcloud/wash/up_session.h"

namespace wasmcloud::wash {
namespace {

class UpCommand final : public Command {
 public:
  Summary summary() const override {
    return {.name = "up", .group = "Run", .description = "Bootstrap a local wasmCloud environment"};
  }

  void declare(CLI::App& app) override { options_.declare(app); }

  Result<> prepare() override { return options_.prepare(); }

  Result<int> execute(const Output& output) override {
    const auto downloads = downloads_directory();
    if (!downloads) {
      return Error(
          ErrorKind::not_found,
          "there is no home to keep logs and pid files in: set HOME or WASH_DOWNLOADS_DIR");
    }
    WC_TRY(UpSettings settings, options_.settings());
    return bring_up(std::move(settings), std::filesystem::absolute(*downloads), output);
  }

 private:
  UpOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_up_command() { return std::make_unique<UpCommand>(); }

}  // namespace wasmcloud::wash

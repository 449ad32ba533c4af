#include "wasmcloud/wash/workloads.h"

#include <limits>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "wasmcloud/wash/arguments.h"
#include "wasmcloud/wash/lattice_command.h"

namespace wasmcloud::wash {

void declare_host(CLI::App& app, std::string& host, std::string_view text,
                  std::string_view otherwise) {
  app.add_option("--host-id", host,
                 fmt::format("{}: its id, the beginning of it, or a part of its friendly name "
                             "[default: {}]",
                             text, otherwise))
      ->type_name("HOST_ID")
      ->take_last();
}

void declare_skip_wait(CLI::App& app, bool& skip_wait) {
  app.add_flag("--skip-wait", skip_wait,
               "Return when the host has taken the request, not when done")
      ->disable_flag_override();
}

void declare_config(CLI::App& app, std::vector<std::string>& config) {
  app.add_option("--config", config, "A named configuration it gets; may be given again")
      ->type_name("CONFIG")
      ->allow_extra_args(false);
}

void declare_instances(CLI::App& app, std::string& count, std::string names,
                       std::string_view otherwise) {
  app.add_option(std::move(names) + ",--max-concurrent,--max,--count", count,
                 fmt::format("How many invocations may run at a time [default: {}]", otherwise))
      ->type_name("MAX_INSTANCES")
      ->take_last();
}

Result<std::uint32_t> parse_instances(const std::string& text, std::uint32_t otherwise) {
  if (text.empty()) {
    return otherwise;
  }
  const auto parse = [](std::string_view given) {
    return parse_number(given, 0, std::numeric_limits<std::uint32_t>::max());
  };
  WC_TRY(const std::uint64_t count, parse_option(text, "--max-instances <MAX_INSTANCES>", parse));
  return static_cast<std::uint32_t>(count);
}

Task<> scale_component(LatticeSession& session, lattice::ScaleComponent request,
                       WaitForScale wait) {
  ScaledComponent wanted{.host_id = request.host_id,
                         .component_id = request.component_id,
                         .image_ref = request.component_ref};
  WC_CO_TRY(LatticeEvents events, LatticeEvents::subscribe(session));
  if (auto accepted = co_await session.client().scale_component(std::move(request)); !accepted) {
    co_return refused(std::move(accepted).error(), "Operation failed");
  }
  if (wait.skip) {
    co_return Result<>();
  }
  const std::string failure = fmt::format("Failed to scale component [{}] on host [{}]",
                                          wanted.component_id, wanted.host_id);
  EventJudge judge = component_scaled(std::move(wanted));
  WC_CO_CHECK(events.wait(std::move(judge), wait.deadline), "{}", failure);
  co_return Result<>();
}

}  // namespace wasmcloud::wash

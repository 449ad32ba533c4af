// wash scale component, wash update component: change what runs.
#include <algorithm>
#include <limits>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "wasmcloud/wash/arguments.h"
#include "wasmcloud/wash/hosts.h"
#include "wasmcloud/wash/lattice_command.h"
#include "wasmcloud/wash/references.h"
#include "wasmcloud/wash/workloads.h"

namespace wasmcloud::wash {
namespace {

constexpr std::uint32_t kUnbounded = std::numeric_limits<std::uint32_t>::max();

class ScaleComponent final : public LatticeAction {
 public:
  Command::Summary summary() const override {
    return {.name = "component", .description = "Set how many invocations may run at a time"};
  }

  void declare(CLI::App& app) override {
    app.add_option("host-id", host_,
                   "The host: its id, the beginning of it, or a part of its friendly name")
        ->type_name("host-id");
    app.add_option("component-ref", reference_,
                   "The component: a reference of a registry, or a file")
        ->type_name("component-ref");
    app.add_option("component-id", id_, "Its id in the lattice")->type_name("component-id");
    declare_instances(app, count_text_, "-c,--max-instances", "no limit; 0 stops it");
    app.add_option("-a,--annotations", annotation_texts_,
                   "A note to keep with it; may be given again")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
    declare_config(app, config_);
    declare_skip_wait(app, skip_wait_);
    app.add_option("--wait-timeout-ms", wait_text_,
                   "How long to wait until it is done, in milliseconds [default: 10000]")
        ->type_name("WAIT_TIMEOUT_MS")
        ->take_last();
    app.add_flag("--allow-update", allow_update_,
                 "If it runs there from another reference, replace it by this one")
        ->disable_flag_override();
  }

  Result<> prepare() override {
    WC_CHECK(parse_option(id_, "<component-id>", parse_id));
    WC_TRY(count_, parse_instances(count_text_, kUnbounded));
    WC_TRY(annotations_, parse_key_values(annotation_texts_));
    if (!wait_text_.empty()) {
      WC_TRY(wait_,
             parse_option(wait_text_, "--wait-timeout-ms <WAIT_TIMEOUT_MS>", parse_milliseconds));
    }
    reference_ = resolve_reference(reference_);
    return {};
  }

  std::string progress() const override {
    return fmt::format(" Scaling component {} to {} max concurrent instances ... ", reference_,
                       count_);
  }

  Task<Said> act(LatticeSession& session) override {
    WC_CO_TRY(const HostName host, find_host(session, host_));
    lattice::ScaleComponent request{.component_ref = reference_,
                                    .component_id = id_,
                                    .annotations = {},
                                    .count = count_,
                                    .component_limits = {},
                                    .host_id = host.id,
                                    .config = config_,
                                    .allow_update = allow_update_};
    if (!annotations_.empty()) {
      request.annotations = annotations_;
    }
    const WaitForScale wait{.skip = skip_wait_, .deadline = Deadline::after(wait_)};
    WC_CO_CHECK(scale_component(session, std::move(request), wait));
    const std::string to = count_ == kUnbounded
                               ? std::string("unbounded concurrency")
                               : fmt::format("{} max concurrent instances", count_);
    Json more{{"host_id", host.id}, {"component_id", id_}, {"component_ref", reference_}};
    co_return say_result(fmt::format("Component [{}] (ref: [{}]) scaled on host [{}] to {}", id_,
                                     reference_, host.id, to),
                         std::move(more));
  }

 private:
  std::string host_;
  std::string reference_;
  std::string id_;
  std::string count_text_;
  std::vector<std::string> annotation_texts_;
  std::vector<std::string> config_;
  bool skip_wait_ = false;
  std::string wait_text_;
  bool allow_update_ = false;

  std::uint32_t count_ = kUnbounded;
  lattice::StringMap annotations_;
  std::chrono::milliseconds wait_{10'000};
};

// Where a component runs, and from what.
struct Running {
  std::string host_id;
  std::string reference;
};

class UpdateComponent final : public LatticeAction {
 public:
  Command::Summary summary() const override {
    return {.name = "component", .description = "Replace a running component by another version"};
  }

  void declare(CLI::App& app) override {
    app.add_option("component-id", id_, "The id of the component")->type_name("component-id");
    app.add_option("new-component-ref", reference_,
                   "What to replace it by: a reference of a registry, or a file")
        ->type_name("new-component-ref");
    declare_host(app, host_, "The host that runs it", "the only one that does");
  }

  Result<> prepare() override {
    WC_CHECK(parse_option(id_, "<component-id>", parse_id));
    reference_ = resolve_reference(reference_);
    return {};
  }

  std::string progress() const override {
    return fmt::format(" Updating component {} to {} ... ", id_, reference_);
  }

  Task<Said> act(LatticeSession& session) override {
    WC_CO_TRY(const Running running, find(session));
    if (running.reference == reference_) {
      co_return say_result(fmt::format("Component {} already updated to {} on host [{}]", id_,
                                       reference_, running.host_id));
    }
    lattice::UpdateComponent request{.component_id = id_,
                                     .annotations = {},
                                     .host_id = running.host_id,
                                     .new_component_ref = reference_};
    Result<std::string> accepted = co_await session.client().update_component(std::move(request));
    if (!accepted) {
      co_return refused(std::move(accepted).error(),
                        fmt::format("Operation failed on host [{}]", running.host_id));
    }
    const std::string told = accepted->empty() ? fmt::format("component {} updating from {} to {}",
                                                             id_, running.reference, reference_)
                                               : *accepted;
    co_return say_result(fmt::format("Host [{}]: {}", running.host_id, told));
  }

 private:
  Task<Running> find(LatticeSession& session) {
    WC_CO_TRY(const auto inventories, inventories_of(session, host_));
    std::vector<Running> found;
    for (const lattice::HostInventory& inventory : inventories) {
      for (const lattice::ComponentDescription& component : inventory.components) {
        if (component.id == id_) {
          found.push_back({.host_id = inventory.host_id, .reference = component.image_ref});
        }
      }
    }
    if (found.size() > 1) {
      std::vector<std::string_view> hosts;
      for (const Running& running : found) {
        hosts.emplace_back(running.host_id);
      }
      co_return Error(ErrorKind::conflict,
                      "Component [{}] cannot be updated because multiple hosts are running it: "
                      "[{}]",
                      id_, fmt::join(hosts, ","));
    }
    if (!found.empty()) {
      co_return found.front();
    }
    if (host_.empty()) {
      co_return Error(ErrorKind::not_found, "No host found running component [{}]", id_);
    }
    co_return Error(ErrorKind::not_found, "Component {} not found on host [{}]", id_,
                    inventories.front().host_id);
  }

  std::string id_;
  std::string reference_;
  std::string host_;
};

}  // namespace

CommandGroup make_scale_commands() {
  CommandGroup group{.summary = {.name = "scale",
                                 .group = "Iterate",
                                 .description = "Scale a component on a host"},
                     .commands = {}};
  group.commands.push_back(make_lattice_command(std::make_unique<ScaleComponent>()));
  return group;
}

CommandGroup make_update_commands() {
  CommandGroup group{.summary = {.name = "update",
                                 .group = "Iterate",
                                 .description = "Update a component to another version"},
                     .commands = {}};
  group.commands.push_back(make_lattice_command(std::make_unique<UpdateComponent>()));
  return group;
}

}  // namespace wasmcloud::wash

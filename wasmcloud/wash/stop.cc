// wash stop component|provider|host.
#include <algorithm>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "wasmcloud/wash/arguments.h"
#include "wasmcloud/wash/directories.h"
#include "wasmcloud/wash/hosts.h"
#include "wasmcloud/wash/lattice_command.h"
#include "wasmcloud/wash/workloads.h"

namespace wasmcloud::wash {
namespace {

template <typename Description>
const Description* find_id(const std::vector<Description>& running, std::string_view id) {
  const auto found = std::ranges::find(running, id, &Description::id);
  return found == running.end() ? nullptr : &*found;
}

class StopComponent final : public LatticeAction {
 public:
  Command::Summary summary() const override {
    return {.name = "component", .description = "Stop a component on a host"};
  }

  void declare(CLI::App& app) override {
    app.add_option("component-id", id_, "The id of the component")->type_name("component-id");
    declare_host(app, host_, "The host to stop it on", "the first one that runs it");
    declare_skip_wait(app, skip_wait_);
  }

  Result<> prepare() override {
    WC_CHECK(parse_option(id_, "<component-id>", parse_id));
    return {};
  }

  std::string progress() const override { return fmt::format(" Stopping component {} ... ", id_); }

  Task<Said> act(LatticeSession& session) override {
    WC_CO_TRY(lattice::ScaleComponent request, find(session));
    const std::string host = request.host_id;
    const WaitForScale wait{.skip = skip_wait_,
                            .deadline = Deadline::after(session.settings().timeout)};
    WC_CO_CHECK(scale_component(session, std::move(request), wait));
    std::string text = skip_wait_ ? fmt::format("Request to stop component [{}] received", id_)
                                  : fmt::format("Component [{}] stopped", id_);
    Json more{{"component_id", id_}, {"host_id", host}};
    co_return say_result(std::move(text), std::move(more));
  }

 private:
  // To none, where it runs.
  Task<lattice::ScaleComponent> find(LatticeSession& session) {
    WC_CO_TRY(const auto inventories, inventories_of(session, host_));
    for (const lattice::HostInventory& inventory : inventories) {
      if (const auto* const component = find_id(inventory.components, id_)) {
        lattice::ScaleComponent request;
        request.component_ref = component->image_ref;
        request.component_id = id_;
        request.annotations = component->annotations;
        request.host_id = inventory.host_id;
        co_return request;
      }
    }
    if (host_.empty()) {
      co_return Error(ErrorKind::not_found, "No host found running component [{}]", id_);
    }
    co_return Error(ErrorKind::not_found, "No component with id [{}] found on host [{}]", id_,
                    inventories.front().host_id);
  }

  std::string id_;
  std::string host_;
  bool skip_wait_ = false;
};

class StopProvider final : public LatticeAction {
 public:
  Command::Summary summary() const override {
    return {.name = "provider", .description = "Stop a provider on a host"};
  }

  void declare(CLI::App& app) override {
    app.add_option("provider-id", id_, "The id of the provider")->type_name("provider-id");
    declare_host(app, host_, "The host to stop it on", "the first one that runs it");
    declare_skip_wait(app, skip_wait_);
  }

  Result<> prepare() override {
    WC_CHECK(parse_option(id_, "<provider-id>", parse_id));
    return {};
  }

  std::string progress() const override { return fmt::format(" Stopping provider {} ... ", id_); }

  Task<Said> act(LatticeSession& session) override {
    WC_CO_TRY(const std::string host, find(session));
    WC_CO_TRY(LatticeEvents events, LatticeEvents::subscribe(session));
    lattice::StopProvider request{.host_id = host, .provider_id = id_};
    if (auto stopped = co_await session.client().stop_provider(std::move(request)); !stopped) {
      co_return refused(std::move(stopped).error(), "Operation failed");
    }
    Json more{{"provider_id", id_}, {"host_id", host_.empty() ? Json(nullptr) : Json(host)}};
    if (skip_wait_) {
      co_return say_result(fmt::format("Provider {} stop request received", id_), std::move(more));
    }
    EventJudge judge = provider_stopped_on(host, id_);
    WC_CO_CHECK(events.wait(std::move(judge), Deadline::after(session.settings().timeout)),
                "Failed to stop provider [{}] on host [{}]", id_, host);
    co_return say_result(fmt::format("Provider [{}] stopped successfully", id_), std::move(more));
  }

 private:
  Task<std::string> find(LatticeSession& session) {
    if (!host_.empty()) {
      WC_CO_TRY(const HostName host, find_host(session, host_));
      co_return host.id;
    }
    WC_CO_TRY(const auto inventories, inventories_of(session, {}));
    for (const lattice::HostInventory& inventory : inventories) {
      if (find_id(inventory.providers, id_) != nullptr) {
        co_return inventory.host_id;
      }
    }
    co_return Error(ErrorKind::not_found, "No host found running provider [{}]", id_);
  }

  std::string id_;
  std::string host_;
  bool skip_wait_ = false;
};

class StopHost final : public LatticeAction {
 public:
  Command::Summary summary() const override {
    return {.name = "host", .description = "Stop a host and all that runs on it"};
  }

  void declare(CLI::App& app) override {
    app.add_option("host-id", host_,
                   "The host: its id, the beginning of it, or a part of its friendly name")
        ->type_name("host-id");
    app.add_option("--host-timeout", grace_text_,
                   "How long the host may take to stop, in milliseconds [default: 2000]")
        ->type_name("HOST_TIMEOUT")
        ->take_last();
  }

  Result<> prepare() override {
    if (!grace_text_.empty()) {
      WC_TRY(grace_,
             parse_option(grace_text_, "--host-timeout <HOST_TIMEOUT>", parse_milliseconds));
    }
    return {};
  }

  std::string progress() const override { return fmt::format(" Stopping host {} ... ", host_); }

  Task<Said> act(LatticeSession& session) override {
    WC_CO_TRY(const HostName host, find_host(session, host_));
    WC_CO_TRY(LatticeEvents events, LatticeEvents::subscribe(session));
    WC_CO_CHECK(session.client().stop_host(host.id, grace_),
                "Could not stop host, ensure a host with that ID is running");
    WC_CO_CHECK(forget_process(session, std::move(events), host.id));
    co_return say_result(fmt::format("Host {} acknowledged stop request", host.id));
  }

 private:
  // `wash up` leaves a file that names the process of its host: it means nothing when no host is
  // left.
  Task<> forget_process(LatticeSession& session, LatticeEvents events, std::string host_id) const {
    const auto downloads = downloads_directory();
    std::error_code ignored;
    if (!downloads || !std::filesystem::exists(*downloads / "wasmcloud.pid", ignored)) {
      co_return Result<>();
    }
    const Deadline deadline = Deadline::after(grace_ + session.settings().timeout);
    if (const auto stopped = co_await events.wait(host_stopped(host_id), deadline); !stopped) {
      co_return Result<>();  // it may still run
    }
    WC_CO_TRY(const std::vector<lattice::Host> left, session.client().hosts());
    const bool others =
        std::ranges::any_of(left, [&](const lattice::Host& host) { return host.id != host_id; });
    if (!others) {
      std::filesystem::remove(*downloads / "wasmcloud.pid", ignored);
    }
    co_return Result<>();
  }

  std::string host_;
  std::string grace_text_;
  std::chrono::milliseconds grace_{kDefaultTimeout};
};

}  // namespace

CommandGroup make_stop_commands() {
  CommandGroup group{.summary = {.name = "stop",
                                 .group = "Iterate",
                                 .description = "Stop a component, a provider or a host"},
                     .commands = {}};
  group.commands.push_back(make_lattice_command(std::make_unique<StopComponent>()));
  group.commands.push_back(make_lattice_command(std::make_unique<StopProvider>()));
  group.commands.push_back(make_lattice_command(std::make_unique<StopHost>()));
  return group;
}

}  // namespace wasmcloud::wash

// wash start component|provider.
#include <limits>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "wasmcloud/wash/arguments.h"
#include "wasmcloud/wash/hosts.h"
#include "wasmcloud/wash/lattice_command.h"
#include "wasmcloud/wash/references.h"
#include "wasmcloud/wash/workloads.h"

namespace wasmcloud::wash {
namespace {

constexpr std::chrono::seconds kComponentWait{10};
constexpr std::chrono::seconds kProviderWait{60};  // it may have to be fetched

// What starting a component and starting a provider have in common.
struct StartOptions {
  std::string reference;
  std::string id;
  std::string host;
  std::vector<std::string> constraint_texts;
  std::string auction_timeout_text;
  bool skip_wait = false;
  std::vector<std::string> config;

  lattice::StringMap constraints;
  std::chrono::milliseconds auction_timeout{kDefaultTimeout};

  void declare(CLI::App& app, std::string_view kind) {
    app.add_option(fmt::format("{}-ref", kind), reference,
                   fmt::format("The {}: a reference of a registry, or a file", kind))
        ->type_name(fmt::format("{}-ref", kind));
    app.add_option(fmt::format("{}-id", kind), id,
                   "Its id in the lattice: letters, digits, '_' and '-'")
        ->type_name(fmt::format("{}-id", kind));
    declare_host(app, host, "The host to start it on", "the first one that offers");
    app.add_option("-c,--constraint", constraint_texts,
                   "A label that the host must have; may be given again; not with --host-id")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
    app.add_option("--auction-timeout-ms", auction_timeout_text,
                   "How long to wait for a host's offer, in milliseconds [default: 2000]")
        ->type_name("AUCTION_TIMEOUT_MS")
        ->take_last();
    declare_skip_wait(app, skip_wait);
    declare_config(app, config);
  }

  Result<> prepare(const std::string& kind) {
    WC_CHECK(parse_option(id, fmt::format("<{}-id>", kind), parse_id));
    WC_TRY(constraints, parse_key_values(constraint_texts));
    if (!auction_timeout_text.empty()) {
      WC_TRY(auction_timeout,
             parse_option(auction_timeout_text, "--auction-timeout-ms <AUCTION_TIMEOUT_MS>",
                          parse_milliseconds));
    }
    reference = resolve_reference(reference);
    return {};
  }
};

// How long hosts are listened to for offers.
lattice::ControlClient auctioneer(LatticeSession& session, std::chrono::milliseconds patience) {
  return {session.connection(),
          session.settings().subjects,
          {.request = session.settings().timeout, .gather = patience}};
}

// The default is for asking; fetching and compiling takes longer.
Deadline end_of_wait(const LatticeSession& session, std::chrono::milliseconds usual) {
  const auto timeout = session.settings().timeout;
  return Deadline::after(timeout == kDefaultTimeout ? usual : timeout);
}

class StartComponent final : public LatticeAction {
 public:
  Command::Summary summary() const override {
    return {.name = "component", .description = "Start a component on a host"};
  }

  void declare(CLI::App& app) override {
    options_.declare(app, "component");
    declare_instances(app, count_text_, "--max-instances", "1");
    app.add_flag("--allow-update", allow_update_,
                 "If it runs there from another reference, replace it by this one")
        ->disable_flag_override();
  }

  Result<> prepare() override {
    WC_CHECK(options_.prepare("component"));
    WC_TRY(count_, parse_instances(count_text_, 1));
    return {};
  }

  std::string progress() const override {
    return fmt::format(" Starting component {} ... ", options_.reference);
  }

  Task<Said> act(LatticeSession& session) override {
    WC_CO_TRY(const std::string host, choose_host(session));
    lattice::ScaleComponent request{.component_ref = options_.reference,
                                    .component_id = options_.id,
                                    .annotations = {},
                                    .count = count_,
                                    .component_limits = {},
                                    .host_id = host,
                                    .config = options_.config,
                                    .allow_update = allow_update_};
    const WaitForScale wait{.skip = options_.skip_wait,
                            .deadline = end_of_wait(session, kComponentWait)};
    WC_CO_CHECK(scale_component(session, std::move(request), wait));
    std::string text = options_.skip_wait
                           ? fmt::format("Start component [{}] request received on host [{}]",
                                         options_.reference, host)
                           : fmt::format("Component [{}] (ref: [{}]) started on host [{}]",
                                         options_.id, options_.reference, host);
    Json more{
        {"component_ref", options_.reference}, {"component_id", options_.id}, {"host_id", host}};
    co_return say_result(std::move(text), std::move(more));
  }

 private:
  Task<std::string> choose_host(LatticeSession& session) {
    if (!options_.host.empty()) {
      WC_CO_TRY(const HostName host, find_host(session, options_.host));
      co_return host.id;
    }
    lattice::ControlClient client = auctioneer(session, options_.auction_timeout);
    lattice::ComponentAuction auction{.component_ref = options_.reference,
                                      .component_id = options_.id,
                                      .constraints = options_.constraints};
    WC_CO_TRY(const auto offers,
              client.component_auction(std::move(auction), lattice::Wanted::first));
    if (offers.empty()) {
      co_return Error(ErrorKind::not_found, "No suitable hosts found for component {}",
                      options_.reference);
    }
    co_return offers.front().host_id;
  }

  StartOptions options_;
  std::string count_text_;
  std::uint32_t count_ = 1;
  bool allow_update_ = false;
};

class StartProvider final : public LatticeAction {
 public:
  Command::Summary summary() const override {
    return {.name = "provider", .description = "Start a provider on a host"};
  }

  void declare(CLI::App& app) override {
    options_.declare(app, "provider");
    app.add_option("-l,--link-name", link_name_)->group("");  // of old releases; only repeated
  }

  Result<> prepare() override { return options_.prepare("provider"); }

  std::string progress() const override {
    return fmt::format(" Starting provider {} ... ", options_.reference);
  }

  Task<Said> act(LatticeSession& session) override {
    WC_CO_TRY(const std::string host, choose_host(session));
    WC_CO_TRY(LatticeEvents events, LatticeEvents::subscribe(session));
    lattice::StartProvider request{.provider_id = options_.id,
                                   .provider_ref = options_.reference,
                                   .host_id = host,
                                   .config = options_.config,
                                   .annotations = {}};
    if (auto accepted = co_await session.client().start_provider(std::move(request)); !accepted) {
      co_return refused(std::move(accepted).error(), "Start provider ack not accepted");
    }
    if (options_.skip_wait) {
      Json more{{"provider_ref", options_.reference}, {"link_name", link_name_}, {"host_id", host}};
      co_return say_result(fmt::format("Start provider request received: {}", options_.reference),
                           std::move(more));
    }
    EventJudge judge = provider_started_on(host, options_.reference);
    WC_CO_CHECK(events.wait(std::move(judge), end_of_wait(session, kProviderWait)),
                "Failed starting provider {} on host {}", options_.reference, host);
    Json more{
        {"provider_ref", options_.reference}, {"provider_id", options_.id}, {"host_id", host}};
    co_return say_result(fmt::format("Provider [{}] (ref: [{}]) started on host [{}]", options_.id,
                                     options_.reference, host),
                         std::move(more));
  }

 private:
  Task<std::string> choose_host(LatticeSession& session) {
    if (!options_.host.empty()) {
      WC_CO_TRY(const HostName host, find_host(session, options_.host));
      co_return host.id;
    }
    lattice::ControlClient client = auctioneer(session, options_.auction_timeout);
    lattice::ProviderAuction auction{.provider_ref = options_.reference,
                                     .provider_id = options_.id,
                                     .constraints = options_.constraints};
    WC_CO_TRY(const auto offers,
              client.provider_auction(std::move(auction), lattice::Wanted::first));
    if (offers.empty()) {
      co_return Error(ErrorKind::not_found, "No suitable hosts found for provider {}",
                      options_.reference);
    }
    co_return offers.front().host_id;
  }

  StartOptions options_;
  std::string link_name_ = "default";
};

}  // namespace

CommandGroup make_start_commands() {
  CommandGroup group{.summary = {.name = "start",
                                 .group = "Iterate",
                                 .description = "Start a component or a provider"},
                     .commands = {}};
  group.commands.push_back(make_lattice_command(std::make_unique<StartComponent>()));
  group.commands.push_back(make_lattice_command(std::make_unique<StartProvider>()));
  return group;
}

}  // namespace wasmcloud::wash

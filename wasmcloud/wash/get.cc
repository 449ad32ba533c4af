// wash get hosts|inventory|links|claims: what is known of a lattice.
#include <algorithm>
#include <chrono>
#include <tuple>

#include <CLI/CLI.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include "wasmcloud/wash/arguments.h"
#include "wasmcloud/wash/hosts.h"
#include "wasmcloud/wash/lattice_command.h"
#include "wasmcloud/wash/links.h"
#include "wasmcloud/wash/table.h"

namespace wasmcloud::wash {
namespace {

constexpr std::chrono::milliseconds kWatchInterval{5000};
constexpr std::string_view kClearScreen = "\x1b[2J\x1b[H";

// --- hosts ---

class GetHosts final : public LatticeAction {
 public:
  Command::Summary summary() const override {
    return {.name = "hosts", .description = "Show the hosts that answer"};
  }

  void declare(CLI::App&) override {}

  Result<> prepare() override { return {}; }

  std::string progress() const override { return " Retrieving Hosts ..."; }

  Task<Said> act(LatticeSession& session) override {
    WC_CO_TRY(std::vector<lattice::Host> hosts, session.client().hosts(),
              "Was able to connect to NATS, but failed to get hosts.");
    std::ranges::sort(hosts, [](const lattice::Host& a, const lattice::Host& b) {
      return std::tie(b.uptime_seconds, a.id) < std::tie(a.uptime_seconds, b.id);
    });
    Table table;
    table.row({"Host ID", "Friendly name", "Uptime (seconds)"});
    Json list = Json::array();
    for (const lattice::Host& host : hosts) {
      table.row({host.id, host.friendly_name, fmt::format("{}", host.uptime_seconds)});
      list.push_back(Json::parse(lattice::to_json(host)));
    }
    Said said{.text = table.text(terminal_columns()), .json = {{"hosts", std::move(list)}}};
    co_return said;
  }
};

// --- inventory ---

std::string or_none(const std::optional<std::string>& name) { return name.value_or("N/A"); }

void add_inventory(Table& table, const lattice::HostInventory& inventory) {
  table.row({"Host ID", "Friendly name"});
  table.row({inventory.host_id, inventory.friendly_name});
  table.blank();
  table.row({inventory.labels.empty() ? "No labels present" : "Host labels"});
  for (const auto& [key, value] : inventory.labels) {
    table.row({key, value});
  }
  table.blank();
  if (inventory.components.empty()) {
    table.row({"No components found"});
  } else {
    auto components = inventory.components;
    std::ranges::sort(components, {}, [](const lattice::ComponentDescription& component) {
      return std::pair(or_none(component.name), component.id);
    });
    table.row({"Component ID", "Name", "Max count"});
    for (const lattice::ComponentDescription& component : components) {
      table.row(
          {component.id, or_none(component.name), fmt::format("{}", component.max_instances)});
    }
  }
  table.blank();
  if (inventory.providers.empty()) {
    table.row({"No providers found"});
  } else {
    auto providers = inventory.providers;
    std::ranges::sort(providers, {}, &lattice::ProviderDescription::id);
    table.row({"Provider ID", "Name"});
    for (const lattice::ProviderDescription& provider : providers) {
      table.row({provider.id, or_none(provider.name)});
    }
  }
  table.blank();
}

Said say_inventories(std::vector<lattice::HostInventory> inventories) {
  std::ranges::sort(inventories, {}, &lattice::HostInventory::host_id);
  Table table;
  Json list = Json::array();
  for (const lattice::HostInventory& inventory : inventories) {
    add_inventory(table, inventory);
    list.push_back(Json::parse(lattice::to_json(inventory)));
  }
  return {.text = table.text(terminal_columns()), .json = {{"inventories", std::move(list)}}};
}

class GetInventory final : public Command {
 public:
  Summary summary() const override {
    return {.name = "inventory",
            .description = "Show what runs on a host, or on all",
            .aliases = {"inventories"}};
  }

  void declare(CLI::App& app) override {
    app.add_option("host-id", host_,
                   "The host: its id, the beginning of it, or a part of its friendly name "
                   "[default: all hosts]")
        ->type_name("host-id")
        ->expected(0, 1);
    watch_ = app.add_option("-w,--watch", interval_text_,
                            "Show it again and again, after milliseconds or 5s, 2m "
                            "[default: 5000]")
                 ->type_name("WATCH")
                 ->expected(0, 1);
    lattice_.declare(app);
  }

  Result<> prepare() override {
    WC_CHECK(lattice_.prepare());
    if (!interval_text_.empty()) {
      WC_TRY(interval_, parse_option(interval_text_, "--watch [WATCH]", parse_interval));
    }
    return {};
  }

  Result<int> execute(const Output& output) override {
    WC_TRY(LatticeSettings settings, lattice_.settings());
    if (watch_->count() > 0) {
      LatticeWork work{.progress = {}, .run = [this, &output](LatticeSession& session) {
                         return watch(session, output);
                       }};
      WC_CHECK(on_lattice(std::move(settings), std::move(work), output));
      output.success("Completed Watching Inventory", Json::object());
      return kSuccess;
    }
    Said said;
    LatticeWork work{.progress = host_.empty()
                                     ? " Retrieving inventory of all hosts ..."
                                     : fmt::format(" Retrieving inventory of {} ...", host_),
                     .run = [this, &said](LatticeSession& session) { return once(session, said); }};
    WC_TRY(const int code, on_lattice(std::move(settings), std::move(work), output));
    if (code == kSuccess) {
      say(output, said);
    }
    return code;
  }

 private:
  Task<Said> inventories(LatticeSession& session) {
    WC_CO_TRY(auto found, inventories_of(session, host_));
    if (found.empty()) {
      co_return Error(ErrorKind::not_found, "No hosts are available for inventory query.");
    }
    co_return say_inventories(std::move(found));
  }

  Task<> once(LatticeSession& session, Said& said) {
    WC_CO_TRY(said, inventories(session));
    co_return Result<>();
  }

  // Until it is cancelled. A screen of text, or a line of JSON, each time.
  Task<> watch(LatticeSession& session, const Output& output) {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (;;) {
      WC_CO_TRY(const Said said, inventories(session));
      if (output.format() == OutputFormat::text && is_terminal(Stream::out)) {
        write(Stream::out, kClearScreen);
      }
      output.started(said.text, said.json);
      timer.expires_after(interval_);
      if (const auto [error] = co_await timer.async_wait(as_result); error) {
        co_return to_error(error, "watching");
      }
    }
  }

  std::string host_;
  std::string interval_text_;
  CLI::Option* watch_ = nullptr;
  std::chrono::milliseconds interval_ = kWatchInterval;
  LatticeOptions lattice_;
};

// --- links ---

class GetLinks final : public LatticeAction {
 public:
  explicit GetLinks(Command::Summary summary) : summary_(std::move(summary)) {}

  Command::Summary summary() const override { return summary_; }

  void declare(CLI::App&) override {}

  Result<> prepare() override { return {}; }

  std::string progress() const override { return " Retrieving Links ..."; }

  Task<Said> act(LatticeSession& session) override {
    WC_CO_TRY(std::vector<lattice::Link> links, session.client().links(),
              "Did not receive a response to get links");
    std::ranges::sort(links, {}, [](const lattice::Link& link) {
      return std::tie(link.source_id, link.wit_namespace, link.wit_package, link.name, link.target);
    });
    Table table;
    table.row({"Source ID", "Target", "Interface(s)", "Name"});
    Json list = Json::array();
    for (const lattice::Link& link : links) {
      table.row({link.source_id, link.target,
                 fmt::format("{}:{}/{}", link.wit_namespace, link.wit_package,
                             fmt::join(link.interfaces, ",")),
                 link.name});
      list.push_back(Json::parse(lattice::to_json(link)));
    }
    Said said{.text = table.text(terminal_columns()), .json = {{"links", std::move(list)}}};
    co_return said;
  }

 private:
  Command::Summary summary_;
};

// --- claims ---

class GetClaims final : public LatticeAction {
 public:
  Command::Summary summary() const override {
    return {.name = "claims", .description = "Show the claims of signed components and providers"};
  }

  void declare(CLI::App&) override {}

  Result<> prepare() override { return {}; }

  std::string progress() const override { return " Retrieving Claims ..."; }

  Task<Said> act(LatticeSession& session) override {
    WC_CO_TRY(const std::vector<lattice::StringMap> claims, session.client().claims(),
              "Did not receive a response to get claims");
    Table table;
    table.row({"Claims"});
    for (const lattice::StringMap& claim : claims) {
      for (const auto& [title, key] : {std::pair("Issuer", "issuer"),
                                       {"Subject", "subject"},
                                       {"Capabilities", "caps"},
                                       {"Version", "version"},
                                       {"Revision", "revision"}}) {
        const auto value = claim.find(key);
        table.row({title, value == claim.end() ? "" : value->second});
      }
      table.blank();
    }
    Said said{.text = table.text(terminal_columns()), .json = {{"claims", claims}}};
    co_return said;
  }
};

}  // namespace

std::unique_ptr<Command> make_link_query_command(Command::Summary summary) {
  return make_lattice_command(std::make_unique<GetLinks>(std::move(summary)));
}

CommandGroup make_get_commands() {
  CommandGroup group{.summary = {.name = "get",
                                 .group = "Iterate",
                                 .description = "Show hosts, what runs on them, links and claims"},
                     .commands = {}};
  group.commands.push_back(
      make_link_query_command({.name = "links", .description = "Show all links of the lattice"}));
  group.commands.push_back(make_lattice_command(std::make_unique<GetClaims>()));
  group.commands.push_back(make_lattice_command(std::make_unique<GetHosts>()));
  group.commands.push_back(std::make_unique<GetInventory>());
  return group;
}

}  // namespace wasmcloud::wash

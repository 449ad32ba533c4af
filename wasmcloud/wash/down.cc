// wash down: ends what `wash up` has started (fact sheet "wash", 3.7).
#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "wasmcloud/identity/nkeys.h"
#include "wasmcloud/wash/arguments.h"
#include "wasmcloud/wash/command.h"
#include "wasmcloud/wash/directories.h"
#include "wasmcloud/wash/lattice_options.h"
#include "wasmcloud/wash/lattice_session.h"
#include "wasmcloud/wash/pid_files.h"
#include "wasmcloud/wash/purge.h"

namespace wasmcloud::wash {
namespace {

Result<std::string> parse_host_id(std::string_view text) {
  constexpr std::size_t kLength = 56;
  if (text.size() != kLength) {
    return Error(ErrorKind::invalid, "the key should be {} characters, but was {} characters",
                 kLength, text.size());
  }
  if (text.front() != 'N') {
    return Error(ErrorKind::invalid, "found the prefix \"{}\", but expected \"N\"", text.front());
  }
  WC_CHECK(identity::PublicKey::parse(text));
  return std::string(text);
}

// ["a", "b"]
template <typename Range>
std::string quoted_list(const Range& texts) {
  return fmt::format("[\"{}\"]", fmt::join(texts, "\", \""));
}

// What the lattice was told, and what is left of it.
struct Told {
  bool connected = false;
  std::vector<std::string> stopped;
  std::vector<std::string> left;
  std::vector<std::string> lines;  // of what was purged
};

// Waits until all of them have said that they go.
class AllStopped {
 public:
  explicit AllStopped(const std::vector<std::string>& hosts) : hosts_(hosts.begin(), hosts.end()) {}

  EventJudge judge() {
    return [this](const lattice::ReceivedEvent& event) -> std::optional<Result<>> {
      if (event.name == lattice::HostStopped::kName) {
        hosts_.erase(event.source);
      }
      return hosts_.empty() ? std::optional(Result<>()) : std::nullopt;
    };
  }

  const std::set<std::string>& missing() const noexcept { return hosts_; }

 private:
  std::set<std::string> hosts_;
};

// Runs `task` here until it ends.
Result<> run_to_end(Task<> task) {
  asio::io_context context(1);
  auto ended = asio::co_spawn(context, std::move(task), asio::use_future);
  context.run();
  return ended.get();
}

class DownCommand final : public Command {
 public:
  Summary summary() const override {
    return {.name = "down",
            .group = "Run",
            .description = "Tear down a local wasmCloud environment (launched with wash up)"};
  }

  void declare(CLI::App& app) override {
    options_.declare(app);
    app.add_option("--host-id", host_id_, "Stop this host only (N...)")
        ->type_name("HOST_ID")
        ->take_last();
    app.add_flag("--all", all_, "Stop all hosts, however many")->disable_flag_override();
    app.add_option("--purge-jetstream,--flush-jetstream", purge_text_,
                   "What is to be forgotten: none, all, wadm (applications) or wasmcloud (links, "
                   "configuration) [default: none]")
        ->type_name("PURGE")
        ->take_last();
  }

  Result<> prepare() override {
    WC_CHECK(options_.prepare());
    if (!host_id_.empty()) {
      WC_CHECK(parse_option(host_id_, "--host-id <HOST_ID>", parse_host_id));
      if (all_) {
        return Error(ErrorKind::invalid,
                     "the argument '--all' cannot be used with '--host-id <HOST_ID>'");
      }
    }
    WC_TRY(purge_, parse_option(purge_text_, "--purge-jetstream <PURGE>", parse_purge));
    return {};
  }

  Result<int> execute(const Output& output) override {
    const auto downloads = downloads_directory();
    if (!downloads) {
      return Error(ErrorKind::not_found,
                   "there is no home to look for pid files in: set HOME or WASH_DOWNLOADS_DIR");
    }
    const PidFiles pid_files(std::filesystem::absolute(*downloads));
    WC_TRY(LatticeSettings settings, options_.settings());
    const std::string server = settings.server;
    Told told;
    LatticeWork work{.progress = "Stopping hosts ...",
                     .run = [&](LatticeSession& session) { return stop_hosts(session, told); }};
    const Result<int> ended = on_lattice(std::move(settings), std::move(work), output);
    if (ended && *ended != kSuccess) {
      return *ended;  // a signal
    }
    if (!ended) {
      const ErrorKind kind = ended.error().kind();
      if (told.connected || (kind != ErrorKind::unavailable && kind != ErrorKind::timeout)) {
        return ended.error().clone();
      }
      output.note(
          fmt::format("🟨 NATS cannot be reached at {}, so no host was asked to stop", server));
    }
    WC_CHECK(settle_host_file(pid_files, told, output));
    return tear_down_rest(pid_files, told, output);
  }

 private:
  // The lambda that makes this task outlives it, and so do these.
  Task<> stop_hosts(LatticeSession& session, Told& told) {
    told.connected = true;
    WC_CO_TRY(LatticeEvents events, LatticeEvents::subscribe(session));
    WC_CO_TRY(const std::vector<std::string> targets, choose_hosts(session, told));
    for (const std::string& id : targets) {
      const Result<std::string> stopping = co_await session.client().stop_host(id, std::nullopt);
      if (!stopping) {
        co_return Error(stopping.error().kind(),
                        "Could not stop host, ensure a host with that ID is running: {}",
                        stopping.error().describe());
      }
      told.stopped.push_back(id);
    }
    AllStopped all(targets);
    if (!targets.empty()) {
      const Result<> stopped = co_await events.wait(all.judge(), Deadline::after(kHostGrace));
      if (!stopped && stopped.error().kind() != ErrorKind::timeout) {
        co_return stopped.error().clone();
      }
      if (!stopped) {
        co_return Error(ErrorKind::timeout, "hosts have agreed to stop, but still run: {}",
                        quoted_list(all.missing()));
      }
    }
    if (told.left.empty() && purge_ != Purge::none) {
      WC_CO_CHECK(purge(session, told));
    }
    co_return Result<>();
  }

  // And which others there are.
  Task<std::vector<std::string>> choose_hosts(LatticeSession& session, Told& told) const {
    WC_CO_TRY(const std::vector<lattice::Host> hosts, session.client().hosts());
    std::vector<std::string> running;
    for (const lattice::Host& host : hosts) {
      running.push_back(host.id);
    }
    if (!host_id_.empty()) {
      std::ranges::copy_if(running, std::back_inserter(told.left),
                           [this](const std::string& id) { return id != host_id_; });
      co_return std::vector<std::string>{host_id_};
    }
    if (running.size() > 1 && !all_) {
      co_return Error(ErrorKind::conflict,
                      "More than one host is running, please specify a host ID or use --all\n"
                      "Running hosts: {}",
                      quoted_list(running));
    }
    co_return running;
  }

  Task<> purge(LatticeSession& session, Told& told) const {
    bool all_gone = true;
    for (std::string& stream : streams_of(purge_, session.settings().lattice())) {
      const Result<> deleted = co_await delete_stream(session.connection(), std::move(stream),
                                                      Deadline::after(session.settings().timeout));
      if (!deleted) {
        all_gone = false;
        told.lines.push_back(
            fmt::format("❌ Error removing stream: {}", deleted.error().describe()));
      }
    }
    if (all_gone) {
      told.lines.emplace_back("✅ NATS Jetstream purged successfully");
    }
    co_return Result<>();
  }

  // The host of the pid file is the one that was stopped, or one that did not hear of it.
  static Result<> settle_host_file(const PidFiles& pid_files, Told& told, const Output& output) {
    const std::optional<Process> host = pid_files.host();
    if (!host) {
      if (told.left.empty()) {
        pid_files.remove_host_file();
      }
      return {};
    }
    if (!told.connected) {
      WC_CHECK(run_to_end(stop(*host, kHostGrace)));
      output.note(fmt::format("The host with pid {} was ended instead", host->pid()));
      pid_files.remove_host_file();
      return {};
    }
    if (!told.stopped.empty() && told.left.empty() &&
        run_to_end(host->wait_ended(Deadline::after(kHostGrace)))) {
      pid_files.remove_host_file();
      return {};
    }
    if (told.left.empty()) {
      output.note(
          fmt::format("🟨 The host with pid {} runs, but not in this lattice: name that "
                      "with --lattice",
                      host->pid()));
      told.left.push_back(fmt::format("pid {}", host->pid()));
    }
    return {};
  }

  static Result<int> tear_down_rest(const PidFiles& pid_files, const Told& told,
                                    const Output& output) {
    std::vector<std::string> lines;
    if (!told.stopped.empty()) {
      lines.emplace_back("✅ wasmCloud hosts stopped successfully");
    }
    lines.insert(lines.end(), told.lines.begin(), told.lines.end());
    bool nats_stopped = false;
    if (!told.left.empty()) {
      lines.emplace_back("🛁 Exiting without stopping NATS or wadm, there are still hosts running");
    } else {
      if (const std::optional<Process> nats = pid_files.nats()) {
        WC_CHECK(run_to_end(stop(*nats, kNatsGrace)), "stopping nats-server");
        nats_stopped = true;
        lines.emplace_back("✅ NATS server stopped successfully");
      } else if (told.connected) {
        lines.emplace_back("ℹ️  NATS server was not started by wash, and is left running");
      }
      pid_files.remove_nats_file();
      lines.emplace_back("🛁 wash down completed successfully");
    }
    output.success(
        fmt::format("{}", fmt::join(lines, "\n")),
        {{"hosts_stopped", told.stopped}, {"nats_stopped", nats_stopped}, {"wadm_stopped", false}});
    return kSuccess;
  }

  LatticeOptions options_;
  std::string host_id_;
  std::string purge_text_ = "none";
  bool all_ = false;
  Purge purge_ = Purge::none;
};

}  // namespace

std::unique_ptr<Command> make_down_command() { return std::make_unique<DownCommand>(); }

}  // namespace wasmcloud::wash

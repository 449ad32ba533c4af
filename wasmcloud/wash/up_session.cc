#include "wasmcloud/wash/up_session.h"

#include <csignal>
#include <fstream>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "wasmcloud/identity/nkeys.h"
#include "wasmcloud/lattice/client.h"
#include "wasmcloud/lattice/events.h"
#include "wasmcloud/nats/key_value.h"
#include "wasmcloud/wash/command.h"
#include "wasmcloud/wash/find_program.h"
#include "wasmcloud/wash/lattice_session.h"
#include "wasmcloud/wash/local_nats.h"
#include "wasmcloud/wash/log_file.h"
#include "wasmcloud/wash/output_pump.h"
#include "wasmcloud/wash/pid_files.h"

namespace wasmcloud::wash {
namespace {

using namespace boost::asio::experimental::awaitable_operators;

constexpr std::chrono::seconds kStartTime{15};
constexpr std::chrono::seconds kProbeTime{3};
constexpr std::chrono::seconds kLogGrace{2};
constexpr std::size_t kLinesOfLog = 20;
constexpr int kBySignal = 128;

std::vector<std::string> own_environment() {
  std::vector<std::string> variables;
  for (char** variable = ::environ; variable != nullptr && *variable != nullptr; ++variable) {
    variables.emplace_back(*variable);
  }
  return variables;
}

Result<> write_text(const std::filesystem::path& path, const std::string& text) {
  std::error_code ignored;  // writing fails then, and says so
  std::filesystem::create_directories(path.parent_path(), ignored);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text << std::flush;
  if (!file.good()) {
    return Error(ErrorKind::denied, "{} cannot be written", path.string());
  }
  return {};
}

void kill_all_of(const ChildProcess* child) {
  if (child != nullptr) {
    child->process().signal(SIGKILL, Target::group);
    child->process().signal(SIGKILL);
  }
}

class UpSession {
 public:
  UpSession(UpSettings settings, std::filesystem::path downloads, const Output& output)
      : settings_(std::move(settings)),
        downloads_(std::move(downloads)),
        output_(output),
        pid_files_(downloads_),
        lifetime_(settings_.detached ? Lifetime::its_own : Lifetime::with_us),
        pool_(2),
        signals_(context_, SIGINT, SIGTERM, SIGHUP),
        log_end_(context_, asio::steady_timer::time_point::max()),
        beside_(context_.get_executor()),
        work_(context_.get_executor()) {}

  Result<int> run() {
    auto ended = asio::co_spawn(context_, supervise(), asio::use_future);
    context_.run();
    WC_CHECK(ended.get());
    const bool ended_as_asked = phase_ == Phase::foreground && signals_seen_ == 1;
    if (signals_seen_ > 0 && !ended_as_asked && phase_ != Phase::up) {
      return kBySignal + last_signal_;
    }
    if (!outcome_ && !ended_as_asked) {
      return std::move(outcome_).error();
    }
    report();
    return kSuccess;
  }

 private:
  enum class Phase : std::uint8_t {
    starting,
    foreground,  // a host runs, and its log is passed on
    up,          // what runs is to go on running
  };

  Task<> supervise() {
    beside_.spawn("signals", await_signals());
    work_.spawn("up", work());
    WC_CO_CHECK(work_.join());
    if (phase_ == Phase::up) {
      let_go();
    }
    const Result<> down = co_await take_down();
    beside_.cancel();
    WC_CO_CHECK(beside_.join());
    events_.reset();
    co_return down ? Result<>() : Result<>(down.error().clone());
  }

  // Keeps what came of it: its scope would only log a failure.
  Task<> work() {
    outcome_ = co_await bring_up();
    co_return Result<>();
  }

  Task<> bring_up() {
    WC_CO_CHECK(reach_nats());
    WC_CO_TRY(already_running_, is_running_already());
    if (already_running_) {
      phase_ = Phase::up;
      co_return Result<>();
    }
    WC_CO_CHECK(start_host());
    if (!settings_.detached) {
      co_return co_await stay_in_foreground();
    }
    WC_CO_CHECK(await_host());
    phase_ = Phase::up;
    co_return Result<>();
  }

  // --- NATS ---

  Task<> reach_nats() {
    const bool listening =
        (co_await try_connection(settings_.ctl, Deadline::after(kProbeTime))).has_value();
    const bool as_leaf_node = settings_.nats_config.remote.has_value();
    if (as_leaf_node || (!listening && !settings_.connect_only)) {
      WC_CO_CHECK(start_nats());
    }
    auto connected =
        co_await connect_to_nats(pool_.get_executor(), std::move(settings_.lattice.connect));
    if (!connected) {
      const ErrorKind kind = connected.error().kind();
      const bool no_nats = kind == ErrorKind::unavailable || kind == ErrorKind::timeout;
      if (nats_ == nullptr && no_nats && !settings_.connect_only) {
        co_return std::move(connected).error().with_context(in_use(settings_.ctl));
      }
      co_return std::move(connected).error();
    }
    connection_ = *std::move(connected);
    if (nats_ == nullptr) {
      co_return co_await check_jetstream();
    }
    co_return Result<>();
  }

  static std::string in_use(const Address& address) {
    return fmt::format("could not start NATS server, a process is already listening on {}",
                       to_string(address));
  }

  // A host says of it only that it found no bucket.
  Task<> check_jetstream() {
    const Result<bool> there =
        co_await nats::has_jetstream(*connection_, settings_.host.js_domain.value_or(""),
                                     Deadline::after(settings_.lattice.timeout));
    if (there && !*there) {
      co_return Error(ErrorKind::unsupported,
                      "the NATS server at {} has no JetStream, which a host needs: start it with "
                      "-js, or stop it, so that wash up starts one, or choose another port with "
                      "--nats-port",
                      settings_.lattice.server);
    }
    co_return Result<>();  // what else is wrong with it the host will tell
  }

  Task<> start_nats() {
    const auto program = find_nats_server_program();
    if (!program) {
      co_return Error(ErrorKind::not_found,
                      "nats-server was not found in PATH: install it (on Debian: apt-get install "
                      "nats-server), or name a NATS server that runs, with --nats-host and "
                      "--nats-port");
    }
    if (co_await try_connection(settings_.nats, Deadline::after(kProbeTime))) {
      co_return Error(ErrorKind::conflict, "{}", in_use(settings_.nats));
    }
    if (const auto other = pid_files_.nats()) {
      co_return Error(ErrorKind::conflict,
                      "could not start NATS server: the one that wash started before still runs "
                      "(pid {}), but not on {}: stop it with wash down, or use it with --nats-port",
                      other->pid(), to_string(settings_.nats));
    }
    WC_CO_CHECK(check_remote(), "Could not connect to leafnode remote");
    const auto config = settings_.nats_config_file.value_or(downloads_ / "nats.conf");
    if (!settings_.nats_config_file) {
      WC_CO_CHECK_VALUE(write_text(config, nats_config_text(settings_.nats_config)));
    }
    NatsServerOptions options{.program = *program,
                              .address = settings_.nats,
                              .config = config,
                              .pid_file = pid_files_.nats_file(),
                              .log = downloads_ / "nats.log",
                              .environment = own_environment(),
                              .lifetime = lifetime_};
    WC_CO_TRY(nats_, start_nats_server(std::move(options), Deadline::after(kStartTime)),
              "could not start NATS server");
    output_.note(
        fmt::format("ℹ️  NATS server successfully started, using config @ [{}]", config.string()));
    output_.note(
        fmt::format("ℹ️  NATS server logs written to [{}]", (downloads_ / "nats.log").string()));
    co_return Result<>();
  }

  // A leaf node goes on trying for ever, and tells its log alone. Only with credentials, as the
  // shells before us do it: without, it may be meant to start before its remote.
  Task<> check_remote() {
    const auto& remote = settings_.nats_config.remote;
    if (!remote || !remote->credsfile) {
      co_return Result<>();
    }
    WC_CO_CHECK_VALUE(nats::read_credentials_file(*remote->credsfile));
    WC_CO_TRY_VALUE(Address address, parse_remote_url(remote->url));
    co_return co_await try_connection(std::move(address), Deadline::after(kProbeTime));
  }

  // --- the host ---

  Task<bool> is_running_already() {
    if (settings_.multi_local || !pid_files_.has_host_file()) {
      co_return false;
    }
    lattice::ControlClient client(
        *connection_, settings_.lattice.subjects,
        {.request = settings_.lattice.timeout, .gather = settings_.lattice.timeout});
    WC_CO_TRY(const std::vector<lattice::Host> hosts, client.hosts());
    if (hosts.size() > 1) {
      co_return Error(ErrorKind::conflict,
                      "🟨 Multiple hosts are running. Please use --multi-local to start another");
    }
    const std::optional<Process> host = pid_files_.host();
    if (hosts.empty() && !host) {
      output_.note(fmt::format(
          "🟨 Pid file \"{}\" exists but no hosts are running. Removing Pid file and proceeding "
          "with \"wash up\"",
          pid_files_.host_file().string()));
      pid_files_.remove_host_file();
      co_return false;
    }
    if (nats_ != nullptr && !settings_.detached) {
      co_return Error(ErrorKind::conflict,
                      "a host that wash started runs already (pid {}), but its NATS server did "
                      "not: stop it with wash down, or give it one with wash up --detached",
                      host ? host->pid() : 0);
    }
    if (host) {
      host_log_ = host->output_file();
    }
    co_return true;
  }

  Task<> start_host() {
    const auto program = settings_.host_path ? settings_.host_path : find_host_program();
    if (!program) {
      co_return Error(ErrorKind::not_found,
                      "the host, a program named wasmcloud, was found neither beside wash nor in "
                      "PATH: install it there, or name it with --host-path");
    }
    WC_CO_TRY_VALUE(const identity::KeyPair key,
                    identity::KeyPair::from_seed(settings_.host.host_seed));
    host_id_ = key.public_key().text();
    nats::SubscribeOptions started{
        .subject = lattice::event_subject(settings_.host.lattice, lattice::HostStarted::kName)};
    WC_CO_TRY(auto subscription, connection_->subscribe(std::move(started)));
    events_.emplace(std::move(subscription));
    WC_CO_CHECK(connection_->flush(Deadline::after(settings_.lattice.timeout)));

    WC_CO_CHECK_VALUE(settings_.detached ? start_with_log(*program) : start_with_pump(*program));
    WC_CO_CHECK_VALUE(write_pid(""));
    co_return Result<>();
  }

  Result<> start(const std::filesystem::path& program, int descriptor) {
    ChildOptions options{.program = program,
                         .environment = host_environment(settings_.host, own_environment()),
                         .output = descriptor,
                         .lifetime = lifetime_};
    WC_TRY(host_, ChildProcess::start(options), "could not start the host");
    return {};
  }

  Result<> start_with_log(const std::filesystem::path& program) {
    WC_TRY(const LogFile log, settings_.host_log ? LogFile::open(*settings_.host_log)
                                                 : LogFile::open_unused(downloads_, "wasmcloud"));
    host_log_ = std::filesystem::absolute(log.path());
    return start(program, log.descriptor());
  }

  Result<> start_with_pump(const std::filesystem::path& program) {
    std::optional<LogFile> copy;
    if (settings_.host_log) {
      WC_TRY(LogFile file, LogFile::open(*settings_.host_log));
      copy.emplace(std::move(file));
    }
    const bool text = output_.format() == OutputFormat::text;
    WC_TRY(pump_, OutputPump::create(context_.get_executor(), text ? Stream::out : Stream::err,
                                     std::move(copy)));
    WC_CHECK(start(program, pump_->writing_end()));
    pump_->close_writing_end();
    phase_ = Phase::foreground;
    if (text) {
      write(Stream::out,
            "🏃 Running in interactive mode.\n"
            "🚪 Press `CTRL+c` at any time to exit\n");
    }
    beside_.spawn("host's log", pump_log());
    return {};
  }

  Task<> pump_log() {
    Result<> pumped = co_await pump_->run();
    log_ended_ = true;
    log_end_.cancel();
    co_return pumped;
  }

  Result<> write_pid(std::string version) const {
    return pid_files_.write_host({.version = std::move(version),
                                  .pid = host_->process().pid(),
                                  .started = host_->process().started()});
  }

  // Returns when it has told the lattice that it is there.
  Task<> await_started() {
    for (;;) {
      WC_CO_TRY(const std::optional<nats::Message> message, events_->next());
      if (!message) {
        co_return Error(ErrorKind::unavailable, "the connection to NATS has ended");
      }
      const auto event = lattice::parse_event(message->text());
      if (!event || event->source != host_id_) {
        continue;
      }
      const auto started = lattice::parse_event_data<lattice::HostStarted>(event->data);
      co_return write_pid(started ? started->version : "");
    }
  }

  Task<> await_host() {
    auto first =
        co_await (await_started() || host_->process().wait_ended(Deadline::after(kStartTime)));
    if (host_->process().has_ended()) {
      co_return host_failure(
          fmt::format("the host ended before it was ready, with {}", host_->how_it_ended()));
    }
    if (first.index() == 0) {
      co_return std::get<0>(std::move(first));
    }
    Result<> waited = std::get<1>(std::move(first));
    if (waited.error().kind() == ErrorKind::timeout) {
      co_return host_failure(
          fmt::format("the host was not ready within {} s, and was stopped", kStartTime.count()));
    }
    co_return waited;
  }

  Task<> learn_version() {
    Result<> started = co_await await_started();
    if (!started && started.error().kind() == ErrorKind::unavailable) {
      co_return Result<>();  // it has gone before it was ready
    }
    co_return started;
  }

  Error host_failure(std::string_view what) const {
    std::string lines = last_lines(*host_log_, kLinesOfLog);
    if (lines.empty()) {
      return Error(ErrorKind::unavailable, "{}; its log, {}, is empty", what, host_log_->string());
    }
    lines.pop_back();
    return Error(ErrorKind::unavailable, "{}; the last lines of its log, {}:\n{}", what,
                 host_log_->string(), lines);
  }

  Task<> stay_in_foreground() {
    beside_.spawn("host's start", learn_version());
    if (nats_ != nullptr) {
      auto first = co_await (host_->process().wait_ended(Deadline::never()) ||
                             nats_->process().wait_ended(Deadline::never()));
      if (first.index() == 1 && std::get<1>(first)) {
        co_return Error(ErrorKind::unavailable, "nats-server has ended, with {}; its log is {}",
                        nats_->how_it_ended(), (downloads_ / "nats.log").string());
      }
    } else {
      WC_CO_CHECK(host_->process().wait_ended(Deadline::never()));
    }
    if (host_->process().has_ended() && !host_->ended_well()) {
      co_return Error(ErrorKind::unavailable, "the host has ended, with {}; see its log above",
                      host_->how_it_ended());
    }
    co_return Result<>();
  }

  // --- the end ---

  void let_go() {
    for (auto* const child : {&host_, &nats_}) {
      if (*child) {
        (*child)->release();
        child->reset();
      }
    }
  }

  // The host first: it tells the lattice that it goes. Not to be cancelled.
  Task<> take_down() {
    if (host_) {
      WC_CO_CHECK(stop(host_->process(), kHostGrace));
      host_->process().signal(SIGKILL, Target::group);  // what it may have left behind
      pid_files_.remove_host_file_of(host_->process().pid());
      if (pump_ && !log_ended_) {
        log_end_.expires_after(kLogGrace);
        co_await log_end_.async_wait(as_result);  // ended by the log's end
      }
    }
    if (connection_) {
      WC_CO_CHECK(connection_->close());
    }
    if (nats_) {
      WC_CO_CHECK(stop(nats_->process(), kNatsGrace));
      pid_files_.remove_nats_file_of(nats_->process().pid());
    }
    co_return Result<>();
  }

  Task<> await_signals() {
    for (;;) {
      const auto [error, signal] = co_await signals_.async_wait(as_result);
      if (error) {
        co_return to_error(error, "waiting for signals");
      }
      last_signal_ = signal;
      if (++signals_seen_ > 1) {
        kill_all_of(host_.get());
        kill_all_of(nats_.get());
        continue;
      }
      if (phase_ != Phase::up) {
        output_.note("Stopping what was started (Ctrl-C again stops at once)");
      }
      work_.cancel();
    }
  }

  void report() const {
    std::string text = "🛁 wash up completed successfully";
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    if (phase_ == Phase::up) {
      const std::string nats = to_string(settings_.nats);
      text += already_running_ ? ", already running" : "";
      text += fmt::format("\n🕸  NATS is running in the background at {}", nats);
      if (host_log_) {
        text += fmt::format("\n📜 Logs for the host are being written to {}", host_log_->string());
      }
      text += "\n\n⬇️  To stop wasmCloud, run \"wash down\"";
      if (!already_running_) {
        json = {
            {"wasmcloud_log", host_log_->string()}, {"kill_cmd", "wash down"}, {"nats_url", nats}};
      }
    }
    output_.success(text, json);
  }

  UpSettings settings_;
  const std::filesystem::path downloads_;
  const Output& output_;
  const PidFiles pid_files_;
  const Lifetime lifetime_;
  Phase phase_ = Phase::starting;
  bool already_running_ = false;
  bool log_ended_ = false;
  int signals_seen_ = 0;
  int last_signal_ = 0;
  std::string host_id_;
  std::optional<std::filesystem::path> host_log_;
  Result<> outcome_ = Error(ErrorKind::internal, "wash up ended early");
  asio::io_context context_{1};
  asio::thread_pool pool_;
  std::unique_ptr<nats::Connection> connection_;
  std::optional<nats::Subscription> events_;
  std::unique_ptr<ChildProcess> nats_;
  std::unique_ptr<OutputPump> pump_;
  std::unique_ptr<ChildProcess> host_;
  asio::signal_set signals_;
  asio::steady_timer log_end_;
  TaskScope beside_;
  TaskScope work_;
};

}  // namespace

Result<int> bring_up(UpSettings settings, const std::filesystem::path& downloads,
                     const Output& output) {
  return UpSession(std::move(settings), downloads, output).run();
}

}  // namespace wasmcloud::wash

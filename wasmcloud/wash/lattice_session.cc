#include "wasmcloud/wash/lattice_session.h"

#include <utility>
#include <variant>

#include <boost/asio/thread_pool.hpp>
#include <fmt/format.h>

#include "wasmcloud/wash/foreground.h"

namespace wasmcloud::wash {
namespace {

constexpr std::chrono::seconds kConnectTime{5};

std::string connect_failure(const nats::ConnectOptions& options) {
  const std::string& server = options.urls.front();
  if (std::holds_alternative<nats::JwtAndSeed>(options.credentials)) {
    return fmt::format("Failed to connect to NATS server {} while creating client", server);
  }
  if (const auto* const file = std::get_if<nats::CredentialsFile>(&options.credentials)) {
    return fmt::format("Failed to connect to NATS {} with credentials file \"{}\"", server,
                       file->path);
  }
  return fmt::format("Failed to connect to NATS {}", server);
}

// The data of `event` if it is the one of that type and host; one that cannot be read is none.
template <typename Data>
std::optional<Data> data_of(const lattice::ReceivedEvent& event, std::string_view host_id) {
  if (event.source != host_id || event.name != Data::kName) {
    return std::nullopt;
  }
  Result<Data> data = lattice::parse_event_data<Data>(event.data);
  return data ? std::optional(*std::move(data)) : std::nullopt;
}

// The connection, and what is done with it.
class OnLattice {
 public:
  OnLattice(LatticeSettings settings, LatticeWork work)
      : settings_(std::move(settings)), work_(std::move(work)), pool_(2) {}

  Task<> run() {
    WC_CO_TRY(connection_, connect_to_nats(pool_.get_executor(), std::move(settings_.connect)));
    LatticeSession session(*connection_, settings_);
    co_return co_await work_.run(session);
  }

  Task<> close() {
    if (connection_) {
      WC_CO_CHECK(connection_->close());
      connection_.reset();
    }
    co_return Result<>();
  }

 private:
  LatticeSettings settings_;
  LatticeWork work_;
  asio::thread_pool pool_;
  std::unique_ptr<nats::Connection> connection_;
};

}  // namespace

LatticeSession::LatticeSession(nats::Connection& connection, const LatticeSettings& settings)
    : connection_(connection),
      settings_(settings),
      client_(connection, settings.subjects,
              {.request = settings.timeout, .gather = settings.timeout}) {}

Task<std::unique_ptr<nats::Connection>> connect_to_nats(asio::any_io_executor blocking,
                                                        nats::ConnectOptions options) {
  std::string failure = connect_failure(options);
  Result<std::unique_ptr<nats::Connection>> connected = co_await nats::connect(
      std::move(blocking), std::move(options), Deadline::after(kConnectTime));
  if (!connected) {
    co_return std::move(connected)
        .error()
        .with_context(std::move(failure))
        .with_context("Failed to create NATS client");
  }
  co_return std::move(connected);
}

Result<int> on_lattice(LatticeSettings settings, LatticeWork work, const Output& output) {
  std::string progress = work.progress;
  OnLattice lattice(std::move(settings), std::move(work));
  return in_foreground({.progress = std::move(progress),
                        .run = [&lattice] { return lattice.run(); },
                        .end = [&lattice] { return lattice.close(); }},
                       output);
}

// --- events ---

Task<LatticeEvents> LatticeEvents::subscribe(LatticeSession& session) {
  nats::SubscribeOptions options{.subject =
                                     lattice::event_subject(session.settings().lattice(), "*")};
  WC_CO_TRY(nats::Subscription events, session.connection().subscribe(std::move(options)));
  co_return LatticeEvents(std::move(events));
}

Task<> LatticeEvents::wait(EventJudge judge, Deadline deadline) {
  for (;;) {
    Result<std::optional<nats::Message>> message = co_await events_.next(deadline);
    if (!message && message.error().kind() == ErrorKind::timeout) {
      co_return Error(ErrorKind::timeout,
                      "Timed out waiting for applicable event, operation may have failed");
    }
    if (!message) {
      co_return std::move(message).error();
    }
    if (!*message) {
      co_return Error(ErrorKind::unavailable, "the connection ended before the event came");
    }
    const Result<lattice::ReceivedEvent> event = lattice::parse_event((*message)->text());
    if (!event) {
      continue;  // of another kind, or nobody's
    }
    if (std::optional<Result<>> verdict = judge(*event)) {
      co_return *std::move(verdict);
    }
  }
}

EventJudge component_scaled(ScaledComponent component) {
  return [wanted = std::move(component)](
             const lattice::ReceivedEvent& event) -> std::optional<Result<>> {
    const auto is_it = [&wanted](const auto& told) {
      return told.component_id == wanted.component_id && told.image_ref == wanted.image_ref &&
             (told.max_instances == 0) == (wanted.count == 0);
    };
    const auto scaled = data_of<lattice::ComponentScaled>(event, wanted.host_id);
    if (scaled && is_it(*scaled)) {
      return Result<>();
    }
    const auto failed = data_of<lattice::ComponentScaleFailed>(event, wanted.host_id);
    if (failed && is_it(*failed)) {
      return Error(ErrorKind::conflict, "{}", failed->error);
    }
    return std::nullopt;
  };
}

EventJudge provider_started_on(std::string host_id, std::string provider_ref) {
  const std::size_t scheme = provider_ref.find("://");
  std::string told = scheme == std::string::npos ? provider_ref : provider_ref.substr(scheme + 3);
  return [host_id = std::move(host_id), provider_ref = std::move(provider_ref),
          told = std::move(told)](const lattice::ReceivedEvent& event) -> std::optional<Result<>> {
    const auto started = data_of<lattice::ProviderStarted>(event, host_id);
    if (started && (started->image_ref == told || started->image_ref == provider_ref)) {
      return Result<>();
    }
    const auto failed = data_of<lattice::ProviderStartFailed>(event, host_id);
    if (failed && failed->provider_ref == provider_ref) {
      return Error(ErrorKind::conflict, "{}", failed->error);
    }
    return std::nullopt;
  };
}

EventJudge provider_stopped_on(std::string host_id, std::string provider_id) {
  return [host_id = std::move(host_id), provider_id = std::move(provider_id)](
             const lattice::ReceivedEvent& event) -> std::optional<Result<>> {
    const auto stopped = data_of<lattice::ProviderStopped>(event, host_id);
    return stopped && stopped->provider_id == provider_id ? std::optional(Result<>())
                                                          : std::nullopt;
  };
}

EventJudge host_stopped(std::string host_id) {
  return [host_id =
              std::move(host_id)](const lattice::ReceivedEvent& event) -> std::optional<Result<>> {
    return data_of<lattice::HostStopped>(event, host_id) ? std::optional(Result<>()) : std::nullopt;
  };
}

}  // namespace wasmcloud::wash

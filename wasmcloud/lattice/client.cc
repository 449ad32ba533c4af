#include "wasmcloud/lattice/client.h"

#include <algorithm>
#include <array>
#include <utility>

#include "wasmcloud/base/log.h"

namespace wasmcloud::lattice {
namespace {

// What must not be blank, and how it is called (fact sheet, 1.3).
struct Named {
  std::string_view what;
  std::string_view text;
};

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

template <std::size_t N>
Result<> check(const std::array<Named, N>& all) {
  for (const Named& each : all) {
    if (is_blank(each.text)) {
      return Error(ErrorKind::invalid, "{} cannot be empty", each.what);
    }
  }
  return {};
}

constexpr std::string_view kHostId = "Host ID";
constexpr std::string_view kComponentId = "Component ID";
constexpr std::string_view kComponentRef = "Component OCI reference";
constexpr std::string_view kProviderId = "Provider ID";
constexpr std::string_view kProviderRef = "Provider OCI reference";
constexpr std::string_view kConfigName = "Configuration name";

Result<std::string> message_of(const Reply<StringMap>& reply) {
  if (!reply.success) {
    return Error(ErrorKind::conflict, "{}", reply.message);
  }
  return reply.message;
}

}  // namespace

ControlClient::ControlClient(nats::Connection& connection, ControlSubjects subjects,
                             ClientTimeouts timeouts)
    : connection_(connection), subjects_(std::move(subjects)), timeouts_(timeouts) {}

// --- the ways of asking ---

Task<std::string> ControlClient::ask(std::string subject, std::string body) {
  nats::Outgoing request{.subject = std::move(subject), .payload = std::move(body)};
  WC_CO_TRY(const nats::Message answer,
            connection_.request(std::move(request), Deadline::after(timeouts_.request)));
  co_return std::string(answer.text());
}

Task<std::string> ControlClient::command(std::string subject, std::string body) {
  WC_CO_TRY(const std::string answer, ask(std::move(subject), std::move(body)));
  Result<Reply<StringMap>> reply = parse_command_reply(answer);
  if (!reply) {
    co_return std::move(reply).error().with_context("the host's answer");
  }
  co_return message_of(*reply);
}

template <typename T>
Task<std::optional<T>> ControlClient::query(std::string subject) {
  WC_CO_TRY(const std::string answer, ask(std::move(subject), {}));
  Result<Reply<T>> reply = parse_reply<T>(answer);
  if (!reply) {
    co_return std::move(reply).error().with_context("the host's answer");
  }
  if (!reply->success) {
    co_return Error(ErrorKind::conflict, "{}", reply->message);
  }
  co_return std::move(reply->response);
}

template <typename T>
Task<T> ControlClient::needed(std::string subject) {
  WC_CO_TRY(std::optional<T> found, query<T>(std::move(subject)));
  if (!found) {
    co_return Error(ErrorKind::invalid, "the host's answer: missing field `response`");
  }
  co_return *std::move(found);
}

template <typename T>
Task<std::vector<T>> ControlClient::gather(std::string subject, std::string body, Wanted wanted) {
  const Deadline deadline = Deadline::after(timeouts_.gather);
  WC_CO_TRY(nats::Subscription answers,
            connection_.subscribe({.subject = connection_.new_inbox()}));
  nats::Outgoing request{
      .subject = std::move(subject), .payload = std::move(body), .reply = answers.subject()};
  if (Result<> sent = connection_.publish(request); !sent) {
    co_return std::move(sent).error();
  }
  std::vector<T> gathered;
  for (;;) {
    Result<std::optional<nats::Message>> answer = co_await answers.next(deadline);
    if (!answer && answer.error().kind() != ErrorKind::timeout) {
      co_return std::move(answer).error();
    }
    // An empty one: nobody listens.
    if (!answer || !*answer || (*answer)->payload().empty()) {
      co_return gathered;
    }
    Result<Reply<T>> reply = parse_reply<T>((*answer)->text());
    if (!reply) {
      log::warn("an answer that is none was left out",
                {{"subject", request.subject}, {"error", reply.error().describe()}});
    } else if (reply->success && reply->response) {
      gathered.push_back(*std::move(reply->response));
      if (wanted == Wanted::first) {
        co_return gathered;
      }
    }
  }
}

// --- hosts ---

Task<std::vector<Host>> ControlClient::hosts() {
  return gather<Host>(subjects_.operation("host", "ping"), {}, Wanted::all);
}

Task<HostInventory> ControlClient::inventory(std::string host_id) {
  WC_CO_CHECK_VALUE(check(std::array{Named{kHostId, host_id}}));
  co_return co_await needed<HostInventory>(subjects_.operation("host", "get", host_id));
}

Task<std::string> ControlClient::stop_host(std::string host_id,
                                           std::optional<std::chrono::milliseconds> grace) {
  WC_CO_CHECK_VALUE(check(std::array{Named{kHostId, host_id}}));
  StopHost request{.host_id = host_id, .timeout = {}};
  if (grace) {
    request.timeout = static_cast<std::uint64_t>(std::max<std::int64_t>(grace->count(), 0));
  }
  co_return co_await command(subjects_.operation("host", "stop", host_id), to_json(request));
}

Task<std::string> ControlClient::put_label(std::string host_id, Label label) {
  WC_CO_CHECK_VALUE(check(std::array{Named{kHostId, host_id}}));
  co_return co_await command(subjects_.operation("label", "put", host_id), to_json(label));
}

Task<std::string> ControlClient::delete_label(std::string host_id, std::string key) {
  WC_CO_CHECK_VALUE(check(std::array{Named{kHostId, host_id}}));
  // Hosts 1.0.0 want a value here too.
  co_return co_await command(subjects_.operation("label", "del", host_id),
                             to_json(Label{std::move(key), {}}));
}

// --- components and providers ---

Task<std::string> ControlClient::scale_component(ScaleComponent request) {
  WC_CO_CHECK_VALUE(
      check(std::array{Named{kHostId, request.host_id}, Named{kComponentRef, request.component_ref},
                       Named{kComponentId, request.component_id}}));
  co_return co_await command(subjects_.operation("component", "scale", request.host_id),
                             to_json(request));
}

Task<std::string> ControlClient::update_component(UpdateComponent request) {
  WC_CO_CHECK_VALUE(
      check(std::array{Named{kHostId, request.host_id}, Named{kComponentId, request.component_id},
                       Named{kComponentRef, request.new_component_ref}}));
  co_return co_await command(subjects_.operation("component", "update", request.host_id),
                             to_json(request));
}

Task<std::string> ControlClient::start_provider(StartProvider request) {
  WC_CO_CHECK_VALUE(
      check(std::array{Named{kHostId, request.host_id}, Named{kProviderRef, request.provider_ref},
                       Named{kProviderId, request.provider_id}}));
  co_return co_await command(subjects_.operation("provider", "start", request.host_id),
                             to_json(request));
}

Task<std::string> ControlClient::stop_provider(StopProvider request) {
  WC_CO_CHECK_VALUE(
      check(std::array{Named{kHostId, request.host_id}, Named{kProviderId, request.provider_id}}));
  co_return co_await command(subjects_.operation("provider", "stop", request.host_id),
                             to_json(request));
}

Task<std::vector<ComponentAuctionAck>> ControlClient::component_auction(ComponentAuction request,
                                                                        Wanted wanted) {
  WC_CO_CHECK_VALUE(check(std::array{Named{kComponentRef, request.component_ref},
                                     Named{kComponentId, request.component_id}}));
  co_return co_await gather<ComponentAuctionAck>(subjects_.operation("component", "auction"),
                                                 to_json(request), wanted);
}

Task<std::vector<ProviderAuctionAck>> ControlClient::provider_auction(ProviderAuction request,
                                                                      Wanted wanted) {
  WC_CO_CHECK_VALUE(check(std::array{Named{kProviderRef, request.provider_ref},
                                     Named{kProviderId, request.provider_id}}));
  co_return co_await gather<ProviderAuctionAck>(subjects_.operation("provider", "auction"),
                                                to_json(request), wanted);
}

// --- the lattice ---

Task<std::vector<Link>> ControlClient::links() {
  return needed<std::vector<Link>>(subjects_.operation("link", "get"));
}

Task<std::string> ControlClient::put_link(Link link) {
  WC_CO_CHECK_VALUE(check(std::array{Named{"Source ID", link.source_id},
                                     Named{"Target", link.target}, Named{"Link Name", link.name}}));
  co_return co_await command(subjects_.operation("link", "put"), to_json(link));
}

Task<std::string> ControlClient::delete_link(LinkDelete link) {
  WC_CO_CHECK_VALUE(
      check(std::array{Named{"Source ID", link.source_id}, Named{"Link Name", link.name}}));
  co_return co_await command(subjects_.operation("link", "del"), to_json(link));
}

Task<std::vector<StringMap>> ControlClient::claims() {
  return needed<std::vector<StringMap>>(subjects_.operation("claims", "get"));
}

Task<std::optional<StringMap>> ControlClient::config(std::string name) {
  WC_CO_CHECK_VALUE(check(std::array{Named{kConfigName, name}}));
  co_return co_await query<StringMap>(subjects_.operation("config", "get", name));
}

Task<std::string> ControlClient::put_config(std::string name, StringMap config) {
  WC_CO_CHECK_VALUE(check(std::array{Named{kConfigName, name}}));
  co_return co_await command(subjects_.operation("config", "put", name), to_json(config));
}

Task<std::string> ControlClient::delete_config(std::string name) {
  WC_CO_CHECK_VALUE(check(std::array{Named{kConfigName, name}}));
  co_return co_await command(subjects_.operation("config", "del", name), {});
}

Task<> ControlClient::put_registries(RegistryCredentials credentials) {
  const nats::Outgoing message{.subject = subjects_.operation("registry", "put"),
                               .payload = to_json(credentials)};
  co_return connection_.publish(message);
}

}  // namespace wasmcloud::lattice

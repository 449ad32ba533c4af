#include "wasmcloud/wash/lattice_wit.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "wasmcloud/lattice/messages.h"
#include "wasmcloud/wash/wit_source.h"

namespace wasmcloud::wash {
namespace {

constexpr std::string_view kFile = "file://";

// What a host runs under that id. None: no such component, or the host does not say.
Task<std::optional<std::string>> reference_on(LatticeSession& session, std::string host,
                                              std::string id) {
  const Result<lattice::HostInventory> inventory =
      co_await session.client().inventory(std::move(host));
  if (!inventory) {
    co_return std::nullopt;
  }
  const auto found =
      std::ranges::find(inventory->components, id, &lattice::ComponentDescription::id);
  co_return found == inventory->components.end() ? std::nullopt : std::optional(found->image_ref);
}

// The first host that has it is enough: the others are not waited for.
Task<std::string> find_reference(LatticeSession& session, std::string id, Deadline deadline) {
  nats::Connection& connection = session.connection();
  WC_CO_TRY(nats::Subscription answers, connection.subscribe({.subject = connection.new_inbox()}));
  nats::Outgoing ping{.subject = session.client().subjects().operation("host", "ping"),
                      .payload = {},
                      .reply = answers.subject()};
  WC_CO_CHECK_VALUE(connection.publish(ping));
  for (;;) {
    Result<std::optional<nats::Message>> answer = co_await answers.next(deadline);
    if (!answer && answer.error().kind() != ErrorKind::timeout) {
      co_return std::move(answer).error();
    }
    if (!answer || !*answer || (*answer)->payload().empty()) {  // empty: nobody listens
      co_return Error(ErrorKind::not_found, "no host that answers runs a component `{}`", id);
    }
    const auto host = lattice::parse_reply<lattice::Host>((*answer)->text());
    if (host && host->response) {
      WC_CO_TRY(std::optional<std::string> found, reference_on(session, host->response->id, id));
      if (found) {
        co_return *std::move(found);
      }
    }
  }
}

}  // namespace

Task<wit::Graph> find_wit(LatticeSession& session, std::string id, Deadline deadline) {
  WC_CO_TRY(const std::string reference, find_reference(session, id, deadline));
  if (!reference.starts_with(kFile)) {
    co_return Error(ErrorKind::not_found, "`{}` was started from {}, which is no file", id,
                    reference);
  }
  const std::filesystem::path path = reference.substr(kFile.size());
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) {
    co_return Error(ErrorKind::not_found, "`{}` was started from {}, which is not here", id,
                    reference);
  }
  co_return read_wit(path);
}

}  // namespace wasmcloud::wash

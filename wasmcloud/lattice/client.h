// A client of the control interface (fact sheet "lattice", 1.3): what `wash` and wadm ask hosts.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/task.h"
#include "wasmcloud/lattice/messages.h"
#include "wasmcloud/lattice/subjects.h"
#include "wasmcloud/nats/connection.h"

namespace wasmcloud::lattice {

struct ClientTimeouts {
  std::chrono::milliseconds request = std::chrono::seconds(2);
  // How long answers of many hosts are collected; waited in full, unless nobody listens or the
  // first answer is enough.
  std::chrono::milliseconds gather = std::chrono::seconds(5);
};

// How many answers of an auction are waited for.
enum class Wanted : std::uint8_t { all, first };

// Each call is awaited on a shard. Errors of all: `invalid` for a blank id, reference or name,
// before anything is sent; `unavailable` if no host listens; `timeout`; `conflict` with the host's
// text if it refuses; `invalid` for an answer that is none.
//
// Commands give the host's text on success, often "". Scale, update and start are only accepted
// then: their end is told by an event.
class ControlClient {
 public:
  // `connection` must outlive it.
  ControlClient(nats::Connection& connection, ControlSubjects subjects,
                ClientTimeouts timeouts = {});

  const ControlSubjects& subjects() const noexcept { return subjects_; }

  // --- hosts ---

  // Whoever answers in time. What does not parse is left out and logged.
  Task<std::vector<Host>> hosts();
  Task<HostInventory> inventory(std::string host_id);
  Task<std::string> stop_host(std::string host_id, std::optional<std::chrono::milliseconds> grace);
  Task<std::string> put_label(std::string host_id, Label label);
  Task<std::string> delete_label(std::string host_id, std::string key);

  // --- components and providers; `host_id` of the request is whom it is sent to ---

  Task<std::string> scale_component(ScaleComponent request);
  Task<std::string> update_component(UpdateComponent request);
  Task<std::string> start_provider(StartProvider request);
  Task<std::string> stop_provider(StopProvider request);
  Task<std::vector<ComponentAuctionAck>> component_auction(ComponentAuction request,
                                                           Wanted wanted = Wanted::all);
  Task<std::vector<ProviderAuctionAck>> provider_auction(ProviderAuction request,
                                                         Wanted wanted = Wanted::all);

  // --- the lattice; any host answers, and others may know of a change a moment later ---

  Task<std::vector<Link>> links();
  Task<std::string> put_link(Link link);
  Task<std::string> delete_link(LinkDelete link);
  Task<std::vector<StringMap>> claims();
  // Nothing if there is no such config.
  Task<std::optional<StringMap>> config(std::string name);
  Task<std::string> put_config(std::string name, StringMap config);
  Task<std::string> delete_config(std::string name);
  // Told to all hosts; none answers.
  Task<> put_registries(RegistryCredentials credentials);

 private:
  Task<std::string> ask(std::string subject, std::string body);
  Task<std::string> command(std::string subject, std::string body);
  template <typename T>
  Task<std::optional<T>> query(std::string subject);
  template <typename T>
  Task<T> needed(std::string subject);
  template <typename T>
  Task<std::vector<T>> gather(std::string subject, std::string body, Wanted wanted);

  nats::Connection& connection_;
  ControlSubjects subjects_;
  ClientTimeouts timeouts_;
};

}  // namespace wasmcloud::lattice

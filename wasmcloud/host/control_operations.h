// What each request of the control interface does, and what it answers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "wasmcloud/base/log.h"
#include "wasmcloud/host/control_server.h"

namespace wasmcloud::host {

// A request on its way through an operation.
struct ControlRequest {
  nats::Message message;
  std::string id;  // the subject's last token: a host's id or a configuration's name

  std::string_view body() const { return message.text(); }
};

class ControlOperations {
 public:
  ControlOperations(const lattice::ControlSubjects& subjects, ControlParts parts)
      : subjects_(subjects), parts_(std::move(parts)) {}

  // Does what the subject asks for and answers. An error is one of ours; the rest is told to whom
  // asked.
  Task<> serve(nats::Message message);

  lattice::HostInventory inventory() const;

 private:
  using Operation = Task<> (ControlOperations::*)(ControlRequest request);
  static Operation find(const lattice::ControlOperation& asked) noexcept;

  // --- hosts ---
  Task<> ping(ControlRequest request);
  Task<> get_inventory(ControlRequest request);
  Task<> stop_host(ControlRequest request);
  Task<> put_label(ControlRequest request);
  Task<> delete_label(ControlRequest request);
  // --- components and providers ---
  Task<> scale(ControlRequest request);
  Task<> update(ControlRequest request);
  Task<> start_provider(ControlRequest request);
  Task<> stop_provider(ControlRequest request);
  Task<> component_auction(ControlRequest request);
  Task<> provider_auction(ControlRequest request);
  // --- the lattice ---
  Task<> get_links(ControlRequest request);
  Task<> put_link(ControlRequest request);
  Task<> delete_link(ControlRequest request);
  Task<> get_claims(ControlRequest request);
  Task<> get_config(ControlRequest request);
  Task<> put_config(ControlRequest request);
  Task<> delete_config(ControlRequest request);

  Task<> store_link(lattice::Link link);
  Task<lattice::ResolvedLink> resolve(lattice::Link link);
  Task<lattice::StringMap> merged_config(std::vector<std::string> names, std::string& missing);
  void learn(const lattice::SpecEntry& entry);
  void tell_providers(std::string_view verb, const lattice::ResolvedLink& link);
  bool meets(const lattice::StringMap& constraints) const;

  void answer(const ControlRequest& request, std::string body) const;
  void accept(const ControlRequest& request, std::string_view text) const;
  void refuse(const ControlRequest& request, std::string_view text, std::string_view why) const;
  // Tells an event; if that fails it is the answer.
  template <typename Data>
  bool tell(const ControlRequest& request, const Data& data) const;
  template <typename T>
  std::optional<T> read(const ControlRequest& request, std::string_view what) const;

  const lattice::ControlSubjects& subjects_;
  ControlParts parts_;
};

}  // namespace wasmcloud::host

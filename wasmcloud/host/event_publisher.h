// Tells the lattice what happens on this host (fact sheet "lattice", 5).
#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "wasmcloud/base/log.h"
#include "wasmcloud/lattice/events.h"
#include "wasmcloud/nats/connection.h"

namespace wasmcloud::host {

// Thread-safe. `connection` must outlive it.
class EventPublisher {
 public:
  EventPublisher(nats::Connection& connection, std::string lattice, std::string host_id)
      : connection_(connection), lattice_(std::move(lattice)), host_id_(std::move(host_id)) {}

  // Of every event: its source.
  const std::string& host_id() const noexcept { return host_id_; }

  // Nobody confirms it. A failure is logged, and told for those who answer for it.
  template <typename Data>
  Result<> publish(const Data& data) const {
    const auto now = std::chrono::system_clock::now();
    const lattice::EventHead head{.id = Uuid::time_ordered(now), .source = host_id_, .time = now};
    Result<> sent = connection_.publish({.subject = lattice::event_subject(lattice_, Data::kName),
                                         .payload = lattice::to_event(head, data)});
    if (!sent) {
      log::error("cannot publish an event",
                 {{"event", Data::kName}, {"error", sent.error().describe()}});
    }
    return sent;
  }

 private:
  nats::Connection& connection_;
  const std::string lattice_;
  const std::string host_id_;
};

}  // namespace wasmcloud::host

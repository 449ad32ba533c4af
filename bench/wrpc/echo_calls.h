// `echo: func(data: list<u8>) -> list<u8>`, served and called as bindings would do it, whatever the
// transport. The function is that of tests/interop, so that the programs of others serve and call
// it too.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "wasmcloud/wrpc/session.h"

namespace wasmcloud::bench {

using Duration = std::chrono::steady_clock::duration;

inline constexpr const char* kEchoPrefix = "interop";  // over NATS, and the queue group
inline constexpr const char* kEchoInstance = "wasmcloud-interop:suite/calls@0.1.0";
inline constexpr const char* kEchoFunction = "echo";

inline Deadline patience() { return Deadline::after(std::chrono::seconds(10)); }

class EchoHandler final : public wrpc::Handler {
 public:
  Task<> handle(wrpc::Invocation invocation) override;
};

struct Calls {
  wrpc::Client* client;
  std::shared_ptr<const std::string> payload;
};

// Microseconds of a call, the median, one after the other.
Task<> measure_latency(Calls calls, Duration duration, double& figure);
// Calls a second, with that many in flight.
Task<> measure_throughput(Calls calls, int in_flight, Duration duration, double& figure);

}  // namespace wasmcloud::bench

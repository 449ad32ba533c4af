// The C client alone, as little around it as can be: the limit that our connection is held against.
// It calls itself back on its own threads, and blocks. Ends the program if something fails.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <string>

#include <nats/nats.h>

#include "wasmcloud/base/deleter.h"

namespace wasmcloud::bench {

// How long one measurement lasts.
using Duration = std::chrono::steady_clock::duration;

class BareClient {
 public:
  explicit BareClient(const std::string& url);

  // Answers each request to `subject` with its own payload, from now on.
  void echo(const std::string& subject);

  // Answers each wRPC call of `subject` with its own parameters: the messages of a call (wrpc.md
  // 3.9), and nothing of what wRPC does with them.
  void echo_calls(const std::string& subject);
  // The same from the other end: microseconds of a call, the median, one after the other; calls a
  // second.
  double call_latency(const std::string& subject, const std::string& params, Duration duration);
  double call_throughput(const std::string& subject, const std::string& params, int in_flight,
                         Duration duration);

  // Microseconds of a request, the median, one after the other.
  double latency(const std::string& subject, const std::string& payload, Duration duration);
  // Requests a second, with that many in flight.
  double throughput(const std::string& subject, const std::string& payload, int in_flight,
                    Duration duration);
  // Messages a second, with a flush at the end.
  double publishes(const std::string& subject, const std::string& payload, Duration duration);
  // Microseconds of a get, the median, one after the other.
  double get_latency(const std::string& bucket, const std::string& key, Duration duration);

 private:
  using ConnectionHandle = std::unique_ptr<natsConnection, Deleter<natsConnection_Destroy>>;
  using SubscriptionHandle = std::unique_ptr<natsSubscription, Deleter<natsSubscription_Destroy>>;

  SubscriptionHandle subscribe(const std::string& subject, natsMsgHandler handler, void* closure);

  ConnectionHandle connection_;
  std::string inbox_;  // of who answers calls
  SubscriptionHandle echo_;
  SubscriptionHandle params_;
};

}  // namespace wasmcloud::bench

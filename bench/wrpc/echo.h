// `echo: func(data: list<u8>) -> list<u8>` over each transport, client and server on a shard each
// (in process: on one).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "wasmcloud/base/shard.h"
#include "wasmcloud/nats/connection.h"
#include "wasmcloud/wrpc/framed_transport.h"
#include "wasmcloud/wrpc/local_transport.h"
#include "wasmcloud/wrpc/nats_transport.h"

#include "echo_calls.h"

namespace wasmcloud::bench {

// Ends the program if something fails: a benchmark that cannot run has no figures.
class Echo {
 public:
  explicit Echo(const std::string& nats_url);
  ~Echo();
  Echo(const Echo&) = delete;
  Echo& operator=(const Echo&) = delete;

  enum class Way : std::uint8_t { nats, tcp, unix_socket, in_process };

  // Microseconds of a call, the median, one after the other.
  double latency(Way way, const std::string& payload, Duration duration);
  // Calls a second, with that many in flight.
  double throughput(Way way, const std::string& payload, int in_flight, Duration duration);

 private:
  void block(std::size_t shard, Task<> task);
  Task<> start_server(std::string nats_url);
  Task<> start_client(std::string nats_url);
  Task<> stop_server();
  Task<> stop_client();

  wrpc::Client& client(Way way) { return *clients_[static_cast<std::size_t>(way)]; }

  Shards shards_{2};  // the client's and the server's
  EchoHandler handler_;

  std::unique_ptr<nats::Connection> server_connection_;
  std::unique_ptr<wrpc::NatsTransport> server_transport_;
  std::unique_ptr<wrpc::NatsServer> nats_server_;
  std::unique_ptr<wrpc::FramedServer> tcp_server_;
  std::unique_ptr<wrpc::FramedServer> unix_server_;

  std::unique_ptr<nats::Connection> connection_;
  std::unique_ptr<wrpc::NatsTransport> transport_;
  std::vector<std::unique_ptr<wrpc::Client>> clients_;  // by Way
  wrpc::LocalTransport* local_ = nullptr;               // the last of them
};

}  // namespace wasmcloud::bench

// Holds back what goes into the C client's socket, so that messages which belong together leave
// together. The C client (3.4) has no call for that: what it writes is written at once.
#pragma once

#include <cstddef>
#include <mutex>

#include "wasmcloud/nats/client_library.h"

namespace wasmcloud::nats::internal {

// Thread-safe. While no socket is known nothing is held, which only costs time.
class Cork {
 public:
  Cork() = default;
  ~Cork();
  Cork(const Cork&) = delete;
  Cork& operator=(const Cork&) = delete;

  // Finds the socket of a connection that is connected. Looks at all that this process has open.
  void attach(natsConnection* connection);
  // The connection is lost, or about to end.
  void detach() noexcept;

  // In pairs. The system holds back what does not fill a packet until release(), for 200 ms at
  // most, whoever writes it.
  void hold() noexcept;
  // What was written by now leaves, even if others hold.
  void release() noexcept;

 private:
  void set(bool held) noexcept;

  std::mutex mutex_;
  int socket_ = -1;  // a descriptor of our own: the C client may close its one at any time
  std::size_t holders_ = 0;
};

}  // namespace wasmcloud::nats::internal

// Whether the host lives and is ready, over HTTP: /livez and /readyz (fact sheet "lattice", 6.3).
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "wasmcloud/http/server.h"

namespace wasmcloud::host {

class AdminHandler final : public http::Handler {
 public:
  // Any thread.
  void set_ready(bool ready) noexcept { ready_.store(ready, std::memory_order_relaxed); }

  Task<> handle(http::Request& request, http::ResponseWriter& response) override;

 private:
  std::atomic<bool> ready_{false};
};

}  // namespace wasmcloud::host

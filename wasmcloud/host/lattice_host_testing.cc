#include "wasmcloud/host/lattice_host_testing.h"

namespace wasmcloud::host {

const std::string LatticeHostTest::kGuest = std::string("file://") + WC_TEST_GUEST;

LatticeHostConfig LatticeHostTest::host_config() const {
  LatticeHostConfig config;
  config.control.urls = {server_->url()};
  config.control.reconnect_wait = std::chrono::milliseconds(20);
  config.rpc.urls = {server_->url()};
  config.rpc.reconnect_wait = std::chrono::milliseconds(20);
  config.version = "1.2.3";
  config.labels = {{"zone", "a"}};
  config.allow_file_load = true;
  config.shards = 2;
  config.cache_dir = WC_TEST_CACHE;
  return config;
}

}  // namespace wasmcloud::host

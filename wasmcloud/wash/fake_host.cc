// host::start_http_service without a host: what program_test serves with. It listens, so that
// addresses and their errors are real, and answers nothing. Files tell it what to do: a component
// whose content holds "REFUSE" cannot be loaded, one with
// "THROW" meets a bug, one with "HANG" stops only when its time is over.
// What it was asked to do goes to the file that WC_FAKE_HOST_LOG names, a line each.
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fmt/format.h>

#include "wasmcloud/base/task.h"
#include "wasmcloud/host/http_service.h"
#include "wasmcloud/wash/arguments.h"

namespace wasmcloud::host {
namespace {

using boost::asio::ip::tcp;

void record(const std::string& line) {
  if (const char* const path = std::getenv("WC_FAKE_HOST_LOG")) {
    std::ofstream(path, std::ios::app) << line << std::endl;
  }
}

Result<std::string> load(const std::filesystem::path& component) {
  std::ifstream file(component, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open()) {
    return Error(ErrorKind::not_found, "{}: no such file", component.string());
  }
  if (content.find("REFUSE") != std::string::npos) {
    return Error(ErrorKind::invalid, "offset 0x8: refused, as asked for");
  }
  if (content.find("THROW") != std::string::npos) {
    throw std::runtime_error("thrown, as asked for");
  }
  return content;
}

class FakeService final : public HttpService {
 public:
  FakeService(tcp::acceptor acceptor, std::string content)
      : acceptor_(std::move(acceptor)), content_(std::move(content)) {
    const tcp::endpoint bound = acceptor_.local_endpoint();
    const std::string host = bound.address().to_string();
    address_ = bound.address().is_v6() ? fmt::format("[{}]:{}", host, bound.port())
                                       : fmt::format("{}:{}", host, bound.port());
  }

  const std::string& address() const noexcept override { return address_; }

  Result<> replace(std::filesystem::path component) override {
    WC_TRY(content_, load(component));
    record(fmt::format("replaced {}", content_.size()));
    return {};
  }

  Result<> stop(Deadline deadline) override {
    record("stopping");
    acceptor_.close();
    if (content_.find("HANG") != std::string::npos) {
      std::this_thread::sleep_for(deadline.remaining());
      return Error(ErrorKind::timeout, "1 request was cancelled");
    }
    record("stopped");
    return {};
  }

 private:
  tcp::acceptor acceptor_;
  std::string content_;
  std::string address_;
};

asio::io_context& context() {
  static asio::io_context context;  // not run: nothing is answered
  return context;
}

}  // namespace

Result<std::unique_ptr<HttpService>> start_http_service(std::filesystem::path component,
                                                        HttpServiceConfig config) {
  WC_TRY(std::string content, load(component), "loading {}", component.string());
  WC_TRY(const wash::Address address, wash::parse_address(config.address));
  boost::system::error_code error;
  const auto ip = asio::ip::make_address(address.host, error);
  tcp::acceptor acceptor(context());
  const tcp::endpoint endpoint(ip, address.port);
  if (!error) {
    acceptor.open(endpoint.protocol(), error);
  }
  if (!error) {
    acceptor.bind(endpoint, error);
  }
  if (!error) {
    acceptor.listen(asio::socket_base::max_listen_connections, error);
  }
  if (error) {
    return to_error(error, fmt::format("listening on {}", config.address));
  }
  record(fmt::format("started memory={} timeout={} shards={} cache={}", config.max_memory,
                     config.timeout.count(), config.shards, config.cache_dir.string()));
  for (const auto& [name, value] : config.env) {
    record(fmt::format("env {}={}", name, value));
  }
  for (const auto& [host, guest] : config.dirs) {
    record(fmt::format("dir {}::{}", host, guest));
  }
  return std::make_unique<FakeService>(std::move(acceptor), std::move(content));
}

}  // namespace wasmcloud::host

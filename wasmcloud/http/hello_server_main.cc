// Our server with the smallest handler there is: what bare_beast_main.cc is compared with.
#include <csignal>
#include <cstring>
#include <iostream>
#include <string>

#include "wasmcloud/http/server.h"

namespace {

using namespace wasmcloud;

constexpr std::string_view kText = "Hello from ours!!";

class Hello final : public http::Handler {
 public:
  Task<> handle(http::Request& /*request*/, http::ResponseWriter& response) override {
    http::ResponseHead head;
    head.headers.add("content-type", "text/plain");
    const std::span body(reinterpret_cast<const std::uint8_t*>(kText.data()), kText.size());
    co_return co_await response.respond(std::move(head), body);
  }
};

}  // namespace

int main(int argc, char** argv) {
  std::string address = "127.0.0.1:8000";
  std::size_t count = 1;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--addr") == 0) {
      address = argv[i + 1];
    } else if (std::strcmp(argv[i], "--shards") == 0) {
      count = std::stoul(argv[i + 1]);
    }
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before the shards' threads, which inherit it
  Shards shards(count);
  Hello handler;
  auto server = http::listen(shards, address, handler);
  if (!server) {
    std::cerr << server.error().describe() << '\n';
    return 1;
  }
  std::cout << "listening at " << (*server)->address() << '\n' << std::flush;
  int signal = 0;
  sigwait(&signals, &signal);
  const Result<> stopped =
      block_on(shards[0].executor(), (*server)->stop(Deadline::after(std::chrono::seconds(5))));
  return stopped ? 0 : 1;
}

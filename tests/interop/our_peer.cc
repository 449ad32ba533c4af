// Our implementation as a program, called as those of the others are: see README.md.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "wasmcloud/base/shard.h"
#include "wasmcloud/nats/connection.h"
#include "wasmcloud/wrpc/framed_transport.h"
#include "wasmcloud/wrpc/nats_transport.h"

#include "client.h"
#include "server.h"

namespace wasmcloud::interop {
namespace {

Deadline patience() { return Deadline::after(std::chrono::seconds(10)); }

// Who started this reads it at once.
void say(const std::string& text) {
  std::printf("%s\n", text.c_str());
  std::fflush(stdout);
}

Task<std::unique_ptr<nats::Connection>> connect(asio::any_io_executor blocking, std::string url) {
  nats::ConnectOptions options;
  options.urls = {std::move(url)};
  co_return co_await nats::connect(std::move(blocking), std::move(options), patience());
}

// Until somebody kills it.
Task<> wait_for_ever() {
  asio::steady_timer never(co_await asio::this_coro::executor,
                           asio::steady_timer::time_point::max());
  const auto [error] = co_await never.async_wait(as_result);
  co_return to_error(error, "serving");
}

std::vector<wrpc::FunctionName> served() {
  std::vector<wrpc::FunctionName> names;
  for (const Function& function : functions()) {
    if (function.interface != "unserved") {
      names.push_back({function.instance, function.name});
    }
  }
  return names;
}

Task<> serve_nats(asio::any_io_executor blocking, std::string url) {
  WC_CO_TRY(const auto connection, connect(std::move(blocking), url));
  WC_CO_TRY(const auto transport, wrpc::NatsTransport::create(*connection));
  Server handler([] { say("hanging"); });
  wrpc::NatsServerOptions options{.prefix = kPrefix, .queue_group = kPrefix};
  wrpc::NatsServer server(*transport, std::move(options), handler);
  WC_CO_CHECK(server.start(served()));
  say("ready " + url);
  co_return co_await wait_for_ever();
}

// Of a Unix socket the address begins with kUnix, which is ours alone.
constexpr const char* kUnix = "unix:";

Task<> serve_framed(std::string address) {
  Server handler([] { say("hanging"); });
  wrpc::FramedServer server(address, handler);
  WC_CO_CHECK(server.start());
  const std::string& taken = server.address();
  say("ready " + taken.substr(taken.starts_with(kUnix) ? std::strlen(kUnix) : 0));
  co_return co_await wait_for_ever();
}

Task<> call_nats(asio::any_io_executor blocking, std::string url, Wanted wanted) {
  WC_CO_TRY(const auto connection, connect(std::move(blocking), std::move(url)));
  WC_CO_TRY(auto transport, wrpc::NatsTransport::create(*connection));
  auto client = transport->client(kPrefix);
  WC_CO_CHECK(call_all(*client, std::move(wanted)));
  client.reset();
  WC_CO_CHECK(transport->stop());
  transport.reset();
  co_return co_await connection->close();
}

Task<> call_framed(std::string address, Wanted wanted) {
  const auto client = wrpc::make_framed_client(std::move(address));
  co_return co_await call_all(*client, std::move(wanted));
}

Task<> command(const std::vector<std::string>& words, asio::any_io_executor blocking) {
  const bool over_nats = words.size() > 2 && words[1] == "nats";
  const std::string scheme = words.size() > 2 && words[1] == "unix" ? kUnix : "";
  if (words.size() == 3 && words[0] == "serve") {
    return over_nats ? serve_nats(std::move(blocking), words[2]) : serve_framed(scheme + words[2]);
  }
  if (words.size() >= 4 && words[0] == "call") {
    Wanted wanted{.patience = std::chrono::milliseconds(std::stol(words[3])),
                  .rows = {words.begin() + 4, words.end()}};
    return over_nats ? call_nats(std::move(blocking), words[2], std::move(wanted))
                     : call_framed(scheme + words[2], std::move(wanted));
  }
  return
      [] -> Task<> { co_return Error(ErrorKind::invalid, "usage: see tests/interop/README.md"); }();
}

int run(const std::vector<std::string>& words) {
  Shards shards(1);
  const Result<> ended =
      block_on(shards[0].executor(), command(words, shards.blocking_pool().get_executor()));
  if (!ended) {
    std::fprintf(stderr, "interop_peer: %s\n", ended.error().describe().c_str());
  }
  return ended ? 0 : 1;
}

}  // namespace
}  // namespace wasmcloud::interop

int main(int argc, char** argv) { return wasmcloud::interop::run({argv + 1, argv + argc}); }

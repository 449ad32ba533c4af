#include "wasmcloud/lattice/testing/host_process.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <fmt/format.h>

#include "wasmcloud/base/task.h"
#include "wasmcloud/base/testing/peers.h"
#include "wasmcloud/lattice/events.h"
#include "wasmcloud/nats/connection.h"

namespace wasmcloud::lattice {
namespace {

constexpr std::chrono::seconds kPatience{60};  // only a failing test waits so long

std::optional<std::string> find_peer() { return peer_program("wasmcloud"); }

// What starts a host, and what came of it.
struct Start {
  std::string executable;
  Program::Options options;
  std::string events;  // the subject
  std::unique_ptr<Program> process;
  std::string host_id;
};

// Listens first, so that the event cannot be missed.
Task<> start_and_wait(nats::Connection& connection, Start& start, Deadline deadline) {
  WC_CO_TRY(nats::Subscription events, connection.subscribe({.subject = start.events}));
  WC_CO_CHECK(connection.flush(deadline));
  start.process = std::make_unique<Program>(start.executable, start.options);
  WC_CO_TRY(const std::optional<nats::Message> message, events.next(deadline));
  if (!message) {
    co_return Error(ErrorKind::unavailable, "the connection ended");
  }
  WC_CO_TRY_VALUE(const ReceivedEvent event, parse_event(message->text()));
  start.host_id = event.source;
  co_return Result<>();
}

Task<> connect_start_and_wait(asio::any_io_executor blocking, std::string url, Start& start) {
  const Deadline deadline = Deadline::after(kPatience);
  nats::ConnectOptions options;
  options.urls = {std::move(url)};
  WC_CO_TRY(const auto connection,
            nats::connect(std::move(blocking), std::move(options), deadline));
  const Result<> started = co_await start_and_wait(*connection, start, deadline);
  WC_CO_CHECK(connection->close());
  if (!started) {
    co_return started.error().clone();
  }
  co_return Result<>();
}

}  // namespace

HostProgram peer_host() {
  return {.name = "peer",
          .find = find_peer,
          .arguments = {"--allow-file-load", "--feature", "builtin-http-server", "--log-level",
                        "warn"}};
}

HostProcess::HostProcess(const HostProgram& program, const nats::NatsServer& server,
                         Options options) {
  Start start{.executable = program.find().value(),
              .options = {.arguments = program.arguments},
              .events = event_subject(options.lattice, HostStarted::kName),
              .process = nullptr,
              .host_id = {}};
  auto& arguments = start.options.arguments;
  arguments.insert(arguments.end(),
                   {"--nats-host", "127.0.0.1", "--nats-port", fmt::format("{}", server.port()),
                    "--lattice", options.lattice});
  arguments.insert(arguments.end(), options.arguments.begin(), options.arguments.end());
  start.options.environment = std::move(options.environment);
  start.options.environment.insert(
      {{"HOME", home_.path().string()}, {"TMPDIR", home_.path().string()}});
  {
    // The program dies with the thread that starts it: the loop is run on this one.
    asio::thread_pool blocking(2);
    asio::io_context context(1);
    auto ended = asio::co_spawn(
        context, connect_start_and_wait(blocking.get_executor(), server.url(), start),
        asio::use_future);
    context.run();
    if (const Result<> started = ended.get(); !started) {
      std::fprintf(stderr, "host %s: %s; its log:\n%s\n", program.name.c_str(),
                   started.error().describe().c_str(),
                   start.process ? start.process->err().c_str() : "");
      std::abort();
    }
  }
  process_ = std::move(start.process);
  id_ = std::move(start.host_id);
}

}  // namespace wasmcloud::lattice

#include "wasmcloud/wrpc/local_transport.h"

#include <utility>

#include <fmt/format.h>

#include "wasmcloud/wrpc/channels.h"
#include "wasmcloud/wrpc/subject.h"

namespace wasmcloud::wrpc {
namespace {

// As much of a channel may be unread before its writer waits.
constexpr std::size_t kUnreadBytes = std::size_t{256} << 10U;

// What one end has been sent.
struct End {
  Channels channels;
  bool gone = false;  // it reads no more
};

class LocalSession final : public Session {
 public:
  LocalSession(std::shared_ptr<End> mine, std::shared_ptr<End> peer)
      : mine_(std::move(mine)), peer_(std::move(peer)) {}

  ~LocalSession() override {
    mine_->gone = true;
    mine_->channels.wake_all();  // those who wait for us to read
    peer_->channels.end_all();
  }

  Task<std::optional<std::string>> read(Path path, Deadline deadline) override {
    return mine_->channels.read(std::move(path), deadline);
  }

  void fail(Error error) override {
    error_ = error.clone();
    mine_->channels.fail(std::move(error));
  }

  Task<> write(Path path, std::string bytes, Deadline deadline) override {
    const auto peer = peer_;
    if (error_) {
      co_return error_->clone();
    }
    if (peer->gone) {
      co_return Error(ErrorKind::unavailable, "the other end of the invocation is gone");
    }
    peer->channels.append(path, std::move(bytes));
    // A reader that left meanwhile may have had all it wanted: only what is written next is in
    // vain.
    co_return co_await peer->channels.wait_room(std::move(path), kUnreadBytes, deadline);
  }

  Task<> finish(Path path) override {
    peer_->channels.end(path);
    co_return Result<>();
  }

  Task<> finish_all() override {
    peer_->channels.end_all();
    co_return Result<>();
  }

 private:
  // Shared with the other end.
  const std::shared_ptr<End> mine_;
  const std::shared_ptr<End> peer_;
  std::optional<Error> error_;
};

}  // namespace

LocalTransport::LocalTransport(asio::any_io_executor executor, Handler& handler)
    : handler_(handler), scope_(std::move(executor)) {}

LocalTransport::~LocalTransport() = default;

Task<std::unique_ptr<Session>> LocalTransport::call(Call call, Deadline) {
  auto client = std::make_shared<End>();
  auto server = std::make_shared<End>();
  server->channels.append({}, std::move(call.params));
  server->channels.end({});
  if (!call.has_async_params) {
    server->channels.end_all();
  }
  Invocation invocation{.instance = std::move(call.instance),
                        .function = std::string(wire_name(call.function)),
                        .headers = std::move(call.headers),
                        .session = std::make_unique<LocalSession>(server, client)};
  std::string name = fmt::format("{}.{}", invocation.instance, invocation.function);
  scope_.spawn(std::move(name), handler_.handle(std::move(invocation)));
  co_return std::unique_ptr<Session>(
      std::make_unique<LocalSession>(std::move(client), std::move(server)));
}

Task<> LocalTransport::stop() {
  scope_.cancel();
  co_return co_await scope_.join();
}

}  // namespace wasmcloud::wrpc

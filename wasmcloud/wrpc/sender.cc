#include "wasmcloud/wrpc/sender.h"

#include <algorithm>
#include <utility>

#include <boost/asio/this_coro.hpp>

namespace wasmcloud::wrpc {

Sender::Sender(Session& session, asio::any_io_executor executor)
    : session_(session), scope_(std::move(executor)) {}

Sender::~Sender() = default;

void Sender::start(std::vector<Outgoing> parts, Deadline deadline) {
  announce(parts);
  spawn(std::move(parts), deadline);
}

void Sender::announce(const std::vector<Outgoing>& parts) {
  for (const Outgoing& part : parts) {
    open_.push_back(part.path);
  }
}

void Sender::spawn(std::vector<Outgoing> parts, Deadline deadline) {
  left_ += parts.size();  // before the first, which may be at its end when it has been spawned
  for (Outgoing& part : parts) {
    scope_.spawn("a stream or future", run(std::move(part), deadline));
  }
}

Task<> Sender::join() {
  Result<> waited;
  while (left_ != 0 && waited) {
    // A task that was cancelled while it did something else is not told again.
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) {
      waited = Error(ErrorKind::cancelled, "cancelled while sending");
    } else {
      waited = co_await ended_.wait(Deadline::never());
    }
  }
  if (!waited) {
    scope_.cancel();
  }
  WC_CO_CHECK(scope_.join());
  if (!waited) {
    co_return waited;
  }
  co_return error_ ? Result<>(error_->clone()) : Result<>();
}

Task<> Sender::end() {
  scope_.cancel();
  co_return co_await scope_.join();
}

// Only the first failure counts: the others follow from it.
Task<> Sender::run(Outgoing part, Deadline deadline) {
  struct End {
    ~End() {
      --sender.left_;
      sender.ended_.notify();
    }

    Sender& sender;
  };

  const End end{*this};
  Result<> sent = co_await send(std::move(part), deadline);
  if (left_ == 1 && sent && !error_) {  // the last
    sent = co_await session_.finish_all();
  }
  if (!sent && !error_) {
    error_ = std::move(sent).error();
    if (!peer_left_) {
      session_.fail(error_->clone());
      co_return co_await end_channels();
    }
  }
  co_return Result<>();
}

// Without what a stream or future ends with: the peer takes it for cut short.
Task<> Sender::end_channels() {
  for (const Path& path : std::exchange(open_, {})) {
    WC_CO_CHECK(session_.finish(path));
  }
  co_return co_await session_.finish_all();
}

Task<> Sender::send(Outgoing part, Deadline deadline) {
  bool goes_on = false;  // a future's channel, with the stream that is its value
  for (bool more = true; more;) {
    WC_CO_TRY(Contents::Piece piece, part.contents->next(deadline));
    more = !piece.last;
    announce(piece.parts);  // the bytes tell of them, also if they are only half written
    if (!piece.bytes.empty()) {
      Result<> written = co_await session_.write(part.path, std::move(piece.bytes), deadline);
      if (!written) {
        peer_left_ = written.error().kind() == ErrorKind::unavailable;
        co_return written;
      }
    }
    goes_on = std::ranges::find(piece.parts, part.path, &Outgoing::path) != piece.parts.end();
    spawn(std::move(piece.parts), deadline);
  }
  if (goes_on) {
    co_return Result<>();
  }
  std::erase(open_, part.path);
  co_return co_await session_.finish(part.path);
}

Result<> unless_peer_left(Result<> sent) {
  if (!sent && sent.error().kind() == ErrorKind::unavailable) {
    return {};
  }
  return sent;
}

namespace {

Task<> send_root(Session& session, std::string bytes, Deadline deadline) {
  if (!bytes.empty()) {
    WC_CO_CHECK(session.write({}, std::move(bytes), deadline));
  }
  co_return co_await session.finish({});
}

}  // namespace

Task<> answer(Session& session, std::string bytes, std::vector<Outgoing> parts, Deadline deadline) {
  if (Result<> sent = co_await send_root(session, std::move(bytes), deadline); !sent) {
    for (const Outgoing& part : parts) {  // the peer may know of them all the same
      WC_CO_CHECK(session.finish(part.path));
    }
    co_return sent;
  }
  if (parts.empty()) {
    co_return co_await session.finish_all();
  }
  const bool throws = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);  // not before all is joined
  Sender sender(session, co_await asio::this_coro::executor);
  sender.start(std::move(parts), deadline);
  Result<> sent = co_await sender.join();
  co_await asio::this_coro::throw_if_cancelled(throws);
  co_return sent;
}

}  // namespace wasmcloud::wrpc

#include "wasmcloud/host/object_data.h"

#include <algorithm>
#include <variant>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/wrpc/wire.h"

namespace wasmcloud::host {

// --- what a guest reads ---

struct ObjectSource::State {
  State(Delivery<std::uint8_t> data_, Deadline deadline_)
      : data(std::move(data_)), deadline(deadline_) {}

  Delivery<std::uint8_t> data;
  const Deadline deadline;
  std::string chunk;
  std::size_t at = 0;  // in the chunk: what lies before it was consumed
  bool reading = false;
  bool ended = false;
  bool dropped = false;
  std::optional<Error> failure;  // not yet told
  wasi::Signal changed;
  Signal drop;

  std::span<const std::uint8_t> at_hand() const noexcept { return as_u8(chunk).subspan(at); }
};

ObjectSource::ObjectSource(wasi::Context& context, Delivery<std::uint8_t> data, Deadline deadline)
    : context_(context), state_(std::make_shared<State>(std::move(data), deadline)) {}

ObjectSource::~ObjectSource() {
  state_->dropped = true;
  state_->drop.notify();
}

std::expected<std::span<const std::uint8_t>, wasi::StreamFailure> ObjectSource::peek(
    std::uint64_t max) {
  const auto bytes = state_->at_hand();
  if (!bytes.empty()) {
    return bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), max)));
  }
  if (!state_->ended) {
    read_ahead();
    return std::span<const std::uint8_t>();
  }
  if (state_->failure) {
    Error failure = *std::exchange(state_->failure, std::nullopt);
    return std::unexpected(wasi::StreamFailure(std::move(failure)));
  }
  return std::unexpected(wasi::StreamFailure(wasi::Closed{}));
}

void ObjectSource::consume(std::size_t size) { state_->at += size; }

bool ObjectSource::ready() { return state_->ended || !state_->at_hand().empty(); }

void ObjectSource::arm(wasi::Waker& waker) {
  state_->changed.add(waker);
  if (ready()) {
    waker.wake();
  } else {
    read_ahead();
  }
}

void ObjectSource::disarm(wasi::Waker& waker) noexcept { state_->changed.remove(waker); }

void ObjectSource::read_ahead() {
  if (!std::exchange(state_->reading, true)) {
    context_.tasks().spawn("reading an object", read(state_));
  }
}

// Until the next chunk is there; or nobody wants it any more, and the invocation ends at once.
Task<> ObjectSource::read(std::shared_ptr<State> state) {
  using asio::experimental::awaitable_operators::operator||;
  if (state->dropped) {
    co_return Result<>();
  }
  auto next = state->data.next(state->deadline);
  auto drop = state->drop.wait(Deadline::never());
  auto first = co_await (std::move(next) || std::move(drop));
  auto* const chunk = std::get_if<0>(&first);
  if (chunk == nullptr) {
    co_return Result<>();
  }
  if (!*chunk) {
    state->failure = std::move(*chunk).error();
  }
  state->ended = !*chunk || !**chunk;
  state->chunk = state->ended ? std::string() : **std::move(*chunk);
  state->at = 0;
  state->reading = false;
  state->changed.notify();
  co_return Result<>();
}

// --- what a guest writes ---

namespace {

const wrpc::Path kData = {1};  // of write-container-data

constexpr std::size_t kMostOfAChunk = std::size_t{64} << 10U;  // peers keep a whole one

Task<> send_bytes(wrpc::Session& session, std::string bytes, Deadline deadline) {
  auto rest = as_u8(bytes);
  while (!rest.empty()) {
    const auto chunk = rest.first(std::min(rest.size(), kMostOfAChunk));
    rest = rest.subspan(chunk.size());
    wrpc::WireWriter out;
    out.byte_list(chunk);
    WC_CO_CHECK(session.write(kData, out.take(), deadline));
  }
  co_return Result<>();
}

}  // namespace

std::size_t OutgoingObject::room() const noexcept {
  const std::size_t most = sending_ == Sending::not_yet ? kMostUnsent : kMostWaiting;
  return most - std::min(most, waiting_.size());
}

bool OutgoingObject::answers() const noexcept { return sending_ == Sending::over || room() != 0; }

std::optional<wasi::StreamFailure> OutgoingObject::refused() {
  if (sending_ != Sending::over) {
    return std::nullopt;
  }
  if (std::exchange(failure_told_, true)) {
    return wasi::StreamFailure(wasi::Closed{});
  }
  return wasi::StreamFailure(Error(ErrorKind::unavailable, "broken pipe"));
}

std::expected<std::uint64_t, wasi::StreamFailure> OutgoingObject::check_write() {
  if (auto failure = refused()) {
    return std::unexpected(*std::move(failure));
  }
  return std::min(room(), kMostWaiting);
}

std::expected<void, wasi::StreamFailure> OutgoingObject::write(
    std::span<const std::uint8_t> bytes) {
  if (auto failure = refused()) {
    return std::unexpected(*std::move(failure));
  }
  waiting_.append(as_text(bytes));
  changed_.notify();
  return {};
}

void OutgoingObject::end() noexcept {
  ended_ = true;
  changed_.notify();
}

void OutgoingObject::abandon() noexcept {
  abandoned_ = true;
  changed_.notify();
}

void OutgoingObject::send(const std::shared_ptr<OutgoingObject>& self, wasi::Context& context,
                          std::shared_ptr<wrpc::Incoming> call, Deadline deadline) {
  self->sending_ = Sending::now;
  context.tasks().spawn("sending an object", run(self, std::move(call), deadline));
}

Task<> OutgoingObject::run(std::shared_ptr<OutgoingObject> self,
                           std::shared_ptr<wrpc::Incoming> call, Deadline deadline) {
  co_await asio::this_coro::throw_if_cancelled(false);  // the provider is to know, too
  wrpc::Session& session = call->session();
  Result<> sent = co_await self->send_all(session, deadline);
  if (!sent) {
    static_cast<void>(co_await session.write(kData, std::string(wrpc::kTornChunk), deadline));
    static_cast<void>(co_await session.finish_all());
  }
  self->sending_ = Sending::over;
  self->waiting_.clear();
  self->changed_.notify();
  self->writable.notify();
  co_return sent;
}

Task<> OutgoingObject::send_all(wrpc::Session& session, Deadline deadline) {
  for (;;) {
    // A task that was cancelled while it was about to go on is not told again.
    const auto state = co_await asio::this_coro::cancellation_state;
    if (abandoned_ || state.cancelled() != asio::cancellation_type::none) {
      co_return Error(ErrorKind::cancelled, "the guest gave the object up");
    }
    if (!waiting_.empty()) {
      std::string bytes = std::exchange(waiting_, std::string());
      writable.notify();
      WC_CO_CHECK(send_bytes(session, std::move(bytes), deadline));
    } else if (ended_) {
      WC_CO_CHECK(session.write(kData, std::string(1, '\0'), deadline));
      co_return co_await session.finish_all();
    } else {
      WC_CO_CHECK(changed_.wait(deadline));
    }
  }
}

Task<> OutgoingObject::sent(Deadline deadline) {
  while (sending_ == Sending::now) {
    WC_CO_CHECK(changed_.wait(deadline));
  }
  co_return Result<>();
}

void ObjectSink::arm(wasi::Waker& waker) {
  object_->writable.add(waker);
  if (object_->answers()) {
    waker.wake();
  }
}

}  // namespace wasmcloud::host

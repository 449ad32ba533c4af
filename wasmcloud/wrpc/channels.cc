#include "wasmcloud/wrpc/channels.h"

#include <algorithm>
#include <utility>

namespace wasmcloud::wrpc {

bool Channels::PathLess::operator()(std::span<const std::uint32_t> a,
                                    std::span<const std::uint32_t> b) const {
  return std::ranges::lexicographical_compare(a, b);
}

// Null if there would be too many.
Channels::Channel* Channels::find(std::span<const std::uint32_t> path) {
  if (path.empty()) {
    return &root_;
  }
  if (const auto found = others_.find(path); found != others_.end()) {
    return &found->second;
  }
  if (others_.size() == limits_.channels) {
    fail(Error(ErrorKind::exhausted, "an invocation with more than {} channels", limits_.channels));
    return nullptr;
  }
  return &others_.try_emplace(Path(path.begin(), path.end())).first->second;
}

void Channels::wake_all() {
  root_.came.notify();
  root_.taken.notify();
  for (auto& [path, channel] : others_) {
    channel.came.notify();
    channel.taken.notify();
  }
}

void Channels::append(std::span<const std::uint32_t> path, std::span<const std::uint8_t> bytes) {
  if (bytes.empty() || ended_) {
    return;
  }
  Channel* const channel = find(path);
  if (channel == nullptr || channel->ended) {
    return;
  }
  if (bytes.size() > limits_.unread_bytes - unread_) {
    fail(Error(ErrorKind::exhausted, "more than {} bytes of an invocation wait to be read",
               limits_.unread_bytes));
    return;
  }
  channel->bytes.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  unread_ += bytes.size();
  channel->came.notify();
}

void Channels::end(std::span<const std::uint32_t> path) {
  if (ended_) {
    return;
  }
  if (Channel* const channel = find(path)) {
    channel->ended = true;
    channel->came.notify();
  }
}

void Channels::end_all() {
  ended_ = true;
  wake_all();
}

void Channels::fail(Error error) {
  if (!error_ && !ended_) {
    error_ = std::move(error);
  }
  end_all();
}

Result<Channels::Taken> Channels::take(std::span<const std::uint32_t> path, std::string& bytes) {
  Channel* const channel = find(path);
  if (channel != nullptr && !channel->bytes.empty()) {
    bytes = std::exchange(channel->bytes, {});
    unread_ -= bytes.size();
    channel->taken.notify();
    return Taken::bytes;
  }
  if (channel != nullptr && channel->ended) {
    return Taken::end;
  }
  if (error_) {
    return error_->clone();
  }
  return ended_ ? Taken::end : Taken::nothing;
}

Task<> Channels::wait(Path path, Deadline deadline) {
  Channel* const channel = find(path);
  if (channel == nullptr) {
    co_return Result<>();  // all have failed, as whoever takes is told
  }
  co_return co_await channel->came.wait(deadline);
}

Task<> Channels::wait_room(Path path, std::size_t below, Deadline deadline) {
  Channel* const channel = find(path);
  if (channel == nullptr || channel->bytes.size() < below) {
    co_return Result<>();
  }
  co_return co_await channel->taken.wait(deadline);
}

Task<std::optional<std::string>> Channels::read(Path path, Deadline deadline) {
  std::string bytes;
  for (;;) {
    WC_CO_TRY_VALUE(const Taken taken, take(path, bytes));
    if (taken == Taken::bytes) {
      co_return std::move(bytes);
    }
    if (taken == Taken::end) {
      co_return std::nullopt;
    }
    WC_CO_CHECK(wait(path, deadline));
  }
}

}  // namespace wasmcloud::wrpc

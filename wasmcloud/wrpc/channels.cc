#include "wasmcloud/wrpc/channels.h"

#include <algorithm>
#include <utility>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/wrpc/session.h"

namespace wasmcloud::wrpc {
namespace {

// What has come of it in pieces: then more will.
constexpr std::size_t kLarge = std::size_t{4} << 10U;
constexpr std::size_t kVeryLarge = std::size_t{256} << 10U;

}  // namespace

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

// The channel that takes so many bytes more, if one does.
Channels::Channel* Channels::taking(std::span<const std::uint32_t> path, std::size_t size) {
  if (size == 0 || ended_) {
    return nullptr;
  }
  Channel* const channel = find(path);
  if (channel == nullptr || channel->ended) {
    return nullptr;
  }
  if (size > limits_.unread_bytes - unread_) {
    fail(Error(ErrorKind::exhausted, "more than {} bytes of an invocation wait to be read",
               limits_.unread_bytes));
    return nullptr;
  }
  return channel;
}

void Channels::came(Channel& channel, std::size_t size) {
  unread_ += size;
  channel.came.notify();
}

void Channels::append(std::span<const std::uint32_t> path, std::span<const std::uint8_t> bytes) {
  if (Channel* const channel = taking(path, bytes.size())) {
    std::string& unread = channel->bytes;
    if (unread.size() >= kLarge && unread.size() < kVeryLarge &&
        unread.capacity() - unread.size() < bytes.size()) {
      unread.reserve(4 * unread.size() + bytes.size());  // a long value in many pieces
    }
    unread.append(as_text(bytes));
    came(*channel, bytes.size());
  }
}

void Channels::append(std::span<const std::uint32_t> path, std::string bytes) {
  const std::size_t size = bytes.size();
  Channel* const channel = taking(path, size);
  if (channel == nullptr) {
    return;
  }
  if (channel->bytes.empty()) {
    channel->bytes = std::move(bytes);
  } else {
    channel->bytes.append(bytes);
  }
  came(*channel, size);
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

bool Channels::put_back(std::span<const std::uint32_t> path, std::string& bytes,
                        std::uint64_t expected) {
  Channel* const channel = find(path);
  if (channel == nullptr || unread_ >= limits_.unread_bytes ||
      bytes.size() > limits_.unread_bytes - unread_ ||
      expected > limits_.unread_bytes - unread_ - bytes.size()) {
    return false;
  }
  unread_ += bytes.size();
  make_room(bytes, expected);
  bytes += channel->bytes;
  channel->bytes = std::exchange(bytes, {});
  return true;
}

std::size_t Channels::unread(std::span<const std::uint32_t> path) {
  const Channel* const channel = find(path);
  return channel == nullptr ? 0 : channel->bytes.size();
}

bool Channels::open(std::span<const std::uint32_t> path) {
  const Channel* const channel = find(path);
  return !ended_ && channel != nullptr && !channel->ended;
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

// What came on the channels of an invocation and has not been read yet: bytes, by index path, each
// channel a stream of its own (wrpc.md 2.1). Between whoever receives from the wire and the
// coroutines that read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "wasmcloud/base/deadline.h"
#include "wasmcloud/base/signal.h"
#include "wasmcloud/base/task.h"
#include "wasmcloud/wrpc/path.h"

namespace wasmcloud::wrpc {

struct ChannelLimits {
  std::size_t unread_bytes = std::size_t{64} << 20U;  // on all channels
  std::size_t channels = 1000;
};

// Belongs to one executor that runs on one thread. A coroutine that waits in it must end before it.
class Channels {
 public:
  explicit Channels(ChannelLimits limits = {}) : limits_(limits) {}

  Channels(const Channels&) = delete;
  Channels& operator=(const Channels&) = delete;

  // --- whoever receives ---
  // Data for channels that nobody reads yet is kept: it may come before the value that tells of
  // them. Data after a channel's end is dropped. Beyond the limits all channels fail.
  void append(std::span<const std::uint32_t> path, std::span<const std::uint8_t> bytes);
  // The same, and no copy if nothing is unread.
  void append(std::span<const std::uint32_t> path, std::string bytes);
  // Returns when fewer than `below` bytes of the channel are unread, or wake_all() was called.
  Task<> wait_room(Path path, std::size_t below, Deadline deadline);
  // No more bytes come on this channel; of deeper ones it says nothing.
  void end(std::span<const std::uint32_t> path);
  // No more bytes come on any.
  void end_all();
  // The same, and whoever reads beyond what is here gets `error`. The first failure stays.
  void fail(Error error);

  // --- whoever reads ---
  // All that has come since the last time; none if the channel is at its end.
  Task<std::optional<std::string>> read(Path path, Deadline deadline);

  enum class Taken : std::uint8_t { bytes, nothing, end };

  // The same at once. Error: the failure.
  Result<Taken> take(std::span<const std::uint32_t> path, std::string& bytes);
  // Puts what was taken back in front, for somebody who waits for `expected` bytes more. False, and
  // nothing is done, if so much may not be unread.
  bool put_back(std::span<const std::uint32_t> path, std::string& bytes, std::uint64_t expected);
  // Bytes that may be taken, and whether more may come.
  std::size_t unread(std::span<const std::uint32_t> path);
  bool open(std::span<const std::uint32_t> path);
  // Until something happened to the channel, or wake_all().
  Task<> wait(Path path, Deadline deadline);
  void wake_all();

  std::size_t unread_bytes() const noexcept { return unread_; }

  bool failed() const noexcept { return error_.has_value(); }

 private:
  struct Channel {
    std::string bytes;
    bool ended = false;
    Signal came;   // bytes, or the end
    Signal taken;  // by a reader: there is room
  };

  struct PathLess {
    using is_transparent = void;
    bool operator()(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) const;
  };

  Channel* find(std::span<const std::uint32_t> path);
  Channel* taking(std::span<const std::uint32_t> path, std::size_t size);
  void came(Channel& channel, std::size_t size);

  ChannelLimits limits_;
  std::size_t unread_ = 0;
  bool ended_ = false;
  std::optional<Error> error_;
  Channel root_;  // every invocation has this one
  std::map<Path, Channel, PathLess> others_;
};

}  // namespace wasmcloud::wrpc

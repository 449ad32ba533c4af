#include "wasmcloud/wrpc/channel_reader.h"

#include <utility>

#include "wasmcloud/base/bytes.h"

namespace wasmcloud::wrpc {

Task<std::optional<std::string>> ChannelReader::collect(Path path, Scanner& scanner,
                                                        Deadline deadline) {
  std::string whole;
  std::string bytes;
  if (const auto rest = rest_.find(path); rest != rest_.end()) {
    bytes = std::move(rest->second);
    rest_.erase(rest);
  }
  while (!scanner.complete()) {
    if (bytes.empty()) {
      WC_CO_TRY(std::optional<std::string> more, session_.read(path, deadline));
      if (!more && whole.empty()) {
        co_return std::nullopt;
      }
      if (!more) {
        co_return Error(ErrorKind::unavailable,
                        "the channel ended in the middle of a value, after {} bytes", whole.size());
      }
      bytes = *std::move(more);
    }
    WC_CO_TRY_VALUE(const std::size_t taken, scanner.feed(as_u8(bytes)));
    if (whole.empty() && taken == bytes.size()) {
      whole = std::exchange(bytes, {});  // mostly one message holds it all: no copy
    } else {
      whole.append(bytes, 0, taken);
      bytes.erase(0, taken);
    }
  }
  if (!bytes.empty()) {
    rest_[std::move(path)] = std::move(bytes);
  }
  co_return std::move(whole);
}

Task<> ChannelReader::await_end(Path path, Deadline deadline) {
  for (;;) {
    WC_CO_TRY(const std::optional<std::string> bytes, session_.read(path, deadline));
    if (!bytes) {
      co_return Result<>();
    }
  }
}

}  // namespace wasmcloud::wrpc

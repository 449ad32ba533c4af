#include "wasmcloud/wrpc/channel_reader.h"

#include <utility>

#include "wasmcloud/base/bytes.h"

namespace wasmcloud::wrpc {

Task<std::optional<std::string>> ChannelReader::next(Path path, Deadline deadline) {
  if (const auto rest = rest_.find(path); rest != rest_.end()) {
    std::string bytes = std::move(rest->second);
    rest_.erase(rest);
    co_return std::move(bytes);
  }
  co_return co_await session_.read(std::move(path), deadline);
}

void ChannelReader::put_back(Path path, std::string bytes) {
  if (!bytes.empty()) {
    rest_[std::move(path)] = std::move(bytes);
  }
}

Task<std::optional<std::string>> ChannelReader::collect(Path path, Scanner& scanner,
                                                        Deadline deadline) {
  std::string whole;
  while (!scanner.complete()) {
    Result<std::optional<std::string>> came = co_await next(path, deadline);
    if (!came) {  // who was only in a hurry finds all again
      put_back(std::move(path), std::move(whole));
      co_return std::move(came).error();
    }
    if (!*came && whole.empty()) {
      co_return std::nullopt;
    }
    if (!*came) {
      co_return Error(ErrorKind::unavailable,
                      "the channel ended in the middle of a value, after {} bytes", whole.size());
    }
    std::string bytes = **std::move(came);
    WC_CO_TRY_VALUE(const std::size_t taken, scanner.feed(as_u8(bytes)));
    if (whole.empty() && taken == bytes.size()) {
      whole = std::move(bytes);  // mostly one message holds it all: no copy
    } else {
      whole.append(bytes, 0, taken);
      bytes.erase(0, taken);
      put_back(path, std::move(bytes));
    }
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

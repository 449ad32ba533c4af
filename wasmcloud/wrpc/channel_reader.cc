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
  if (scanner.complete()) {
    co_return std::string();
  }
  WC_CO_TRY(std::optional<std::string> first, next(path, deadline));
  if (!first) {
    co_return std::nullopt;
  }
  std::string whole = *std::move(first);
  WC_CO_TRY_VALUE(std::size_t scanned, scanner.feed(as_u8(whole)));
  while (!scanner.complete()) {
    const Result<bool> more = co_await session_.read_on(path, whole, scanner.announced(), deadline);
    if (!more) {  // who was only in a hurry finds all again
      put_back(std::move(path), std::move(whole));
      co_return more.error().clone();
    }
    if (!*more) {
      co_return Error(ErrorKind::unavailable,
                      "the channel ended in the middle of a value, after {} bytes", whole.size());
    }
    WC_CO_TRY_VALUE(const std::size_t taken, scanner.feed(as_u8(whole).subspan(scanned)));
    scanned += taken;
  }
  if (scanned != whole.size()) {
    put_back(std::move(path), whole.substr(scanned));
    whole.resize(scanned);
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

#include "wasmcloud/wrpc/session.h"

#include <algorithm>
#include <utility>

namespace wasmcloud::wrpc {

void make_room(std::string& bytes, std::uint64_t announced) {
  constexpr std::size_t kTimes = 8;
  const auto more = std::min<std::uint64_t>(announced, (kTimes - 1) * bytes.size());
  bytes.reserve(bytes.size() + static_cast<std::size_t>(more));
}

Task<bool> Session::read_on(Path path, std::string& bytes, std::uint64_t expected,
                            Deadline deadline) {
  WC_CO_TRY(const std::optional<std::string> more, read(std::move(path), deadline));
  if (!more) {
    co_return false;
  }
  make_room(bytes, expected);
  bytes += *more;
  co_return true;
}

}  // namespace wasmcloud::wrpc

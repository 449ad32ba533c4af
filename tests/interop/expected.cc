// What does not come out as it should, and whose defect it is. The numbers are those of wrpc.md 6.
#include <algorithm>
#include <string_view>

#include "matrix.h"

namespace wasmcloud::interop {
namespace {

struct Departure {
  std::string_view client;     // empty: any
  std::string_view server;     // likewise
  std::string_view transport;  // likewise
  std::string_view row;        // of all that begin so
  const char* kind;
  const char* why;
};

constexpr const char* kB1 =
    "B1: signed integers near the lower limit cannot be decoded by Rust, which takes their last "
    "byte for that of an unsigned one";
constexpr const char* kB2 =
    "B2: Rust writes flags of 17 labels as four bytes, not three, and what follows them is read "
    "one byte too early";

// The first that fits counts.
constexpr Departure kDepartures[] = {
    {"", "rust", "", "types.low-", "fails", kB1},
    {"rust", "", "", "types.low-", "fails", kB1},
    {"rust", "", "", "types.flags17", "fails", kB2},
    {"ours", "rust", "", "types.flags17", "wrong", kB2},
    {"", "", "nats", "calls.killed", "silent", "nobody learns of it over NATS (wrpc.md 2.6)"},
};

bool fits(std::string_view wanted, std::string_view found) {
  return wanted.empty() || wanted == found;
}

}  // namespace

Expected expected(const Pair& pair, const std::string& row) {
  const auto* const found = std::ranges::find_if(kDepartures, [&](const Departure& each) {
    return fits(each.client, pair.client->name) && fits(each.server, pair.server->name) &&
           fits(each.transport, pair.transport) && row.starts_with(each.row);
  });
  return found == std::end(kDepartures) ? Expected()
                                        : Expected{.kind = found->kind, .why = found->why};
}

}  // namespace wasmcloud::interop

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

constexpr const char* kB3 =
    "B3: Go writes and reads a char as an LEB128 number, all others as UTF-8; they agree up to "
    "U+007F";
constexpr const char* kB9 = "B9: Go does not send what of the parameters exceeds the first message";
constexpr const char* kB10 =
    "B10: Go does not notice that nobody serves, and waits until its context ends";
constexpr const char* kGoFlags =
    "wrpc.md 1.9: Go refuses any flag of the last byte where the number of labels is a multiple of "
    "8";
constexpr const char* kGoOptionalList =
    "wrpc.md 1.6: Go has one value for an empty list and for none";
constexpr const char* kGoFutures =
    "the Go generator's code for future<string>, and for records that hold one, does not compile: "
    "its program lacks the function";
constexpr const char* kRustVariants =
    "the Rust generator's code for variants that hold a stream does not compile: its program lacks "
    "the function";
constexpr const char* kRustLists =
    "wrpc.md 2.3: Rust finds no channel of a stream within a list, nor does the generator's code "
    "for a client that sends one compile: its program lacks that call";
constexpr const char* kB5 =
    "B5: Go sends what a variant holds on a channel that nobody else, nor Go itself, looks for";
constexpr const char* kB13 =
    "B13: Go reads a string by a single read, and what is in another message is lost";
constexpr const char* kGoOptions =
    "the Go generator's code for option<stream<u8>> does not compile: its program lacks the "
    "function";
constexpr const char* kGoLists =
    "wrpc.md 2.3: Go finds no channel of a stream within a list that it receives";
constexpr const char* kGoWords =
    "a Go server sends the bytes of an empty string as an empty message, which is how a channel "
    "ends";
constexpr const char* kGoUnknown =
    "wrpc.md 4.4: Go leaves the connection of an unknown function open until its memory is "
    "collected";
constexpr const char* kGoFrames =
    "B12, B13, B15: over TCP, Go reads a frame, or a value, by a single read, and writes frames "
    "whose bytes change meanwhile; what "
    "is longer than a few thousand bytes is corrupted by chance, between two Go programs as well";

// The first that fits counts.
constexpr Departure kDepartures[] = {
    {"go", "", "", "streams.later", "missing", kGoFutures},
    {"go", "", "", "streams.forward", "missing", kGoFutures},
    {"", "go", "nats", "streams.later", "fails", kGoFutures},
    {"", "go", "nats", "streams.forward", "fails", kGoFutures},
    {"", "go", "tcp", "streams.later", "silent", kGoFutures},
    {"", "go", "tcp", "streams.forward", "silent", kGoFutures},
    {"rust", "", "", "choices.", "missing", kRustVariants},
    {"rust", "", "", "gathered.", "missing", kRustLists},
    {"go", "rust", "nats", "choices.", "silent", kB10},
    {"", "rust", "", "choices.", "fails", kRustVariants},
    {"go", "", "", "choices.data", "silent", kB5},
    {"", "go", "", "choices.data", "silent", kB5},
    {"", "go", "", "gathered.", "fails", kGoLists},
    {"", "rust", "", "gathered.", "wrong", kRustLists},
    {"rust", "", "nats", "nested.spread", "fails", kRustLists},
    {"rust", "", "", "nested.spread", "wrong", kRustLists},
    {"go", "", "", "nested.spread", "fails", kGoLists},
    {"go", "", "", "nested.pair", "missing", kGoFutures},
    {"", "go", "nats", "nested.pair", "fails", kGoFutures},
    {"", "go", "tcp", "nested.pair", "silent", kGoFutures},
    {"go", "", "", "nested.perhaps", "missing", kGoOptions},
    {"", "go", "nats", "nested.perhaps", "fails", kGoOptions},
    {"", "go", "tcp", "nested.perhaps", "silent", kGoOptions},
    {"rust", "go", "nats", "nested.words", "wrong", kGoWords},
    {"", "go", "nats", "nested.words", "fails", kGoWords},
    {"go", "go", "nats", "nested.long-words", "ok", ""},
    {"go", "", "nats", "nested.long-words", "fails", kB13},
    {"", "go", "nats", "nested.long-words", "wrong", kB13},
    {"go", "", "tcp", "nested.", "any", kGoFrames},
    {"", "go", "tcp", "nested.", "any", kGoFrames},
    {"go", "", "nats", "calls.absent", "silent", kB10},
    {"", "go", "tcp", "calls.absent", "silent", kGoUnknown},
    {"go", "", "nats", "calls.echo-1MiB", "fails", kB9},
    {"go", "", "", "types.flags8", "fails", kGoFlags},
    {"", "go", "", "types.flags8", "fails", kGoFlags},
    {"go", "", "", "types.optional-bytes", "wrong", kGoOptionalList},
    {"", "go", "", "types.optional-bytes", "wrong", kGoOptionalList},
    {"go", "go", "", "types.wide-chars", "ok", ""},
    {"go", "", "", "types.wide-chars", "fails", kB3},
    {"", "go", "", "types.wide-chars", "fails", kB3},
    {"go", "", "tcp", "streams.", "any", kGoFrames},
    {"", "go", "tcp", "streams.", "any", kGoFrames},
    {"go", "", "tcp", "types.strings", "any", kGoFrames},
    {"", "go", "tcp", "types.strings", "any", kGoFrames},
    {"go", "", "tcp", "calls.echo-1MiB", "any", kGoFrames},
    {"", "go", "tcp", "calls.echo-1MiB", "any", kGoFrames},
    {"", "rust", "", "types.low-", "fails", kB1},
    {"rust", "", "", "types.low-", "fails", kB1},
    {"rust", "", "", "types.flags17", "fails", kB2},
    {"", "rust", "", "types.flags17", "wrong", kB2},
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

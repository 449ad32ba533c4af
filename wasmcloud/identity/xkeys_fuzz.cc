// Whatever the bytes are, opening them does not crash, and sealed as a message they come back.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <utility>

#include "wasmcloud/identity/xkeys.h"

namespace {

namespace identity = wasmcloud::identity;

identity::CurveKeyPair key_of(std::uint8_t first) {
  identity::RawKey scalar{first};
  return identity::CurveKeyPair::from_raw_scalar(wasmcloud::Secret(std::move(scalar)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const identity::CurveKeyPair sender = key_of(8);
  static const identity::CurveKeyPair receiver = key_of(16);
  const std::span bytes(data, size);
  if (receiver.open(bytes, sender.public_key())) {
    std::abort();  // nobody has these keys, so nobody can seal
  }
  const auto sealed = sender.seal(bytes, receiver.public_key());
  if (!sealed) {
    std::abort();
  }
  const auto opened = receiver.open(*sealed, sender.public_key());
  if (!opened || !std::ranges::equal(opened->reveal(), bytes)) {
    std::abort();
  }
  return 0;
}

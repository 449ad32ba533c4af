// Whatever the text is, no decoder of keys crashes, and what one takes comes back to the letter.
// The input is a text, and also a body that is given its checksum, so that it gets past that.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "wasmcloud/identity/key_text.h"
#include "wasmcloud/identity/nkeys.h"
#include "wasmcloud/identity/xkeys.h"

namespace {

namespace identity = wasmcloud::identity;

void expect(bool condition) {
  if (!condition) {
    std::abort();
  }
}

void decode(std::string_view text) {
  if (const auto key = identity::PublicKey::parse(text)) {
    expect(key->text() == text);
  }
  if (const auto key = identity::CurvePublicKey::parse(text)) {
    expect(key->text() == text);
  }
  // A seed's second byte has bits that are not looked at, so its text may come back another.
  if (const auto pair = identity::KeyPair::from_seed(text)) {
    const auto seed = pair->seed();
    const auto again = identity::KeyPair::from_seed(seed.reveal());
    expect(again && again->public_key() == pair->public_key());
  }
  if (const auto pair = identity::CurveKeyPair::from_seed(text)) {
    const auto seed = pair->seed();
    const auto again = identity::CurveKeyPair::from_seed(seed.reveal());
    expect(again && again->public_key() == pair->public_key());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  decode({reinterpret_cast<const char*>(data), size});
  decode(identity::internal::encode_checked({data, size}));
  return 0;
}

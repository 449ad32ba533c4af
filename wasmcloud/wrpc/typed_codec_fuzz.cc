// The first byte of an input says which C++ type, the rest is what a peer sent. Whatever it is,
// nothing crashes or allocates without bound, and the typed form does what the dynamic one does.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <tuple>
#include <utility>

#include "wasmcloud/wrpc/codec_testing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using wasmcloud::wrpc::testing::CodecTypes;
  static const wasmcloud::wrpc::testing::SameAsDynamic kSame([](const std::string& what) {
    std::fprintf(stderr, "the typed form differs: %s\n", what.c_str());
    std::abort();
  });
  if (size == 0) {
    return 0;
  }
  constexpr std::size_t kTypes = std::tuple_size_v<CodecTypes>;
  wasmcloud::wit::at_index<kTypes>(
      data[0] % kTypes, [&]<std::size_t I>(std::integral_constant<std::size_t, I>) {
        kSame.check<std::tuple_element_t<I, CodecTypes>>({data + 1, size - 1});
      });
  return 0;
}

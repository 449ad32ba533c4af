// Whatever the bytes are, decoding and validating neither crash nor allocate without bound; what
// was decoded points into the bytes it came from, and every complaint says where.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "wasmcloud/component/decoder.h"
#include "wasmcloud/component/validator.h"

namespace {

namespace component = wasmcloud::component;

void expect_inside(component::Bytes part, component::Bytes whole) {
  if (part.data() < whole.data() || part.data() + part.size() > whole.data() + whole.size()) {
    std::abort();
  }
}

void check(const component::ast::Component& decoded, component::Bytes whole) {
  expect_inside(decoded.bytes, whole);
  for (const auto& definition : decoded.definitions) {
    if (const auto* nested = std::get_if<std::unique_ptr<component::ast::Component>>(&definition)) {
      check(**nested, whole);
    } else if (const auto* core =
                   std::get_if<std::unique_ptr<component::CoreModule>>(&definition)) {
      expect_inside((*core)->bytes, whole);
    }
  }
}

void expect_place(const wasmcloud::Error& error) {
  if (!error.message().starts_with("offset 0x")) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const component::Bytes bytes(data, size);
  if (component::is_core_module(bytes)) {
    const auto module = component::read_core_module(bytes, 0);
    return module || !module.error().message().empty() ? 0 : -1;
  }
  const auto decoded = component::decode(bytes);
  if (!decoded) {
    expect_place(decoded.error());
    return 0;
  }
  check(**decoded, bytes);
  if (const auto validated = component::validate(**decoded); !validated) {
    expect_place(validated.error());
  }
  return 0;
}

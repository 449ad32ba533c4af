// Whatever stands on a subject: reading it never crashes, and what was read and written again is
// read as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "wasmcloud/lattice/events.h"
#include "wasmcloud/lattice/messages.h"

namespace {

namespace lattice = wasmcloud::lattice;

template <typename T>
void check(std::string_view body) {
  const auto first = lattice::parse<T>(body);
  if (!first) {
    return;
  }
  const auto second = lattice::parse<T>(lattice::to_json(*first));
  if (!second || !(*second == *first)) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  check<lattice::ScaleComponent>(body);
  check<lattice::UpdateComponent>(body);
  check<lattice::StartProvider>(body);
  check<lattice::StopProvider>(body);
  check<lattice::StopHost>(body);
  check<lattice::Link>(body);
  check<lattice::LinkDelete>(body);
  check<lattice::HostInventory>(body);
  check<lattice::StringMap>(body);
  if (const auto event = lattice::parse_event(body)) {
    (void)lattice::parse_event_data<lattice::ComponentScaled>(event->data).has_value();
    (void)lattice::parse_event_data<lattice::ProviderStarted>(event->data).has_value();
  }
  return 0;
}

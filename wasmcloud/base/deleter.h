// Owners for what C libraries make: std::unique_ptr<X, Deleter<X_free>>.
#pragma once

namespace wasmcloud {

template <auto destroy>
struct Deleter {
  void operator()(auto* handle) const noexcept { destroy(handle); }
};

}  // namespace wasmcloud

#include "wasmcloud/wrpc/coder.h"

#include "wasmcloud/base/assert.h"

namespace wasmcloud::wrpc {

bool Decoder::spend(std::size_t bytes) {
  if (bytes > budget_) [[unlikely]] {
    budget_ = 0;
    in_.fail(Error(ErrorKind::exhausted, "offset {}: the values take more memory than is allowed",
                   in_.offset()));
    return false;
  }
  budget_ -= bytes;
  return !in_.failed();
}

wit::ValueTypePtr internal::made_type(wit::ValueType::Shape shape) {
  auto type = wit::ValueType::create(std::move(shape));
  WC_ASSERT(type);  // else a WC_WIT_ macro has names that are no WIT
  return *std::move(type);
}

}  // namespace wasmcloud::wrpc

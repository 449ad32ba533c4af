// A store with an event loop of its own, for programs that have none: calls block until they have
// ended, waiting of the guest included.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "wasmcloud/component/component.h"
#include "wasmcloud/component/store.h"

namespace wasmcloud::component {

// Made, used and destroyed by one thread at a time.
class BlockingStore {
 public:
  // Errors as Store::create.
  static Result<std::unique_ptr<BlockingStore>> create(
      std::shared_ptr<const Component> component,
      std::unique_ptr<HostState> host = std::make_unique<HostState>(), StoreLimits limits = {});

  // As Store::run: `body` runs beside the guest, and may call its exports.
  Result<> run(Store::Body body);

  // Calls the export `function` of `interface` (empty: of the root) as R(Args...), the types of C++
  // that its types are (abi.h). Looks it up each time: who calls often keeps an Export and uses
  // run(). Errors as Export::find and Store::run.
  template <typename R, typename... Args>
  Result<R> call(std::string_view interface, std::string_view function, Args... args) {
    WC_TRY(const auto callee, Export<R(Args...)>::find(store_->component(), interface, function));
    std::optional<Result<R>> result;
    WC_CHECK(run([&](Store& store) -> Result<> {
      result.emplace(callee(store, std::move(args)...));
      return result->has_value() ? Result<>() : Result<>(result->error().clone());
    }));
    return *std::move(result);
  }

  Store& store() noexcept { return *store_; }

  // Runs only while run() does.
  asio::io_context& context() noexcept { return context_; }

 private:
  BlockingStore() = default;

  asio::io_context context_{1};
  std::unique_ptr<Store> store_;
};

}  // namespace wasmcloud::component

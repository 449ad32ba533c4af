#include "wasmcloud/component/blocking_store.h"

#include <exception>

#include <boost/asio/co_spawn.hpp>

namespace wasmcloud::component {

Result<std::unique_ptr<BlockingStore>> BlockingStore::create(
    std::shared_ptr<const Component> component, std::unique_ptr<HostState> host,
    StoreLimits limits) {
  std::unique_ptr<BlockingStore> made(new BlockingStore());
  WC_TRY(made->store_, Store::create(std::move(component), made->context_.get_executor(),
                                     std::move(host), std::move(limits)));
  return made;
}

Result<> BlockingStore::run(Store::Body body) {
  Result<> outcome;
  asio::co_spawn(context_, store_->run(std::move(body)),
                 [&outcome](const std::exception_ptr& exception, Result<> result) {
                   outcome =
                       exception ? internal::describe_exception(exception) : std::move(result);
                 });
  context_.restart();
  context_.run();
  return outcome;
}

}  // namespace wasmcloud::component

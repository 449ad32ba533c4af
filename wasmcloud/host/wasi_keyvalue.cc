#include "wasmcloud/host/wasi_keyvalue.h"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "wasmcloud/host/guest_context.h"

#include "keyvalue_links.h"

namespace wasmcloud::host {
namespace {

namespace linked = links::wrpc::keyvalue;

using component::Borrow;
using component::HostInterface;
using component::Own;
using component::Store;
using linked::store::Error;
using Bytes = std::vector<std::uint8_t>;
using Bucket = Borrow<KeyValueBucket>;

// Calls `method` of the interface's client. Parameters are encoded before it waits.
template <typename Client, typename T, typename... Params, typename... Args>
Task<T> ask(Store& store, Bridged interface, Task<T> (Client::*method)(Params...), Args... args) {
  WC_CO_TRY_VALUE(const Way by, way(store, interface));
  Client client(*by.route.client);
  co_return co_await (client.*method)(std::move(args)..., by.options);
}

HostInterface store_interface() {
  using Client = linked::store::Client;
  constexpr Bridged kInterface = Bridged::keyvalue_store;
  HostInterface made("wasi:keyvalue/store@0.2.0-draft");
  made.resource<KeyValueBucket>("bucket");
  made.function("open", [](Store&, std::string name) -> std::expected<Own<KeyValueBucket>, Error> {
    return component::make_own<KeyValueBucket>(std::move(name));
  });
  made.function("[method]bucket.get", [](Store& store, Bucket self, std::string key) {
    return ask(store, kInterface, &Client::get, self->name(), std::move(key));
  });
  made.function("[method]bucket.set", [](Store& store, Bucket self, std::string key, Bytes value) {
    return ask(store, kInterface, &Client::set, self->name(), std::move(key), std::move(value));
  });
  made.function("[method]bucket.delete", [](Store& store, Bucket self, std::string key) {
    return ask(store, kInterface, &Client::delete_, self->name(), std::move(key));
  });
  made.function("[method]bucket.exists", [](Store& store, Bucket self, std::string key) {
    return ask(store, kInterface, &Client::exists, self->name(), std::move(key));
  });
  made.function("[method]bucket.list-keys",
                [](Store& store, Bucket self, std::optional<std::uint64_t> cursor) {
                  return ask(store, kInterface, &Client::list_keys, self->name(), cursor);
                });
  return made;
}

HostInterface atomics_interface() {
  HostInterface made("wasi:keyvalue/atomics@0.2.0-draft");
  made.function("increment", [](Store& store, Bucket bucket, std::string key, std::uint64_t delta) {
    return ask(store, Bridged::keyvalue_atomics, &linked::atomics::Client::increment,
               bucket->name(), std::move(key), delta);
  });
  return made;
}

HostInterface batch_interface() {
  using Client = linked::batch::Client;
  using Pairs = std::vector<std::tuple<std::string, Bytes>>;
  constexpr Bridged kInterface = Bridged::keyvalue_batch;
  HostInterface made("wasi:keyvalue/batch@0.2.0-draft");
  made.function("get-many", [](Store& store, Bucket bucket, std::vector<std::string> keys) {
    return ask(store, kInterface, &Client::get_many, bucket->name(), std::move(keys));
  });
  made.function("set-many", [](Store& store, Bucket bucket, Pairs pairs) {
    return ask(store, kInterface, &Client::set_many, bucket->name(), std::move(pairs));
  });
  made.function("delete-many", [](Store& store, Bucket bucket, std::vector<std::string> keys) {
    return ask(store, kInterface, &Client::delete_many, bucket->name(), std::move(keys));
  });
  return made;
}

}  // namespace

void add_keyvalue(component::Host& host) {
  host.add(store_interface());
  host.add(atomics_interface());
  host.add(batch_interface());
}

}  // namespace wasmcloud::host

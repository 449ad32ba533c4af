#include "wasmcloud/host/wasi_blobstore.h"

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "wasmcloud/host/guest_context.h"
#include "wasmcloud/host/object_data.h"
#include "wasmcloud/host/wasi_blobstore_types.h"
#include "wasmcloud/wrpc/codec_parts.h"
#include "wasmcloud/wrpc/invoke.h"

#include "blobstore_links.h"

namespace wasmcloud::host {
namespace {

// What functions of wasi:blobstore give: errors are words.
template <typename T = void>
using Outcome = std::expected<T, std::string>;

using blob::Container;
using blob::ContainerMetadata;
using blob::IncomingValue;
using blob::ObjectMetadata;
using blob::ObjectNames;
using blob::OutgoingValue;
using component::Borrow;
using component::HostInterface;
using component::make_own;
using component::Own;
using component::Store;
using Bytes = std::vector<std::uint8_t>;
using Names = std::vector<std::string>;
namespace wire = links::wrpc::blobstore::types;
using wire::ObjectId;

// --- calls ---

// Providers of 1.x serve one of these; the elder says less on how a stream ended.
constexpr std::string_view kInterface = "wrpc:blobstore/blobstore@0.2.0";
constexpr std::string_view kElder = "wrpc:blobstore/blobstore@0.1.0";

wrpc::FunctionName name_in(std::string_view interface, std::string_view function) {
  return {.instance = std::string(interface), .function = std::string(function)};
}

// Whether it is certain that nobody serves what was called.
template <typename T>
bool nobody(const Result<T>& answer) {
  return !answer && answer.error().kind() == ErrorKind::not_found;
}

template <typename T, typename... Args>
Task<T> ask(Store& store, std::string_view function, Args... args) {
  WC_CO_TRY_VALUE(const Way by, way(store, Bridged::blobstore));
  wrpc::Client& client = *by.route.client;
  Result<T> answer = co_await wrpc::invoke<T>(client, name_in(kInterface, function),
                                              wrpc::encode(args...), by.options);
  if (nobody(answer)) {
    co_return co_await wrpc::invoke<T>(client, name_in(kElder, function), wrpc::encode(args...),
                                       by.options);
  }
  co_return std::move(answer);
}

// The same for what comes as a stream.
template <typename T, typename... Args>
Task<Outcome<Delivery<T>>> fetch(Store& store, std::string_view function, Args... args) {
  using Checked = std::tuple<wrpc::Stream<T>, wrpc::Future<Verdict>>;
  WC_CO_TRY_VALUE(const Way by, way(store, Bridged::blobstore));
  wrpc::Client& client = *by.route.client;
  Result<Outcome<Checked>> answer = co_await wrpc::invoke<Outcome<Checked>>(
      client, name_in(kInterface, function), wrpc::encode(args...), by.options);
  if (nobody(answer)) {
    WC_CO_TRY(Outcome<wrpc::Stream<T>> stream,
              wrpc::invoke<Outcome<wrpc::Stream<T>>>(client, name_in(kElder, function),
                                                     wrpc::encode(args...), by.options));
    if (!stream) {
      co_return wrpc::failure(std::move(stream).error());
    }
    co_return Delivery<T>(*std::move(stream), wrpc::Future<Verdict>::of({}));
  }
  WC_CO_TRY_VALUE(Outcome<Checked> checked, std::move(answer));
  if (!checked) {
    co_return wrpc::failure(std::move(checked).error());
  }
  co_return Delivery<T>(std::get<0>(*std::move(checked)), std::get<1>(*std::move(checked)));
}

// --- containers ---

Task<Outcome<Own<Container>>> create_container(Store& store, std::string name) {
  WC_CO_TRY(Outcome<> made, ask<Outcome<>>(store, "create-container", name));
  if (!made) {
    co_return wrpc::failure(std::move(made).error());
  }
  co_return make_own<Container>(std::move(name));
}

Task<Outcome<Own<Container>>> get_container(Store& store, std::string name) {
  WC_CO_TRY(const Outcome<bool> exists, ask<Outcome<bool>>(store, "container-exists", name));
  if (!exists) {
    co_return wrpc::failure(exists.error());
  }
  if (!*exists) {
    co_return wrpc::failure(std::string("container does not exist"));
  }
  co_return make_own<Container>(std::move(name));
}

Task<Outcome<ContainerMetadata>> container_info(Store& store, std::string name) {
  WC_CO_TRY(const auto info,
            ask<Outcome<wire::ContainerMetadata>>(store, "get-container-info", name));
  if (!info) {
    co_return wrpc::failure(info.error());
  }
  co_return ContainerMetadata{.name = std::move(name), .created_at = info->created_at};
}

Task<Outcome<ObjectMetadata>> object_info(Store& store, ObjectId id) {
  WC_CO_TRY(const auto info, ask<Outcome<wire::ObjectMetadata>>(store, "get-object-info", id));
  if (!info) {
    co_return wrpc::failure(info.error());
  }
  co_return ObjectMetadata{.name = std::move(id.object),
                           .container = std::move(id.container),
                           .created_at = info->created_at,
                           .size = info->size};
}

ObjectId id_of(const Container& container, std::string object) {
  return {.container = container.name(), .object = std::move(object)};
}

// --- objects that are read ---

Task<Outcome<Own<IncomingValue>>> get_data(Store& store, ObjectId id, std::uint64_t start,
                                           std::uint64_t end) {
  WC_CO_TRY(Outcome<Delivery<std::uint8_t>> data,
            fetch<std::uint8_t>(store, "get-container-data", std::move(id), start, end));
  if (!data) {
    co_return wrpc::failure(std::move(data).error());
  }
  co_return make_own<IncomingValue>(*std::move(data));
}

Task<Outcome<Bytes>> consume_sync(Store& store, Own<IncomingValue> value) {
  const std::size_t most = store.limits().memory_bytes;
  Bytes all;
  for (;;) {
    Result<std::optional<std::string>> chunk = co_await value->data.next(store.limits().deadline);
    if (!chunk) {
      co_return wrpc::failure(chunk.error().describe());
    }
    if (!*chunk) {
      co_return std::move(all);
    }
    if ((*chunk)->size() > most - all.size()) {
      co_return wrpc::failure(std::string("the value is larger than the component's memory"));
    }
    all.insert(all.end(), (*chunk)->begin(), (*chunk)->end());
  }
}

Own<wasi::InputStream> consume_async(Store& store, Own<IncomingValue> value) {
  return make_own<wasi::InputStream>(std::make_shared<ObjectSource>(
      store.host<GuestContext>(), std::move(value->data), store.limits().deadline));
}

// --- objects that are written ---

// The call, with all of its parameters but what the object holds.
Task<std::shared_ptr<wrpc::Incoming>> open_object(const Way& by, std::string_view interface,
                                                  const ObjectId& id) {
  WC_CO_TRY_VALUE(wrpc::Encoded params, wrpc::encode(id, wrpc::Stream<std::uint8_t>()));
  wrpc::Call call{.instance = std::string(interface),
                  .function = "write-container-data",
                  .params = std::move(params.bytes),
                  .headers = by.options.headers,
                  .has_async_params = true};
  WC_CO_TRY(std::unique_ptr<wrpc::Session> session,
            by.route.client->call(std::move(call), by.options.deadline), "{}.write-container-data",
            interface);
  co_return std::make_shared<wrpc::Incoming>(std::move(session), wrpc::DecodeLimits());
}

template <typename T>
Task<T> read_answer(std::shared_ptr<wrpc::Incoming> call, Deadline deadline) {
  wrpc::RowReading<T> answer;
  WC_CO_TRY(const bool came, wrpc::Incoming::read(std::move(call), {}, answer, deadline));
  if (!came) {
    co_return Error(ErrorKind::unavailable, "the provider ended without an answer: it has failed");
  }
  co_return std::get<0>(*std::move(answer.values));
}

// Of the elder interface, whose answer comes after the object.
class LateAnswer final : public wrpc::FutureSource<Verdict> {
 public:
  explicit LateAnswer(std::shared_ptr<wrpc::Incoming> call) : call_(std::move(call)) {}

  Task<Verdict> get(Deadline deadline) override { return read_answer<Verdict>(call_, deadline); }

 private:
  const std::shared_ptr<wrpc::Incoming> call_;
};

Task<Outcome<>> write_data(Store& store, ObjectId id, Borrow<OutgoingValue> value) {
  if (value->state != OutgoingValue::State::unsent) {
    co_return Error(ErrorKind::trap, "outgoing-value.write-data was already called");
  }
  value->state = OutgoingValue::State::refused;
  WC_CO_TRY_VALUE(const Way by, way(store, Bridged::blobstore));
  Result<std::shared_ptr<wrpc::Incoming>> call = co_await open_object(by, kInterface, id);
  const bool elder = nobody(call);
  if (elder) {
    call = co_await open_object(by, kElder, id);
  }
  if (!call) {
    co_return std::move(call).error();
  }
  OutgoingObject::send(value->object, store.host<GuestContext>(), *call, by.options.deadline);
  if (elder) {
    value->verdict = wrpc::Future<Verdict>(std::make_unique<LateAnswer>(*call));
  } else {
    WC_CO_TRY(Outcome<wrpc::Future<Verdict>> answer,
              read_answer<Outcome<wrpc::Future<Verdict>>>(*call, by.options.deadline));
    if (!answer) {
      value->object->abandon();
      co_return wrpc::failure(std::move(answer).error());
    }
    value->verdict = *std::move(answer);
  }
  value->state = OutgoingValue::State::accepted;
  co_return wrpc::kSuccess;
}

Task<> sent_and_kept(OutgoingValue& value, Outcome<>& kept, Deadline deadline) {
  WC_CO_CHECK(value.object->sent(deadline));
  WC_CO_TRY(kept, value.verdict.get(deadline));
  co_return Result<>();
}

Task<Outcome<>> finish(Store& store, Own<OutgoingValue> value) {
  if (value->body_alive()) {
    co_return Error(ErrorKind::trap, "outgoing-value.finish: the value's stream is still there");
  }
  value->object->end();
  Outcome<> kept;
  if (value->state == OutgoingValue::State::refused) {
    kept = std::unexpected("corrupted value state");
  } else if (value->state == OutgoingValue::State::accepted) {
    const Result<> done = co_await sent_and_kept(*value, kept, store.limits().deadline);
    if (!done) {
      kept = std::unexpected("I/O task failed: " + done.error().describe());
    }
  }
  co_return std::move(kept);
}

// --- names ---

Task<Outcome<Own<ObjectNames>>> list_objects(Store& store, std::string container) {
  using Number = std::optional<std::uint64_t>;
  WC_CO_TRY(Outcome<Delivery<std::string>> names,
            fetch<std::string>(store, "list-container-objects", std::move(container), Number(),
                               Number()));
  if (!names) {
    co_return wrpc::failure(std::move(names).error());
  }
  co_return make_own<ObjectNames>(*std::move(names));
}

// Gives fewer than `most` before the end where their text would be too much at once.
Task<Outcome<std::tuple<Names, bool>>> read_names(Store& store, Borrow<ObjectNames> from,
                                                  std::uint64_t most) {
  constexpr std::size_t kMostText = std::size_t{16} << 20U;
  Names names;
  for (std::size_t text = 0; names.size() < most && text < kMostText;) {
    Result<std::optional<std::string>> name = co_await from->next(store.limits().deadline);
    if (!name) {
      co_return wrpc::failure(name.error().describe());
    }
    if (!*name) {
      co_return std::tuple(std::move(names), true);
    }
    text += (*name)->size() + sizeof(std::string);
    names.push_back(**std::move(name));
  }
  co_return std::tuple(std::move(names), false);
}

Task<Outcome<std::tuple<std::uint64_t, bool>>> skip_names(Store& store, Borrow<ObjectNames> from,
                                                          std::uint64_t most) {
  for (std::uint64_t skipped = 0; skipped < most; ++skipped) {
    const Result<std::optional<std::string>> name = co_await from->next(store.limits().deadline);
    if (!name) {
      co_return wrpc::failure(name.error().describe());
    }
    if (!*name) {
      co_return std::tuple(skipped, true);
    }
  }
  co_return std::tuple(most, false);
}

// --- the interfaces ---

HostInterface types_interface() {
  HostInterface made("wasi:blobstore/types@0.2.0-draft");
  made.resource<wasi::InputStream>("input-stream");
  made.resource<wasi::OutputStream>("output-stream");
  made.resource<OutgoingValue>("outgoing-value");
  made.function("[static]outgoing-value.new-outgoing-value",
                [](Store&) { return make_own<OutgoingValue>(); });
  made.function("[method]outgoing-value.outgoing-value-write-body",
                [](Store&, Borrow<OutgoingValue> self) { return self->body(); });
  made.function("[static]outgoing-value.finish", finish);
  made.resource<IncomingValue>("incoming-value");
  made.function("[static]incoming-value.incoming-value-consume-sync", consume_sync);
  made.function("[static]incoming-value.incoming-value-consume-async",
                [](Store& store, Own<IncomingValue> value) -> Outcome<Own<wasi::InputStream>> {
                  return consume_async(store, std::move(value));
                });
  made.function("[method]incoming-value.size",
                [](Store&, Borrow<IncomingValue>) -> Result<std::uint64_t> {
                  return Error(ErrorKind::trap, "size unknown");
                });
  return made;
}

void add_data(HostInterface& made) {
  using Self = Borrow<Container>;
  made.function("[method]container.get-data", [](Store& store, Self self, std::string name,
                                                 std::uint64_t start, std::uint64_t end) {
    return get_data(store, id_of(*self, std::move(name)), start, end);
  });
  made.function("[method]container.write-data",
                [](Store& store, Self self, std::string name, Borrow<OutgoingValue> data) {
                  return write_data(store, id_of(*self, std::move(name)), data);
                });
  made.function("[method]container.list-objects",
                [](Store& store, Self self) { return list_objects(store, self->name()); });
}

void add_objects(HostInterface& made) {
  using Self = Borrow<Container>;
  made.function("[method]container.delete-object", [](Store& store, Self self, std::string name) {
    return ask<Outcome<>>(store, "delete-objects", self->name(), Names{std::move(name)});
  });
  made.function("[method]container.delete-objects", [](Store& store, Self self, Names names) {
    return ask<Outcome<>>(store, "delete-objects", self->name(), std::move(names));
  });
  made.function("[method]container.has-object", [](Store& store, Self self, std::string name) {
    return ask<Outcome<bool>>(store, "has-object", id_of(*self, std::move(name)));
  });
  made.function("[method]container.object-info", [](Store& store, Self self, std::string name) {
    return object_info(store, id_of(*self, std::move(name)));
  });
}

HostInterface container_interface() {
  using Self = Borrow<Container>;
  HostInterface made("wasi:blobstore/container@0.2.0-draft");
  made.resource<wasi::InputStream>("input-stream");
  made.resource<wasi::OutputStream>("output-stream");
  made.resource<IncomingValue>("incoming-value");
  made.resource<OutgoingValue>("outgoing-value");
  made.resource<Container>("container");
  made.function("[method]container.name",
                [](Store&, Self self) -> Outcome<std::string> { return self->name(); });
  made.function("[method]container.info",
                [](Store& store, Self self) { return container_info(store, self->name()); });
  made.function("[method]container.clear", [](Store& store, Self self) {
    return ask<Outcome<>>(store, "clear-container", self->name());
  });
  add_data(made);
  add_objects(made);
  made.resource<ObjectNames>("stream-object-names");
  made.function("[method]stream-object-names.read-stream-object-names", read_names);
  made.function("[method]stream-object-names.skip-stream-object-names", skip_names);
  return made;
}

HostInterface blobstore_interface() {
  HostInterface made("wasi:blobstore/blobstore@0.2.0-draft");
  made.resource<Container>("container");
  made.function("create-container", create_container);
  made.function("get-container", get_container);
  made.function("delete-container", [](Store& store, std::string name) {
    return ask<Outcome<>>(store, "delete-container", std::move(name));
  });
  made.function("container-exists", [](Store& store, std::string name) {
    return ask<Outcome<bool>>(store, "container-exists", std::move(name));
  });
  made.function("copy-object", [](Store& store, ObjectId from, ObjectId to) {
    return ask<Outcome<>>(store, "copy-object", std::move(from), std::move(to));
  });
  made.function("move-object", [](Store& store, ObjectId from, ObjectId to) {
    return ask<Outcome<>>(store, "move-object", std::move(from), std::move(to));
  });
  return made;
}

}  // namespace

void add_blobstore(component::Host& host) {
  host.add(types_interface());
  host.add(container_interface());
  host.add(blobstore_interface());
}

}  // namespace wasmcloud::host

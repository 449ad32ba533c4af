#include "wasmcloud/wrpc/exchange.h"

#include <algorithm>
#include <utility>

#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/wrpc/async_paths.h"

namespace wasmcloud::wrpc {
// --- what comes ---

void Receiver::take_parts_of(ValueDecoder& decoder) {
  for (PartAt& part : decoder.take_parts()) {
    if (part.part->contents() == nullptr) {
      parts_.push_back(std::move(part));
    }
  }
}

Task<std::vector<wit::Value>> Receiver::tuple(std::vector<wit::ValueTypePtr> types,
                                              Deadline deadline) {
  if (types.empty()) {  // the end of the channel is all that comes
    WC_CO_CHECK(channels_.await_end({}, deadline));
    co_return std::vector<wit::Value>();
  }
  Scanner scanner(types, {.bytes = limits_.value_bytes});
  WC_CO_TRY(const std::optional<std::string> bytes, channels_.collect({}, scanner, deadline));
  if (!bytes) {
    co_return Error(ErrorKind::unavailable, "the peer ended without a value: it has failed");
  }
  WireReader reader(as_u8(*bytes));
  ValueDecoder decoder(reader, limits_);
  std::vector<wit::Value> values = decoder.tuple(types);
  WC_CO_CHECK_VALUE(reader.status());
  take_parts_of(decoder);
  co_return std::move(values);
}

Task<std::optional<wit::Value>> Receiver::future(PartAt part, Deadline deadline) {
  const wit::ValueTypePtr type = part.type->parts().front();
  if (type == nullptr) {
    WC_CO_CHECK(channels_.await_end(part.path, deadline));
    co_return std::nullopt;
  }
  Scanner scanner({type}, {.bytes = limits_.value_bytes});
  WC_CO_TRY(const std::optional<std::string> bytes,
            channels_.collect(part.path, scanner, deadline));
  if (!bytes) {
    co_return Error(ErrorKind::unavailable, "the channel of a future ended without a value");
  }
  WireReader reader(as_u8(*bytes));
  ValueDecoder decoder(reader, limits_);
  wit::Value value = decoder.value(type, part.path);
  WC_CO_CHECK_VALUE(reader.status());
  take_parts_of(decoder);
  co_return std::move(value);
}

Task<Chunk> Receiver::chunk(PartAt part, Deadline deadline) {
  Scanner scanner = Scanner::chunk(part.type, {.bytes = limits_.value_bytes});
  WC_CO_TRY(const std::optional<std::string> bytes,
            channels_.collect(part.path, scanner, deadline));
  if (!bytes) {
    co_return Chunk();
  }
  std::uint32_t& received = received_[part.path];
  WireReader reader(as_u8(*bytes));
  ValueDecoder decoder(reader, limits_);
  Chunk chunk = decoder.chunk(part.type, part.path, received);
  WC_CO_CHECK_VALUE(reader.status());
  received += chunk.count;
  take_parts_of(decoder);
  co_return std::move(chunk);
}

// --- what goes ---

Sender::Sender(Session& session, asio::any_io_executor executor)
    : session_(session), scope_(std::move(executor)) {}

Sender::~Sender() = default;

void Sender::start(std::vector<PartAt> parts, Deadline deadline) {
  for (PartAt& part : parts) {
    ++left_;
    scope_.spawn("a stream or future", run(std::move(part), deadline));
  }
}

Task<> Sender::join() {
  WC_CO_CHECK(scope_.join());
  co_return error_ ? Result<>(error_->clone()) : Result<>();
}

Task<> Sender::end() {
  scope_.cancel();
  co_return co_await scope_.join();
}

// Only the first failure counts: the others follow from it.
Task<> Sender::run(PartAt part, Deadline deadline) {
  Result<> sent = co_await send(std::move(part), deadline);
  if (--left_ == 0 && sent && !error_) {
    sent = co_await session_.finish_all();
  }
  if (!sent && !error_) {
    error_ = std::move(sent).error();
    session_.fail(error_->clone());
  }
  co_return Result<>();
}

Task<> Sender::send(PartAt part, Deadline deadline) {
  const bool is_stream = part.type->kind() == wit::ValueType::Kind::stream;
  auto* const source = dynamic_cast<Source*>(part.part.get());
  const Chunk* const contents = part.part->contents();
  if (source == nullptr && contents == nullptr) {
    co_return Error(ErrorKind::invalid, "a {} with nothing to send",
                    is_stream ? "stream" : "future");
  }
  if (!is_stream && contents != nullptr) {
    WC_CO_CHECK(send_value(part, *contents, deadline));
  } else if (!is_stream) {
    WC_CO_TRY(std::optional<Chunk> made, source->next());
    WC_CO_CHECK(send_value(part, made ? *std::move(made) : Chunk(), deadline));
  } else if (contents != nullptr) {
    WC_CO_CHECK(send_chunk(part, *contents, 0, deadline));
  } else {
    WC_CO_CHECK(send_elements(part, *source, deadline));
  }
  if (is_stream) {
    WireWriter end;
    ValueEncoder::end_of_stream(end);
    WC_CO_CHECK(session_.write(part.path, end.take(), deadline));
  }
  co_return co_await session_.finish(part.path);
}

Task<> Sender::send_elements(PartAt part, Source& source, Deadline deadline) {
  std::uint32_t sent = 0;
  for (;;) {
    WC_CO_TRY(std::optional<Chunk> chunk, source.next());
    if (!chunk) {
      co_return Result<>();
    }
    const std::uint32_t count = chunk->count;
    WC_CO_CHECK(send_chunk(part, *std::move(chunk), sent, deadline));
    sent += count;
  }
}

Task<> Sender::send_chunk(PartAt part, Chunk chunk, std::uint32_t sent, Deadline deadline) {
  WireWriter out;
  ValueEncoder encoder(out);
  WC_CO_CHECK_VALUE(encoder.chunk(chunk, part.type, part.path, sent));
  co_return co_await write(part.path, out, encoder, deadline);
}

Task<> Sender::send_value(PartAt part, Chunk made, Deadline deadline) {
  const wit::ValueTypePtr type = part.type->parts().front();
  if (type == nullptr) {
    co_return Result<>();
  }
  if (made.items.size() != 1) {
    co_return Error(ErrorKind::invalid, "a future with {} values, not one", made.items.size());
  }
  WireWriter out;
  ValueEncoder encoder(out);
  WC_CO_CHECK_VALUE(encoder.value(made.items.front(), type, part.path));
  co_return co_await write(part.path, out, encoder, deadline);
}

// `out` and `encoder` are the awaiting caller's.
Task<> Sender::write(Path path, WireWriter& out, ValueEncoder& encoder, Deadline deadline) {
  WC_CO_CHECK_VALUE(out.status());
  if (out.size() != 0) {
    WC_CO_CHECK(session_.write(std::move(path), out.take(), deadline));
  }
  start(encoder.take_parts(), deadline);
  co_return Result<>();
}

Task<> answer(Session& session, std::vector<wit::Value> values,
              std::vector<wit::ValueTypePtr> types, Deadline deadline) {
  WireWriter out;
  ValueEncoder encoder(out);
  WC_CO_CHECK_VALUE(encoder.tuple(values, types));
  WC_CO_CHECK_VALUE(out.status());
  if (out.size() != 0) {
    WC_CO_CHECK(session.write({}, out.take(), deadline));
  }
  WC_CO_CHECK(session.finish({}));
  Sender sender(session, co_await asio::this_coro::executor);
  sender.start(encoder.take_parts(), deadline);
  WC_CO_CHECK(sender.join());
  co_return co_await session.finish_all();
}

// --- calls ---

DynamicCall::DynamicCall(std::unique_ptr<Session> session, wit::FuncSignature signature,
                         asio::any_io_executor executor)
    : session_(std::move(session)),
      signature_(std::move(signature)),
      receiver_(*session_),
      sender_(*session_, std::move(executor)) {}

DynamicCall::~DynamicCall() = default;

Task<std::unique_ptr<DynamicCall>> DynamicCall::start(Client& client, DynamicRequest request,
                                                      Deadline deadline) {
  WireWriter out;
  ValueEncoder encoder(out);
  WC_CO_CHECK_VALUE(encoder.tuple(request.params, param_types(request.signature)));
  WC_CO_CHECK_VALUE(out.status());
  std::vector<PartAt> parts = encoder.take_parts();
  Call call{.instance = std::move(request.instance),
            .function = std::move(request.function),
            .params = out.take(),
            .headers = std::move(request.headers),
            .has_async_params = !parts.empty()};
  WC_CO_TRY(std::unique_ptr<Session> session, client.call(std::move(call), deadline));
  std::unique_ptr<DynamicCall> started(new DynamicCall(
      std::move(session), std::move(request.signature), co_await asio::this_coro::executor));
  if (!parts.empty()) {
    started->sender_.start(std::move(parts), deadline);
  }
  co_return std::move(started);
}

Task<std::optional<wit::Value>> DynamicCall::result(Deadline deadline) {
  WC_CO_TRY(std::vector<wit::Value> results, receiver_.tuple(result_types(signature_), deadline));
  co_return results.empty() ? std::nullopt : std::optional(std::move(results.front()));
}

Task<std::optional<wit::Value>> call_dynamic(Client& client, DynamicRequest request,
                                             Deadline deadline) {
  const std::string name = fmt::format("{}.{}", request.instance, request.function);
  WC_CO_TRY(const auto call, DynamicCall::start(client, std::move(request), deadline), "{}", name);
  Result<std::optional<wit::Value>> result = co_await call->result(deadline);
  if (result && !call->receiver().take_parts().empty()) {
    result = Error(ErrorKind::unsupported, "its result holds streams or futures");
  }
  if (result) {
    Result<> sent = co_await call->join();
    if (!sent) {
      result = std::move(sent).error();
    }
  }
  WC_CO_CHECK(call->end());
  if (!result) {
    co_return std::move(result).error().with_context(name);
  }
  co_return std::move(result);
}

}  // namespace wasmcloud::wrpc

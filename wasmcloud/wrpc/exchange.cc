#include "wasmcloud/wrpc/exchange.h"

#include <algorithm>
#include <utility>

#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/wrpc/async_paths.h"
#include "wasmcloud/wrpc/incoming.h"

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
    co_return codec::cut_short();
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

namespace {

class DynamicContents final : public Contents {
 public:
  explicit DynamicContents(PartAt part) : part_(std::move(part)) {}

  Task<Piece> next(Deadline /*deadline*/) override {
    WC_CO_TRY(std::optional<Chunk> chunk, take());
    co_return is_stream_ ? elements(std::move(chunk)) : value(std::move(chunk));
  }

 private:
  // Of a stream none at its end.
  Task<std::optional<Chunk>> take() {
    const Chunk* const contents = part_.part->contents();
    auto* const source = dynamic_cast<Source*>(part_.part.get());
    if (contents != nullptr) {
      co_return std::exchange(sent_whole_, true) ? std::nullopt : std::optional(*contents);
    }
    if (source == nullptr) {
      co_return Error(ErrorKind::invalid, "a {} with nothing to send",
                      is_stream_ ? "stream" : "future");
    }
    co_return co_await source->next();
  }

  Result<Piece> elements(std::optional<Chunk> chunk) {
    WireWriter out;
    ValueEncoder encoder(out);
    if (!chunk) {
      ValueEncoder::end_of_stream(out);
      return Piece{.bytes = out.take(), .parts = {}, .last = true};
    }
    WC_CHECK(encoder.chunk(*chunk, part_.type, part_.path, sent_));
    WC_CHECK(out.status());
    sent_ += chunk->count;
    return Piece{.bytes = out.take(), .parts = outgoing(encoder.take_parts()), .last = false};
  }

  Result<Piece> value(std::optional<Chunk> made) {
    const wit::ValueTypePtr& type = part_.type->parts().front();
    if (type == nullptr) {
      return Piece{.bytes = {}, .parts = {}, .last = true};
    }
    const std::size_t count = made ? made->items.size() : 0;
    if (count != 1) {
      return Error(ErrorKind::invalid, "a future with {} values, not one", count);
    }
    WireWriter out;
    ValueEncoder encoder(out);
    WC_CHECK(encoder.value(made->items.front(), type, part_.path));
    WC_CHECK(out.status());
    return Piece{.bytes = out.take(), .parts = outgoing(encoder.take_parts()), .last = true};
  }

  const PartAt part_;
  const bool is_stream_ = part_.type->kind() == wit::ValueType::Kind::stream;
  bool sent_whole_ = false;
  std::uint32_t sent_ = 0;  // elements
};

}  // namespace

std::vector<Outgoing> outgoing(std::vector<PartAt> parts) {
  std::vector<Outgoing> made;
  for (PartAt& part : parts) {
    Path path = part.path;
    made.push_back({std::move(path), std::make_unique<DynamicContents>(std::move(part))});
  }
  return made;
}

Task<> answer(Session& session, std::vector<wit::Value> values,
              std::vector<wit::ValueTypePtr> types, Deadline deadline) {
  WireWriter out;
  ValueEncoder encoder(out);
  WC_CO_CHECK_VALUE(encoder.tuple(values, types));
  WC_CO_CHECK_VALUE(out.status());
  co_return co_await answer(session, out.take(), outgoing(encoder.take_parts()), deadline);
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
  std::vector<Outgoing> parts = outgoing(encoder.take_parts());
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

Task<> DynamicCall::join() { co_return unless_peer_left(co_await sender_.join()); }

Task<std::optional<wit::Value>> call_dynamic(Client& client, DynamicRequest request,
                                             Deadline deadline) {
  const std::string name = fmt::format("{}.{}", request.instance, request.function);
  const bool throws = co_await asio::this_coro::throw_if_cancelled();
  WC_CO_TRY(const auto call, DynamicCall::start(client, std::move(request), deadline), "{}", name);
  co_await asio::this_coro::throw_if_cancelled(false);  // not before all is joined
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
  co_await asio::this_coro::throw_if_cancelled(throws);
  if (!result) {
    co_return std::move(result).error().with_context(name);
  }
  co_return std::move(result);
}

}  // namespace wasmcloud::wrpc

#include "server.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include <boost/asio/steady_timer.hpp>

#include "wasmcloud/wit/wave.h"
#include "wasmcloud/wrpc/async_paths.h"

#include "sources.h"

namespace wasmcloud::interop {
namespace {

Deadline patience() { return Deadline::after(std::chrono::seconds(60)); }

std::vector<wit::Value> one(wit::Value value) {
  std::vector<wit::Value> values;
  values.push_back(std::move(value));
  return values;
}

// The value back, if it is the one that was meant.
Result<std::vector<wit::Value>> same(const Function& function, std::vector<wit::Value> params) {
  const auto which = std::get<std::uint32_t>(params.at(0).rep);
  WC_TRY(const wit::Value expected, known_value(function, which));
  if (wit::to_wave(expected) != wit::to_wave(params.at(1))) {
    return Error(ErrorKind::invalid, "{}, value {}: expected {}, found {}", function.name, which,
                 wit::to_wave(expected), wit::to_wave(params.at(1)));
  }
  return one(std::move(params.at(1)));
}

void relay(wit::Value& value, wrpc::Receiver& from);

// What comes in a part goes out in another, while it comes.
class Relay final : public wrpc::Source {
 public:
  Relay(wrpc::Receiver& from, wrpc::PartAt part) : from_(from), part_(std::move(part)) {}

  Task<std::optional<wrpc::Chunk>> next() override {
    if (part_.type->kind() == wit::ValueType::Kind::future) {
      WC_CO_TRY(std::optional<wit::Value> value, from_.future(part_, patience()));
      relay(*value, from_);
      co_return wrpc::Chunk{.count = 1, .items = one(*std::move(value))};
    }
    WC_CO_TRY(wrpc::Chunk chunk, from_.chunk(part_, patience()));
    if (chunk.count == 0) {
      co_return std::nullopt;
    }
    co_return std::move(chunk);
  }

 private:
  wrpc::Receiver& from_;
  const wrpc::PartAt part_;
};

// Of a value that has just come.
void relay(wit::Value& value, wrpc::Receiver& from) {
  const std::vector<wrpc::PartAt> parts = from.take_parts();
  for_each_handle(value, [&](wit::Handle& handle) {
    const auto part = std::ranges::find(parts, handle.resource, &wrpc::PartAt::part);
    handle.resource = std::make_shared<Relay>(from, *part);
  });
}

Task<std::uint64_t> length(wrpc::Receiver& from, wrpc::PartAt part) {
  std::uint64_t sum = 0;
  for (;;) {
    WC_CO_TRY(const wrpc::Chunk chunk, from.chunk(part, patience()));
    if (chunk.count == 0) {
      co_return sum;
    }
    sum += chunk.count;
  }
}

Task<std::vector<wit::Value>> gather(wrpc::Receiver& from) {
  wit::List lengths;
  for (const wrpc::PartAt& part : from.take_parts()) {
    WC_CO_TRY(const std::uint64_t sum, length(from, part));
    lengths.push_back({static_cast<std::uint32_t>(sum)});
  }
  co_return one({std::move(lengths)});
}

Task<std::vector<wit::Value>> swallow(wrpc::Receiver& from) {
  const wrpc::PartAt part = from.take_parts().at(0);
  std::uint64_t count = 0;
  std::uint64_t sum = 0;
  for (;;) {
    WC_CO_TRY(const wrpc::Chunk chunk, from.chunk(part, patience()));
    if (chunk.count == 0) {
      wit::Tuple found{{{count}, {sum}}};
      co_return one({std::move(found)});
    }
    count += chunk.count;
    for (const wit::Value& byte : chunk.items) {
      sum += std::get<std::uint8_t>(byte.rep);
    }
  }
}

wit::Value pieces(std::size_t length) { return stream_of(values_of(pattern(length)), kPiece); }

// As a blob store gives data.
wit::Value read(bool fails) {
  wit::ResultValue end{.ok = !fails, .payload = {}};
  if (fails) {
    end.payload.push_back({std::string("the disk is on fire")});
  }
  wit::Tuple parts{{pieces(5000), future_of({std::move(end)})}};
  return {wit::ResultValue{.ok = true, .payload = one({std::move(parts)})}};
}

wit::Value spread(const wit::Value& lengths) {
  wit::List parts;
  for (const wit::Value& length : std::get<wit::List>(lengths.rep)) {
    parts.push_back(pieces(std::get<std::uint32_t>(length.rep)));
  }
  return {std::move(parts)};
}

std::vector<wit::Value> stream_answer(const std::string& name, std::vector<wit::Value> params,
                                      wrpc::Receiver& receiver) {
  if (name == "produce") {
    return one(pieces(std::get<std::uint32_t>(params.at(0).rep)));
  }
  if (name == "read") {
    return one(read(std::get<bool>(params.at(0).rep)));
  }
  if (name == "spread") {
    return one(spread(params.at(0)));
  }
  relay(params.at(0), receiver);
  return params;
}

Result<std::vector<wit::Value>> plain_answer(const std::string& name,
                                             std::vector<wit::Value> params) {
  if (name == "greet") {
    return one({std::string("hello")});
  }
  if (name == "nothing" || (name == "take" && wit::to_wave(params.at(0)) == "\"text\"")) {
    return std::vector<wit::Value>();
  }
  if (name == "echo") {
    return params;
  }
  return Error(ErrorKind::trap, "{} fails", name);
}

}  // namespace

Task<> Server::handle(wrpc::Invocation invocation) {
  const Function* const function = find_function(invocation.instance, invocation.function);
  if (function == nullptr || function->interface == "unserved") {
    co_return Error(ErrorKind::not_found, "nobody knows {}", invocation.function);
  }
  wrpc::Receiver receiver(*invocation.session);
  WC_CO_TRY(Values params, receiver.tuple(wrpc::param_types(function->signature), patience()));
  WC_CO_TRY(Values results, answer_of(*function, std::move(params), receiver));
  co_return co_await wrpc::answer(*invocation.session, std::move(results),
                                  wrpc::result_types(function->signature), patience());
}

// `function` and `receiver` are the awaiting caller's.
Task<std::vector<wit::Value>> Server::answer_of(const Function& function, Values params,
                                                wrpc::Receiver& receiver) {
  if (function.interface == "types") {
    co_return same(function, std::move(params));
  }
  if (function.interface == "handles") {
    co_return count(function, std::move(params));
  }
  if (function.name == "swallow") {
    co_return co_await swallow(receiver);
  }
  if (function.name == "gather") {
    co_return co_await gather(receiver);
  }
  if (function.interface != "calls") {
    co_return stream_answer(function.name, std::move(params), receiver);
  }
  if (function.name == "hangs") {
    co_return co_await hang();
  }
  co_return plain_answer(function.name, std::move(params));
}

Result<std::uint32_t*> Server::counter(const wit::Value& handle) {
  const auto& held = std::get<wit::Handle>(handle.rep).resource;
  const auto name = dynamic_cast<const wrpc::RemoteResource&>(*held).name();
  if (name.size() != 1 || name[0] >= counters_.size()) {
    return Error(ErrorKind::not_found, "that is no handle of ours");
  }
  return &counters_[name[0]];
}

Result<std::vector<wit::Value>> Server::count(const Function& function, Values params) {
  if (function.name == "[constructor]counter") {
    counters_.push_back(std::get<std::uint32_t>(params.at(0).rep));
    std::vector<std::uint8_t> name{static_cast<std::uint8_t>(counters_.size() - 1)};
    return one({wit::Handle{std::make_shared<wrpc::RemoteResource>(std::move(name))}});
  }
  if (function.name == "pass") {
    return params;
  }
  if (function.name == "[method]counter.add") {
    WC_TRY(std::uint32_t* const sum, counter(params.at(0)));
    *sum += std::get<std::uint32_t>(params.at(1).rep);
    return one({*sum});
  }
  std::uint32_t total = 0;
  for (const wit::Value& handle : std::get<wit::List>(params.at(0).rep)) {
    WC_TRY(const std::uint32_t* const sum, counter(handle));
    total += *sum;
  }
  return one({total});
}

Task<std::vector<wit::Value>> Server::hang() {
  hanging_();
  asio::steady_timer never(co_await asio::this_coro::executor,
                           asio::steady_timer::time_point::max());
  const auto [error] = co_await never.async_wait(as_result);
  co_return to_error(error, "hanging");
}

}  // namespace wasmcloud::interop

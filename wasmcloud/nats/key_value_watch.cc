// A watch is an ordered push consumer of the bucket's stream: nothing is acknowledged, each message
// carries its number, and on a gap or a silence a new consumer begins behind the last entry told.
// That place means something only in the stream that it was told of: one that somebody deleted and
// made anew counts from 1 again. So a watch knows when its stream was created.
#include <array>
#include <charconv>
#include <utility>

#include <boost/asio/steady_timer.hpp>
#include <nlohmann/json.hpp>

#include "wasmcloud/base/log.h"
#include "wasmcloud/nats/bucket_state.h"
#include "wasmcloud/nats/jetstream_api.h"

namespace wasmcloud::nats {
namespace internal {

struct WatchState {
  std::shared_ptr<const BucketState> bucket;
  WatchOptions options;
  std::string stream_created = {};  // of the stream that is watched, as the server wrote it
  std::optional<Subscription> subscription = {};  // while a consumer serves us
  std::uint64_t consumer_sequence = 0;            // of the last message of that consumer
  std::uint64_t stream_sequence = 0;  // of the last entry told, or where to go on behind
  bool initial_ended = false;
  bool mark_due = false;
};

}  // namespace internal

namespace {

using internal::BucketState;
using internal::number_in;
using internal::WatchState;
using Json = nlohmann::json;

constexpr std::chrono::seconds kConsumerPatience{5};
constexpr std::chrono::milliseconds kRetryPause{100};

std::uint64_t to_number(std::string_view digits) {
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

// What the reply subject of a delivered message tells:
//   $JS.ACK.{stream}.{consumer}.{deliveries}.{stream seq}.{consumer seq}.{time}.{pending}
// and, of servers with domains, {domain}.{account hash} behind ACK and a random token at the end.
struct Delivery {
  std::uint64_t stream_sequence;
  std::uint64_t consumer_sequence;
  std::uint64_t nanoseconds;  // since 1970
  std::uint64_t pending;
};

std::optional<Delivery> parse_delivery(std::string_view reply) {
  std::array<std::string_view, 13> tokens;
  std::size_t count = 0;
  for (std::size_t start = 0; start <= reply.size() && count < tokens.size(); ++count) {
    const std::size_t end = std::min(reply.find('.', start), reply.size());
    tokens[count] = reply.substr(start, end - start);
    start = end + 1;
  }
  if (count < 9 || count == 10 || tokens[0] != "$JS" || tokens[1] != "ACK") {
    return std::nullopt;
  }
  const std::size_t first = count == 9 ? 5 : 7;
  return Delivery{.stream_sequence = to_number(tokens[first]),
                  .consumer_sequence = to_number(tokens[first + 1]),
                  .nanoseconds = to_number(tokens[first + 2]),
                  .pending = to_number(tokens[first + 3])};
}

std::string consumer_config(const WatchState& state, const std::string& deliver_to) {
  Json config{{"deliver_subject", deliver_to},
              {"ack_policy", "none"},
              {"max_deliver", 1},
              {"replay_policy", "instant"},
              {"filter_subject", state.bucket->read + state.options.keys},
              {"flow_control", true},
              {"idle_heartbeat", std::chrono::nanoseconds(state.options.heartbeat).count()},
              {"mem_storage", true},
              {"num_replicas", 1}};
  if (state.stream_sequence != 0) {
    config["deliver_policy"] = "by_start_sequence";
    config["opt_start_seq"] = state.stream_sequence + 1;
  } else {
    switch (state.options.from) {
      case WatchFrom::last_values:
        config["deliver_policy"] = "last_per_subject";
        break;
      case WatchFrom::history:
        config["deliver_policy"] = "all";
        break;
      case WatchFrom::now:
        config["deliver_policy"] = "new";
        break;
    }
  }
  return Json{{"stream_name", state.bucket->stream}, {"config", std::move(config)}}.dump();
}

void end_initial(WatchState& state) {
  if (!state.initial_ended) {
    state.initial_ended = true;
    state.mark_due = true;
  }
}

// What tells one stream from another of the same name, and how far it has counted.
struct StreamLife {
  std::string created;
  std::uint64_t last_sequence;
};

Task<StreamLife> read_life(const BucketState& bucket, Deadline deadline) {
  WC_CO_TRY(const Json info,
            internal::stream_info(bucket.connection, bucket.api, bucket.stream, deadline));
  const auto created = info.find("created");
  const auto state = info.find("state");
  if (created == info.end() || !created->is_string() || state == info.end() ||
      !state->is_object()) {
    co_return Error(ErrorKind::internal, "JetStream did not tell when stream {} was created",
                    bucket.stream);
  }
  co_return StreamLife{.created = created->get<std::string>(),
                       .last_sequence = number_in(*state, "last_seq")};
}

// `not_found` if what was told is not of the stream that is there now: it was made anew, or a
// backup took its place. Asked after the consumer was made: the stream that is the old one now was
// it then.
Task<> check_same_life(const WatchState& state, Deadline deadline) {
  WC_CO_TRY(const StreamLife now, read_life(*state.bucket, deadline));
  if (now.created != state.stream_created || now.last_sequence < state.stream_sequence) {
    co_return Error(
        ErrorKind::not_found,
        "bucket {} was deleted and made anew: watched was that of {} up to revision {}, "
        "there is that of {} with revision {}",
        state.bucket->bucket, state.stream_created, state.stream_sequence, now.created,
        now.last_sequence);
  }
  co_return Result<>();
}

enum class Again : std::uint8_t { no, yes };

// Makes a consumer that goes on behind what was told.
Task<> begin(WatchState& state, Deadline deadline, Again again) {
  const BucketState& bucket = *state.bucket;
  SubscribeOptions inbox{.subject = bucket.connection.new_inbox()};
  std::string body = consumer_config(state, inbox.subject);
  WC_CO_TRY(Subscription subscription, bucket.connection.subscribe(std::move(inbox)));
  std::string subject = fmt::format("{}CONSUMER.CREATE.{}", bucket.api, bucket.stream);
  WC_CO_TRY(const Json info, internal::api_request(bucket.connection, std::move(subject),
                                                   std::move(body), deadline));
  if (again == Again::yes) {
    WC_CO_CHECK(check_same_life(state, deadline));
  }
  state.consumer_sequence = 0;
  state.subscription.emplace(std::move(subscription));
  if (number_in(info, "num_pending") == 0 || state.options.from == WatchFrom::now) {
    end_initial(state);
  }
  if (const auto delivered = info.find("delivered");
      state.options.from == WatchFrom::now && state.stream_sequence == 0 &&
      delivered != info.end() && delivered->is_object()) {
    state.stream_sequence = number_in(*delivered, "stream_seq");
  }
  co_return Result<>();
}

// Begins anew after trouble, for as long as trying may help.
Task<> begin_again(WatchState& state, Deadline deadline) {
  const BucketState& bucket = *state.bucket;
  for (;;) {
    WC_CO_CHECK(bucket.connection.wait_connected(deadline));
    Result<> begun =
        co_await begin(state, deadline.min(Deadline::after(kConsumerPatience)), Again::yes);
    if (begun) {
      log::debug("watch of a bucket began anew",
                 {{"bucket", bucket.bucket}, {"after_revision", state.stream_sequence}});
      co_return begun;
    }
    const ErrorKind kind = begun.error().kind();
    const bool may_help = (kind == ErrorKind::unavailable || kind == ErrorKind::timeout) &&
                          bucket.connection.state() != ConnectionState::closed;
    if (!may_help || deadline.expired()) {
      co_return begun;
    }
    // A server that has just started may not have its streams yet.
    asio::steady_timer pause(co_await asio::this_coro::executor, kRetryPause);
    const auto [error] = co_await pause.async_wait(as_result);
    if (error) {
      co_return Error(ErrorKind::cancelled, "cancelled while watching bucket {}", bucket.bucket);
    }
  }
}

enum class Control : std::uint8_t { none, handled, out_of_step };

// Heartbeats, and the server's question whether we have kept up.
Result<Control> handle_control(WatchState& state, const Message& message) {
  const auto status = message.header("Status");
  if (!status) {
    return Control::none;
  }
  if (*status != "100") {
    return Control::out_of_step;  // such as 409: the consumer was deleted
  }
  std::string answer_to(message.reply());
  if (answer_to.empty()) {
    answer_to = message.header("Nats-Consumer-Stalled").value_or("");
  }
  if (!answer_to.empty()) {
    WC_CHECK(state.bucket->connection.publish({.subject = std::move(answer_to)}));
  }
  const auto last = message.header("Nats-Last-Consumer");
  return last && to_number(*last) != state.consumer_sequence ? Control::out_of_step
                                                             : Control::handled;
}

}  // namespace

KvWatch::KvWatch(std::unique_ptr<WatchState> state) noexcept : state_(std::move(state)) {}

KvWatch::KvWatch(KvWatch&&) noexcept = default;

KvWatch::~KvWatch() = default;

Task<KvEvent> KvWatch::next(Deadline deadline) {
  WatchState& state = *state_;
  for (;;) {
    if (std::exchange(state.mark_due, false)) {
      co_return KvEvent{};
    }
    if (!state.subscription) {
      WC_CO_CHECK(begin_again(state, deadline), "watching bucket {}", state.bucket->bucket);
      continue;
    }
    const Deadline silence = Deadline::after(2 * state.options.heartbeat);
    Result<std::optional<Message>> received =
        co_await state.subscription->next(deadline.min(silence));
    if (!received) {
      if (received.error().kind() == ErrorKind::timeout && !deadline.expired()) {
        state.subscription.reset();  // the consumer is gone
        continue;
      }
      co_return std::move(received).error().with_context("watching bucket " + state.bucket->bucket);
    }
    if (!*received) {
      co_return Error(ErrorKind::unavailable, "watching bucket {}: the connection is closed",
                      state.bucket->bucket);
    }
    const Message& message = **received;
    WC_CO_TRY_VALUE(const Control control, handle_control(state, message));
    if (control == Control::handled) {
      continue;
    }
    const auto delivery = parse_delivery(message.reply());
    if (control == Control::out_of_step || !delivery ||
        delivery->consumer_sequence != state.consumer_sequence + 1) {
      state.subscription.reset();
      continue;
    }
    state.consumer_sequence = delivery->consumer_sequence;
    state.stream_sequence = delivery->stream_sequence;
    if (delivery->pending == 0) {
      end_initial(state);
    }
    std::string_view key = message.subject();
    if (key.starts_with(state.bucket->read)) {
      key.remove_prefix(state.bucket->read.size());
    }
    KvEvent event;
    event.entry.emplace(KvEntry{.key = std::string(key),
                                .value = std::string(message.text()),
                                .revision = delivery->stream_sequence,
                                .operation = internal::operation_of(message),
                                .created = std::chrono::system_clock::time_point(
                                    std::chrono::duration_cast<std::chrono::system_clock::duration>(
                                        std::chrono::nanoseconds(delivery->nanoseconds)))});
    co_return std::move(event);
  }
}

Task<KvWatch> Bucket::watch(WatchOptions options, Deadline deadline) {
  WC_CO_CHECK_VALUE(check_subject(options.keys, Wildcards::allowed), "bucket {}", state_->bucket);
  if (options.heartbeat < std::chrono::milliseconds(100)) {
    co_return Error(ErrorKind::invalid, "bucket {}: a watch's heartbeat is at least 100 ms",
                    state_->bucket);
  }
  auto state =
      std::make_unique<WatchState>(WatchState{.bucket = state_, .options = std::move(options)});
  // Before the consumer is made: else what it tells could be of a stream before the one asked of.
  WC_CO_TRY(StreamLife life, read_life(*state_, deadline), "watching bucket {}", state_->bucket);
  state->stream_created = std::move(life.created);
  WC_CO_CHECK(begin(*state, deadline, Again::no), "watching bucket {}", state_->bucket);
  co_return KvWatch(std::move(state));
}

}  // namespace wasmcloud::nats

#include "wasmcloud/nats/key_value.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <map>

#include <nlohmann/json.hpp>

#include "wasmcloud/base/encoding.h"
#include "wasmcloud/nats/bucket_state.h"
#include "wasmcloud/nats/jetstream_api.h"

namespace wasmcloud::nats {
namespace internal {

Result<> check_key(std::string_view key) {
  const auto is_good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-/_=.").find(c) != std::string_view::npos;
  };
  if (key.empty() || key.front() == '.' || key.back() == '.' ||
      key.find("..") != std::string_view::npos || !std::ranges::all_of(key, is_good)) {
    return Error(ErrorKind::invalid,
                 "key '{}': expected letters, digits and '-/_=.', no '.' at the ends or twice",
                 key);
  }
  return {};
}

KvOperation operation_of(const Message& message) {
  const auto operation = message.header("KV-Operation");
  if (operation == "DEL") {
    return KvOperation::del;
  }
  return operation == "PURGE" ? KvOperation::purge : KvOperation::put;
}

}  // namespace internal

namespace {

using internal::api_request;
using internal::BucketState;
using internal::number_in;
using Json = nlohmann::json;

// "2026-11-23T07:08:59.123456789Z". The epoch if it is none.
std::chrono::system_clock::time_point parse_time(std::string_view text) {
  std::tm fields{};
  const std::string copy(text);
  const char* rest = ::strptime(copy.c_str(), "%Y-%m-%dT%H:%M:%S", &fields);
  if (rest == nullptr) {
    return {};
  }
  std::int64_t nanoseconds = 0;
  if (*rest == '.') {
    std::int64_t unit = 100'000'000;
    for (++rest; *rest >= '0' && *rest <= '9'; ++rest, unit /= 10) {
      nanoseconds += (*rest - '0') * unit;
    }
  }
  return std::chrono::system_clock::from_time_t(::timegm(&fields)) +
         std::chrono::duration_cast<std::chrono::system_clock::duration>(
             std::chrono::nanoseconds(nanoseconds));
}

Result<std::shared_ptr<BucketState>> make_state(Connection& connection, const std::string& bucket,
                                                const std::string& domain) {
  WC_CHECK(internal::check_name(bucket, "bucket"));
  if (!domain.empty()) {
    WC_CHECK(internal::check_name(domain, "JetStream domain"));
  }
  const std::string api = internal::api_prefix(domain);
  const std::string read = fmt::format("$KV.{}.", bucket);
  return std::make_shared<BucketState>(BucketState{.connection = connection,
                                                   .bucket = bucket,
                                                   .stream = "KV_" + bucket,
                                                   .api = api,
                                                   .read = read,
                                                   .write = domain.empty() ? read : api + read});
}

// Learns from a stream's description what reading and writing it takes.
Result<> learn(BucketState& state, const Json& info) {
  const auto config = info.find("config");
  if (config == info.end() || !config->is_object()) {
    return Error(ErrorKind::internal, "bucket {}: JetStream described no stream", state.bucket);
  }
  if (const auto history = config->find("max_msgs_per_subject");
      history == config->end() || !history->is_number() || history->get<std::int64_t>() < 1) {
    return Error(ErrorKind::invalid, "stream {} is no key-value bucket: it keeps no last values",
                 state.stream);
  }
  if (const auto direct = config->find("allow_direct");
      direct != config->end() && direct->is_boolean()) {
    state.allow_direct = direct->get<bool>();
  }
  // A mirror is written to at its origin.
  if (const auto mirror = config->find("mirror"); mirror != config->end() && mirror->is_object()) {
    std::string origin = mirror->value("name", state.stream);
    if (origin.starts_with("KV_")) {
      origin.erase(0, 3);
    }
    const auto external = mirror->find("external");
    const std::string prefix = external != mirror->end() && external->is_object()
                                   ? external->value("api", std::string())
                                   : std::string();
    state.write =
        prefix.empty() ? fmt::format("$KV.{}.", origin) : fmt::format("{}.$KV.{}.", prefix, origin);
    state.read = fmt::format("$KV.{}.", origin);
  }
  return {};
}

std::string stream_config(const BucketState& state, const BucketConfig& config) {
  return Json{
      {"name", state.stream},
      {"description", config.description},
      {"subjects", {fmt::format("$KV.{}.>", state.bucket)}},
      {"retention", "limits"},
      {"max_consumers", -1},
      {"max_msgs", -1},
      {"max_bytes", -1},
      {"max_msg_size", -1},
      {"max_msgs_per_subject", config.history},
      {"max_age", config.max_age.count()},
      {"storage", config.storage == KvStorage::file ? "file" : "memory"},
      {"num_replicas", config.replicas},
      {"discard", "new"},
      {"duplicate_window", config.max_age.count() == 0
                               ? 120'000'000'000
                               : std::min<std::int64_t>(120'000'000'000, config.max_age.count())},
      {"allow_rollup_hdrs", true},
      {"deny_delete", true},
      {"deny_purge", false},
      {"allow_direct", true}}
      .dump();
}

// An answer of DIRECT.GET: the stored message itself, with what is known of it in headers.
Result<std::optional<KvEntry>> from_direct(const Message& message, const std::string& key) {
  if (const auto status = message.header("Status")) {
    if (*status == "404") {
      return std::optional<KvEntry>();
    }
    return Error(ErrorKind::internal, "key {}: JetStream answered status {}", key, *status);
  }
  KvEntry entry{.key = key, .value = std::string(message.text())};
  const std::string_view sequence = message.header("Nats-Sequence").value_or("");
  std::from_chars(sequence.data(), sequence.data() + sequence.size(), entry.revision);
  entry.created = parse_time(message.header("Nats-Time-Stamp").value_or(""));
  entry.operation = internal::operation_of(message);
  return std::optional(std::move(entry));
}

// An answer of STREAM.MSG.GET: JSON with base64 in it.
Result<std::optional<KvEntry>> from_stored(const Json& answer, const std::string& key) {
  const auto message = answer.find("message");
  if (message == answer.end() || !message->is_object()) {
    return Error(ErrorKind::internal, "key {}: JetStream answered no message", key);
  }
  KvEntry entry{.key = key, .revision = number_in(*message, "seq")};
  WC_TRY(const auto value, decode_base64(message->value("data", std::string())), "key {}", key);
  entry.value.assign(value.begin(), value.end());
  WC_TRY(const auto headers, decode_base64(message->value("hdrs", std::string())), "key {}", key);
  const std::string text(headers.begin(), headers.end());
  if (text.find("KV-Operation: DEL") != std::string::npos) {
    entry.operation = KvOperation::del;
  } else if (text.find("KV-Operation: PURGE") != std::string::npos) {
    entry.operation = KvOperation::purge;
  }
  entry.created = parse_time(message->value("time", std::string()));
  return std::optional(std::move(entry));
}

// The last entry of a key, marks of deletion too.
Task<std::optional<KvEntry>> last_entry(std::shared_ptr<const BucketState> state, std::string key,
                                        Deadline deadline) {
  WC_CO_CHECK_VALUE(internal::check_key(key), "bucket {}", state->bucket);
  if (state->allow_direct) {
    Outgoing request{.subject = fmt::format("{}DIRECT.GET.{}.{}{}", state->api, state->stream,
                                            state->read, key)};
    WC_CO_TRY(const Message answer, state->connection.request(std::move(request), deadline),
              "bucket {}", state->bucket);
    co_return from_direct(answer, key);
  }
  std::string subject = fmt::format("{}STREAM.MSG.GET.{}", state->api, state->stream);
  std::string body = Json{{"last_by_subj", state->read + key}}.dump();
  Result<Json> answer =
      co_await api_request(state->connection, std::move(subject), std::move(body), deadline);
  if (!answer) {
    if (answer.error().kind() == ErrorKind::not_found) {
      co_return std::optional<KvEntry>();
    }
    co_return std::move(answer).error().with_context("bucket " + state->bucket);
  }
  co_return from_stored(*answer, key);
}

}  // namespace

Bucket::Bucket(std::shared_ptr<const BucketState> state) noexcept : state_(std::move(state)) {}

const std::string& Bucket::name() const noexcept { return state_->bucket; }

Task<std::optional<KvEntry>> Bucket::get(std::string key, Deadline deadline) {
  WC_CO_TRY(auto entry, last_entry(state_, std::move(key), deadline));
  if (entry.has_value() && entry->operation != KvOperation::put) {
    entry.reset();
  }
  co_return std::move(entry);
}

Task<std::uint64_t> Bucket::store(std::string key, std::string value, Headers headers,
                                  Deadline deadline) {
  const auto state = state_;
  WC_CO_CHECK_VALUE(internal::check_key(key), "bucket {}", state->bucket);
  Outgoing request{
      .subject = state->write + key, .payload = std::move(value), .headers = std::move(headers)};
  WC_CO_TRY(const Json answer, api_request(state->connection, std::move(request), deadline),
            "bucket {}, key {}", state->bucket, key);
  co_return number_in(answer, "seq");
}

Task<std::uint64_t> Bucket::put(std::string key, std::string value, Deadline deadline) {
  return store(std::move(key), std::move(value), {}, deadline);
}

Task<std::uint64_t> Bucket::update(std::string key, std::string value, std::uint64_t revision,
                                   Deadline deadline) {
  Headers headers{{"Nats-Expected-Last-Subject-Sequence", std::to_string(revision)}};
  return store(std::move(key), std::move(value), std::move(headers), deadline);
}

Task<std::uint64_t> Bucket::create(std::string key, std::string value, Deadline deadline) {
  const auto state = state_;
  Bucket self(state);
  Result<std::uint64_t> stored = co_await self.update(key, value, 0, deadline);
  if (stored || stored.error().kind() != ErrorKind::conflict) {
    co_return stored;
  }
  // What is there may be the mark of a deletion.
  WC_CO_TRY(const auto last, last_entry(state, key, deadline));
  if (!last.has_value() || last->operation == KvOperation::put) {
    co_return Error(ErrorKind::conflict, "bucket {}: key {} has a value already", state->bucket,
                    key);
  }
  co_return co_await self.update(std::move(key), std::move(value), last->revision, deadline);
}

Task<> Bucket::del(std::string key, Deadline deadline) {
  Headers headers{{"KV-Operation", "DEL"}};
  WC_CO_CHECK(store(std::move(key), {}, std::move(headers), deadline));
  co_return Result<>();
}

Task<> Bucket::purge(std::string key, Deadline deadline) {
  Headers headers{{"KV-Operation", "PURGE"}, {"Nats-Rollup", "sub"}};
  WC_CO_CHECK(store(std::move(key), {}, std::move(headers), deadline));
  co_return Result<>();
}

Task<std::vector<std::string>> Bucket::keys(Deadline deadline) {
  WC_CO_TRY(KvWatch all, watch({}, deadline));
  std::map<std::string, bool> present;  // a later entry of a key overrides
  for (;;) {
    WC_CO_TRY(KvEvent event, all.next(deadline));
    if (event.is_initial_end()) {
      break;
    }
    present[std::move(event.entry->key)] = event.entry->operation == KvOperation::put;
  }
  std::vector<std::string> found;
  for (const auto& [key, has_value] : present) {
    if (has_value) {
      found.push_back(key);
    }
  }
  co_return found;
}

Task<Bucket> open_bucket(Connection& connection, std::string bucket, std::string domain,
                         Deadline deadline) {
  WC_CO_TRY_VALUE(const auto state, make_state(connection, bucket, domain));
  WC_CO_TRY(const Json info, internal::stream_info(connection, state->api, state->stream, deadline),
            "opening bucket {}", bucket);
  WC_CO_CHECK_VALUE(learn(*state, info));
  co_return Bucket(state);
}

Task<Bucket> open_or_create_bucket(Connection& connection, BucketConfig config, Deadline deadline) {
  Result<Bucket> existing =
      co_await open_bucket(connection, config.bucket, config.domain, deadline);
  if (existing || existing.error().kind() != ErrorKind::not_found) {
    co_return existing;
  }
  if (config.history < 1 || config.history > 64 || config.replicas < 1) {
    co_return Error(ErrorKind::invalid,
                    "bucket {}: history {} and replicas {}: expected 1 to 64, and at least 1",
                    config.bucket, config.history, config.replicas);
  }
  WC_CO_TRY_VALUE(const auto state, make_state(connection, config.bucket, config.domain));
  std::string subject = fmt::format("{}STREAM.CREATE.{}", state->api, state->stream);
  std::string body = stream_config(*state, config);
  Result<Json> created =
      co_await api_request(connection, std::move(subject), std::move(body), deadline);
  if (!created && created.error().kind() == ErrorKind::conflict) {
    // Somebody else was quicker, with other settings.
    co_return co_await open_bucket(connection, config.bucket, config.domain, deadline);
  }
  if (!created) {
    co_return std::move(created).error().with_context("creating bucket " + config.bucket);
  }
  WC_CO_CHECK_VALUE(learn(*state, *created));
  co_return Bucket(state);
}

Task<> delete_bucket(Connection& connection, std::string bucket, std::string domain,
                     Deadline deadline) {
  WC_CO_TRY_VALUE(const auto state, make_state(connection, bucket, domain));
  std::string subject = fmt::format("{}STREAM.DELETE.{}", state->api, state->stream);
  WC_CO_CHECK(api_request(connection, std::move(subject), {}, deadline), "deleting bucket {}",
              bucket);
  co_return Result<>();
}

Task<bool> has_jetstream(Connection& connection, std::string domain, Deadline deadline) {
  if (!domain.empty()) {
    WC_CO_CHECK_VALUE(internal::check_name(domain, "JetStream domain"));
  }
  std::string subject = internal::api_prefix(domain) + "INFO";
  const Result<Json> info = co_await api_request(connection, std::move(subject), {}, deadline);
  if (info) {
    co_return true;
  }
  // 503: not enabled, for the server or the account.
  if (info.error().kind() == ErrorKind::unavailable &&
      connection.state() == ConnectionState::connected) {
    co_return false;
  }
  co_return info.error().clone();
}

}  // namespace wasmcloud::nats

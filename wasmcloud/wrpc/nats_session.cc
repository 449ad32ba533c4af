#include "wasmcloud/wrpc/nats_session.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <boost/asio/post.hpp>

namespace wasmcloud::wrpc {
namespace {

// How much is sent before whoever sends more waits until NATS has taken it.
constexpr std::size_t kFlushAfter = std::size_t{1} << 20U;

std::optional<std::uint64_t> leading_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc{} && (end == text.data() + text.size() || *end == '.');
  return whole ? std::optional(number) : std::nullopt;
}

// Of a call that NATS itself, or a server, refuses with a status (wrpc.md 3.6).
Error refusal(std::string_view status, const nats::Message& message) {
  if (status == "503") {
    return Error(ErrorKind::not_found, "nobody serves it");
  }
  if (status == "408") {
    return Error(ErrorKind::timeout, "the server says that it took too long");
  }
  return Error(ErrorKind::unavailable, "answered with status {} ({})", status,
               message.header("Description").value_or("no description"));
}

}  // namespace

Result<> NatsOutbox::publish(const nats::Outgoing& message) {
  if (!held_->has_value()) {
    held_->emplace(connection_);
    asio::post(executor_, [held = held_] { held->reset(); });
  }
  return connection_.publish(message);
}

void NatsSessions::deliver(const nats::Message& message) {
  const auto number = leading_number(message.subject().substr(inbox.size() + 1));
  if (!number) {
    return;
  }
  if (const auto found = by_number.find(*number); found != by_number.end()) {
    found->second->deliver(message);
  }
}

void NatsSessions::fail_all() {
  for (const auto& [number, session] : by_number) {
    session->lose(
        Error(ErrorKind::unavailable, "the connection to {} was lost", connection.server()));
  }
}

NatsSession::NatsSession(NatsSessions& sessions, Role role)
    : sessions_(sessions),
      sends_(role == Role::client ? Direction::params : Direction::results),
      receives_(role == Role::client ? Direction::results : Direction::params),
      number_(++sessions.next),
      inbox_(fmt::format("{}.{}", sessions.inbox, number_)),
      channels_(sessions.limits) {
  sessions_.by_number.emplace(number_, this);
}

NatsSession::~NatsSession() {
  sessions_.by_number.erase(number_);
  // After a loss no end is sent: the peer would take what it has for whole.
  if (!peer_.empty() && !lost_) {
    static_cast<void>(send_end({}));  // best effort: the peer may be gone
    for (const Path& path : std::exchange(open_, {})) {
      static_cast<void>(publish(path, {}));
    }
  }
}

void NatsSession::deliver(const nats::Message& message) {
  if (message.subject().size() == inbox_.size()) {
    accept(message);
    return;
  }
  const auto path = channel_of(message.subject(), inbox_, receives_);
  if (!path) {
    return;
  }
  if (message.payload().empty()) {
    channels_.end(*path);
  } else {
    channels_.append(*path, message.payload());
  }
}

void NatsSession::accept(const nats::Message& message) {
  if (receives_ != Direction::results || !peer_.empty() || refusal_) {
    return;  // another server of the same function, without a queue group: the first one has it
  }
  if (const auto status = message.header("Status")) {
    refusal_ = refusal(*status, message);
  } else if (message.reply().empty()) {
    refusal_ = Error(ErrorKind::invalid, "the server accepted it without telling its inbox");
  } else {
    peer_ = message.reply();
  }
  answered_.notify();
}

void NatsSession::lose(Error error) {
  lost_ = true;
  fail(std::move(error));
}

void NatsSession::fail(Error error) {
  if (!refusal_) {
    refusal_ = error.clone();
  }
  answered_.notify();
  channels_.fail(std::move(error));
}

Task<> NatsSession::wait_accepted(Deadline deadline) {
  while (peer_.empty() && !refusal_) {
    WC_CO_CHECK(answered_.wait(deadline), "waiting for a server to accept it");
  }
  if (refusal_) {
    co_return refusal_->clone();
  }
  co_return Result<>();
}

Task<std::optional<std::string>> NatsSession::read(Path path, Deadline deadline) {
  return channels_.read(std::move(path), deadline);
}

Result<> NatsSession::publish(const Path& path, std::string bytes) {
  return sessions_.outbox.publish(
      {.subject = channel_subject(peer_, sends_, path), .payload = std::move(bytes)});
}

Result<> NatsSession::send(const Path& path, std::string bytes) {
  if (refusal_) {
    return refusal_->clone();
  }
  if (!path.empty() && std::ranges::find(open_, path) == open_.end()) {
    open_.push_back(path);
  }
  const std::size_t most = std::max<std::size_t>(1, sessions_.connection.max_payload());
  if (bytes.size() <= most) {
    return bytes.empty() ? Result<>() : publish(path, std::move(bytes));
  }
  for (std::size_t at = 0; at < bytes.size(); at += most) {
    WC_CHECK(publish(path, bytes.substr(at, most)));
  }
  return {};
}

Result<> NatsSession::send_end(const Path& path) {
  if (path.empty()) {
    return std::exchange(root_finished_, true) ? Result<>() : publish(path, {});
  }
  if (lost_) {  // the peer would take what it has for whole
    return refusal_->clone();
  }
  std::erase(open_, path);
  return publish(path, {});
}

Task<> NatsSession::write(Path path, std::string bytes, Deadline deadline) {
  if (since_flush_ >= kFlushAfter) {
    since_flush_ = 0;
    WC_CO_CHECK(sessions_.connection.flush(deadline));
  }
  since_flush_ += bytes.size();
  co_return send(path, std::move(bytes));
}

Task<> NatsSession::finish(Path path) { co_return send_end(path); }

Task<> NatsSession::finish_all() {
  WC_CO_CHECK_VALUE(send_end({}));
  while (!open_.empty()) {
    const Path path = open_.back();
    WC_CO_CHECK_VALUE(send_end(path));
  }
  co_return Result<>();
}

}  // namespace wasmcloud::wrpc

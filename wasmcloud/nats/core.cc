// The life of a connection: options, connecting, changes of state, the end.
#include "wasmcloud/nats/core.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <utility>

#include "wasmcloud/base/encoding.h"
#include "wasmcloud/base/log.h"
#include "wasmcloud/base/random.h"

namespace wasmcloud::nats::internal {
namespace {

// How many ended subscriptions are released with one ping.
constexpr std::size_t kRetiredAtOnce = 256;

// "nats://user:secret@host:4222" without what is before the '@'.
std::string without_user(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t start = scheme == std::string_view::npos ? 0 : scheme + 3;
  const std::size_t at = url.rfind('@');
  if (at == std::string_view::npos || at < start) {
    return std::string(url);
  }
  return std::string(url.substr(0, start)).append(url.substr(at + 1));
}

Result<> checked(natsStatus status, std::string_view doing) {
  if (status != NATS_OK) {
    return to_error(status, doing);
  }
  return {};
}

std::string random_name() {
  std::array<std::uint8_t, 16> bytes{};
  fill_random(bytes);
  return encode_hex(bytes);
}

Core* core_of(void* closure) noexcept { return static_cast<Core*>(closure); }

}  // namespace

Core::Core(asio::any_io_executor blocking, ConnectOptions options)
    : blocking_(std::move(blocking)),
      strand_(asio::make_strand(blocking_)),
      flush_strand_(asio::make_strand(blocking_)),
      options_(std::move(options)),
      reply_prefix_(options_.inbox_prefix + "." + random_name() + ".") {}

Core::~Core() {
  replies_.reset();
  natsConnection_Destroy(connection_);
}

// Any text of the C client may quote a url.
std::string Core::without_secrets(std::string text) const {
  for (const std::string& url : options_.urls) {
    const std::string harmless = without_user(url);
    if (harmless == url) {
      continue;
    }
    const std::size_t start = url.find("://") == std::string::npos ? 0 : url.find("://") + 3;
    const std::string user = url.substr(start, url.rfind('@') - start);
    for (std::size_t at = text.find(user); at != std::string::npos; at = text.find(user)) {
      text.replace(at, user.size(), "***");
    }
  }
  return text;
}

// The pair to prove ourselves with now: a file is read anew each time.
Result<JwtAndSeed> Core::jwt_and_seed() const {
  if (const auto* const file = std::get_if<CredentialsFile>(&options_.credentials)) {
    return read_credentials_file(file->path);
  }
  const auto& held = std::get<JwtAndSeed>(options_.credentials);
  return JwtAndSeed{SecretString(std::string(held.jwt.reveal())),
                    SecretString(std::string(held.seed.reveal()))};
}

natsStatus Core::give_jwt(char** jwt, char** error, void* closure) noexcept {
  const Result<JwtAndSeed> held = core_of(closure)->jwt_and_seed();
  if (!held) {
    *error = ::strdup(held.error().message().c_str());
    return NATS_ERR;
  }
  *jwt = ::strdup(held->jwt.reveal().c_str());
  return *jwt == nullptr ? NATS_NO_MEMORY : NATS_OK;
}

// The C client (3.4.1) takes a signature that begins with a zero byte for none, and the server
// refuses one nonce in 256. Such an attempt is given up here: the next one has another nonce.
natsStatus Core::sign(char** error, unsigned char** signature, int* size, const char* nonce,
                      void* closure) noexcept {
  Core& core = *core_of(closure);
  const auto* const nkey = std::get_if<NkeySeed>(&core.options_.credentials);
  const auto signed_nonce = [&]() -> Result<std::array<std::uint8_t, 64>> {
    if (nkey != nullptr) {
      return sign_with_seed(nkey->seed, nonce);
    }
    WC_TRY(const JwtAndSeed held, core.jwt_and_seed());
    return sign_with_seed(held.seed, nonce);
  }();
  if (!signed_nonce) {
    *error = ::strdup(signed_nonce.error().message().c_str());
    return NATS_ERR;
  }
  if (signed_nonce->front() == 0) {
    core.unlucky_nonce_ = true;
    *error = ::strdup("the signature begins with a zero byte: try again");
    return NATS_ERR;
  }
  *signature =
      static_cast<unsigned char*>(std::malloc(signed_nonce->size()));  // freed by the C client
  if (*signature == nullptr) {
    return NATS_NO_MEMORY;
  }
  std::ranges::copy(*signed_nonce, *signature);
  *size = static_cast<int>(signed_nonce->size());
  return NATS_OK;
}

Result<> Core::set_credentials(natsOptions* options) {
  if (const auto* const user = std::get_if<UserPassword>(&options_.credentials)) {
    return checked(
        natsOptions_SetUserInfo(options, user->user.c_str(), user->password.reveal().c_str()),
        "setting user and password");
  }
  if (const auto* const token = std::get_if<Token>(&options_.credentials)) {
    return checked(natsOptions_SetToken(options, token->token.reveal().c_str()),
                   "setting the token");
  }
  if (const auto* const file = std::get_if<CredentialsFile>(&options_.credentials)) {
    WC_CHECK(read_credentials_file(file->path));
    return checked(natsOptions_SetUserCredentialsCallbacks(options, give_jwt, this, sign, this),
                   "setting the credentials file");
  }
  if (const auto* const pair = std::get_if<JwtAndSeed>(&options_.credentials)) {
    if (pair->jwt.reveal().empty() != pair->seed.reveal().empty()) {
      return Error(ErrorKind::invalid,
                   "cannot authenticate if only one of jwt or seed is specified");
    }
    WC_CHECK(nkey_of_seed(pair->seed), "credentials");
    return checked(natsOptions_SetUserCredentialsCallbacks(options, give_jwt, this, sign, this),
                   "setting jwt and seed");
  }
  if (const auto* const nkey = std::get_if<NkeySeed>(&options_.credentials)) {
    WC_TRY(const std::string key, nkey_of_seed(nkey->seed), "credentials");
    return checked(natsOptions_SetNKey(options, key.c_str(), sign, this), "setting the nkey");
  }
  return {};
}

Result<> Core::set_tls(natsOptions* options) {
  const Tls& tls = options_.tls;
  if (tls.certificate.empty() != tls.key.empty()) {
    return Error(ErrorKind::invalid,
                 "only one of the client's TLS certificate and its key is given: give both");
  }
  if (!tls.required && tls.ca_file.empty() && tls.certificate.empty()) {
    return {};
  }
  WC_CHECK(checked(natsOptions_SetSecure(options, true), "requiring TLS"));
  if (!tls.ca_file.empty()) {
    const natsStatus status = natsOptions_LoadCATrustedCertificates(options, tls.ca_file.c_str());
    if (status != NATS_OK) {
      return Error(ErrorKind::invalid, "TLS CA file {}: {}", tls.ca_file, text_of(status));
    }
  }
  if (!tls.certificate.empty()) {
    const natsStatus status =
        natsOptions_LoadCertificatesChain(options, tls.certificate.c_str(), tls.key.c_str());
    if (status != NATS_OK) {
      return Error(ErrorKind::invalid, "TLS certificate {} with key {}: {}", tls.certificate,
                   tls.key, text_of(status));
    }
  }
  return {};
}

Result<OptionsHandle> Core::make_options() {
  if (options_.urls.empty()) {
    return Error(ErrorKind::invalid, "no NATS url is given");
  }
  WC_CHECK(check_subject(options_.inbox_prefix, Wildcards::refused), "inbox prefix");
  natsOptions* made = nullptr;
  WC_CHECK(checked(natsOptions_Create(&made), "making NATS options"));
  OptionsHandle options(made);
  std::vector<const char*> urls;
  for (const std::string& url : options_.urls) {
    urls.push_back(url.c_str());
  }
  const std::int64_t wait = std::max<std::int64_t>(1, options_.reconnect_wait.count());
  const std::array<natsStatus, 15> statuses = {
      natsOptions_SetServers(made, urls.data(), static_cast<int>(urls.size())),
      natsOptions_SetName(made, options_.name.c_str()),
      natsOptions_SetTimeout(made, std::max<std::int64_t>(1, options_.connect_timeout.count())),
      // Else a publish is held back for up to a millisecond.
      natsOptions_SetSendAsap(made, true),
      // One thread delivers for all subscriptions; it only hands over.
      natsOptions_UseGlobalMessageDelivery(made, true), natsOptions_SetMaxReconnect(made, -1),
      natsOptions_SetReconnectWait(made, wait),
      natsOptions_SetReconnectJitter(made, wait / 10 + 1, wait / 10 + 1),
      natsOptions_SetWriteDeadline(made, std::max<std::int64_t>(1, options_.write_timeout.count())),
      natsOptions_SetPingInterval(made, std::max<std::int64_t>(1, options_.ping_interval.count())),
      natsOptions_SetMaxPingsOut(made, 2), natsOptions_SetDisconnectedCB(made, on_lost, this),
      natsOptions_SetReconnectedCB(made, on_restored, this),
      natsOptions_SetClosedCB(made, on_closed, this),
      natsOptions_SetErrorHandler(made, on_error, this)};
  for (const natsStatus status : statuses) {
    if (status != NATS_OK) {
      return Error(kind_of(status), "NATS options: {}", without_secrets(text_of(status)));
    }
  }
  WC_CHECK(set_credentials(made));
  WC_CHECK(set_tls(made));
  return options;
}

Result<> Core::connect(const Pointer& self, Deadline deadline) {
  Core& core = *self;
  if (!deadline.is_never()) {
    core.options_.connect_timeout = std::min(
        core.options_.connect_timeout, std::chrono::milliseconds(milliseconds_left(deadline)));
  }
  WC_TRY(const OptionsHandle options, core.make_options());
  core.self_ = self;  // the callbacks may come from now on
  constexpr int kMaxUnluckyNonces = 8;
  natsStatus status = natsConnection_Connect(&core.connection_, options.get());
  for (int i = 0; i < kMaxUnluckyNonces && core.unlucky_nonce_.exchange(false); ++i) {
    status = natsConnection_Connect(&core.connection_, options.get());
  }
  if (status != NATS_OK) {
    std::string servers;
    for (const std::string& url : core.options_.urls) {
      servers += (servers.empty() ? "" : ", ") + without_user(url);
    }
    core.self_.reset();
    core.state_ = ConnectionState::closed;
    core.client_closed_ = true;
    return Error(kind_of(status), "connecting to {}: {}", servers,
                 core.without_secrets(text_of(status)));
  }
  natsSubscription* replies = nullptr;
  const natsStatus subscribed = natsConnection_Subscribe(
      &replies, core.connection_, (core.reply_prefix_ + "*").c_str(), on_reply, self.get());
  if (subscribed != NATS_OK) {
    Error error = to_error(subscribed, "subscribing to our own inbox");
    core.close(Tell::nothing);
    return error;
  }
  core.replies_.reset(replies);
  natsSubscription_SetPendingLimits(replies, -1, -1);  // each answers somebody who waits
  core.subscription_began();
  if (natsSubscription_SetOnCompleteCB(
          replies, [](void* closure) { core_of(closure)->subscription_ended(); }, self.get()) !=
      NATS_OK) {
    core.subscription_ended();
  }
  core.read_server();
  asio::post(core.strand_, [self] { self->restored(0); });
  // A loss from here on is on the strand after it.
  return {};
}

void Core::close(Tell tell) noexcept {
  {
    const std::scoped_lock lock(mutex_);
    closing_ = true;
    silent_ = silent_ || tell == Tell::nothing;
  }
  direct_ = false;
  cork_.detach();
  natsConnection_Close(connection_);
  std::unique_lock lock(mutex_);
  quiet_.wait(lock, [this] { return client_closed_ && subscriptions_ == 0; });
  const auto parked = std::exchange(parked_, {});
  const auto retired = std::exchange(retired_, {});
  lock.unlock();  // before these go
}

void Core::retire(const Pointer& self, SubscriptionHandle subscription) noexcept {
  natsSubscription_Unsubscribe(subscription.get());
  const std::scoped_lock lock(self->mutex_);
  if (self->client_closed_) {
    return;  // releases it here: nobody reads any more
  }
  self->retired_.push_back(std::move(subscription));
  if (self->retired_.size() >= kRetiredAtOnce && !self->releasing_) {
    self->releasing_ = true;
    asio::post(self->flush_strand_, [self] { self->release_retired(); });
  }
}

void Core::release_retired() noexcept {
  std::vector<SubscriptionHandle> retired;
  {
    const std::scoped_lock lock(mutex_);
    retired.swap(retired_);
  }
  constexpr std::int64_t kPatience = 2000;
  const bool safe = natsConnection_FlushTimeout(connection_, kPatience) == NATS_OK;
  const std::scoped_lock lock(mutex_);
  releasing_ = false;
  if (!safe && !client_closed_) {  // with the next ones
    std::ranges::move(retired, std::back_inserter(retired_));
    retired.clear();
  }
}

void Core::park(std::shared_ptr<void> state) {
  const std::scoped_lock lock(mutex_);
  parked_.push_back(std::move(state));
}

void Core::subscription_began() noexcept {
  const std::scoped_lock lock(mutex_);
  ++subscriptions_;
}

void Core::subscription_ended() noexcept {
  const std::scoped_lock lock(mutex_);
  --subscriptions_;
  quiet_.notify_all();
}

std::string Core::server() const {
  const std::scoped_lock lock(mutex_);
  return server_;
}

std::string Core::end_reason() const {
  const std::scoped_lock lock(mutex_);
  return end_reason_;
}

std::string Core::new_inbox() const { return options_.inbox_prefix + "." + random_name(); }

void Core::on_lost(natsConnection*, void* closure) noexcept {
  Core& core = *core_of(closure);
  core.direct_ = false;
  ++core.epoch_;
  asio::post(core.strand_, [self = core.self_] { self->lost(); });
}

void Core::on_restored(natsConnection*, void* closure) noexcept {
  Core& core = *core_of(closure);
  asio::post(core.strand_,
             [self = core.self_, epoch = core.epoch_.load()] { self->restored(epoch); });
}

void Core::on_closed(natsConnection*, void* closure) noexcept {
  Core& core = *core_of(closure);
  core.direct_ = false;
  ++core.epoch_;
  asio::post(core.strand_, [self = std::exchange(core.self_, nullptr)] { self->ended(); });
  // The connection's owner keeps it until close() has ended, and so the lock. Nothing of ours may
  // go with this thread: what it stands on is the owner's, who goes on at once.
  const std::scoped_lock lock(core.mutex_);
  core.client_closed_ = true;
  core.quiet_.notify_all();
}

void Core::on_error(natsConnection*, natsSubscription*, natsStatus status, void* closure) noexcept {
  // A slow consumer is told by its subscription.
  if (status == NATS_SLOW_CONSUMER) {
    return;
  }
  Core& core = *core_of(closure);
  asio::post(core.strand_, [self = core.self_, status] {
    log::warn("NATS server or client reports an error", {{"server", self->server()},
                                                         {"status", natsStatus_GetText(status)},
                                                         {"error", self->last_error()}});
  });
}

std::string Core::last_error() const {
  const char* text = nullptr;
  const natsStatus status = natsConnection_GetLastError(connection_, &text);
  return status == NATS_OK || text == nullptr ? std::string() : without_secrets(text);
}

void Core::lost() {
  {
    const std::scoped_lock lock(mutex_);
    if (closing_) {
      return;  // the C client tells this before the end as well
    }
  }
  cork_.detach();
  const std::string reason = last_error();
  log::warn("connection to NATS lost", {{"server", server()}, {"error", reason}});
  tell(ConnectionState::reconnecting, reason);
  fail_requests_before(epoch_);
}

void Core::read_server() {
  std::array<char, 512> url{};
  if (natsConnection_GetConnectedUrl(connection_, url.data(), url.size()) == NATS_OK) {
    const std::scoped_lock lock(mutex_);
    server_ = without_user(url.data());
  }
  max_payload_ = static_cast<std::size_t>(
      std::max<std::int64_t>(0, natsConnection_GetMaxPayload(connection_)));
}

void Core::restored(std::uint64_t epoch) {
  if (state() == ConnectionState::closed || epoch != epoch_) {
    return;  // lost again meanwhile: that is told
  }
  read_server();
  cork_.attach(connection_);
  send_kept();
  {
    const std::scoped_lock lock(mutex_);
    if (!kept_.empty() || closing_) {
      return;
    }
    direct_ = true;
    if (epoch != epoch_) {
      direct_ = false;  // on_lost came between
      return;
    }
  }
  if (epoch != 0) {
    log::info("connection to NATS restored", {{"server", server()}});
  }
  tell(ConnectionState::connected, {});
}

// Until nothing is left, or the connection is lost again.
void Core::send_kept() {
  const std::uint64_t epoch = epoch_;
  std::uint64_t failed = 0;
  for (;;) {
    Kept kept;
    {
      const std::scoped_lock lock(mutex_);
      if (kept_.empty() || epoch != epoch_) {
        break;
      }
      kept = std::move(kept_.front());
      kept_.pop_front();
      kept_bytes_ -= kept.message.payload.size();
    }
    if (send(kept.message, kept.reply) != NATS_OK) {
      ++failed;
    }
  }
  if (failed != 0) {
    lost_publishes_ += failed;
    log::warn("messages kept while NATS was away could not be sent",
              {{"server", server()}, {"messages", failed}});
  }
}

void Core::ended() {
  std::string reason;
  {
    const std::scoped_lock lock(mutex_);
    if (!closing_) {
      const char* text = nullptr;
      natsConnection_GetLastError(connection_, &text);
      end_reason_ = text == nullptr ? "closed by the C client" : without_secrets(text);
      reason = end_reason_;
    }
    kept_.clear();
    kept_bytes_ = 0;
  }
  if (!reason.empty()) {
    log::error("connection to NATS ended for good", {{"server", server()}, {"error", reason}});
  }
  tell(ConnectionState::closed, reason);
  fail_requests_before(UINT64_MAX);
}

void Core::tell(ConnectionState state, std::string reason) {
  std::vector<std::shared_ptr<Waiter>> waiters;
  {
    // Both under the lock: when close() has seen the new state, the last change has been told.
    const std::scoped_lock lock(mutex_);
    state_.store(state, std::memory_order_release);
    if (options_.on_state && options_.state_executor && !silent_) {
      StateChange change{state, state == ConnectionState::connected ? server_ : std::string(),
                         std::move(reason)};
      asio::post(options_.state_executor,
                 [told = options_.on_state, change = std::move(change)] { told(change); });
    }
    waiters.swap(state_waiters_);
  }
  for (auto& waiter : waiters) {
    Waiter::wake(std::move(waiter));
  }
}

void Core::fail_requests_before(std::uint64_t epoch) {
  const std::scoped_lock lock(requests_mutex_);
  std::erase_if(requests_, [epoch](auto& entry) {
    PendingRequest& request = *entry.second;
    if (request.epoch >= epoch) {
      return false;
    }
    request.lost = true;
    Waiter::wake(std::shared_ptr<Waiter>(entry.second, &request.waiter));
    return true;
  });
}

}  // namespace wasmcloud::nats::internal

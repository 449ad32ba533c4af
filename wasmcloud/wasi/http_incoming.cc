#include "wasmcloud/wasi/http_incoming.h"

#include <utility>

#include <boost/asio/this_coro.hpp>

#include "wasmcloud/base/log.h"
#include "wasmcloud/wasi/http_event.h"
#include "wasmcloud/wasi/http_trace.h"

namespace wasmcloud::wasi {
namespace {

std::span<const std::uint8_t> as_bytes(const std::string& text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// The answer to a client whose component gave an error-code instead of a response.
unsigned status_of(const ErrorCode& error) noexcept {
  switch (error.which()) {
    case ErrorCase::dns_timeout:
    case ErrorCase::connection_timeout:
    case ErrorCase::connection_read_timeout:
    case ErrorCase::connection_write_timeout:
    case ErrorCase::http_response_timeout:
      return 504;
    case ErrorCase::dns_error:
    case ErrorCase::destination_not_found:
    case ErrorCase::destination_unavailable:
    case ErrorCase::connection_refused:
    case ErrorCase::connection_terminated:
    case ErrorCase::tls_protocol_error:
    case ErrorCase::tls_certificate_error:
    case ErrorCase::tls_alert_received:
    case ErrorCase::http_response_incomplete:
      return 502;
    case ErrorCase::connection_limit_reached:
      return 503;
    case ErrorCase::http_request_denied:
      return 403;
    case ErrorCase::http_request_length_required:
      return 411;
    case ErrorCase::http_request_body_size:
      return 413;
    case ErrorCase::http_request_uri_too_long:
      return 414;
    case ErrorCase::http_request_header_section_size:
    case ErrorCase::http_request_header_size:
      return 431;
    case ErrorCase::loop_detected:
      return 508;
    default:
      return 500;
  }
}

unsigned status_of(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::timeout:
      return 504;
    case ErrorKind::exhausted:
      return 503;
    default:
      return 500;
  }
}

// One request from its start to its answer; lives in the frame of serve_request().
class IncomingExchange {
 public:
  IncomingExchange(RequestRun run, http::Request& request, http::ResponseWriter& response)
      : run_(std::move(run)),
        log_name_(run_.context->environment().log_name),
        request_(request),
        response_(response),
        cell_(request.head.method == "HEAD") {}

  // Runs the guest until it ends (true) or waits.
  bool start();

  // After start() gave true: whether close() must be awaited before drop_store().
  bool needs_close() const noexcept { return store_ != nullptr && context_->needs_close(); }

  Task<> close();
  void drop_store() noexcept;
  // Answers when nothing has been sent, and the whole answer is known or the guest has ended.
  Task<> answer();
  // After start() gave false: answers while the guest goes on.
  Task<> run_beside();
  // What the server is to be told of an answer that broke off after a part was sent.
  Error broke_off(Error why);

 private:
  Result<> call_guest(component::Store& store);
  http::ResponseHead conclude();
  http::ResponseHead fail(unsigned status);
  Task<> stream(http::ResponseHead head);
  Task<> drive();
  Task<> answer_beside();
  void log_failure(std::string_view sentence, const Error* error);
  void log_guest();

  RequestRun run_;
  const std::string& log_name_;  // of the environment, which outlives the request
  http::Request& request_;
  http::ResponseWriter& response_;
  ResponseCell cell_;
  std::string text_;  // the body of an answer of ours
  std::unique_ptr<component::Store> store_;
  Context* context_ = nullptr;  // the store's
  Result<> result_;             // how the guest ended
  bool ended_ = false;
  bool exited_well_ = false;  // by wasi:cli/exit
  bool abandoned_ = false;    // nobody waits for the guest any more: how it ends is no news
  bool logged_ = false;
  std::optional<Event> event_;
  std::optional<TaskScope> tasks_;
};

bool IncomingExchange::start() {
  context_ = run_.context.get();
  if (!context_->trace) {
    context_->trace = trace_of(request_.head.headers);
  }
  const component::StoreLimits limits{.memory_bytes = run_.memory_bytes,
                                      .deadline = Deadline::after(run_.timeout)};
  auto store = component::Store::create(std::move(run_.component), run_.executor,
                                        std::move(run_.context), limits);
  if (!store) {
    result_ = std::move(store).error();
    ended_ = true;
    return true;
  }
  store_ = *std::move(store);
  if (!store_->start([this](component::Store& running) { return call_guest(running); })) {
    return false;
  }
  result_ = store_->take_result();
  ended_ = true;
  return true;
}

Result<> IncomingExchange::call_guest(component::Store& store) {
  return (*run_.handler)(store, component::make_own<IncomingRequest>(request_, *context_),
                         component::make_own<ResponseOutparam>(cell_));
}

void IncomingExchange::drop_store() noexcept {
  if (store_) {
    exited_well_ = context_->exit_status == 0;
    context_ = nullptr;
    store_.reset();
  }
}

Task<> IncomingExchange::close() { return component::close_state(*context_); }

// --- the answer ---

http::ResponseHead IncomingExchange::fail(unsigned status) {
  http::ResponseHead head{.status = status, .headers = {}};
  head.headers.add("content-type", "text/plain");
  text_ = fmt::format("{} {}\n", status, http::reason_phrase(status));
  return head;
}

http::ResponseHead IncomingExchange::conclude() {
  log_guest();
  if (cell_.complete()) {
    return cell_.take_head();
  }
  if (!result_) {
    return fail(status_of(result_.error().kind()));
  }
  if (cell_.state() == ResponseCell::State::error) {
    const Error error(ErrorKind::unavailable, "{}", cell_.error().describe());
    log_failure("component answered with an error", &error);
    return fail(status_of(cell_.error()));
  }
  log_failure(cell_.state() == ResponseCell::State::unset
                  ? "component did not call response-outparam.set"
                  : "component did not finish the body of its response",
              nullptr);
  return fail(500);
}

Task<> IncomingExchange::answer() {
  http::ResponseHead head = conclude();
  if (run_.failures != nullptr && !cell_.complete()) {
    const bool coded = result_ && cell_.state() == ResponseCell::State::error;
    co_return co_await run_.failures->reply(coded ? &cell_.error() : nullptr);
  }
  if (!cell_.complete() || !cell_.content()) {
    co_return co_await response_.respond(std::move(head), as_bytes(text_));
  }
  if (cell_.content()->has_trailers()) {
    co_return co_await stream(std::move(head));
  }
  co_return co_await response_.respond(std::move(head), as_bytes(cell_.content()->pending()));
}

Task<> IncomingExchange::stream(http::ResponseHead head) {
  Result<http::BodyWriter*> writer = co_await response_.start(std::move(head));
  if (!writer) {
    cell_.content()->close(std::nullopt);
    co_return std::move(writer).error();
  }
  co_return co_await send_body(cell_.content(), **writer, run_.executor);
}

void IncomingExchange::log_failure(std::string_view sentence, const Error* error) {
  logged_ = true;
  const http::RequestHead& head = request_.head;
  const std::string& name = log_name_;
  if (error == nullptr) {
    log::error(sentence, {{"component", name}, {"method", head.method}, {"path", head.target}});
  } else if (error->detail().empty()) {
    log::error(sentence, {{"component", name},
                          {"method", head.method},
                          {"path", head.target},
                          {"error", error->describe()}});
  } else {
    log::error(sentence, {{"component", name},
                          {"method", head.method},
                          {"path", head.target},
                          {"error", error->describe()},
                          {"detail", error->detail()}});
  }
}

void IncomingExchange::log_guest() {
  if (result_ || logged_ || abandoned_ || exited_well_) {
    return;
  }
  if (result_.error().kind() == ErrorKind::exhausted) {
    logged_ = true;
    log::warn("no room for another instance",
              {{"component", log_name_}, {"error", result_.error().describe()}});
  } else {
    log_failure("component failed", &result_.error());
  }
}

Error IncomingExchange::broke_off(Error why) {
  // What a client did is no failure of ours; what the guest did is logged already.
  const bool ours = why.kind() == ErrorKind::invalid || why.kind() == ErrorKind::internal;
  if (ours && !logged_) {
    log_failure("response could not be sent to its end", &why);
  }
  return Error(ErrorKind::cancelled, "{}", why.describe());
}

// --- beside the guest ---

Task<> IncomingExchange::drive() {
  // Whoever waits for the guest's end is told of it even if this throws.
  struct Telling {
    IncomingExchange& exchange;

    ~Telling() {
      exchange.ended_ = true;
      exchange.event_->wake();
    }
  } const telling{*this};

  result_ = co_await store_->resume();
  Result<> closed;
  if (context_->needs_close()) {
    closed = co_await context_->close();
  }
  drop_store();
  co_return closed;
}

Task<> IncomingExchange::answer_beside() {
  while (cell_.state() == ResponseCell::State::unset && !ended_) {
    WC_CO_CHECK(event_->wait());
  }
  if (ended_ || cell_.complete() || cell_.state() == ResponseCell::State::error) {
    WC_CO_CHECK(answer());
  } else {
    http::ResponseHead head = cell_.take_head();
    WC_CO_CHECK(stream(std::move(head)));
  }
  while (!ended_) {
    WC_CO_CHECK(event_->wait());
  }
  co_return Result<>();
}

Task<> IncomingExchange::run_beside() {
  // The guest is waited for even by a task that is being cancelled: no exceptions here.
  co_await asio::this_coro::throw_if_cancelled(false);
  event_.emplace(run_.executor);
  cell_.set_waker(&*event_);
  tasks_.emplace(run_.executor);
  tasks_->spawn("guest of a request", drive());
  Result<> answered;
  try {
    answered = co_await answer_beside();
  } catch (const std::exception& e) {
    answered = Error(ErrorKind::internal, "exception: {}", e.what());
  }
  const bool unfinished =
      cell_.content() && cell_.content()->state() == OutgoingContent::State::aborted;
  if (!ended_) {
    abandoned_ = true;
    store_->kill(Error(ErrorKind::cancelled, "nobody waits for the answer any more"));
  }
  Result<> joined = co_await tasks_->join();
  co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
  co_await asio::this_coro::throw_if_cancelled(true);
  WC_CO_CHECK_VALUE(std::move(joined));
  log_guest();
  if (unfinished && !logged_ && !exited_well_) {
    log_failure("component did not finish the body of its response", nullptr);
  }
  co_return answered;
}

}  // namespace

// --- resources ---

std::expected<component::Own<IncomingBody>, Unit> IncomingRequest::consume() {
  if (std::exchange(consumed_, true)) {
    return std::unexpected(Unit{});
  }
  return component::make_own<IncomingBody>(
      std::make_shared<IncomingContent>(context_, request_.body, nullptr, MessageKind::request));
}

OutgoingResponse::~OutgoingResponse() {
  if (content_) {
    content_->close(std::nullopt);
  }
}

std::expected<void, Unit> OutgoingResponse::set_status(std::uint16_t status) {
  if (status < 100 || status > 999) {
    return std::unexpected(Unit{});
  }
  head_.status = status;
  return {};
}

std::expected<component::Own<OutgoingBody>, Unit> OutgoingResponse::body() {
  const auto length = content_length_of(head_.headers);
  if (!length || std::exchange(body_given_, true)) {
    return std::unexpected(Unit{});
  }
  content_ = std::make_shared<OutgoingContent>(MessageKind::response, *length);
  return component::make_own<OutgoingBody>(content_);
}

void ResponseCell::set(OutgoingResponse& response) {
  head_ = response.take_head();
  content_ = response.take_content();
  if (content_ && (body_dropped_ || head_.status == 204 || head_.status == 304)) {
    content_->never_sent();
  }
  change(State::response);
}

void ResponseCell::set(ErrorCode error) {
  error_ = std::move(error);
  change(State::error);
}

void ResponseCell::change(State state) noexcept {
  state_ = state;
  if (waker_ != nullptr) {
    waker_->wake();
  }
}

// --- serving ---

Result<IncomingHandler> find_incoming_handler(const component::Component& component) {
  return IncomingHandler::find(component, "wasi:http/incoming-handler@0.2.12", "handle");
}

Task<> serve_request(RequestRun run, http::Request& request, http::ResponseWriter& response) {
  RequestCounts* const counts = run.counts;
  IncomingExchange exchange(std::move(run), request, response);
  Result<> answered;
  if (!exchange.start()) {
    answered = co_await exchange.run_beside();
  } else {
    if (exchange.needs_close()) {
      WC_CO_CHECK(exchange.close());
    }
    exchange.drop_store();
    answered = co_await exchange.answer();
  }
  if (!answered && answered.error().kind() == ErrorKind::cancelled && counts != nullptr) {
    ++counts->cancelled;
  }
  if (!answered && response.started()) {
    co_return exchange.broke_off(std::move(answered).error());
  }
  co_return answered;
}

}  // namespace wasmcloud::wasi

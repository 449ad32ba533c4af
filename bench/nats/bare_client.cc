#include "bare_client.h"

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <semaphore>
#include <string_view>

#include "figures.h"

namespace wasmcloud::bench {
namespace {

using Clock = std::chrono::steady_clock;
using OptionsHandle = std::unique_ptr<natsOptions, Deleter<natsOptions_Destroy>>;
using MessageHandle = std::unique_ptr<natsMsg, Deleter<natsMsg_Destroy>>;

constexpr std::int64_t kPatience = 10'000;  // milliseconds

void need(natsStatus status, const char* doing) {
  if (status != NATS_OK) {
    std::fprintf(stderr, "nats_bench: the C client, %s: %s\n", doing, natsStatus_GetText(status));
    std::exit(1);
  }
}

int length_of(const std::string& payload) { return static_cast<int>(payload.size()); }

void on_request(natsConnection* connection, natsSubscription*, natsMsg* message, void*) {
  const MessageHandle owned(message);
  natsConnection_Publish(connection, natsMsg_GetReply(message), natsMsg_GetData(message),
                         natsMsg_GetDataLength(message));
}

std::string new_inbox() {
  natsInbox* made = nullptr;
  need(natsInbox_Create(&made), "making an inbox");
  std::string inbox = made;
  natsInbox_Destroy(made);
  return inbox;
}

void on_invocation(natsConnection* connection, natsSubscription*, natsMsg* message, void* closure) {
  const MessageHandle owned(message);
  const char* const client = natsMsg_GetReply(message);
  const std::string results = std::string(client) + ".results";
  const auto& inbox = *static_cast<const std::string*>(closure);
  natsConnection_PublishRequest(connection, client, inbox.c_str(), nullptr, 0);
  natsConnection_Publish(connection, results.c_str(), natsMsg_GetData(message),
                         natsMsg_GetDataLength(message));
  natsConnection_Publish(connection, results.c_str(), nullptr, 0);
}

void drop(natsConnection*, natsSubscription*, natsMsg* message, void*) { natsMsg_Destroy(message); }

// Calls of one function.
struct Calls {
  natsConnection* connection;
  const std::string& subject;
  const std::string& params;
  const std::string inbox = new_inbox();
  const std::string client = inbox + ".1";
  std::function<void()> on_result = {};  // on the delivering thread

  void send() const {
    need(natsConnection_PublishRequest(connection, subject.c_str(), client.c_str(), params.data(),
                                       length_of(params)),
         "a call");
  }
};

void on_call(natsConnection* connection, natsSubscription*, natsMsg* message, void* closure) {
  const MessageHandle owned(message);
  const auto& calls = *static_cast<const Calls*>(closure);
  if (natsMsg_GetSubject(message) == calls.client) {
    const std::string params = std::string(natsMsg_GetReply(message)) + ".params";
    natsConnection_Publish(connection, params.c_str(), nullptr, 0);
  } else if (natsMsg_GetDataLength(message) != 0) {
    calls.on_result();
  }
}

// When this returns, no callback looks at what it was given any more.
void drain(natsSubscription* subscription) {
  need(natsSubscription_Drain(subscription), "draining");
  need(natsSubscription_WaitForDrainCompletion(subscription, kPatience), "draining");
}

// Requests that go out as answers come in.
struct Window {
  const std::string& subject;
  const std::string& payload;
  const std::string inbox;
  const Clock::time_point end;
  std::atomic<int> in_flight;
  std::int64_t answered = 0;  // by the delivering thread
  std::promise<void> done;

  natsStatus send(natsConnection* connection) const {
    return natsConnection_PublishRequest(connection, subject.c_str(), inbox.c_str(), payload.data(),
                                         length_of(payload));
  }
};

void on_answer(natsConnection* connection, natsSubscription*, natsMsg* message, void* closure) {
  const MessageHandle owned(message);
  auto& window = *static_cast<Window*>(closure);
  ++window.answered;
  if (Clock::now() < window.end) {
    need(window.send(connection), "a request");
  } else if (--window.in_flight == 0) {
    window.done.set_value();
  }
}

}  // namespace

BareClient::BareClient(const std::string& url) {
  natsOptions* made = nullptr;
  need(natsOptions_Create(&made), "making options");
  const OptionsHandle options(made);
  need(natsOptions_SetURL(made, url.c_str()), "setting the url");
  // Else each request waits for up to a millisecond before it is sent.
  need(natsOptions_SetSendAsap(made, true), "sending at once");
  natsConnection* connection = nullptr;
  need(natsConnection_Connect(&connection, made), "connecting");
  connection_.reset(connection);
}

BareClient::SubscriptionHandle BareClient::subscribe(const std::string& subject,
                                                     natsMsgHandler handler, void* closure) {
  natsSubscription* made = nullptr;
  need(natsConnection_Subscribe(&made, connection_.get(), subject.c_str(), handler, closure),
       "subscribing");
  SubscriptionHandle subscription(made);
  need(natsSubscription_SetPendingLimits(made, -1, -1), "lifting limits");
  need(natsConnection_Flush(connection_.get()), "flushing");
  return subscription;
}

void BareClient::echo(const std::string& subject) {
  echo_ = subscribe(subject, on_request, nullptr);
}

void BareClient::echo_calls(const std::string& subject) {
  inbox_ = new_inbox();
  params_ = subscribe(inbox_ + ".>", drop, nullptr);
  echo_ = subscribe(subject, on_invocation, &inbox_);
}

double BareClient::call_latency(const std::string& subject, const std::string& params,
                                Duration duration) {
  std::binary_semaphore came(0);
  Calls calls{.connection = connection_.get(), .subject = subject, .params = params};
  calls.on_result = [&came] { came.release(); };
  const SubscriptionHandle answers = subscribe(calls.inbox + ".>", on_call, &calls);
  const double figure = median_microseconds(duration, [&] {
    calls.send();
    came.acquire();
  });
  drain(answers.get());  // the end of the last results
  return figure;
}

double BareClient::call_throughput(const std::string& subject, const std::string& params,
                                   int in_flight, Duration duration) {
  const auto start = Clock::now();
  std::int64_t answered = 0;
  std::promise<void> done;
  Calls calls{.connection = connection_.get(), .subject = subject, .params = params};
  calls.on_result = [&, left = in_flight]() mutable {
    ++answered;
    if (Clock::now() < start + duration) {
      calls.send();
    } else if (--left == 0) {
      done.set_value();
    }
  };
  const SubscriptionHandle answers = subscribe(calls.inbox + ".>", on_call, &calls);
  for (int i = 0; i < in_flight; ++i) {
    calls.send();
  }
  done.get_future().wait();
  const double figure = per_second(answered, Clock::now() - start);
  drain(answers.get());
  return figure;
}

double BareClient::latency(const std::string& subject, const std::string& payload,
                           Duration duration) {
  return median_microseconds(duration, [&] {
    natsMsg* answer = nullptr;
    need(natsConnection_Request(&answer, connection_.get(), subject.c_str(), payload.data(),
                                length_of(payload), kPatience),
         "a request");
    natsMsg_Destroy(answer);
  });
}

double BareClient::throughput(const std::string& subject, const std::string& payload, int in_flight,
                              Duration duration) {
  const auto start = Clock::now();
  Window window{.subject = subject,
                .payload = payload,
                .inbox = new_inbox(),
                .end = start + duration,
                .in_flight = in_flight,
                .answered = 0,
                .done = {}};
  const SubscriptionHandle answers = subscribe(window.inbox, on_answer, &window);
  for (int i = 0; i < in_flight; ++i) {
    need(window.send(connection_.get()), "a request");
  }
  window.done.get_future().wait();
  return per_second(window.answered, Clock::now() - start);
}

double BareClient::publishes(const std::string& subject, const std::string& payload,
                             Duration duration) {
  const auto start = Clock::now();
  std::int64_t count = 0;
  for (; Clock::now() < start + duration; ++count) {
    need(natsConnection_Publish(connection_.get(), subject.c_str(), payload.data(),
                                length_of(payload)),
         "a publish");
  }
  need(natsConnection_Flush(connection_.get()), "flushing");
  return per_second(count, Clock::now() - start);
}

double BareClient::get_latency(const std::string& bucket, const std::string& key,
                               Duration duration) {
  jsCtx* made_context = nullptr;
  need(natsConnection_JetStream(&made_context, connection_.get(), nullptr), "using JetStream");
  const std::unique_ptr<jsCtx, Deleter<jsCtx_Destroy>> context(made_context);
  kvStore* made_store = nullptr;
  need(js_KeyValue(&made_store, made_context, bucket.c_str()), "opening the bucket");
  const std::unique_ptr<kvStore, Deleter<kvStore_Destroy>> store(made_store);
  return median_microseconds(duration, [&] {
    kvEntry* entry = nullptr;
    need(kvStore_Get(&entry, made_store, key.c_str()), "a get");
    kvEntry_Destroy(entry);
  });
}

}  // namespace wasmcloud::bench

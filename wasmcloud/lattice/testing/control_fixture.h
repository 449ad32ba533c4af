// For tests: a nats-server of one's own, what hosts on it tell, and a client that asks them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "wasmcloud/lattice/client.h"
#include "wasmcloud/lattice/events.h"
#include "wasmcloud/nats/testing/connection_fixture.h"

namespace wasmcloud::lattice {

// In the lattice "default".
class ControlFixture : public nats::ConnectedFixture {
 protected:
  void SetUp() override {
    ConnectedFixture::SetUp();
    if (!IsSkipped()) {
      run(join(this));
    }
  }

  void TearDown() override {
    events_.reset();
    client_.reset();
    ConnectedFixture::TearDown();
  }

  // Of the next event of that kind from that host; others before it are dropped.
  template <typename Data>
  Data event(std::string host_id) {
    std::string data;
    run(next_event(*events_, Data::kName, std::move(host_id), data));
    return parse_event_data<Data>(data).value_or(Data());
  }

  // Fails the test if the task fails.
  template <typename T>
  T result(Task<T> task) {
    std::optional<T> value;
    run(keep(std::move(task), value));
    return value ? *std::move(value) : T();
  }

  std::optional<nats::Subscription> events_;
  std::optional<ControlClient> client_;

 private:
  static Task<> join(ControlFixture* test) {
    WC_CO_TRY(nats::Subscription events,
              test->connection_->subscribe({.subject = event_subject("default", "*")}));
    test->events_.emplace(std::move(events));
    WC_CO_TRY_VALUE(auto subjects, ControlSubjects::create("default"));
    const ClientTimeouts timeouts{.request = std::chrono::seconds(20),
                                  .gather = std::chrono::milliseconds(300)};
    test->client_.emplace(*test->connection_, std::move(subjects), timeouts);
    co_return co_await test->connection_->flush(nats::soon());
  }

  static Task<> next_event(nats::Subscription& events, std::string_view name, std::string host_id,
                           std::string& data) {
    for (;;) {
      WC_CO_TRY(const std::optional<nats::Message> message, events.next(nats::soon()),
                "waiting for {}", name);
      WC_CO_TRY_VALUE(ReceivedEvent event, parse_event(message.value().text()));
      if (event.name == name && event.source == host_id) {
        data = std::move(event.data);
        co_return Result<>();
      }
    }
  }

  template <typename T>
  static Task<> keep(Task<T> task, std::optional<T>& into) {
    WC_CO_TRY(into, std::move(task));
    co_return Result<>();
  }
};

}  // namespace wasmcloud::lattice

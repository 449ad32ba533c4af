#include "wasmcloud/host/translated_exports.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <tuple>
#include <type_traits>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/bridge/exports.h"
#include "wasmcloud/host/messaging_v3.h"
#include "wasmcloud/host/wasi_keyvalue.h"
#include "wasmcloud/wrpc/codec_parts.h"
#include "wasmcloud/wrpc/incoming.h"
#include "wasmcloud/wrpc/invoke.h"

namespace wasmcloud::host {
namespace {

using component::Export;
using component::Own;
using component::Store;
using Bytes = std::vector<std::uint8_t>;
using All = std::vector<std::unique_ptr<const TranslatedExport>>;

Task<> run_guest(GuestRun run, Store::Body body) {
  component::HostState& state = *run.state;
  WC_CO_TRY_VALUE(const auto store, Store::create(std::move(run.component), run.executor,
                                                  std::move(run.state), run.limits));
  Result<> ran = co_await store->run(std::move(body));
  WC_CO_CHECK(component::close_state(state));
  co_return ran;
}

// R and Params are those on the wire.
template <typename R, typename... Params>
class Translated final : public TranslatedExport {
 public:
  using Function = std::function<Result<R>(Store&, Params...)>;

  Translated(wrpc::FunctionName name, Function function)
      : TranslatedExport(std::move(name)), function_(std::move(function)) {}

  Task<> serve(wrpc::Invocation invocation, Deadline deadline, MakeRun make_run) const override {
    const auto incoming =
        std::make_shared<wrpc::Incoming>(std::move(invocation.session), wrpc::DecodeLimits());
    Row params;
    WC_CO_TRY(const bool came, wrpc::Incoming::read(incoming, {}, params, deadline));
    if (!came) {
      co_return Error(ErrorKind::unavailable, "the call ended before its parameters were there");
    }
    WC_CO_TRY(std::string answer, answer_to(std::move(params), std::move(make_run)));
    co_return co_await bridge::send_result(incoming->session(), std::move(answer), deadline);
  }

  Task<std::string> call(std::string params, MakeRun make_run) const override {
    wrpc::WireReader in(as_u8(params));
    wrpc::Decoder decoder(in);
    Row row;
    row.decode(decoder);
    WC_CO_CHECK_VALUE(in.status());
    co_return co_await answer_to(std::move(row), std::move(make_run));
  }

 private:
  using Row = wrpc::RowReading<Params...>;

  Task<std::string> answer_to(Row params, MakeRun make_run) const {
    WC_CO_TRY(GuestRun run, make_run());
    std::string answer;
    Store::Body body = [&](Store& store) -> Result<> {
      WC_TRY(answer, result_of(store, *std::move(params.values)));
      return {};
    };
    WC_CO_CHECK(run_guest(std::move(run), std::move(body)));
    co_return std::move(answer);
  }

  // Its bytes.
  Result<std::string> result_of(Store& store, std::tuple<Params...> params) const {
    const auto with_store = [&](auto&&... each) { return function_(store, std::move(each)...); };
    if constexpr (std::is_void_v<R>) {
      WC_CHECK(std::apply(with_store, std::move(params)));
      return std::string();
    } else {
      WC_TRY(const R result, std::apply(with_store, std::move(params)));
      WC_TRY(wrpc::Encoded encoded, wrpc::encode(result));
      return std::move(encoded.bytes);
    }
  }

  const Function function_;
};

// --- wasi:keyvalue/watcher ---

constexpr std::string_view kWatcher = "wasi:keyvalue/watcher@0.2.0-draft";
constexpr std::string_view kWireWatcher = "wrpc:keyvalue/watcher@0.2.0-draft";

// The bucket is its name on the wire, and for the guest one that it might have opened. (Hosts
// of 1.x take that name for the number of a handle, "0" as their provider sends it, behind which is
// nothing.)
template <typename... Rest>
Result<> add_watched(const component::Component& component, std::string function, All& to) {
  using Watched = Export<void(Own<KeyValueBucket>, Rest...)>;
  using Wire = Translated<void, std::string, Rest...>;
  WC_TRY(const Watched watched, Watched::find(component, kWatcher, function));
  const auto call = [watched](Store& store, std::string bucket, Rest... rest) {
    return watched(store, component::make_own<KeyValueBucket>(std::move(bucket)),
                   std::move(rest)...);
  };
  wrpc::FunctionName name{.instance = std::string(kWireWatcher), .function = std::move(function)};
  to.push_back(std::make_unique<const Wire>(std::move(name), call));
  return {};
}

Result<> add_watcher(const component::Component& component, All& to) {
  Result<> added = add_watched<std::string, Bytes>(component, "on-set", to);
  if (!added) {
    return added;
  }
  return add_watched<std::string>(component, "on-delete", to);
}

// --- wasmcloud:messaging/incoming-handler ---

constexpr std::string_view kMessages = "wasmcloud:messaging/incoming-handler@0.3.0";
constexpr std::string_view kWireMessages = "wasmcloud:messaging/handler@0.2.0";

Result<> add_message_handler(const component::Component& component, All& to) {
  using Handled = std::expected<void, messaging::MessagingError>;
  using Handle = Export<Handled(Own<messaging::Message>)>;
  using Answer = std::expected<void, std::string>;
  using Wire = Translated<Answer, messaging::BrokerMessage>;
  WC_TRY(const Handle handle, Handle::find(component, kMessages, "handle"));
  const auto call = [handle](Store& store, messaging::BrokerMessage message) -> Result<Answer> {
    WC_TRY(const Handled handled,
           handle(store, component::make_own<messaging::Message>(std::move(message))));
    return handled ? Answer() : std::unexpected(handled.error().describe());
  };
  wrpc::FunctionName name{.instance = std::string(kWireMessages), .function = "handle-message"};
  to.push_back(std::make_unique<const Wire>(std::move(name), call));
  return {};
}

}  // namespace

bool TranslatedExports::takes(std::string_view interface) const noexcept {
  return std::ranges::find(interfaces_, interface) != interfaces_.end();
}

Result<TranslatedExports> TranslatedExports::of(const component::Component& component,
                                                const component::Host& host) {
  TranslatedExports made;
  if (component.find_function(kWatcher, "on-set") != nullptr) {
    WC_CHECK(add_watcher(component, made.all_));
    made.interfaces_.push_back(kWatcher);
  }
  const bool has_messaging = host.find(messaging::kTypes) != nullptr;
  if (has_messaging && component.find_function(kMessages, "handle") != nullptr) {
    WC_CHECK(add_message_handler(component, made.all_));
    made.interfaces_.push_back(kMessages);
    made.interfaces_.push_back(kWireMessages);  // who exports both is asked by the newer one
  }
  return made;
}

const TranslatedExport* TranslatedExports::find(std::string_view instance,
                                                std::string_view function) const noexcept {
  const auto found = std::ranges::find_if(all_, [&](const auto& each) {
    return each->name().instance == instance && each->name().function == function;
  });
  return found == all_.end() ? nullptr : found->get();
}

}  // namespace wasmcloud::host

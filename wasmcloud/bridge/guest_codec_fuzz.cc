// A random type, and a guest whose memory holds random bytes: what a link sends of it is what the
// dynamic codec makes of the values there, or it is refused as they are. And random bytes from a
// link: the guest gets what the dynamic codec reads, or nothing.
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "wasmcloud/bridge/guest_codec.h"
#include "wasmcloud/component/abi_fuzz_component.h"
#include "wasmcloud/component/abi_fuzz_subject.h"
#include "wasmcloud/component/blocking_store.h"
#include "wasmcloud/component/dynamic.h"
#include "wasmcloud/component/value_types.h"
#include "wasmcloud/wit/wave.h"
#include "wasmcloud/wrpc/value_codec.h"

namespace wasmcloud::bridge {
namespace {

using component::fuzzing::Choices;
using component::fuzzing::give_up;
using component::fuzzing::Shape;

// The host's `sink: func(p: T)`: keeps what it gets, as it would be sent or as a value.
class Sink final : public component::fuzzing::AnySink {
 public:
  void call(component::Guest& guest, const component::FuncPlan& plan,
            component::RawValue* values) const override {
    if (as_value) {
      wit::Value params = component::internal::lift_params(guest, plan, values);
      if (!guest.failed()) {
        value = std::get<wit::Tuple>(std::move(params.rep)).items.front();
      }
      return;
    }
    wrpc::WireWriter out;
    encode_params(guest, plan, values, out);
    if (!guest.failed()) {
      bytes = out.take();
    }
  }

  bool as_value = false;
  mutable std::optional<wit::Value> value;
  mutable std::optional<std::string> bytes;
};

using Subject = component::fuzzing::Subject<Sink>;

// The one.
std::vector<wit::ValueTypePtr> types_of(const Subject& subject) {
  const component::LiftedFunc& recv = *subject.component->find_function("", "a-recv");
  return {component::signature_of(*subject.component, recv)->params.at(0).type};
}

std::string encoded(const Subject& subject, const wit::Value& value) {
  wrpc::WireWriter out;
  if (const Result<> done = wrpc::ValueEncoder(out).tuple({&value, 1}, types_of(subject)); !done) {
    give_up("a value that was lifted has no bytes", done.error().describe());
  }
  return out.take();
}

bool is_lack_of_room(const Result<>& outcome) {
  return !outcome && component::fuzzing::is_lack_of_room(outcome.error().message());
}

// One store of the subject, until something in it traps.
class Run {
 public:
  explicit Run(Subject& subject) : subject_(subject) {
    component::StoreLimits limits;
    limits.copied_bytes = component::fuzzing::kCopiedBytes;
    auto made = component::BlockingStore::create(subject.component,
                                                 std::make_unique<component::HostState>(), limits);
    if (!made) {
      give_up("no store", made.error().describe());
    }
    store_ = *std::move(made);
  }

  // Has the sink get what lies in the guest's memory.
  Result<> send(bool as_value) {
    subject_.sink->as_value = as_value;
    subject_.sink->value.reset();
    subject_.sink->bytes.reset();
    return store_->run([&](component::Store& store) -> Result<> {
      WC_CHECK(component::call_dynamic(store, func("a-send"), {}));
      return {};
    });
  }

  // Puts the input into the guest's memory.
  void fill(const std::vector<std::uint8_t>& bytes) {
    const Result<> filled =
        receive([](component::Guest&, component::RawValue*) {},
                [&](component::Guest& guest) {
                  std::ranges::copy(bytes, guest.bytes(0, bytes.size(), 1, "memory").begin());
                });
    if (!filled) {
      give_up("no memory to fill", filled.error().describe());
    }
  }

  // Lowers what comes over a link into the guest.
  Result<> receive(std::span<const std::uint8_t> wire) {
    const component::FuncPlan& plan = component::internal::export_plan(func("a-recv"));
    return receive(
        [&](component::Guest& guest, component::RawValue* values) {
          wrpc::WireReader in(wire);
          decode_params(guest, plan, values, in);
        },
        [](component::Guest&) {});
  }

 private:
  Result<> receive(const auto& lower, const auto& after) {
    std::array<component::RawValue, 64> values{};
    return store_->run([&](component::Store& store) -> Result<> {
      return component::internal::call_export(
          store, func("a-recv"), values,
          [&](component::Guest& guest) { lower(guest, values.data()); },
          [&](component::Guest& guest) { after(guest); });
    });
  }

  const component::LiftedFunc& func(std::string_view name) const {
    return *subject_.component->find_function("", name);
  }

  Subject& subject_;
  std::unique_ptr<component::BlockingStore> store_;
};

// What a link sends of the guest's memory is what the values there are on the wire.
void check_memory(Subject& subject, const std::vector<std::uint8_t>& memory) {
  Run sending(subject);
  sending.fill(memory);
  const Result<> sent = sending.send(false);
  const std::optional<std::string> bytes = subject.sink->bytes;
  Run lifting(subject);
  lifting.fill(memory);
  const Result<> lifted = lifting.send(true);
  if (is_lack_of_room(sent) || is_lack_of_room(lifted)) {
    return;
  }
  if (sent.has_value() != lifted.has_value()) {
    give_up("sent and lifted are not refused alike", (sent ? lifted : sent).error().describe());
  }
  if (sent && *bytes != encoded(subject, subject.sink->value.value())) {
    give_up("not the bytes of the value", wit::to_wave(*subject.sink->value));
  }
}

// What the guest gets of bytes is what they are as values.
void check_wire(Subject& subject, std::span<const std::uint8_t> wire) {
  wrpc::WireReader in(wire);
  const std::vector<wit::Value> values = wrpc::ValueDecoder(in).tuple(types_of(subject));
  Run run(subject);
  const Result<> received = run.receive(wire);
  if (is_lack_of_room(received)) {
    return;
  }
  if (received.has_value() == in.failed()) {
    give_up("received and decoded are not refused alike",
            in.failed() ? "the guest has it" : received.error().describe());
  }
  if (!received) {
    return;
  }
  const Result<> sent = run.send(true);
  if (is_lack_of_room(sent)) {
    return;
  }
  if (!sent || wit::to_wave(*subject.sink->value) != wit::to_wave(values.front())) {
    give_up("the guest has another value", wit::to_wave(values.front()));
  }
}

}  // namespace

void check_input(std::span<const std::uint8_t> bytes) {
  Choices choices(bytes);
  const std::uint8_t mode = choices.next();
  const Shape shape{.a = static_cast<component::ast::StringEncoding>(mode % 3U)};
  const auto type = component::fuzzing::choose_type(choices);
  Subject& subject =
      component::fuzzing::subject_for<Sink>(component::fuzzing::make_component(*type, shape));
  if ((mode & 0x80U) != 0) {
    check_wire(subject, choices.rest());
  } else {
    check_memory(subject, component::fuzzing::make_memory(choices.rest(), (mode & 0x40U) != 0));
  }
}

}  // namespace wasmcloud::bridge

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  wasmcloud::bridge::check_input({data, size});
  return 0;
}

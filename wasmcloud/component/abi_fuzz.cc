// A random type, and two guests whose memories hold random bytes: what they hand to the host and to
// each other is refused with a reason of the specification, or it is a value that goes through a
// guest and comes back the same. Nobody writes into a guest's memory but where it has made room.
#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wasmcloud/component/abi_fuzz_component.h"
#include "wasmcloud/component/abi_fuzz_subject.h"
#include "wasmcloud/component/blocking_store.h"
#include "wasmcloud/component/dynamic.h"
#include "wasmcloud/component/program.h"
#include "wasmcloud/component/store_impl.h"
#include "wasmcloud/wit/wave.h"

namespace wasmcloud::component {
namespace {

using fuzzing::Choices;
using fuzzing::give_up;
using fuzzing::is_lack_of_room;
using fuzzing::kCopiedBytes;
using fuzzing::Shape;

// The host's `sink: func(p: T)`, whatever T is: it keeps what it was called with.
class Sink final : public fuzzing::AnySink {
 public:
  void call(Guest& guest, const FuncPlan& plan, RawValue* values) const override {
    wit::Value params = internal::lift_params(guest, plan, values);
    if (!guest.failed()) {
      received = std::get<wit::Tuple>(std::move(params.rep)).items.front();
    }
  }

  mutable std::optional<wit::Value> received;
};

using Subject = fuzzing::Subject<Sink>;

// What came of handing a value over: the value, or why not.
struct Outcome {
  std::optional<wit::Value> value;
  std::string refusal;

  std::string text() const { return value ? wit::to_wave(*value) : "refused: " + refusal; }
};

bool is_reason(std::string_view message) {
  constexpr std::array kReasons{
      std::string_view("out of bounds"),
      std::string_view("out-of-bounds"),
      std::string_view("beyond end of memory"),
      std::string_view("aligned"),
      std::string_view("out of range"),
      std::string_view("invalid variant discriminant"),
      std::string_view("invalid `char` bit pattern"),
      std::string_view("utf-8"),
      std::string_view("unpaired surrogate"),
      std::string_view("fuel allocated for hostcalls has been exhausted"),
  };
  return std::ranges::any_of(kReasons, [&](std::string_view reason) {
    return message.find(reason) != std::string_view::npos;
  });
}

// One store of the subject, until something in it traps.
class Run {
 public:
  explicit Run(Subject& subject) : subject_(subject) {
    StoreLimits limits;
    limits.copied_bytes = kCopiedBytes;
    auto created = BlockingStore::create(subject.component, std::make_unique<HostState>(), limits);
    if (!created) {
      give_up("no store", created.error().describe());
    }
    store_ = *std::move(created);
  }

  // Puts the input into a guest's memory.
  void fill(char guest, const std::vector<std::uint8_t>& bytes) {
    Outcome outcome;
    note(outcome, inside([&](Store& store) -> Result<> {
           std::memcpy(memory(store, guest).data(), bytes.data(), bytes.size());
           return {};
         }));
    if (!outcome.refusal.empty()) {
      give_up("no memory to fill", outcome.refusal);
    }
  }

  // What `name`, which gives a T, gives.
  Outcome give(std::string_view name) {
    Outcome outcome;
    note(outcome, inside([&](Store& store) -> Result<> {
           WC_TRY(outcome.value, call_dynamic(store, func(name), {}));
           return {};
         }));
    return outcome;
  }

  // What the host's sink has after `name` has been called, if anything.
  Outcome send(std::string_view name) {
    Outcome outcome;
    subject_.sink->received.reset();
    note(outcome, inside([&](Store& store) -> Result<> {
           WC_CHECK(call_dynamic(store, func(name), {}));
           outcome.value = std::exchange(subject_.sink->received, std::nullopt);
           return {};
         }));
    return outcome;
  }

  // To guest `a` and back.
  Outcome send_back(const wit::Value& value) {
    Outcome outcome;
    note(outcome, inside([&](Store& store) -> Result<> {
           WC_CHECK(call_dynamic(store, func("a-recv"), {&value, 1}));
           return {};
         }));
    return outcome.refusal.empty() ? send("a-send") : outcome;
  }

  bool memory_is(char guest, const std::vector<std::uint8_t>& bytes) {
    bool same = false;
    const Result<> looked = inside([&](Store& store) -> Result<> {
      same = std::ranges::equal(memory(store, guest).first(bytes.size()), bytes);
      return {};
    });
    return looked && same;
  }

 private:
  Result<> inside(Store::Body body) { return store_->run(std::move(body)); }

  static void note(Outcome& outcome, const Result<>& result) {
    if (!result) {
      outcome.value.reset();
      outcome.refusal = result.error().message();
    }
  }

  const LiftedFunc& func(std::string_view name) const {
    return *subject_.component->find_function("", name);
  }

  std::span<std::uint8_t> memory(Store& store, char guest) const {
    const LiftedFunc& recv = func(guest == 'a' ? "a-recv" : "b-recv");
    const wasmtime_memory_t* const found = store.impl().memory(recv.options.memory);
    return {wasmtime_memory_data(store.impl().context, found),
            wasmtime_memory_data_size(store.impl().context, found)};
  }

  Subject& subject_;
  std::unique_ptr<BlockingStore> store_;
};

class Case {
 public:
  Case(Subject& subject, const Shape& shape, std::vector<std::uint8_t> memory)
      : subject_(subject), shape_(shape), memory_(std::move(memory)) {}

  void check() {
    const Outcome sent = from_a([](Run& run) { return run.send("a-send"); });
    const Outcome given = from_a([](Run& run) { return run.give("a-give"); });
    check_translated_params(sent);
    check_translated_result(given);
  }

 private:
  // What the host gets of a guest: the guest's memory is as it was, and what went back is the same.
  template <typename Get>
  Outcome from_a(Get get) {
    Run run(subject_);
    run.fill('a', memory_);
    Outcome outcome = get(run);
    check_refusal(outcome);
    if (outcome.value) {
      if (!run.memory_is('a', memory_)) {
        give_up("lifting has changed the guest's memory");
      }
      check_same(outcome, run.send_back(*outcome.value));
    }
    return outcome;
  }

  // From b to a, then from a to the host: as from a straight to the host, if a reads strings as b
  // does.
  void check_translated_params(const Outcome& direct) {
    Run run(subject_);
    run.fill('b', memory_);
    const Outcome handed = run.send("b-send");
    check_refusal(handed);
    if (shape_.a == shape_.b) {
      check_refused_alike(direct, handed);
      check_same(direct, handed.refusal.empty() ? run.send("a-send") : handed);
    }
  }

  // From a to b, then from b to the host.
  void check_translated_result(const Outcome& direct) {
    Run run(subject_);
    run.fill('a', memory_);
    const Outcome fetched = run.send("b-fetch");
    check_refusal(fetched);
    check_refused_alike(direct, fetched);
    check_same(direct, fetched.refusal.empty() ? run.give("b-give") : fetched);
  }

  void check_refusal(const Outcome& outcome) const {
    if (!outcome.value && !outcome.refusal.empty() && !is_reason(outcome.refusal) &&
        !is_lack_of_room(outcome.refusal)) {
      give_up("refused for no reason of the specification", outcome.refusal);
    }
  }

  // No guest gets what the host refuses.
  static void check_refused_alike(const Outcome& direct, const Outcome& handed) {
    if (!direct.value && handed.refusal.empty() && !is_lack_of_room(direct.refusal)) {
      give_up("a guest was handed what the host has refused", direct.refusal);
    }
  }

  void check_same(const Outcome& before, const Outcome& after) const {
    if (shape_.lying_realloc || is_lack_of_room(before.refusal) || is_lack_of_room(after.refusal)) {
      check_refusal(after);
      return;
    }
    const bool same = before.value && after.value
                          ? before.text() == after.text()
                          : before.value.has_value() == after.value.has_value();
    if (!same) {
      give_up("not the same", before.text() + "\n  " + after.text());
    }
  }

  Subject& subject_;
  const Shape& shape_;
  std::vector<std::uint8_t> memory_;
};

ast::StringEncoding encoding(unsigned choice) {
  return static_cast<ast::StringEncoding>(choice % 3);
}

}  // namespace

void check_input(std::span<const std::uint8_t> bytes) {
  Choices choices(bytes);
  const std::uint8_t mode = choices.next();
  const Shape shape{.a = encoding(mode % 3U),
                    .b = encoding(mode / 3U % 3U),
                    .lying_realloc = (mode & 0x40U) != 0};
  const auto type = fuzzing::choose_type(choices);
  Subject& subject = fuzzing::subject_for<Sink>(fuzzing::make_component(*type, shape));
  Case(subject, shape, fuzzing::make_memory(choices.rest(), (mode & 0x80U) != 0)).check();
}

}  // namespace wasmcloud::component

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  wasmcloud::component::check_input({data, size});
  return 0;
}

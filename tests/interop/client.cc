#include "client.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include "wasmcloud/wit/wave.h"
#include "wasmcloud/wrpc/exchange.h"

#include "sources.h"
#include "suite.h"

namespace wasmcloud::interop {
namespace {

constexpr std::size_t kMuch = 100'000;

struct Caller {
  wrpc::Client* client;
  Deadline deadline;
};

// What is wrong with the answer; empty if it is as it has to be.
using Verdict = std::string;
using Values = std::vector<wit::Value>;

Verdict expect(const std::string& expected, const std::string& found) {
  return expected == found ? "" : fmt::format("expected {:.100}, found {:.100}", expected, found);
}

Verdict expect(const wit::Value& expected, const wit::Value& found) {
  return expect(wit::to_wave(expected), wit::to_wave(found));
}

wrpc::DynamicRequest request(const Function& function, Values params) {
  return {.instance = function.instance,
          .function = function.name,
          .signature = function.signature,
          .params = std::move(params)};
}

template <typename... Param>
Values values(Param... params) {
  Values all;
  (all.push_back({std::move(params)}), ...);
  return all;
}

Task<std::optional<wit::Value>> call(Caller caller, std::string interface, std::string name,
                                     Values params) {
  wrpc::DynamicRequest made = request(function(interface, name), std::move(params));
  co_return co_await wrpc::call_dynamic(*caller.client, std::move(made), caller.deadline);
}

Task<wit::Value> call_for_value(Caller caller, std::string interface, std::string name,
                                Values params) {
  WC_CO_TRY(std::optional<wit::Value> value,
            call(caller, std::move(interface), std::move(name), std::move(params)));
  co_return *std::move(value);
}

// --- types ---

Task<Verdict> same_back(Caller caller, const KnownValues* known) {
  const Function& of = function("types", known->function);
  for (std::size_t which = 0; which < known->texts.size(); ++which) {
    WC_CO_TRY_VALUE(wit::Value sent, known_value(of, which));
    Values params;
    params.push_back({static_cast<std::uint32_t>(which)});
    params.push_back(sent);
    WC_CO_TRY(const wit::Value found, call_for_value(caller, "types", of.name, std::move(params)),
              "value {}", which);
    if (Verdict wrong = expect(sent, found); !wrong.empty()) {
      co_return wrong;
    }
  }
  co_return Verdict();
}

// --- handles ---

Task<wit::Value> new_counter(Caller caller, std::uint32_t start) {
  co_return co_await call_for_value(caller, "handles", "[constructor]counter", values(start));
}

Task<Verdict> add_five(Caller caller, wit::Value counter, std::uint32_t sum) {
  Values params;
  params.push_back(std::move(counter));
  params.push_back({std::uint32_t{5}});
  WC_CO_TRY(const wit::Value found,
            call_for_value(caller, "handles", "[method]counter.add", std::move(params)));
  co_return expect({sum}, found);
}

Task<Verdict> counter(Caller caller) {
  WC_CO_TRY(wit::Value made, new_counter(caller, 10));
  co_return co_await add_five(caller, std::move(made), 15);
}

Task<Verdict> pass(Caller caller) {
  Values params;
  WC_CO_TRY(wit::Value made, new_counter(caller, 20));
  params.push_back(std::move(made));
  WC_CO_TRY(wit::Value passed, call_for_value(caller, "handles", "pass", std::move(params)));
  co_return co_await add_five(caller, std::move(passed), 25);
}

Task<Verdict> total(Caller caller) {
  wit::List both;
  for (const std::uint32_t start : {30U, 300U}) {
    WC_CO_TRY(wit::Value made, new_counter(caller, start));
    both.push_back(std::move(made));
  }
  WC_CO_TRY(const wit::Value sum,
            call_for_value(caller, "handles", "[static]counter.total", values(std::move(both))));
  co_return expect({std::uint32_t{330}}, sum);
}

// --- streams ---

// A result, and all that its streams and futures held, in the order of their paths.
struct Answer {
  wit::Value value;
  std::vector<wit::List> contents;
};

Task<> collect(wrpc::Receiver& from, wrpc::PartAt part, Deadline deadline, wit::List& into) {
  if (part.type->kind() == wit::ValueType::Kind::future) {
    WC_CO_TRY(std::optional<wit::Value> value, from.future(part, deadline));
    const std::vector<wrpc::PartAt> within = from.take_parts();
    if (within.empty()) {
      into.push_back(*std::move(value));
      co_return Result<>();
    }
    part = within.front();  // the stream that was promised
  }
  for (;;) {
    WC_CO_TRY(wrpc::Chunk chunk, from.chunk(part, deadline));
    if (chunk.count == 0) {
      co_return Result<>();
    }
    std::ranges::move(chunk.items, std::back_inserter(into));
  }
}

Task<> collect_or(std::optional<Error>& error, Task<> collecting) {
  Result<> collected = co_await std::move(collecting);
  if (!collected && !error) {
    error = std::move(collected).error();
  }
  co_return Result<>();
}

Task<Answer> receive(wrpc::DynamicCall& under_way, Deadline deadline) {
  Answer answer;
  WC_CO_TRY(std::optional<wit::Value> value, under_way.result(deadline));
  answer.value = *std::move(value);
  const std::vector<wrpc::PartAt> parts = under_way.receiver().take_parts();
  answer.contents.resize(parts.size());
  std::optional<Error> error;
  TaskScope scope(co_await asio::this_coro::executor);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    scope.spawn("a part", collect_or(error, collect(under_way.receiver(), parts[i], deadline,
                                                    answer.contents[i])));
  }
  WC_CO_CHECK(scope.join());
  if (error) {
    co_return *std::move(error);
  }
  WC_CO_CHECK(under_way.join());
  co_return std::move(answer);
}

Task<Answer> call_with_streams(Caller caller, std::string interface, std::string name,
                               Values params) {
  wrpc::DynamicRequest made = request(function(interface, name), std::move(params));
  WC_CO_TRY(const auto under_way,
            wrpc::DynamicCall::start(*caller.client, std::move(made), caller.deadline));
  Result<Answer> answer = co_await receive(*under_way, caller.deadline);
  WC_CO_CHECK(under_way->end());
  co_return answer;
}

wit::Value pieces(std::size_t length) { return stream_of(values_of(pattern(length)), kPiece); }

Verdict expect_pattern(std::size_t length, const wit::List& found) {
  if (found.size() != length) {
    return fmt::format("expected {} bytes, found {}", length, found.size());
  }
  return found == values_of(pattern(length)) ? "" : "the bytes are others";
}

Task<Verdict> swallow(Caller caller) {
  std::uint64_t sum = 0;
  for (const std::uint8_t byte : pattern(kMuch)) {
    sum += byte;
  }
  Values params;
  params.push_back(pieces(kMuch));
  WC_CO_TRY(const wit::Value found,
            call_for_value(caller, "streams", "swallow", std::move(params)));
  wit::Tuple expected{{{std::uint64_t{kMuch}}, {sum}}};
  co_return expect({std::move(expected)}, found);
}

Task<Verdict> produce(Caller caller) {
  WC_CO_TRY(const Answer answer, call_with_streams(caller, "streams", "produce",
                                                   values(static_cast<std::uint32_t>(kMuch))));
  co_return expect_pattern(kMuch, answer.contents.at(0));
}

Task<Verdict> relay(Caller caller) {
  Values params;
  params.push_back(pieces(kMuch));
  WC_CO_TRY(const Answer answer, call_with_streams(caller, "streams", "relay", std::move(params)));
  co_return expect_pattern(kMuch, answer.contents.at(0));
}

Task<Verdict> items(Caller caller) {
  wit::List all;
  for (std::uint32_t id = 0; id < 1000; ++id) {
    wit::Record item{.names = {"id", "name"}, .values = values(id, fmt::format("item {}", id))};
    all.push_back({std::move(item)});
  }
  Values params;
  params.push_back(stream_of(all, 100));
  WC_CO_TRY(const Answer answer, call_with_streams(caller, "streams", "items", std::move(params)));
  co_return expect({std::move(all)}, {answer.contents.at(0)});
}

Task<Verdict> later(Caller caller) {
  Values params;
  params.push_back(future_of({std::string("later")}));
  WC_CO_TRY(const Answer answer, call_with_streams(caller, "streams", "later", std::move(params)));
  co_return expect("\"later\"", wit::to_wave(answer.contents.at(0).at(0)));
}

Task<Verdict> forward(Caller caller) {
  wit::Record parcel{.names = {"name", "data", "note"}, .values = {}};
  parcel.values.push_back({std::string("parcel")});
  parcel.values.push_back(pieces(5000));
  parcel.values.push_back(future_of({std::string("with care")}));
  WC_CO_TRY(const Answer answer,
            call_with_streams(caller, "streams", "forward", values(std::move(parcel))));
  if (Verdict wrong = expect_pattern(5000, answer.contents.at(0)); !wrong.empty()) {
    co_return wrong;
  }
  const auto& name = std::get<wit::Record>(answer.value.rep).values.at(0);
  co_return expect("\"parcel\" \"with care\"",
                   wit::to_wave(name) + " " + wit::to_wave(answer.contents.at(1).at(0)));
}

Task<Verdict> read_to(Caller caller, bool fails, std::string end) {
  WC_CO_TRY(const Answer answer, call_with_streams(caller, "streams", "read", values(fails)));
  if (answer.contents.size() != 2) {
    co_return "the call itself failed";
  }
  if (Verdict wrong = expect_pattern(5000, answer.contents[0]); !wrong.empty()) {
    co_return wrong;
  }
  co_return expect(end, wit::to_wave(answer.contents[1].at(0)));
}

Task<Verdict> read(Caller caller) { return read_to(caller, false, "ok"); }

Task<Verdict> read_failing(Caller caller) {
  return read_to(caller, true, "err(\"the disk is on fire\")");
}

// --- nested ---

Task<Verdict> words_back(Caller caller, wit::List sent, std::size_t piece) {
  Values params;
  params.push_back(stream_of(sent, piece));
  WC_CO_TRY(const Answer answer, call_with_streams(caller, "nested", "words", std::move(params)));
  co_return expect({std::move(sent)}, {answer.contents.at(0)});
}

Task<Verdict> words(Caller caller) {
  return words_back(caller, values(std::string("first"), std::string(), std::string("ƒ𐍈Ő")), 2);
}

// More in a chunk than goes into a message.
Task<Verdict> long_words(Caller caller) {
  wit::List texts(20, {std::string(kMuch, 'a')});
  texts.push_back({std::string("last")});
  return words_back(caller, std::move(texts), 20);
}

// Of functions that give back what they get: what is wrong with the bytes of the one stream in it.
Task<Verdict> pattern_back(Caller caller, std::string interface, std::string name,
                           wit::Value value) {
  WC_CO_TRY(const Answer answer, call_with_streams(caller, std::move(interface), std::move(name),
                                                   values(std::move(value.rep))));
  if (answer.contents.size() != 1) {
    co_return fmt::format("expected a stream, found {}", answer.contents.size());
  }
  co_return expect_pattern(5000, answer.contents[0]);
}

Task<Verdict> labels(Caller caller) {
  wit::Record labelled{.names = {"label", "data"}, .values = {}};
  labelled.values.push_back({std::string("label")});
  labelled.values.push_back(pieces(5000));
  return pattern_back(caller, "nested", "labels", {std::move(labelled)});
}

Task<Verdict> perhaps(Caller caller) {
  wit::Option some;
  some.payload.push_back(pieces(5000));
  return pattern_back(caller, "nested", "perhaps", {std::move(some)});
}

Task<Verdict> perhaps_not(Caller caller) {
  WC_CO_TRY(const wit::Value found,
            call_for_value(caller, "nested", "perhaps", values(wit::Option())));
  co_return expect("none", wit::to_wave(found));
}

Task<Verdict> pair(Caller caller) {
  const wit::List numbers = values(1U, 300U, 4294967295U);
  wit::Tuple sent;
  sent.items.push_back(future_of({std::string("text")}));
  sent.items.push_back(stream_of(numbers, 2));
  WC_CO_TRY(const Answer answer,
            call_with_streams(caller, "nested", "pair", values(std::move(sent))));
  if (Verdict wrong = expect({numbers}, {answer.contents.at(1)}); !wrong.empty()) {
    co_return wrong;
  }
  co_return expect({std::string("text")}, answer.contents[0].at(0));
}

Task<Verdict> postponed(Caller caller) {
  return pattern_back(caller, "nested", "postponed", future_of(pieces(5000)));
}

Task<Verdict> spread(Caller caller) {
  wit::List lengths = values(5000U, 0U, 3U);
  WC_CO_TRY(const Answer answer, call_with_streams(caller, "nested", "spread", values(lengths)));
  wit::List found;
  for (const wit::List& part : answer.contents) {
    found.push_back({static_cast<std::uint32_t>(part.size())});
  }
  if (Verdict wrong = expect({std::move(lengths)}, {std::move(found)}); !wrong.empty()) {
    co_return wrong;
  }
  co_return expect_pattern(5000, answer.contents[0]);
}

Task<Verdict> gather(Caller caller) {
  wit::List parts;
  parts.push_back(pieces(5000));
  parts.push_back(pieces(0));
  parts.push_back(pieces(3));
  WC_CO_TRY(const wit::Value found,
            call_for_value(caller, "gathered", "gather", values(std::move(parts))));
  co_return expect("[5000, 0, 3]", wit::to_wave(found));
}

Task<Verdict> choose_text(Caller caller) {
  wit::Value text{wit::Case{.name = "text", .payload = values(std::string("text"))}};
  WC_CO_TRY(const wit::Value found, call_for_value(caller, "choices", "choose", values(text.rep)));
  co_return expect(text, found);
}

Task<Verdict> choose_data(Caller caller) {
  wit::Case data{.name = "data", .payload = {}};
  data.payload.push_back(pieces(5000));
  return pattern_back(caller, "choices", "choose", {std::move(data)});
}

// --- calls ---

Task<Verdict> nothing(Caller caller) {
  WC_CO_CHECK(call(caller, "calls", "nothing", {}));
  co_return Verdict();
}

Task<Verdict> greet(Caller caller) {
  WC_CO_TRY(const wit::Value found, call_for_value(caller, "calls", "greet", {}));
  co_return expect({std::string("hello")}, found);
}

Task<Verdict> take(Caller caller) {
  WC_CO_CHECK(call(caller, "calls", "take", values(std::string("text"))));
  co_return Verdict();
}

Task<Verdict> echo(Caller caller, std::size_t length) {
  WC_CO_TRY(const wit::Value found,
            call_for_value(caller, "calls", "echo", values(values_of(pattern(length)))));
  co_return expect_pattern(length, std::get<wit::List>(found.rep));
}

Task<Verdict> echo_empty(Caller caller) { return echo(caller, 0); }

Task<Verdict> echo_a_mebibyte(Caller caller) { return echo(caller, std::size_t{1} << 20U); }

Task<Verdict> expect_failure(Caller caller, std::string interface, std::string name) {
  const auto found =
      co_await call(caller, std::move(interface), std::move(name), values(std::string("text")));
  if (found) {
    co_return "it gave a value";
  }
  if (found.error().kind() == ErrorKind::timeout) {
    co_return found.error().clone();
  }
  co_return Verdict();
}

Task<Verdict> fails(Caller caller) { return expect_failure(caller, "calls", "fails"); }

Task<Verdict> absent(Caller caller) { return expect_failure(caller, "unserved", "absent"); }

// Whoever runs this kills the server when that says that it hangs.
Task<Verdict> killed(Caller caller) { return expect_failure(caller, "calls", "hangs"); }

struct Row {
  const char* name;
  Task<Verdict> (*check)(Caller caller);
};

constexpr Row kRows[] = {
    {"handles.counter", counter},
    {"handles.pass", pass},
    {"handles.total", total},
    {"streams.swallow", swallow},
    {"streams.produce", produce},
    {"streams.relay", relay},
    {"streams.read", read},
    {"streams.read-failing", read_failing},
    {"streams.items", items},
    {"streams.later", later},
    {"streams.forward", forward},
    {"nested.words", words},
    {"nested.long-words", long_words},
    {"nested.labels", labels},
    {"nested.perhaps", perhaps},
    {"nested.perhaps-not", perhaps_not},
    {"nested.pair", pair},
    {"nested.postponed", postponed},
    {"nested.spread", spread},
    {"gathered.gather", gather},
    {"choices.text", choose_text},
    {"choices.data", choose_data},
    {"calls.nothing", nothing},
    {"calls.greet", greet},
    {"calls.take", take},
    {"calls.echo-empty", echo_empty},
    {"calls.echo-1MiB", echo_a_mebibyte},
    {"calls.fails", fails},
    {"calls.absent", absent},
    {"calls.killed", killed},
};

bool is_wanted(const Wanted& wanted, const std::string& name) {
  return wanted.rows.empty() ? name != "calls.killed"
                             : std::ranges::find(wanted.rows, name) != wanted.rows.end();
}

Task<> say(std::string name, Task<Verdict> check) {
  const Result<Verdict> verdict = co_await std::move(check);
  std::string text = verdict ? (verdict->empty() ? "ok" : "wrong: " + *verdict)
                     : verdict.error().kind() == ErrorKind::timeout
                         ? "silent: " + verdict.error().describe()
                         : "fails: " + verdict.error().describe();
  std::ranges::replace(text, '\n', ' ');
  std::printf("%s %s\n", name.c_str(), text.c_str());
  std::fflush(stdout);  // it counts if a later row never ends
  co_return Result<>();
}

}  // namespace

std::vector<std::string> row_names() {
  std::vector<std::string> names;
  for (const KnownValues& known : known_values()) {
    names.push_back("types." + known.function);
  }
  for (const Row& row : kRows) {
    names.emplace_back(row.name);
  }
  return names;
}

Task<> call_all(wrpc::Client& client, Wanted wanted) {
  for (const KnownValues& known : known_values()) {
    std::string name = "types." + known.function;
    if (is_wanted(wanted, name)) {
      const Caller caller{.client = &client, .deadline = Deadline::after(wanted.patience)};
      WC_CO_CHECK(say(std::move(name), same_back(caller, &known)));
    }
  }
  for (const Row& row : kRows) {
    if (is_wanted(wanted, row.name)) {
      const Caller caller{.client = &client, .deadline = Deadline::after(wanted.patience)};
      WC_CO_CHECK(say(row.name, row.check(caller)));
    }
  }
  co_return Result<>();
}

}  // namespace wasmcloud::interop

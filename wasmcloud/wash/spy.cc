// wash spy ID: shows the calls of a component or provider as they travel.
#include <algorithm>
#include <chrono>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "wasmcloud/wash/arguments.h"
#include "wasmcloud/wash/command.h"
#include "wasmcloud/wash/foreground.h"
#include "wasmcloud/wash/lattice_session.h"
#include "wasmcloud/wash/lattice_wit.h"
#include "wasmcloud/wash/spy_report.h"
#include "wasmcloud/wash/wit_source.h"

namespace wasmcloud::wash {
namespace {

// Where callers of 1.x and ours have their results sent: an inbox of one token or of two. They must
// be listened to before the call: who answers is faster than a subscription.
constexpr const char* kResultSubjects[] = {"_INBOX.*.results", "_INBOX.*.*.results"};
// With types, streams and futures are followed too, and so whatever is sent to an inbox is looked
// at: one subscription keeps the order.
constexpr const char* kInboxes[] = {"_INBOX.>"};

constexpr std::chrono::milliseconds kLookTime{500};

class Spy {
 public:
  // All outlive it.
  Spy(LatticeSession& session, SpyReport& report, const Output& output,
      asio::any_io_executor executor)
      : session_(session), report_(report), output_(output), scope_(std::move(executor)) {}

  Task<> run(std::string id, std::span<const char* const> inboxes) {
    const std::set<std::string> ids = co_await spied_ids(id);
    for (const std::string& each : ids) {
      WC_CO_TRY(nats::Subscription calls,
                subscribe(fmt::format("{}.{}.wrpc.>", session_.settings().lattice(), each)));
      subscriptions_.push_back({.what = What::calls, .messages = std::move(calls)});
    }
    for (const char* const subject : inboxes) {
      WC_CO_TRY(nats::Subscription answers, subscribe(subject));
      subscriptions_.push_back({.what = What::answers, .messages = std::move(answers)});
    }
    WC_CO_CHECK(session_.connection().flush(Deadline::after(session_.settings().timeout)));
    if (output_.format() == OutputFormat::text) {
      write(Stream::out, fmt::format("Spying on component {}\n\n", id));
    }
    for (Followed& followed : subscriptions_) {
      scope_.spawn("spying", follow(followed));
    }
    WC_CO_CHECK(join_or_cancel(scope_));
    co_return error_ ? Result<>(std::move(*error_)) : Result<>();
  }

 private:
  enum class What : std::uint8_t { calls, answers };

  struct Followed {
    What what;
    nats::Subscription messages;
  };

  Task<nats::Subscription> subscribe(std::string subject) {
    nats::SubscribeOptions options{.subject = std::move(subject)};
    return session_.connection().subscribe(std::move(options));
  }

  // Its own, and those that it is linked with at the moment, if a host tells.
  asio::awaitable<std::set<std::string>> spied_ids(std::string id) {
    std::set<std::string> ids{id};
    const Result<std::vector<lattice::Link>> links = co_await session_.client().links();
    if (!links) {
      output_.note(fmt::format("Only what others call is shown: {}", links.error().describe()));
      co_return ids;
    }
    for (const lattice::Link& link : *links) {
      if (link.source_id == id) {
        ids.insert(link.target);
      } else if (link.target == id) {
        ids.insert(link.source_id);
      }
    }
    co_return ids;
  }

  Task<> follow(Followed& followed) {
    Result<> ended = co_await show_all(followed);
    if (!ended && !error_) {
      error_ = std::move(ended).error();
    }
    scope_.cancel();
    co_return Result<>();
  }

  Task<> show_all(Followed& followed) {
    for (;;) {
      WC_CO_TRY(const std::optional<nats::Message> message, followed.messages.next());
      if (!message) {
        co_return Error(ErrorKind::unavailable, "Message subscribers closed");
      }
      const auto now = std::chrono::system_clock::now();
      if (followed.what == What::answers) {
        show_answer(*message, now);
      } else if (const auto seen = report_.call(call_of(*message), now)) {
        output_.started(seen->text, seen->json);
      }
    }
  }

  void show_answer(const nats::Message& message, SpyTime now) {
    const SpiedMessage spied{
        .subject = message.subject(), .reply = message.reply(), .payload = message.text()};
    for (const Sight& seen : report_.message(spied, now)) {
      output_.started(seen.text, seen.json);
    }
  }

  static SpiedCall call_of(const nats::Message& message) {
    return {.subject = std::string(message.subject()),
            .source = std::string(message.header("source-id").value_or("")),
            .reply = std::string(message.reply()),
            .payload = std::string(message.text())};
  }

  LatticeSession& session_;
  SpyReport& report_;
  const Output& output_;
  std::vector<Followed> subscriptions_;
  std::optional<Error> error_;
  TaskScope scope_;
};

class SpyCommand final : public Command {
 public:
  Summary summary() const override {
    return {
        .name = "spy", .group = "Iterate", .description = "Show calls of a component or provider"};
  }

  void declare(CLI::App& app) override {
    app.add_option("component_id", id_, "The id of the component or provider")
        ->type_name("component_id");
    app.add_option(
           "--wit", wit_,
           "Show parameters, results and streams as WAVE, with the types of a component, a "
           "WIT package, a WIT file or folder [default: the component's own file, if it was "
           "started from one here]")
        ->type_name("PATH")
        ->take_last();
    app.add_flag("--results", results_, "Show results as well; with types they are shown")
        ->disable_flag_override();
    lattice_.declare(app);
  }

  Result<> prepare() override {
    WC_CHECK(parse_option(id_, "<component_id>", parse_id));
    return lattice_.prepare();
  }

  // Goes on until Ctrl-C, which is its good end.
  Result<int> execute(const Output& output) override {
    std::optional<wit::Graph> graph;
    if (!wit_.empty()) {
      WC_TRY(graph, read_wit(wit_));
    }
    WC_TRY(LatticeSettings settings, lattice_.settings());
    LatticeWork work{.progress = {}, .run = [&](LatticeSession& session) {
                       return spy(session, std::move(graph), output);
                     }};
    WC_CHECK(on_lattice(std::move(settings), std::move(work), output));
    return kSuccess;
  }

 private:
  // `session` and `output` outlive it.
  Task<> spy(LatticeSession& session, std::optional<wit::Graph> graph, const Output& output) const {
    co_await asio::this_coro::throw_if_cancelled(false);
    if (!graph) {
      const Deadline deadline = Deadline::after(std::min(kLookTime, session.settings().timeout));
      if (Result<wit::Graph> found = co_await find_wit(session, id_, deadline)) {
        graph = *std::move(found);
      }
    }
    std::optional<WitFunctions> functions;
    std::span<const char* const> inboxes;
    if (graph) {
      functions.emplace(*std::move(graph));
      inboxes = kInboxes;
    } else if (results_) {
      inboxes = kResultSubjects;
    }
    SpyReport::Options options{
        .lattice = session.settings().lattice(), .id = id_, .results = !inboxes.empty()};
    SpyReport report(std::move(options), std::move(functions));
    Spy spy(session, report, output, co_await asio::this_coro::executor);
    co_return co_await spy.run(id_, inboxes);
  }

  std::string id_;
  std::string wit_;
  bool results_ = false;
  LatticeOptions lattice_;
};

}  // namespace

std::unique_ptr<Command> make_spy_command() { return std::make_unique<SpyCommand>(); }

}  // namespace wasmcloud::wash

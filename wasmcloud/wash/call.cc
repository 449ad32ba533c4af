// wash call COMPONENT FUNCTION: calls a function over wRPC, and shows what it gives.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include <CLI/CLI.hpp>
#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "wasmcloud/wash/arguments.h"
#include "wasmcloud/wash/call_arguments.h"
#include "wasmcloud/wash/call_result.h"
#include "wasmcloud/wash/command.h"
#include "wasmcloud/wash/environment.h"
#include "wasmcloud/wash/foreground.h"
#include "wasmcloud/wash/http_call.h"
#include "wasmcloud/wash/lattice_session.h"
#include "wasmcloud/wash/lattice_wit.h"
#include "wasmcloud/wash/wit_functions.h"
#include "wasmcloud/wash/wit_source.h"
#include "wasmcloud/wrpc/framed_transport.h"
#include "wasmcloud/wrpc/nats_transport.h"
#include "wasmcloud/wrpc/trace.h"

namespace wasmcloud::wash {
namespace {

using Json = nlohmann::ordered_json;

// What is called, and how its result is read.
struct CallPlan {
  enum class Form : std::uint8_t {
    typed,  // as WIT says
    plain,  // no WIT: no parameters, a string
    http,
  };

  Form form = Form::plain;
  wrpc::DynamicRequest request;
  std::chrono::milliseconds timeout{};
  bool extract_json = false;  // http
};

wit::FuncSignature plain_signature() {
  return {.params = {}, .result = wit::ValueType::of(wit::ValueType::Kind::string)};
}

// The time-out is that of the answer; where the caller feeds streams it is he who decides how long
// that takes.
Deadline deadline_of(const CallPlan& plan) {
  return plan.form == CallPlan::Form::typed && has_async_params(plan.request.signature)
             ? Deadline::never()
             : Deadline::after(plan.timeout);
}

// --- what is shown ---

Result<> show_http(const HttpAnswer& answer, bool extract_json, const Output& output) {
  const wit::ValueTypePtr text = wit::ValueType::of(wit::ValueType::Kind::string);
  WC_CHECK(wit::fits(wit::Value{answer.body}, *text),
           "failed to convert the body of the response to text");
  Json shown{{"status", answer.status}, {"headers", answer.headers}, {"body", answer.body}};
  if (extract_json) {
    shown = Json::parse(answer.body, nullptr, false);
    if (shown.is_discarded()) {
      return Error(ErrorKind::invalid,
                   "failed to parse response body bytes into a valid JSON object");
    }
  }
  output.success(shown.dump(2), {{"response", shown}});
  return {};
}

// --- the call ---

// All three outlive it.
Task<> show_result(wrpc::DynamicCall& call, const CallPlan& plan, const wit::ValueTypePtr& type,
                   const Output& output, Deadline deadline) {
  if (plan.form == CallPlan::Form::http) {
    WC_CO_TRY(const HttpAnswer answer, http_answer(call, deadline));
    co_return show_http(answer, plan.extract_json, output);
  }
  WC_CO_TRY(std::optional<wit::Value> value, call.result(deadline));
  if (plan.form == CallPlan::Form::plain) {
    const std::string& text = std::get<std::string>(value->rep);
    output.success(text, {{"result", text}});
    co_return Result<>();
  }
  ResultPrinter printer(call.receiver(), output, co_await asio::this_coro::executor);
  WC_CO_CHECK(printer.print(std::move(value), type));
  co_return co_await call.join();
}

// What `client`, `plan` and `output` refer to outlives it.
Task<> call_and_show(wrpc::Client& client, CallPlan& plan, const Output& output) {
  co_await asio::this_coro::throw_if_cancelled(false);  // what is begun here ends in order
  const Deadline deadline = deadline_of(plan);
  const wit::ValueTypePtr type = plan.request.signature.result;
  WC_CO_TRY(const std::unique_ptr<wrpc::DynamicCall> call,
            wrpc::DynamicCall::start(client, std::move(plan.request), deadline));
  Result<> shown = co_await show_result(*call, plan, type, output, deadline);
  WC_CO_CHECK(call->end());
  co_return shown;
}

Task<> call_over_nats(LatticeSession& session, std::string target, CallPlan& plan,
                      const Output& output) {
  co_await asio::this_coro::throw_if_cancelled(false);
  WC_CO_TRY(const std::unique_ptr<wrpc::NatsTransport> transport,
            wrpc::NatsTransport::create(session.connection()));
  std::unique_ptr<wrpc::Client> client =
      transport->client(fmt::format("{}.{}", session.settings().lattice(), target));
  Result<> shown = co_await call_and_show(*client, plan, output);
  client.reset();
  WC_CO_CHECK(transport->stop());
  co_return shown;
}

// In the words of the existing wash.
Error call_failure(Error error, CallPlan::Form form, std::string_view target,
                   std::string_view lattice) {
  const bool http = form == CallPlan::Form::http;
  switch (error.kind()) {
    case ErrorKind::not_found:
      return Error(ErrorKind::not_found,
                   "No component responded to your request, ensure component {} is running in "
                   "lattice {}",
                   target, lattice);
    case ErrorKind::timeout:
      return Error(ErrorKind::timeout, "{}, is component [{}] running in lattice [{}]?",
                   http ? "component invocation timeout"
                        : "Error invoking component: timed out invoking component",
                   target, lattice);
    default:
      return std::move(error).with_context(http ? "failed to perform HTTP request"
                                                : "Error invoking component");
  }
}

// --- options ---

// The flags of an HTTP request, or their variables.
class HttpOptions {
 public:
  void declare(CLI::App& app) {
    app.add_flag("--http-response-extract-json", extract_json_,
                 "Show the body of the HTTP response alone, which is JSON "
                 "[env: WASH_CALL_HTTP_RESPONSE_EXTRACT_JSON]")
        ->disable_flag_override();
    const auto add = [&app](const char* name, std::string& value, const char* type,
                            const char* text) {
      app.add_option(name, value, text)->type_name(type)->take_last();
    };
    add("--http-scheme", scheme_, "HTTP_SCHEME",
        "The scheme of the HTTP request [env: WASH_CALL_INVOKE_HTTP_SCHEME] [default: http]");
    add("--http-host", host_, "HTTP_HOST",
        "Its host [env: WASH_CALL_INVOKE_HTTP_HOST] [default: localhost]");
    add("--http-port", port_text_, "HTTP_PORT",
        "Its port [env: WASH_CALL_INVOKE_HTTP_PORT] [default: 8080]");
    add("--http-method", method_, "HTTP_METHOD",
        "Its method [env: WASH_CALL_INVOKE_HTTP_METHOD] [default: GET]");
    add("--http-body", body_, "HTTP_BODY", "Its body [env: WASH_CALL_INVOKE_HTTP_BODY]");
    add("--http-body-path", body_path_, "HTTP_BODY_PATH",
        "A file that holds its body [env: WASH_CALL_INVOKE_HTTP_BODY_PATH]");
    add("--http-content-type", content_type_, "HTTP_CONTENT_TYPE",
        "Its content type [env: WASH_CALL_INVOKE_HTTP_CONTENT_TYPE]");
  }

  Result<> prepare() {
    for (const auto& [value, name] : {std::pair(&scheme_, "SCHEME"),
                                      {&host_, "HOST"},
                                      {&port_text_, "PORT"},
                                      {&method_, "METHOD"},
                                      {&body_, "BODY"},
                                      {&body_path_, "BODY_PATH"},
                                      {&content_type_, "CONTENT_TYPE"}}) {
      if (value->empty()) {
        *value = variable(fmt::format("WASH_CALL_INVOKE_HTTP_{}", name).c_str()).value_or("");
      }
    }
    if (const auto text = variable("WASH_CALL_HTTP_RESPONSE_EXTRACT_JSON");
        text && !extract_json_) {
      WC_TRY(extract_json_, parse_option(*text, "--http-response-extract-json", parse_bool));
    }
    if (!body_.empty() && !body_path_.empty()) {
      return Error(ErrorKind::invalid,
                   "the argument '--http-body <HTTP_BODY>' cannot be used with '--http-body-path "
                   "<HTTP_BODY_PATH>'");
    }
    if (!port_text_.empty()) {
      const auto parse_port = [](std::string_view text) {
        return parse_number(text, 1, std::numeric_limits<std::uint16_t>::max());
      };
      WC_TRY(port_, parse_option(port_text_, "--http-port <HTTP_PORT>", parse_port));
    }
    return {};
  }

  // Reads the body's file.
  Result<HttpCall> call() const {
    HttpCall call{.body = body_};
    call.scheme = scheme_.empty() ? call.scheme : scheme_;
    call.host = host_.empty() ? call.host : host_;
    call.method = method_.empty() ? call.method : method_;
    call.port = static_cast<std::uint16_t>(port_.value_or(call.port));
    call.content_type = content_type_.empty() ? std::nullopt : std::optional(content_type_);
    if (!body_path_.empty()) {
      std::ifstream file(body_path_, std::ios::binary);
      call.body.assign(std::istreambuf_iterator<char>(file), {});
      if (!file) {
        return Error(ErrorKind::denied, "{}: cannot be read", body_path_);
      }
    }
    return call;
  }

  bool extract_json() const noexcept { return extract_json_; }

 private:
  bool extract_json_ = false;
  std::string scheme_;
  std::string host_;
  std::string port_text_;
  std::string method_;
  std::string body_;
  std::string body_path_;
  std::string content_type_;
  std::optional<std::uint64_t> port_;
};

// "tcp://HOST:PORT" or "unix:PATH", as a framed client wants it. Empty: NATS.
Result<std::string> parse_transport(std::string_view text) {
  constexpr std::string_view kTcp = "tcp://";
  if (text == "nats") {
    return std::string();
  }
  if (text.starts_with(kTcp)) {
    WC_CHECK(parse_address(text.substr(kTcp.size())));
    return std::string(text.substr(kTcp.size()));
  }
  if (text.starts_with("unix:")) {
    return std::string(text);
  }
  return Error(ErrorKind::invalid, "expected nats, tcp://HOST:PORT or unix:PATH");
}

class CallCommand final : public Command {
 public:
  Summary summary() const override {
    return {.name = "call",
            .group = "Iterate",
            .description = "Call a function, and show what it gives"};
  }

  void declare(CLI::App& app) override {
    app.add_option("component-id", target_,
                   "The id of the component or provider; with --over tcp: or unix: it is left out")
        ->type_name("component-id");
    app.add_option("function", function_,
                   "The function: `namespace:package/interface.function`; with --wit also one of "
                   "a world's root")
        ->type_name("[function]");
    app.add_option("arguments", arguments_,
                   "A value for each parameter, as WAVE ('{name: \"x\"}'); of a stream<u8> also "
                   "@FILE, or - for stdin")
        ->type_name("[arguments]");
    app.add_option("--wit", wit_,
                   "Where the function's types are: a component, a WIT package, a WIT file or "
                   "folder [default: the component's own file, if it was started from one here]")
        ->type_name("PATH")
        ->take_last();
    app.add_option("--over", over_text_,
                   "How the call travels: nats, tcp://HOST:PORT or unix:PATH [default: nats]")
        ->type_name("TRANSPORT")
        ->take_last();
    lattice_.declare(app);
    http_.declare(app);
  }

  Result<> prepare() override {
    WC_CHECK(lattice_.prepare());
    WC_CHECK(http_.prepare());
    if (!over_text_.empty()) {
      WC_TRY(address_, parse_option(over_text_, "--over <TRANSPORT>", parse_transport));
    }
    if (!address_.empty()) {
      leave_out_target();
    } else {
      WC_CHECK(parse_option(target_, "<component-id>", parse_id));
    }
    if (function_.empty()) {
      return Error(ErrorKind::invalid,
                   "the following required arguments were not provided:\n  <function>");
    }
    if (!arguments_.empty() && wit_.empty() && !address_.empty()) {
      return Error(ErrorKind::invalid, kNeedsWit);
    }
    return {};
  }

  Result<int> execute(const Output& output) override {
    Result<CallPlan> plan = make_plan();
    if (!plan && !looks_for_wit()) {
      return std::move(plan).error();
    }
    WC_TRY(LatticeSettings settings, lattice_.settings());
    const std::string lattice = settings.lattice();
    Result<> called;
    Result<int> ended = Error(ErrorKind::internal, "not called");
    if (address_.empty()) {
      LatticeWork work{.progress = {}, .run = [&](LatticeSession& session) {
                         return find_and_call(session, plan, called, output);
                       }};
      ended = on_lattice(std::move(settings), std::move(work), output);
    } else {
      const std::unique_ptr<wrpc::Client> client = wrpc::make_framed_client(address_);
      plan->timeout = settings.timeout;
      ForegroundWork work{.progress = {}, .run = [&] {
                            return kept(call_and_show(*client, *plan, output), called);
                          }};
      ended = in_foreground(std::move(work), output);
    }
    if (!ended && !plan) {  // without NATS too it is known what is wrong
      return std::move(plan).error();
    }
    if (ended && *ended == kSuccess && !called) {
      return failure(std::move(called).error(), plan->form, lattice);
    }
    return ended;
  }

 private:
  static constexpr const char* kNeedsWit =
      "arguments need '--wit <PATH>', which tells what the function takes";
  // Of a call that can be made without. Hosts answer within milliseconds.
  static constexpr std::chrono::milliseconds kLookTime{500};

  // Over NATS the hosts may tell where the types are.
  bool looks_for_wit() const { return wit_.empty() && address_.empty() && !is_http(); }

  bool is_http() const {
    const Result<Operation> operation = parse_operation(function_);
    return operation && is_http_handler(*operation) && arguments_.empty();
  }

  // All but the first outlive it.
  Task<> find_and_call(LatticeSession& session, Result<CallPlan>& plan, Result<>& called,
                       const Output& output) const {
    co_await asio::this_coro::throw_if_cancelled(false);
    if (looks_for_wit()) {
      WC_CO_CHECK(look_for_wit(session, plan));
    }
    if (!plan) {
      co_return plan.error().clone();
    }
    plan->timeout = session.settings().timeout;
    co_return co_await kept(call_over_nats(session, target_, *plan, output), called);
  }

  // Makes a better plan of what is found. Without types a function is called with no arguments, as
  // the existing wash does.
  Task<> look_for_wit(LatticeSession& session, Result<CallPlan>& plan) const {
    const std::chrono::milliseconds timeout = session.settings().timeout;
    const Deadline deadline = Deadline::after(plan ? std::min(kLookTime, timeout) : timeout);
    Result<wit::Graph> graph = co_await find_wit(session, target_, deadline);
    if (graph) {
      const WitFunctions functions(*std::move(graph));
      const Result<KnownFunction> function = functions.find(function_);
      if (function || !plan) {
        plan = function ? found_plan(*function) : Result<CallPlan>(function.error().clone());
      }
    } else if (!arguments_.empty()) {
      plan = Error(ErrorKind::invalid, "{}: {}", kNeedsWit, graph.error().describe());
    }
    co_return Result<>();
  }

  // A string that needs no arguments is shown as the existing wash shows it.
  Result<CallPlan> found_plan(const KnownFunction& function) const {
    WC_TRY(wrpc::DynamicRequest request, typed_request(function));
    const wit::ValueTypePtr& result = function.signature.result;
    const bool plain =
        arguments_.empty() && result != nullptr && result->kind() == wit::ValueType::Kind::string;
    return with_headers({.form = plain ? CallPlan::Form::plain : CallPlan::Form::typed,
                         .request = std::move(request)});
  }

  // What went wrong with the call is told otherwise than what kept it from being made.
  static Task<> kept(Task<> call, Result<>& into) {
    into = co_await std::move(call);
    co_return Result<>();
  }

  Error failure(Error error, CallPlan::Form form, std::string_view lattice) const {
    if (!address_.empty()) {
      return std::move(error).with_context(fmt::format("Error calling {}", over_text_));
    }
    return call_failure(std::move(error), form, target_, lattice);
  }

  // An address says where the call goes: what stands first is the function, unless it is "-".
  void leave_out_target() {
    if (target_ != "-") {
      if (!function_.empty()) {
        arguments_.insert(arguments_.begin(), function_);
      }
      function_ = target_;
    }
    target_.clear();
  }

  Result<CallPlan> make_plan() const {
    if (is_http()) {
      WC_TRY(const HttpCall call, http_.call());
      return with_headers({.form = CallPlan::Form::http,
                           .request = http_request(call),
                           .timeout = {},
                           .extract_json = http_.extract_json()});
    }
    if (!wit_.empty()) {
      WC_TRY(wit::Graph graph, read_wit(wit_));
      WC_TRY(const KnownFunction function, WitFunctions(std::move(graph)).find(function_));
      WC_TRY(wrpc::DynamicRequest request, typed_request(function));
      return with_headers({.form = CallPlan::Form::typed, .request = std::move(request)});
    }
    if (!arguments_.empty()) {
      return Error(ErrorKind::invalid, kNeedsWit);
    }
    WC_TRY(Operation operation, parse_operation(function_));
    return with_headers({.form = CallPlan::Form::plain,
                         .request = {.instance = std::move(operation.instance),
                                     .function = std::move(operation.function),
                                     .signature = plain_signature(),
                                     .params = {}}});
  }

  Result<wrpc::DynamicRequest> typed_request(const KnownFunction& function) const {
    WC_TRY(std::vector<wit::Value> params, parse_arguments(arguments_, function.signature),
           "calling {}", function_);
    return wrpc::DynamicRequest{.instance = function.operation.instance,
                                .function = function.operation.function,
                                .signature = function.signature,
                                .params = std::move(params)};
  }

  static CallPlan with_headers(CallPlan plan) {
    plan.request.headers.set("source-id", "wash");
    const auto trace = parse_trace_context(variable("TRACEPARENT").value_or(""),
                                           variable("TRACESTATE").value_or(""));
    if (trace) {
      wrpc::add_trace(plan.request.headers, *trace);
    }
    return plan;
  }

  std::string target_;
  std::string function_;
  std::vector<std::string> arguments_;
  std::string wit_;
  std::string over_text_;
  std::string address_;  // empty: NATS
  LatticeOptions lattice_{LatticePurpose::calls};
  HttpOptions http_;
};

}  // namespace

std::unique_ptr<Command> make_call_command() { return std::make_unique<CallCommand>(); }

}  // namespace wasmcloud::wash

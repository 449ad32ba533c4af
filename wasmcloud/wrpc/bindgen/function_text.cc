#include "wasmcloud/wrpc/bindgen/function_text.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "wasmcloud/wrpc/bindgen/cpp_names.h"
#include "wasmcloud/wrpc/bindgen/text.h"

namespace wasmcloud::wrpc::bindgen {
namespace {

using wit::Function;
using wit::FunctionId;

struct NamedFunction {
  const Function* function;
  std::string cpp;   // "bucket_get"
  std::string name;  // "[method]bucket.get"
};

// "bucket_get" of a method or static function, "bucket" of a constructor: as on the wire.
std::string cpp_name(const wit::Graph& graph, const Function& function) {
  if (!function.resource) {
    return snake_case(function.name);
  }
  const std::string& resource = graph[*function.resource].name;
  return function.kind == wit::FunctionKind::constructor
             ? snake_case(resource)
             : snake_case(fmt::format("{}-{}", resource, function.name));
}

std::vector<NamedFunction> named(const TypeNames& names, const FunctionGroup& group) {
  NameScope scope{"client_"};
  std::vector<NamedFunction> made;
  for (const FunctionId id : group.functions) {
    const Function& function = names.graph()[id];
    made.push_back({.function = &function,
                    .cpp = scope.take(cpp_name(names.graph(), function)),
                    .name = names.graph().name_of(id)});
  }
  return made;
}

std::string result_of(const TypeNames& names, const Function& function, const std::string& in) {
  return function.result ? names.write(*function.result, in) : "void";
}

bool has_async_params(const TypeNames& names, const Function& function) {
  return std::ranges::any_of(function.params,
                             [&](const wit::Param& param) { return names.is_async(param.type); });
}

// Whether what is still to be sent outlives the call.
bool sends_on(const TypeNames& names, const Function& function) {
  return function.result && names.is_async(*function.result) && has_async_params(names, function);
}

std::vector<std::string> param_names(const Function& function) {
  NameScope scope{"context", "options", "sending"};
  std::vector<std::string> made;
  for (const wit::Param& param : function.params) {
    made.push_back(scope.take(snake_case(param.name)));
  }
  return made;
}

struct Signature {
  std::string type;
  std::string name;
  std::vector<std::string> params;
};

// A type that fills a line has it for itself.
std::string write(const Signature& signature, std::string_view tail, std::size_t indent) {
  const std::string head = fmt::format("{} {}(", signature.type, signature.name);
  if (indent + head.size() <= kColumns) {
    return packed(head, signature.params, tail, indent);
  }
  return fmt::format("{}{}\n", std::string(indent, ' '), signature.type) +
         packed(signature.name + "(", signature.params, tail, indent);
}

Signature client_signature(const TypeNames& names, const NamedFunction& named,
                           const FunctionGroup& group, std::string_view of) {
  const Function& function = *named.function;
  Signature made{.type = fmt::format("::wasmcloud::Task<{}>", result_of(names, function, group.in)),
                 .name = fmt::format("{}{}", of, named.cpp),
                 .params = {}};
  if (sends_on(names, function)) {
    made.params.push_back("::wasmcloud::TaskScope& sending");
  }
  const std::vector<std::string> params = param_names(function);
  for (std::size_t i = 0; i < params.size(); ++i) {
    made.params.push_back(
        fmt::format("{} {}", names.write_param(function.params[i].type, group.in), params[i]));
  }
  return made;
}

std::string invoke(const TypeNames& names, const NamedFunction& named, const FunctionGroup& group) {
  const Function& function = *named.function;
  std::vector<std::string> arguments = param_names(function);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (names.is_async(function.params[i].type)) {
      arguments[i] = fmt::format("std::move({})", arguments[i]);
    }
  }
  const bool sends = sends_on(names, function);
  std::string made =
      fmt::format("  return ::wasmcloud::wrpc::{}<{}>(\n",
                  sends ? "invoke_while_sending" : "invoke", result_of(names, function, group.in));
  const std::vector<std::string> parts{
      sends ? "sending, client_" : "client_",
      fmt::format("{{std::string({}), \"{}\"}}", group.instance.empty() ? "" : "kInstance",
                  named.name),
      fmt::format("::wasmcloud::wrpc::encode({})", fmt::join(arguments, ", ")),
      "std::move(options)"};
  return made + packed("", parts, ");", 6);
}

}  // namespace

std::string declare_client(const TypeNames& names, const FunctionGroup& group) {
  std::string made =
      "class Client {\n public:\n  // `client` outlives it.\n"
      "  explicit Client(::wasmcloud::wrpc::Client& client) noexcept : client_(client) {}\n";
  for (const NamedFunction& each : named(names, group)) {
    Signature signature = client_signature(names, each, group, "");
    signature.params.push_back("::wasmcloud::wrpc::CallOptions options = {}");
    made += "\n" + comment(each.function->docs, 2) + write(signature, ");", 2);
  }
  return made + "\n private:\n  ::wasmcloud::wrpc::Client& client_;\n};\n";
}

std::string define_client(const TypeNames& names, const FunctionGroup& group) {
  std::string made;
  for (const NamedFunction& each : named(names, group)) {
    Signature signature = client_signature(names, each, group, "Client::");
    signature.params.push_back("::wasmcloud::wrpc::CallOptions options");
    made += "\n" + write(signature, ") {", 0) + invoke(names, each, group) + "}\n";
  }
  return made;
}

std::string declare_server(const TypeNames& names, const FunctionGroup& group) {
  std::string made = "class Server {\n public:\n  virtual ~Server() = default;\n";
  for (const NamedFunction& each : named(names, group)) {
    const Function& function = *each.function;
    Signature signature{
        .type = fmt::format("virtual ::wasmcloud::Task<{}>", result_of(names, function, group.in)),
        .name = each.cpp,
        .params = {"::wasmcloud::wrpc::Context context"}};
    const std::vector<std::string> own = param_names(function);
    for (std::size_t i = 0; i < own.size(); ++i) {
      signature.params.push_back(
          fmt::format("{} {}", names.write(function.params[i].type, group.in), own[i]));
    }
    made += "\n" + comment(function.docs, 2) + write(signature, ") = 0;", 2);
  }
  return made +
         "};\n\n// From now on `dispatcher` asks `server`, which outlives it.\n"
         "void serve(::wasmcloud::wrpc::Dispatcher& dispatcher, Server& server);\n";
}

std::string define_server(const TypeNames& names, const FunctionGroup& group) {
  std::string made = "\nvoid serve(::wasmcloud::wrpc::Dispatcher& dispatcher, Server& server) {\n";
  for (const NamedFunction& each : named(names, group)) {
    const std::vector<std::string> arguments{
        fmt::format("{{std::string({}), \"{}\"}}", group.instance.empty() ? "" : "kInstance",
                    each.name),
        "server"};
    made += packed(fmt::format("dispatcher.add<&Server::{}>(", each.cpp), arguments, ");", 2);
  }
  return made + "}\n";
}

}  // namespace wasmcloud::wrpc::bindgen

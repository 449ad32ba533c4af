#include "wasmcloud/nats/jetstream_api.h"

#include <nlohmann/json.hpp>

namespace wasmcloud::nats::internal {
namespace {

ErrorKind kind_of(int code, int error_code) {
  if (error_code == kStreamNameInUse || error_code == kWrongLastSequence) {
    return ErrorKind::conflict;
  }
  switch (code) {
    case 404:
      return ErrorKind::not_found;
    case 503:
      return ErrorKind::unavailable;
    case 507:
      return ErrorKind::exhausted;
    default:
      return ErrorKind::invalid;
  }
}

Result<nlohmann::json> parse_answer(std::string_view text, std::string_view subject) {
  nlohmann::json answer = nlohmann::json::parse(text, nullptr, false);
  if (!answer.is_object()) {
    return Error(ErrorKind::internal, "{}: JetStream answered no JSON object", subject);
  }
  const auto error = answer.find("error");
  if (error == answer.end() || !error->is_object()) {
    return answer;
  }
  const auto number = [&](const char* name) {
    const auto found = error->find(name);
    return found != error->end() && found->is_number_integer() ? found->get<int>() : 0;
  };
  const auto description = error->find("description");
  return Error(kind_of(number("code"), number("err_code")), "{}: JetStream: {} ({})", subject,
               description != error->end() && description->is_string()
                   ? description->get<std::string>()
                   : "an error without description",
               number("err_code"));
}

}  // namespace

std::string api_prefix(std::string_view domain) {
  return domain.empty() ? std::string("$JS.API.") : fmt::format("$JS.{}.API.", domain);
}

Result<> check_name(std::string_view name, std::string_view what) {
  if (!is_name(name)) {
    return Error(ErrorKind::invalid, "{} '{}': expected letters, digits, '_' and '-'", what, name);
  }
  return {};
}

Task<nlohmann::json> api_request(Connection& connection, Outgoing request, Deadline deadline) {
  const std::string subject = request.subject;
  Result<Message> answer = co_await connection.request(std::move(request), deadline);
  if (!answer) {
    if (answer.error().kind() == ErrorKind::unavailable &&
        answer.error().message().find("nobody listens") != std::string::npos) {
      co_return Error(ErrorKind::unavailable,
                      "{}: nobody answers: the server {} has no JetStream for this account, or "
                      "there is no such domain or stream",
                      subject, connection.server());
    }
    co_return std::move(answer).error();
  }
  co_return parse_answer(answer->text(), subject);
}

Task<nlohmann::json> api_request(Connection& connection, std::string subject, std::string body,
                                 Deadline deadline) {
  Outgoing request{.subject = std::move(subject), .payload = std::move(body)};
  co_return co_await api_request(connection, std::move(request), deadline);
}

Task<nlohmann::json> stream_info(Connection& connection, const std::string& api,
                                 const std::string& stream, Deadline deadline) {
  return api_request(connection, fmt::format("{}STREAM.INFO.{}", api, stream), {}, deadline);
}

std::uint64_t number_in(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

}  // namespace wasmcloud::nats::internal

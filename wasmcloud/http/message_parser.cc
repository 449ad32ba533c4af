#include "wasmcloud/http/message_parser.h"

#include <cstring>
#include <utility>
#include <variant>

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "wasmcloud/base/assert.h"
#include "wasmcloud/http/authority.h"

namespace wasmcloud::http {
namespace {

namespace beast_http = boost::beast::http;
using View = boost::beast::string_view;
using ErrorCode = boost::beast::error_code;
using Failure = MessageParser::Failure;
using Expectation = MessageParser::Expectation;
using Bytes = std::span<const std::uint8_t>;

// The least that can follow in a chunked body where no chunk's data is due: "0\r\n\r\n". Beast
// asserts on a last chunk that comes in smaller pieces.
constexpr std::size_t kLeastChunkedRest = 5;

// What both kinds of message gather while Beast walks through them.
struct Gathered {
  Headers* headers = nullptr;
  Headers trailers;
  Bytes body;  // of this step
  std::uint64_t chunk_left = 0;
  unsigned hosts = 0;
  unsigned transfer_encodings = 0;
  bool only_chunked = false;  // the last Transfer-Encoding is just that
  bool ends_chunked = false;
  bool chunked_body = false;
  bool head_done = false;
  bool http_1_0 = false;
  Expectation expectation = Expectation::none;
  std::string host;
};

Bytes as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

void note_field(Gathered& gathered, beast_http::field field, std::string_view value) {
  switch (field) {
    case beast_http::field::host:
      ++gathered.hosts;
      gathered.host.assign(value);
      break;
    case beast_http::field::transfer_encoding: {
      ++gathered.transfer_encodings;
      gathered.only_chunked = equal_ignoring_case(value, "chunked");
      constexpr std::size_t kLength = std::string_view("chunked").size();
      gathered.ends_chunked = value.size() >= kLength &&
                              equal_ignoring_case(value.substr(value.size() - kLength), "chunked");
      break;
    }
    case beast_http::field::expect:
      gathered.expectation =
          equal_ignoring_case(value, "100-continue") && gathered.expectation != Expectation::other
              ? Expectation::continue_100
              : Expectation::other;
      break;
    default:
      break;
  }
}

// Beast's parser, told where to put what it finds. Not eager: one step at a time.
template <bool is_request>
class Walker final : public beast_http::basic_parser<is_request> {
 public:
  using Head = std::conditional_t<is_request, RequestHead, ResponseHead>;

  Walker(Head& head, Gathered& gathered, std::uint32_t header_bytes)
      : head_(head), gathered_(gathered) {
    this->header_limit(header_bytes);
    this->body_limit(boost::none);
    head_.headers.fields().clear();
  }

 private:
  void on_request_impl(beast_http::verb /*known*/, View method, View target, int version,
                       ErrorCode& /*error*/) override {
    if constexpr (is_request) {
      head_.method.assign(method.data(), method.size());
      head_.target.assign(target.data(), target.size());
      gathered_.http_1_0 = version == 10;
    }
  }

  void on_response_impl(int status, View /*reason*/, int version, ErrorCode& /*error*/) override {
    if constexpr (!is_request) {
      head_.status = static_cast<unsigned>(status);
      gathered_.http_1_0 = version == 10;
    }
  }

  void on_field_impl(beast_http::field field, View name, View value,
                     ErrorCode& /*error*/) override {
    if (gathered_.head_done) {
      gathered_.trailers.add(std::string(name.data(), name.size()),
                             std::string(value.data(), value.size()));
      return;
    }
    note_field(gathered_, field, {value.data(), value.size()});
    head_.headers.add(std::string(name.data(), name.size()),
                      std::string(value.data(), value.size()));
  }

  void on_header_impl(ErrorCode& /*error*/) override {
    gathered_.head_done = true;
    gathered_.chunked_body = this->chunked() && !this->is_done();
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>& /*length*/,
                         ErrorCode& /*error*/) override {}

  std::size_t on_body_impl(View body, ErrorCode& /*error*/) override {
    gathered_.body = as_bytes({body.data(), body.size()});
    return body.size();
  }

  void on_chunk_header_impl(std::uint64_t size, View /*extensions*/,
                            ErrorCode& /*error*/) override {
    gathered_.chunk_left = size;
  }

  std::size_t on_chunk_body_impl(std::uint64_t /*left*/, View body, ErrorCode& /*error*/) override {
    gathered_.body = as_bytes({body.data(), body.size()});
    gathered_.chunk_left -= body.size();
    return body.size();
  }

  void on_finish_impl(ErrorCode& /*error*/) override {}

  Head& head_;
  Gathered& gathered_;
};

// RFC 9112 5.2: a line that starts with white space continues the one above, and is to be refused.
bool has_folded_line(Bytes head) noexcept {
  const auto* at = reinterpret_cast<const char*>(head.data());
  const char* const end = at + head.size();
  while ((at = static_cast<const char*>(
              std::memchr(at, '\n', static_cast<std::size_t>(end - at)))) != nullptr) {
    if (++at == end) {
      return false;
    }
    if (*at == ' ' || *at == '\t') {
      return true;
    }
  }
  return false;
}

// Whether the request line asks for an HTTP version at all, if one that we do not speak.
bool names_a_version(Bytes input) noexcept {
  const std::string_view text(reinterpret_cast<const char*>(input.data()), input.size());
  const std::string_view line = text.substr(0, text.find("\r\n"));
  const std::string_view version = line.substr(line.rfind(' ') + 1);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) &&
         version[6] == '.' && is_digit(version[7]);
}

Failure to_failure(const ErrorCode& error, Bytes input) noexcept {
  if (error == beast_http::error::header_limit) {
    return {431, "the header is too large"};
  }
  if (error == beast_http::error::bad_version) {
    return names_a_version(input) ? Failure{505, "only HTTP/1.0 and HTTP/1.1 are spoken here"}
                                  : Failure{400, "the request line is malformed"};
  }
  if (error == beast_http::error::bad_content_length ||
      error == beast_http::error::multiple_content_length ||
      error == beast_http::error::bad_transfer_encoding) {
    return {400, "the framing of the body is contradictory"};
  }
  if (error == beast_http::error::bad_chunk || error == beast_http::error::bad_chunk_extension) {
    return {400, "a chunk is malformed"};
  }
  return {400, "the header is malformed"};
}

std::optional<Failure> check_framing(const Gathered& gathered) noexcept {
  if (gathered.transfer_encodings == 0) {
    return std::nullopt;
  }
  if (gathered.http_1_0) {
    return Failure{400, "HTTP/1.0 has no Transfer-Encoding"};
  }
  if (gathered.transfer_encodings > 1 || !gathered.only_chunked) {
    return gathered.ends_chunked ? Failure{501, "the only Transfer-Encoding spoken here is chunked"}
                                 : Failure{400, "Transfer-Encoding does not end with chunked"};
  }
  return std::nullopt;
}

// "http://host:1/path?query" to its parts; the target becomes its origin form.
std::optional<Failure> split_absolute_target(RequestHead& head) {
  constexpr Failure kBad{400, "the request target is malformed"};
  const std::size_t scheme_end = head.target.find("://");
  if (scheme_end == std::string::npos) {
    return kBad;
  }
  const std::string_view scheme = std::string_view(head.target).substr(0, scheme_end);
  if (!equal_ignoring_case(scheme, "http") && !equal_ignoring_case(scheme, "https")) {
    return kBad;
  }
  const std::size_t start = scheme_end + 3;
  const std::size_t end = std::min(head.target.find_first_of("/?", start), head.target.size());
  head.authority = head.target.substr(start, end - start);
  if (!parse_authority(head.authority)) {
    return kBad;
  }
  std::string path = head.target.substr(end);
  if (!path.starts_with('/')) {
    path.insert(path.begin(), '/');
  }
  head.target = std::move(path);
  return std::nullopt;
}

std::optional<Failure> check_request(RequestHead& head, Gathered& gathered) {
  if (gathered.hosts > 1 || (gathered.hosts == 0 && !gathered.http_1_0)) {
    return Failure{400, "exactly one Host field is required"};
  }
  if (!gathered.host.empty() && !parse_authority(gathered.host)) {
    return Failure{400, "the Host field is malformed"};
  }
  head.scheme.assign("http");
  head.authority.assign(gathered.host);
  head.authority_in_target = true;
  if (head.method == "CONNECT") {
    if (!parse_authority(head.target)) {
      return Failure{400, "the request target is malformed"};
    }
    head.authority.assign(head.target);
  } else if (head.target.starts_with('/') || (head.target == "*" && head.method == "OPTIONS")) {
    head.authority_in_target = false;
  } else if (const auto failure = split_absolute_target(head)) {
    return failure;
  }
  if (gathered.http_1_0) {
    gathered.expectation = Expectation::none;  // RFC 9110 10.1.1: ignored
  }
  return check_framing(gathered);
}

}  // namespace

struct MessageParser::Impl {
  explicit Impl(std::uint32_t header_bytes_) : header_bytes(header_bytes_) {}

  template <typename Do>
  auto walk(Do&& what) {
    return request_walker ? what(*request_walker) : what(*response_walker);
  }

  void forget() {
    request_walker.reset();
    response_walker.reset();
    // Field by field: the string keeps its memory.
    std::string host = std::move(gathered.host);
    host.clear();
    gathered = Gathered{};
    gathered.host = std::move(host);
    head_taken = 0;
    begun = false;
  }

  std::optional<Failure> check_head(Bytes taken) {
    head_taken += taken.size();
    if (head_taken > header_bytes) {
      return Failure{431, "the header is too large"};
    }
    if (has_folded_line(taken)) {
      return Failure{400, "a header field is folded"};
    }
    if (!gathered.head_done) {
      return std::nullopt;
    }
    return request_head != nullptr ? check_request(*request_head, gathered)
                                   : check_framing(gathered);
  }

  std::uint32_t header_bytes;
  std::optional<Walker<true>> request_walker;
  std::optional<Walker<false>> response_walker;
  RequestHead* request_head = nullptr;
  Gathered gathered;
  std::size_t head_taken = 0;
  bool begun = false;
};

MessageParser::MessageParser(std::uint32_t header_bytes)
    : impl_(std::make_unique<Impl>(header_bytes)) {}

MessageParser::~MessageParser() = default;

void MessageParser::start_request(RequestHead& head) {
  impl_->forget();
  impl_->request_head = &head;
  impl_->request_walker.emplace(head, impl_->gathered, impl_->header_bytes);
}

void MessageParser::start_response(ResponseHead& head, bool head_only) {
  impl_->forget();
  impl_->request_head = nullptr;
  impl_->response_walker.emplace(head, impl_->gathered, impl_->header_bytes);
  impl_->response_walker->skip(head_only);
}

std::expected<MessageParser::Step, Failure> MessageParser::parse(Bytes input) {
  WC_ASSERT(!input.empty());
  Gathered& gathered = impl_->gathered;
  gathered.body = {};
  if (!impl_->begun && impl_->request_head != nullptr && input[0] == '\r') {
    // RFC 9112 2.2: empty lines before a request line are skipped.
    if (input.size() > 1 && input[1] != '\n') {
      return std::unexpected(Failure{400, "the request line is malformed"});
    }
    return Step{.taken = input.size() > 1 ? 2U : 0U, .body = {}};
  }
  impl_->begun = true;
  if (gathered.chunked_body && gathered.chunk_left == 0 && input.size() < kLeastChunkedRest) {
    return Step{};
  }
  const bool in_head = !gathered.head_done;
  ErrorCode error;
  const std::size_t taken = impl_->walk([&](auto& walker) {
    return walker.put(boost::asio::const_buffer(input.data(), input.size()), error);
  });
  if (error && error != beast_http::error::need_more) {
    return std::unexpected(to_failure(error, input));
  }
  if (in_head) {
    if (const auto failure = impl_->check_head(input.first(taken))) {
      return std::unexpected(*failure);
    }
  }
  return Step{.taken = taken, .body = gathered.body};
}

bool MessageParser::end_of_input() {
  if (done()) {
    return true;
  }
  if (!head_done()) {
    return false;
  }
  ErrorCode error;
  impl_->walk([&error](auto& walker) { walker.put_eof(error); });
  return !error;
}

bool MessageParser::begun() const noexcept { return impl_->begun; }

bool MessageParser::head_done() const noexcept { return impl_->gathered.head_done; }

bool MessageParser::done() const noexcept {
  return impl_->walk([](const auto& walker) { return walker.is_done(); });
}

bool MessageParser::keep_alive() const noexcept {
  return impl_->walk([](const auto& walker) { return walker.keep_alive(); });
}

bool MessageParser::is_http_1_0() const noexcept { return impl_->gathered.http_1_0; }

MessageParser::Expectation MessageParser::expectation() const noexcept {
  return impl_->gathered.expectation;
}

std::optional<std::uint64_t> MessageParser::content_length() const noexcept {
  return impl_->walk([](const auto& walker) -> std::optional<std::uint64_t> {
    const auto length = walker.content_length();
    return length ? std::optional<std::uint64_t>(*length) : std::nullopt;
  });
}

Headers MessageParser::take_trailers() { return std::exchange(impl_->gathered.trailers, {}); }

}  // namespace wasmcloud::http

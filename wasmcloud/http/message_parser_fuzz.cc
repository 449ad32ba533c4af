// Bytes of a request or a response, in pieces whose size the first byte tells.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "wasmcloud/http/authority.h"
#include "wasmcloud/http/message_parser.h"

namespace {

using namespace wasmcloud::http;

void check(bool good) {
  if (!good) {
    std::abort();
  }
}

void feed(MessageParser& parser, std::span<const std::uint8_t> bytes, std::size_t step) {
  std::size_t begin = 0;
  std::size_t end = 0;
  while (end < bytes.size()) {
    end = std::min(end + step, bytes.size());
    while (begin < end && !parser.done()) {
      const auto input = bytes.subspan(begin, end - begin);
      const auto result = parser.parse(input);
      if (!result) {
        check(result.error().status >= 400);
        return;
      }
      check(result->taken <= input.size() && result->body.size() <= result->taken);
      begin += result->taken;
      if (result->taken == 0) {
        break;
      }
    }
  }
  parser.end_of_input();
  if (parser.head_done()) {
    parser.keep_alive();
    parser.content_length();
    parser.take_trailers();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::span bytes(data + 1, size - 1);
  const std::size_t step = data[0] / 2U + 1;
  MessageParser parser(4096);
  RequestHead request;
  ResponseHead response;
  if (data[0] % 2 == 0) {
    parser.start_request(request);
  } else {
    parser.start_response(response, false);
  }
  feed(parser, bytes, step);
  parse_authority({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  return 0;
}

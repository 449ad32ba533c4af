#include "wasmcloud/wash/call_arguments.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/error.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/this_coro.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "wasmcloud/base/task.h"
#include "wasmcloud/wit/wave.h"
#include "wasmcloud/wrpc/exchange.h"

namespace wasmcloud::wash {
namespace {

using Kind = wit::ValueType::Kind;

// One piece of a stream.
constexpr std::size_t kPiece = std::size_t{32} << 10U;

// The bytes of an open file, read as they are wanted.
class ByteSource final : public wrpc::Source {
 public:
  ByteSource(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}

  ~ByteSource() override {
    if (descriptor_ != STDIN_FILENO) {
      ::close(descriptor_);
    }
  }

  Task<std::optional<wrpc::Chunk>> next() override {
    WC_CO_CHECK(readable());
    std::array<std::uint8_t, kPiece> piece;
    ssize_t count = 0;
    do {
      count = ::read(descriptor_, piece.data(), piece.size());
    } while (count < 0 && errno == EINTR);
    if (count < 0) {
      co_return Error(ErrorKind::unavailable, "{}: {}", name_, std::strerror(errno));
    }
    if (count == 0) {
      co_return std::nullopt;
    }
    wrpc::Chunk chunk{.count = static_cast<std::uint32_t>(count), .items = {}};
    chunk.items.reserve(chunk.count);
    for (const std::uint8_t byte : std::span(piece).first(chunk.count)) {
      chunk.items.push_back(wit::Value{byte});
    }
    co_return chunk;
  }

 private:
  // A pipe or terminal may have nothing yet. What cannot be waited for, a file, always has.
  Task<> readable() {
    asio::posix::stream_descriptor waiting(co_await asio::this_coro::executor, descriptor_);
    const auto [error] =
        co_await waiting.async_wait(asio::posix::descriptor_base::wait_read, as_result);
    waiting.release();  // it is not its own
    if (error && error != asio::error::operation_not_supported) {
      co_return to_error(error, "waiting for input");
    }
    co_return Result<>();
  }

  int descriptor_;
  std::string name_;
};

wit::Value handle_of(std::shared_ptr<wrpc::AsyncPart> part) {
  return wit::Value{wit::Handle{.resource = std::move(part)}};
}

Result<wit::Value> open_bytes(const std::string& text) {
  if (text == "-") {
    return handle_of(std::make_shared<ByteSource>(STDIN_FILENO, "stdin"));
  }
  const std::string path = text.substr(1);
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return Error(errno == ENOENT ? ErrorKind::not_found : ErrorKind::denied, "{}: {}", path,
                 std::strerror(errno));
  }
  return handle_of(std::make_shared<ByteSource>(descriptor, path));
}

// As a list is written.
Result<wit::Value> parse_stream(const std::string& text, const wit::ValueType& type) {
  const wit::ValueTypePtr& element = type.parts().front();
  if (element == nullptr) {
    return Error(ErrorKind::unsupported, "a stream without a type has no text");
  }
  if (element->kind() == Kind::u8 && (text == "-" || text.starts_with('@'))) {
    return open_bytes(text);
  }
  WC_TRY(const wit::ValueTypePtr list,
         wit::ValueType::create({.kind = Kind::list, .names = {}, .parts = {element}}));
  WC_TRY(wit::Value value, wit::parse_wave(text, *list));
  auto& items = std::get<wit::List>(value.rep);
  wrpc::Chunk chunk{.count = static_cast<std::uint32_t>(items.size()), .items = std::move(items)};
  return handle_of(std::make_shared<wrpc::AsyncPart>(std::move(chunk)));
}

Result<wit::Value> parse_future(const std::string& text, const wit::ValueType& type) {
  const wit::ValueTypePtr& element = type.parts().front();
  if (element == nullptr) {
    return Error(ErrorKind::unsupported, "a future without a type has no text");
  }
  wrpc::Chunk chunk{.count = 1, .items = {}};
  WC_TRY(wit::Value value, wit::parse_wave(text, *element));
  chunk.items.push_back(std::move(value));
  return handle_of(std::make_shared<wrpc::AsyncPart>(std::move(chunk)));
}

Result<wit::Value> parse_argument(const std::string& text, const wit::ValueType& type) {
  switch (type.kind()) {
    case Kind::stream:
      return parse_stream(text, type);
    case Kind::future:
      return parse_future(text, type);
    default:
      return wit::parse_wave(text, type);
  }
}

std::size_t least_arguments(const wit::FuncSignature& signature) {
  std::size_t least = signature.params.size();
  while (least > 0 && signature.params[least - 1].type->kind() == Kind::option) {
    --least;
  }
  return least;
}

}  // namespace

std::string describe_params(const wit::FuncSignature& signature) {
  std::string text;
  for (const wit::FuncSignature::Param& param : signature.params) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", param.name, param.type->describe());
  }
  return text;
}

bool has_async_params(const wit::FuncSignature& signature) {
  return std::ranges::any_of(signature.params, [](const wit::FuncSignature::Param& param) {
    return param.type->kind() == Kind::stream || param.type->kind() == Kind::future;
  });
}

Result<std::vector<wit::Value>> parse_arguments(const std::vector<std::string>& texts,
                                                const wit::FuncSignature& signature) {
  if (texts.size() > signature.params.size() || texts.size() < least_arguments(signature)) {
    return Error(ErrorKind::invalid, "expected {} argument{} ({}), found {}",
                 signature.params.size(), signature.params.size() == 1 ? "" : "s",
                 describe_params(signature), texts.size());
  }
  std::vector<wit::Value> values;
  for (std::size_t i = 0; i < signature.params.size(); ++i) {
    const wit::FuncSignature::Param& param = signature.params[i];
    if (i >= texts.size()) {
      values.push_back(wit::Value{wit::Option{}});
      continue;
    }
    WC_TRY(wit::Value value, parse_argument(texts[i], *param.type), "argument `{}`", param.name);
    values.push_back(std::move(value));
  }
  return values;
}

}  // namespace wasmcloud::wash

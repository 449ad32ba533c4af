#include "wasmcloud/wrpc/incoming.h"

#include <utility>

#include "wasmcloud/base/bytes.h"
#include "wasmcloud/wrpc/codec.h"

namespace wasmcloud::wrpc {
namespace {

Error no_channels() {
  return Error(ErrorKind::invalid, "a stream or future that came with no invocation");
}

class IncomingBytes final : public StreamSource<std::uint8_t> {
 public:
  IncomingBytes(std::shared_ptr<Incoming> from, Path path)
      : from_(std::move(from)), path_(std::move(path)) {}

  Task<std::optional<std::string>> next(Deadline deadline) override {
    if (left_ == 0 && !ended_) {
      WC_CO_CHECK(begin_chunk(deadline));
    }
    if (ended_) {
      co_return std::nullopt;
    }
    WC_CO_TRY(std::optional<std::string> bytes, from_->channels().next(path_, deadline));
    if (!bytes) {
      co_return Error(ErrorKind::unavailable, "the channel ended {} bytes before its chunk", left_);
    }
    if (bytes->size() > left_) {
      from_->channels().put_back(path_, bytes->substr(left_));
      bytes->resize(left_);
    }
    left_ -= bytes->size();
    co_return std::move(bytes);
  }

 private:
  // Its count. That of the last is 0.
  Task<> begin_chunk(Deadline deadline) {
    ValueReading<std::uint32_t> count;
    WC_CO_TRY(const bool came, Incoming::read(from_, path_, count, deadline));
    if (!came) {
      co_return codec::cut_short();
    }
    left_ = *count.value;
    ended_ = left_ == 0;
    co_return Result<>();
  }

  const std::shared_ptr<Incoming> from_;
  const Path path_;
  std::size_t left_ = 0;  // of the chunk
  bool ended_ = false;
};

}  // namespace

// Mostly one message holds it all, which is then looked at once. If not, it is collected.
Task<bool> Incoming::read(std::shared_ptr<Incoming> from, Path path, Reading& reading,
                          Deadline deadline) {
  if (from == nullptr) {
    co_return no_channels();
  }
  WC_CO_TRY(std::optional<std::string> bytes, from->channels_.next(path, deadline));
  if (!bytes) {
    co_return false;
  }
  WC_CO_TRY_VALUE(const bool whole, decode(from, path, reading, *std::move(bytes)));
  if (whole) {
    co_return true;
  }
  Scanner scanner = reading.scanner({.bytes = from->limits_.value_bytes});
  WC_CO_TRY(bytes, from->channels_.collect(path, scanner, deadline));
  co_return decode(std::move(from), path, reading, *std::move(bytes));
}

// False, and all is put back, if there are too few.
Result<bool> Incoming::decode(std::shared_ptr<Incoming> from, const Path& path, Reading& reading,
                              std::string bytes) {
  ChannelReader& channels = from->channels_;
  WireReader in(as_u8(bytes));
  Decoder decoder(in, from->limits_, path, std::move(from));
  reading.decode(decoder);
  if (in.failed() && !in.incomplete()) {
    return in.status().error().clone();
  }
  const std::size_t used = in.failed() ? 0 : in.used();
  if (used < bytes.size()) {
    channels.put_back(path, bytes.erase(0, used));
  }
  return !in.failed();
}

Error codec::cut_short() {
  return Error(ErrorKind::unavailable,
               "the stream was cut short: its channel ended, and it did not");
}

std::unique_ptr<StreamSource<std::uint8_t>> codec::incoming_bytes(std::shared_ptr<Incoming> from,
                                                                  Path path) {
  return std::make_unique<IncomingBytes>(std::move(from), std::move(path));
}

Task<> codec::await_end(std::shared_ptr<Incoming> from, Path path, Deadline deadline) {
  if (from == nullptr) {
    co_return no_channels();
  }
  co_return co_await from->channels().await_end(std::move(path), deadline);
}

}  // namespace wasmcloud::wrpc

#include "wasmcloud/wasi/random.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <sys/random.h>

#include "wasmcloud/component/host.h"
#include "wasmcloud/wasi/context.h"

namespace wasmcloud::wasi {
namespace {

using component::Guest;
using component::HostInterface;
using component::Store;

constexpr std::uint64_t kMaxBytes = 64ULL << 20U;

Result<> read_system(std::span<std::uint8_t> buffer) {
  while (!buffer.empty()) {
    const ssize_t got = ::getrandom(buffer.data(), buffer.size(), 0);
    if (got < 0) {
      if (errno == EINTR) {
        continue;
      }
      return Error(ErrorKind::internal, "getrandom: {}", std::generic_category().message(errno));
    }
    buffer = buffer.subspan(static_cast<std::size_t>(got));
  }
  return {};
}

// A system call gives 256 bytes nearly as fast as 8. For each thread, and not for each store: most
// stores live for one request and ask for a few bytes. What has been given out is erased.
class Batch {
 public:
  static constexpr std::size_t kSize = 256;

  Result<> take(std::span<std::uint8_t> into) {
    if (kSize - used_ < into.size()) {
      WC_CHECK(read_system(bytes_));
      used_ = 0;
    }
    const auto given = std::span(bytes_).subspan(used_, into.size());
    std::ranges::copy(given, into.begin());
    ::explicit_bzero(given.data(), given.size());
    used_ += into.size();
    return {};
  }

  static Batch& of_thread() {
    thread_local Batch batch;
    return batch;
  }

 private:
  std::array<std::uint8_t, kSize> bytes_{};
  std::size_t used_ = kSize;
};

enum class Quality : bool { secure, insecure };

// A list<u8> whose bytes are made where the guest wants them.
template <Quality Q>
struct RandomBytes {
  std::uint64_t length;
  InsecureRandom* insecure;
};

Result<> check_length(std::uint64_t length) {
  if (length > kMaxBytes) {
    return Error(ErrorKind::trap, "asked for {} random bytes, at most {} are given at a time",
                 length, kMaxBytes);
  }
  return {};
}

}  // namespace
}  // namespace wasmcloud::wasi

template <wasmcloud::wasi::Quality Q>
struct wasmcloud::component::Abi<wasmcloud::wasi::RandomBytes<Q>>
    : abi::Pair<Abi<wasi::RandomBytes<Q>>, wasi::RandomBytes<Q>> {
  static Guest::Lowered lower_pair(Guest& guest, wasi::RandomBytes<Q> random) {
    const std::uint32_t pointer = guest.allocate(random.length, 1, "list");
    const auto target = guest.bytes(pointer, random.length, 1, "list");
    if (guest.failed()) {
      return {};
    }
    Result<> filled =
        Q == wasi::Quality::secure ? wasi::fill_random(target) : random.insecure->fill(target);
    if (!filled) {
      guest.fail(std::move(filled).error());
    }
    return {pointer, static_cast<std::uint32_t>(target.size())};
  }

  static bool matches(const TypeView& type) {
    return type.is_list() && Abi<std::uint8_t>::matches(type.element());
  }
};

namespace wasmcloud::wasi {
namespace {

HostInterface make_random() {
  HostInterface interface("wasi:random/random@0.2.12");
  interface.function("get-random-bytes",
                     [](Store&, std::uint64_t length) -> Result<RandomBytes<Quality::secure>> {
                       WC_CHECK(check_length(length));
                       return RandomBytes<Quality::secure>{length, nullptr};
                     });
  interface.function("get-random-u64", [](Store&) { return random_u64(); });
  return interface;
}

HostInterface make_insecure() {
  HostInterface interface("wasi:random/insecure@0.2.12");
  interface.function(
      "get-insecure-random-bytes",
      [](Store& store, std::uint64_t length) -> Result<RandomBytes<Quality::insecure>> {
        WC_CHECK(check_length(length));
        return RandomBytes<Quality::insecure>{length, &store.host<Context>().insecure_random()};
      });
  interface.function("get-insecure-random-u64",
                     [](Store& store) { return store.host<Context>().insecure_random().next(); });
  return interface;
}

HostInterface make_insecure_seed() {
  HostInterface interface("wasi:random/insecure-seed@0.2.12");
  interface.function("insecure-seed",
                     [](Store&) -> Result<std::tuple<std::uint64_t, std::uint64_t>> {
                       WC_TRY(const std::uint64_t first, random_u64());
                       WC_TRY(const std::uint64_t second, random_u64());
                       return std::tuple(first, second);
                     });
  return interface;
}

}  // namespace

Result<> fill_random(std::span<std::uint8_t> buffer) {
  constexpr std::size_t kFew = 64;
  return buffer.size() <= kFew ? Batch::of_thread().take(buffer) : read_system(buffer);
}

Result<std::uint64_t> random_u64() {
  std::array<std::uint8_t, sizeof(std::uint64_t)> bytes{};
  WC_CHECK(Batch::of_thread().take(bytes));
  return std::bit_cast<std::uint64_t>(bytes);
}

Result<> InsecureRandom::seed() {
  while (state_ == decltype(state_){}) {
    for (std::uint64_t& word : state_) {
      WC_TRY(word, random_u64());
    }
  }
  return {};
}

// xoshiro256** of Blackman and Vigna.
std::uint64_t InsecureRandom::step() noexcept {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17U;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

Result<std::uint64_t> InsecureRandom::next() {
  WC_CHECK(seed());
  return step();
}

Result<> InsecureRandom::fill(std::span<std::uint8_t> buffer) {
  WC_CHECK(seed());
  while (!buffer.empty()) {
    const std::uint64_t word = step();
    const std::size_t size = std::min(buffer.size(), sizeof(word));
    std::memcpy(buffer.data(), &word, size);
    buffer = buffer.subspan(size);
  }
  return {};
}

void add_random(component::Host& host) {
  host.add(make_random());
  host.add(make_insecure());
  host.add(make_insecure_seed());
}

}  // namespace wasmcloud::wasi

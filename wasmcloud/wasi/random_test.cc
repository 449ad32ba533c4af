#include "wasmcloud/wasi/random.h"

#include <algorithm>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace wasmcloud::wasi {
namespace {

TEST(Random, EveryNumberOfManyBatchesIsAnother) {
  std::set<std::uint64_t> seen;
  constexpr std::size_t kDraws = 1000;
  for (std::size_t i = 0; i < kDraws; ++i) {
    const auto drawn = random_u64();
    ASSERT_TRUE(drawn);
    seen.insert(*drawn);
  }
  EXPECT_EQ(seen.size(), kDraws);
}

TEST(Random, FillsSmallAndLargeBuffersToTheirEnds) {
  for (const std::size_t size : {1UZ, 7UZ, 64UZ, 65UZ, 256UZ, 100'000UZ}) {
    bool last_was_set = false;
    for (int attempt = 0; attempt < 100 && !last_was_set; ++attempt) {
      std::vector<std::uint8_t> buffer(size);
      ASSERT_TRUE(fill_random(buffer));
      last_was_set = buffer.back() != 0;
    }
    EXPECT_TRUE(last_was_set) << size;
  }
}

TEST(InsecureRandom, TwoAreSeededDifferently) {
  InsecureRandom one;
  InsecureRandom two;
  EXPECT_NE(one.next().value(), two.next().value());
  EXPECT_NE(one.next().value(), one.next().value());
}

TEST(InsecureRandom, FillsToTheEnd) {
  InsecureRandom random;
  std::vector<std::uint8_t> buffer(1003);
  ASSERT_TRUE(random.fill(buffer));
  EXPECT_LT(std::ranges::count(buffer, 0), 50);
}

}  // namespace
}  // namespace wasmcloud::wasi

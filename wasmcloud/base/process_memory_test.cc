#include "wasmcloud/base/process_memory.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace wasmcloud {
namespace {

// Of what is mapped from files.
std::uint64_t resident_file_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("RssFile:")) {
      return std::stoull(line.substr(8));
    }
  }
  return 0;
}

constexpr std::size_t kConstants = 4 << 20;
// Larger than what else this program has; in its file, and never written.
const std::array<std::uint8_t, kConstants> kTable = {1};

std::uint64_t sum() {
  const volatile std::uint8_t* const bytes = kTable.data();
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < kTable.size(); i += 512) {
    total += bytes[i];
  }
  return total;
}

TEST(ProcessMemory, WhatWasReadOnceIsGivenBackAndIsThereAgain) {
  EXPECT_EQ(sum(), 1U);
  const std::uint64_t before = resident_file_kib();
  release_idle_memory();
  EXPECT_LT(resident_file_kib() + (kConstants >> 11U), before);
  EXPECT_EQ(sum(), 1U);
}

TEST(ProcessMemory, OthersRunOn) {
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> wrong{0};
  std::vector<std::thread> others;
  for (int i = 0; i < 4; ++i) {
    others.emplace_back([&] {
      while (!stop) {
        wrong += sum() == 1 ? 0U : 1U;
      }
    });
  }
  for (int i = 0; i < 100; ++i) {
    release_idle_memory();
  }
  stop = true;
  for (std::thread& other : others) {
    other.join();
  }
  EXPECT_EQ(wrong, 0U);
}

}  // namespace
}  // namespace wasmcloud

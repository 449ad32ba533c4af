#include "wasmcloud/base/secret.h"

#include <array>
#include <cstdint>
#include <new>
#include <ostream>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace wasmcloud {
namespace {

template <typename T>
concept Printable = requires(std::ostream& stream, const T& value) { stream << value; };

static_assert(fmt::is_formattable<std::string>::value);
static_assert(!fmt::is_formattable<SecretString>::value);
static_assert(!Printable<SecretString>);
static_assert(!std::is_copy_constructible_v<SecretString>);
static_assert(!std::is_convertible_v<SecretString, std::string>);
static_assert(!std::is_constructible_v<SecretString, const std::string&>);

TEST(Secret, RevealsWhatItHolds) {
  const SecretString secret(std::string("hunter2"));
  EXPECT_EQ(secret.reveal(), "hunter2");
}

TEST(Secret, TakesTheValueOverAndLeavesNothingBehind) {
  std::string password = "short";  // held inside the string: a plain move would leave its bytes
  const char* const bytes = password.data();
  const SecretString secret(std::move(password));
  EXPECT_EQ(std::string(bytes, 5), std::string(5, '\0'));
  EXPECT_EQ(secret.reveal(), "short");
}

TEST(Secret, MovingLeavesTheSourceEmpty) {
  Secret<std::vector<std::uint8_t>> first(std::vector<std::uint8_t>{1, 2, 3});
  Secret<std::vector<std::uint8_t>> second;
  second = std::move(first);
  EXPECT_EQ(second.reveal(), (std::vector<std::uint8_t>{1, 2, 3}));
  EXPECT_TRUE(first.reveal().empty());  // NOLINT(bugprone-use-after-move): the promise under test
}

TEST(Secret, DestructionOverwritesTheBytes) {
  using Key = Secret<std::array<std::uint8_t, 32>>;
  alignas(Key) std::array<std::uint8_t, sizeof(Key)> storage{};
  std::array<std::uint8_t, 32> key{};
  key.fill(0x5a);
  Key* const secret = new (storage.data()) Key(std::move(key));
  EXPECT_EQ(secret->reveal()[31], 0x5a);
  secret->~Key();
  EXPECT_EQ(storage, (std::array<std::uint8_t, sizeof(Key)>{}));
}

}  // namespace
}  // namespace wasmcloud

// Semantic versions (semver.org, 2.0.0), and which versions of an interface stand in for each
// other. Pure.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wasmcloud/base/result.h"

namespace wasmcloud {

// A value. Compared by precedence: build metadata does not count, not for equality either.
struct SemVer {
  std::uint64_t major = 0;
  std::uint64_t minor = 0;
  std::uint64_t patch = 0;
  std::string pre_release;  // "rc.1"; empty: none
  std::string build;        // "20240101"; empty: none

  // Error `invalid`, with the place: "version \"1.2\": expected '.' and the patch number at the
  // end". No leading "v", no leading zeros; numbers up to 2^64-1.
  static Result<SemVer> parse(std::string_view text);

  std::string to_string() const;

  // What versions that may stand in for each other have in common: "1" for 1.x.y, "0.2" for 0.2.x;
  // none for 0.0.x and for pre-releases, which only serve themselves.
  std::optional<std::string> compatibility_key() const;

  friend std::weak_ordering operator<=>(const SemVer& a, const SemVer& b) noexcept;

  friend bool operator==(const SemVer& a, const SemVer& b) noexcept {
    return (a <=> b) == std::weak_ordering::equivalent;
  }
};

// "wasi:io/streams@0.2.3" -> "wasi:io/streams@0.2": the name under which compatible versions of an
// interface are found. None if the name has no version, a wrong one, or one that serves only
// itself.
std::optional<std::string> alternate_key(std::string_view interface_name);

}  // namespace wasmcloud

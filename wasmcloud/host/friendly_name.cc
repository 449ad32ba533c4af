#include "wasmcloud/host/friendly_name.h"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "wasmcloud/base/random.h"

namespace wasmcloud::host {
namespace {

constexpr std::array<std::string_view, 64> kAdjectives = {
    "amber", "ancient", "autumn", "blue",    "bold",   "brave",   "bright", "broad",
    "calm",  "clear",   "clever", "cool",    "copper", "crimson", "crisp",  "curious",
    "dawn",  "deep",    "early",  "fair",    "fancy",  "fast",    "fresh",  "gentle",
    "glad",  "golden",  "grand",  "green",   "happy",  "hidden",  "honest", "icy",
    "jolly", "keen",    "kind",   "late",    "light",  "lively",  "lucky",  "mellow",
    "misty", "neat",    "noble",  "patient", "plain",  "polite",  "proud",  "quick",
    "quiet", "rapid",   "rosy",   "royal",   "shy",    "silent",  "silver", "smooth",
    "snowy", "steady",  "still",  "sunny",   "swift",  "tall",    "warm",   "wise"};
constexpr std::array<std::string_view, 64> kNouns = {
    "acorn", "bay",    "beach",   "birch", "bird",   "breeze", "bridge", "brook", "bush",  "canyon",
    "cedar", "cherry", "cliff",   "cloud", "coast",  "comet",  "coral",  "creek", "dew",   "dune",
    "elm",   "falcon", "feather", "fern",  "field",  "finch",  "fire",   "fjord", "fog",   "forest",
    "fox",   "frost",  "garden",  "glade", "grove",  "harbor", "hawk",   "heron", "hill",  "island",
    "lake",  "leaf",   "maple",   "marsh", "meadow", "moon",   "moss",   "oak",   "otter", "owl",
    "peak",  "pine",   "pond",    "rain",  "reef",   "ridge",  "river",  "sky",   "snow",  "star",
    "stone", "stream", "tide",    "wave"};

std::uint32_t draw(std::uint32_t below) {
  std::array<std::uint8_t, 4> bytes{};
  fill_random(bytes);
  const std::uint32_t number = bytes[0] | (std::uint32_t{bytes[1]} << 8U) |
                               (std::uint32_t{bytes[2]} << 16U) | (std::uint32_t{bytes[3]} << 24U);
  return number % below;
}

}  // namespace

std::string friendly_name() {
  return fmt::format("{}-{}-{:04}", kAdjectives[draw(kAdjectives.size())],
                     kNouns[draw(kNouns.size())], draw(10'000));
}

}  // namespace wasmcloud::host

// For fuzz targets: a component of abi_fuzz_component.h, loaded, with the host's side of it.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "wasmcloud/component/component.h"
#include "wasmcloud/component/engine.h"
#include "wasmcloud/component/host.h"

namespace wasmcloud::component::fuzzing {

// What a store may copy: few enough that lists which share their elements take no seconds.
inline constexpr std::uint64_t kCopiedBytes = 64U << 10U;

[[noreturn]] inline void give_up(std::string_view what, std::string_view detail = {}) {
  std::fprintf(stderr, "%.*s: %.*s\n", static_cast<int>(what.size()), what.data(),
               static_cast<int>(detail.size()), detail.data());
  std::abort();
}

// The guest, or the host for it, has no room for what is there: one list may stand for a thousand.
inline bool is_lack_of_room(std::string_view message) {
  return message.find("unreachable") != std::string_view::npos ||
         message.find("fuel allocated") != std::string_view::npos;
}

// One for the process.
inline const Engine& engine() {
  static const auto made = [] {
    EngineConfig config;
    config.instances = 4;
    return *Engine::create(config);
  }();
  return *made;
}

// The host's `sink: func(p: T)`, whatever T is.
class AnySink : public HostFunction {
 public:
  Result<> check(const TypeArena& /*arena*/, const ResourceResolver& /*resources*/,
                 const types::Func& /*func*/) const override {
    return {};
  }
};

// A component for one type, with a host of its own.
template <typename Sink>
struct Subject {
  Host host;
  std::shared_ptr<Sink> sink = std::make_shared<Sink>();
  std::shared_ptr<const Component> component;
};

// The same type is met again and again, with other memories. Good until the next call.
template <typename Sink>
Subject<Sink>& subject_for(const std::vector<std::uint8_t>& bytes) {
  static std::map<std::vector<std::uint8_t>, std::unique_ptr<Subject<Sink>>> known;
  if (known.size() > 200) {
    known.clear();
  }
  std::unique_ptr<Subject<Sink>>& subject = known[bytes];
  if (subject == nullptr) {
    subject = std::make_unique<Subject<Sink>>();
    subject->host.root().function("sink", std::shared_ptr<const HostFunction>(subject->sink));
    auto loaded = Component::load(engine(), subject->host, bytes);
    if (!loaded) {
      give_up("the component is not valid", loaded.error().describe());
    }
    subject->component = *std::move(loaded);
  }
  return *subject;
}

}  // namespace wasmcloud::component::fuzzing

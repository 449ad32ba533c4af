// A component instance's handles (CanonicalABI.md "Resource State"; section 4.7 of the fact sheet):
// indices start at 1, freed ones are used again, last freed first. Internal to the module.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "wasmcloud/component/guest.h"

namespace wasmcloud::component {

// What a table has room for once it is used at all: enough for most HTTP requests.
inline constexpr std::size_t kTypicalHandles = 8;

// Counts the borrow handles that a call has given to its callee, and which it must have dropped
// when it returns.
struct CallScope {
  std::uint32_t borrows = 0;
};

struct Handle {
  enum class Kind : std::uint8_t { free, own, borrow };
  Kind kind = Kind::free;
  ResourceIndex resource = 0;
  std::uint32_t rep = 0;    // free: the next free index, 0 for none
  std::uint32_t lends = 0;  // calls in progress that have borrowed it
  CallScope* scope = nullptr;
};

// How many handles the tables of one store have room for, all together: Wasmtime's number. A guest
// makes them at no cost to its own memory.
inline constexpr std::uint32_t kMaxHandles = 100'000;

class HandleTable {
 public:
  // `room`: for how many more the store's tables may grow. 0 if there is none left.
  std::uint32_t insert(const Handle& handle, std::uint32_t& room) {
    if (free_ != 0) {
      const std::uint32_t index = free_;
      free_ = handles_[index - 1].rep;
      handles_[index - 1] = handle;
      return index;
    }
    if (room == 0) {
      return 0;
    }
    --room;
    if (handles_.capacity() == 0) {
      handles_.reserve(kTypicalHandles);
    }
    handles_.push_back(handle);
    return static_cast<std::uint32_t>(handles_.size());
  }

  // Null if there is no such handle. Valid until the next insert.
  Handle* find(std::uint32_t index) noexcept {
    if (index == 0 || index > handles_.size() || handles_[index - 1].kind == Handle::Kind::free) {
      return nullptr;
    }
    return &handles_[index - 1];
  }

  // `index` must exist.
  void remove(std::uint32_t index) noexcept {
    handles_[index - 1] = Handle{Handle::Kind::free, 0, free_, 0, nullptr};
    free_ = index;
  }

 private:
  std::vector<Handle> handles_;  // index 1 is the first
  std::uint32_t free_ = 0;
};

// The objects behind a host's resources: what a handle's `rep` is.
class ObjectTable {
 public:
  std::uint32_t insert(std::unique_ptr<HostResource> object) {
    if (free_ != kNone) {
      const std::uint32_t rep = free_;
      free_ = slots_[rep].next_free;
      slots_[rep].object = std::move(object);
      return rep;
    }
    if (slots_.capacity() == 0) {
      slots_.reserve(kTypicalHandles);
    }
    slots_.push_back(Slot{std::move(object), kNone});
    return static_cast<std::uint32_t>(slots_.size() - 1);
  }

  HostResource* get(std::uint32_t rep) const noexcept { return slots_[rep].object.get(); }

  std::unique_ptr<HostResource> take(std::uint32_t rep) {
    slots_[rep].next_free = std::exchange(free_, rep);
    return std::move(slots_[rep].object);
  }

  // Latest first: streams go before what they are streams of.
  void clear() noexcept {
    while (!slots_.empty()) {
      slots_.pop_back();
    }
    free_ = kNone;
  }

 private:
  struct Slot {
    std::unique_ptr<HostResource> object;
    std::uint32_t next_free;  // while there is no object
  };

  static constexpr std::uint32_t kNone = 0xffffffff;

  std::vector<Slot> slots_;
  std::uint32_t free_ = kNone;
};

}  // namespace wasmcloud::component

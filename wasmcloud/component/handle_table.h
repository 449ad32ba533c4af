// A component instance's handles (CanonicalABI.md "Resource State"; section 4.7 of the fact sheet):
// indices start at 1, freed ones are used again, last freed first. Internal to the module.
#pragma once

#include <cstdint>
#include <vector>

#include "wasmcloud/component/guest.h"

namespace wasmcloud::component {

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

class HandleTable {
 public:
  static constexpr std::uint32_t kMaxIndex = (1U << 28U) - 1;

  // 0 if the table is full.
  std::uint32_t insert(const Handle& handle) {
    if (free_ != 0) {
      const std::uint32_t index = free_;
      free_ = handles_[index - 1].rep;
      handles_[index - 1] = handle;
      return index;
    }
    if (handles_.size() >= kMaxIndex) {
      return 0;
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
    if (free_.empty()) {
      objects_.push_back(std::move(object));
      return static_cast<std::uint32_t>(objects_.size() - 1);
    }
    const std::uint32_t rep = free_.back();
    free_.pop_back();
    objects_[rep] = std::move(object);
    return rep;
  }

  HostResource* get(std::uint32_t rep) const noexcept { return objects_[rep].get(); }

  std::unique_ptr<HostResource> take(std::uint32_t rep) {
    std::unique_ptr<HostResource> object = std::move(objects_[rep]);
    free_.push_back(rep);
    return object;
  }

  // Latest first: streams go before what they are streams of.
  void clear() noexcept {
    while (!objects_.empty()) {
      objects_.pop_back();
    }
    free_.clear();
  }

 private:
  std::vector<std::unique_ptr<HostResource>> objects_;
  std::vector<std::uint32_t> free_;
};

}  // namespace wasmcloud::component

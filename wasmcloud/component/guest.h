// One side of a call across the canonical ABI: the guest's memory, its realloc and its handles, as
// the options of a `canon lift` or `canon lower` name them. What lifts and lowers values works on
// this and knows nothing of Wasmtime.
//
// Errors are sticky: the first failure is kept, later reads give zeroes and later writes do
// nothing, so that lifting code is straight-line; whoever drives a call looks at failed() once. A
// failed call traps.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "wasmcloud/base/result.h"
#include "wasmcloud/component/ast.h"

namespace wasmcloud::component {

class Store;
struct CanonicalOptions;  // program.h
struct Handle;            // handle_table.h

// A core value as Wasmtime's unchecked calls pass it: 16 bytes, little-endian, the low bytes used.
struct alignas(8) RawValue {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  std::uint32_t u32() const noexcept { return static_cast<std::uint32_t>(low); }

  std::uint64_t u64() const noexcept { return low; }

  void set_u32(std::uint32_t value) noexcept { low = value; }

  void set_u64(std::uint64_t value) noexcept { low = value; }
};

// What a host gives guests handles to. Owned by the store's table until it is dropped or handed
// over.
class HostResource {
 public:
  virtual ~HostResource() = default;
};

// The identity of a host's resource type: its address is what counts. One for each C++ type
// (resource_type_of<T>), or made by hand for types that exist only at run time.
struct HostResourceType {
  std::string_view name;
  // Of a link (bridge/guest_codec.h): what its handles stand for is somewhere else.
  bool remote = false;
};

// Which resource type a handle must have, as the compiled component numbers them (program.h).
using ResourceIndex = std::uint32_t;

class Guest {
 public:
  // Which words a trap uses: a host's, or those of the adapter between two guests (section 4.8 of
  // the fact sheet).
  enum class Boundary : std::uint8_t { host, guest };
  Guest(Store& store, const CanonicalOptions& options, Boundary boundary = Boundary::host) noexcept;
  Guest(const Guest&) = delete;
  Guest& operator=(const Guest&) = delete;

  Store& store() noexcept { return store_; }

  const CanonicalOptions& options() const noexcept { return options_; }

  ast::StringEncoding encoding() const noexcept;

  // --- failure ---
  bool failed() const noexcept { return failed_; }

  void fail(Error error);
  // With kind `trap`. `guest_text`, if given, is what is said at a boundary between guests.
  void fail_trap(std::string_view text, std::string_view guest_text = {});

  // --- memory --- (pointers are valid until the guest runs again: until the next realloc or call)
  // Checks alignment (of the pointer) and bounds, and gives the bytes; empty after a failure.
  // `what`: "list", "string".
  std::span<std::uint8_t> bytes(std::uint32_t pointer, std::uint64_t size, std::uint32_t align,
                                std::string_view what);

  // For addresses that a checked area contains: no check but that nothing has failed.
  template <typename T>
  T load(std::uint32_t pointer) const noexcept {
    T value{};
    if (!failed_) [[likely]] {
      std::memcpy(&value, base_ + pointer, sizeof(T));
    }
    return value;
  }

  template <typename T>
  void store_value(std::uint32_t pointer, T value) noexcept {
    if (!failed_) [[likely]] {
      std::memcpy(base_ + pointer, &value, sizeof(T));
    }
  }

  // The same for a scalar of 1, 2, 4 or 8 bytes.
  RawValue load_raw(std::uint32_t size, std::uint32_t pointer) const noexcept {
    RawValue value;
    switch (size) {
      case 1:
        value.set_u32(load<std::uint8_t>(pointer));
        break;
      case 2:
        value.set_u32(load<std::uint16_t>(pointer));
        break;
      case 4:
        value.set_u32(load<std::uint32_t>(pointer));
        break;
      default:
        value.set_u64(load<std::uint64_t>(pointer));
        break;
    }
    return value;
  }

  void store_raw(std::uint32_t size, RawValue value, std::uint32_t pointer) noexcept {
    switch (size) {
      case 1:
        store_value(pointer, static_cast<std::uint8_t>(value.u32()));
        break;
      case 2:
        store_value(pointer, static_cast<std::uint16_t>(value.u32()));
        break;
      case 4:
        store_value(pointer, value.u32());
        break;
      default:
        store_value(pointer, value.u64());
        break;
    }
  }

  // Calls the guest's realloc and checks what it gives (4.5). 0 after a failure.
  std::uint32_t allocate(std::uint64_t size, std::uint32_t align, std::string_view what) {
    return reallocate(0, 0, align, size, what);
  }

  std::uint32_t reallocate(std::uint32_t old, std::uint32_t old_size, std::uint32_t align,
                           std::uint64_t size, std::string_view what);
  // After the guest has run: memory may have moved or grown.
  void refresh() noexcept;

  // To be called before so many bytes are made on the host of what the guest has. A guest can let
  // many lists share the same memory, so that the memory's size bounds nothing:
  // StoreLimits::copied_bytes does, for each call. False after a failure.
  bool charge(std::uint64_t bytes) {
    if (bytes > copies_left_) [[unlikely]] {
      fail_trap("fuel allocated for hostcalls has been exhausted");
    } else {
      copies_left_ -= bytes;
    }
    return !failed_;
  }

  // --- strings --- (4.6)
  // As UTF-8. A view into guest memory where the guest's encoding is UTF-8; else into a buffer of
  // this Guest. Valid as memory pointers are.
  std::string_view lift_string(std::uint32_t pointer, std::uint32_t length);

  // Gives pointer and length (in code units, tagged where the encoding wants it). `text` is UTF-8.
  struct Lowered {
    std::uint32_t pointer = 0;
    std::uint32_t length = 0;
  };

  Lowered lower_string(std::string_view text);

  // --- handles of the component instance --- (4.7)
  // The host object behind a handle; null after a failure.
  HostResource* lift_borrow(std::uint32_t handle, ResourceIndex resource);
  std::unique_ptr<HostResource> lift_own(std::uint32_t handle, ResourceIndex resource);
  std::uint32_t lower_own(std::unique_ptr<HostResource> object, ResourceIndex resource);
  // A loan that the guest may drop when it likes: the object stays until the store ends.
  std::uint32_t lower_borrow(std::unique_ptr<HostResource> object, ResourceIndex resource);
  // Null for one that a guest defines.
  const HostResourceType* host_type(ResourceIndex resource) const noexcept;
  // The same for any resource, the host's or a guest's: by what the handle stands for.
  Handle* find_handle(std::uint32_t index, ResourceIndex resource);  // null after a failure
  std::optional<std::uint32_t> take_own(std::uint32_t index, ResourceIndex resource);
  std::uint32_t insert_handle(const Handle& handle);

 private:
  Store& store_;
  const CanonicalOptions& options_;
  Boundary boundary_;
  std::uint8_t* base_ = nullptr;
  std::uint64_t size_ = 0;
  bool failed_ = false;
  std::uint64_t copies_left_;
  std::vector<std::unique_ptr<std::string>> scratch_;  // transcoded strings
};

}  // namespace wasmcloud::component

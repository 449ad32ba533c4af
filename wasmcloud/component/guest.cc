#include "wasmcloud/component/guest.h"

#include "wasmcloud/base/utf8.h"
#include "wasmcloud/component/handle_table.h"
#include "wasmcloud/component/host_type.h"
#include "wasmcloud/component/store_impl.h"
#include "wasmcloud/component/strings.h"

namespace wasmcloud::component {
namespace {

// Strings and lists beyond this are refused (section 4.1 of the fact sheet).
constexpr std::uint64_t kMaxBytes = (1ULL << 31U) - 1;

// Of an area that may not be used as a `what`. Lists and strings have a length that may be wrong,
// arguments and results only a pointer.
void refuse_bounds(Guest& guest, std::string_view what) {
  const bool has_length = what == "list" || what == "string";
  guest.fail_trap(has_length ? fmt::format("{} pointer/length out of bounds of memory", what)
                             : "pointer out of bounds of memory",
                  fmt::format("{} content out-of-bounds", what));
}

void refuse_alignment(Guest& guest, std::string_view what) {
  guest.fail_trap(what == "list"       ? "list pointer is not aligned"
                  : what == "string"   ? "string pointer not aligned to 2"
                  : what == "argument" ? "pointer not aligned"
                                       : "return pointer not aligned",
                  "unaligned pointer");
}

}  // namespace

Guest::Guest(Store& store, const CanonicalOptions& options, Boundary boundary) noexcept
    : store_(store),
      options_(options),
      boundary_(boundary),
      copies_left_(store.limits().copied_bytes) {}

ast::StringEncoding Guest::encoding() const noexcept { return options_.encoding; }

void Guest::fail(Error error) {
  if (!failed_) {
    failed_ = true;
    store_.impl().failure = std::move(error);
  }
}

void Guest::fail_trap(std::string_view text, std::string_view guest_text) {
  const bool guests = boundary_ == Boundary::guest && !guest_text.empty();
  fail(Error(ErrorKind::trap, "{}{}", guests ? "wasm trap: " : "", guests ? guest_text : text));
}

void Guest::refresh() noexcept {
  if (options_.memory == kNone) {
    return;
  }
  Store::Impl& impl = store_.impl();
  // A call is not made before its memory exists (trampolines.cc, may_call).
  const wasmtime_memory_t* const memory = impl.memory(options_.memory);
  base_ = wasmtime_memory_data(impl.context, memory);
  size_ = wasmtime_memory_data_size(impl.context, memory);
}

std::span<std::uint8_t> Guest::bytes(std::uint32_t pointer, std::uint64_t size, std::uint32_t align,
                                     std::string_view what) {
  if (failed_) [[unlikely]] {
    return {};
  }
  if (base_ == nullptr) {
    refresh();
  }
  const bool aligned = (pointer & (align - 1)) == 0;
  const bool inside = size <= kMaxBytes && pointer <= size_ && size <= size_ - pointer;
  if (!aligned || !inside) [[unlikely]] {
    // In the order of the specification: size, alignment, bounds.
    size > kMaxBytes || aligned ? refuse_bounds(*this, what) : refuse_alignment(*this, what);
    return {};
  }
  return {base_ + pointer, static_cast<std::size_t>(size)};
}

std::uint32_t Guest::reallocate(std::uint32_t old, std::uint32_t old_size, std::uint32_t align,
                                std::uint64_t size, std::string_view what) {
  if (failed_) [[unlikely]] {
    return 0;
  }
  if (size > kMaxBytes) [[unlikely]] {
    fail_trap(fmt::format("{} content out-of-bounds", what),
              fmt::format("{} content out-of-bounds", what));
    return 0;
  }
  if (options_.realloc == kNone) [[unlikely]] {
    fail(Error(ErrorKind::internal, "no realloc to lower a {} with", what));
    return 0;
  }
  Store::Impl& impl = store_.impl();
  std::array<RawValue, 4> values;
  values[0].set_u32(old);
  values[1].set_u32(old_size);
  values[2].set_u32(align);
  values[3].set_u32(static_cast<std::uint32_t>(size));
  bool& may_leave = impl.instances[options_.instance].may_leave;
  const bool before = std::exchange(may_leave, false);
  Result<> called = impl.call(options_.realloc, values);
  impl.instances[options_.instance].may_leave = before;
  if (!called) [[unlikely]] {
    fail(std::move(called).error());
    return 0;
  }
  refresh();
  const std::uint32_t pointer = values[0].u32();
  if ((pointer & (align - 1)) != 0) [[unlikely]] {
    fail_trap("realloc return: result not aligned", "unaligned pointer");
    return 0;
  }
  if (pointer > size_ || size > size_ - pointer) [[unlikely]] {
    fail_trap("realloc return: beyond end of memory",
              fmt::format("{} content out-of-bounds", what));
    return 0;
  }
  return pointer;
}

std::string_view Guest::lift_string(std::uint32_t pointer, std::uint32_t length) {
  const auto source = StringSource::of_guest(*this, pointer, length);
  if (!source) [[unlikely]] {
    return {};
  }
  if (encoding() == ast::StringEncoding::utf8) {
    const std::string_view text = source->raw();
    if (const auto bad = find_invalid_utf8(text)) [[unlikely]] {
      fail_trap(describe_invalid_utf8(text, *bad));
      return {};
    }
    return text;
  }
  if (!charge(std::uint64_t{source->units()} * 3)) [[unlikely]] {  // at most, as UTF-8
    return {};
  }
  scratch_.push_back(std::make_unique<std::string>());
  if (!source->append_to(*scratch_.back())) {
    fail_trap("unpaired surrogate found in a utf-16 string");
    return {};
  }
  return *scratch_.back();
}

Guest::Lowered Guest::lower_string(std::string_view text) {
  StringSource source(text);
  return lower_text(*this, source);
}

HostResource* Guest::lift_borrow(std::uint32_t index, ResourceIndex resource) {
  Handle* const handle = find_handle(index, resource);
  return handle == nullptr ? nullptr : store_.impl().objects.get(handle->rep);
}

std::unique_ptr<HostResource> Guest::lift_own(std::uint32_t index, ResourceIndex resource) {
  const auto rep = take_own(index, resource);
  return rep ? store_.impl().objects.take(*rep) : nullptr;
}

std::uint32_t Guest::lower_own(std::unique_ptr<HostResource> object, ResourceIndex resource) {
  if (failed_) {
    return 0;
  }
  const std::uint32_t rep = store_.impl().objects.insert(std::move(object));
  return insert_handle(Handle{Handle::Kind::own, resource, rep, 0, nullptr});
}

std::uint32_t Guest::lower_borrow(std::unique_ptr<HostResource> object, ResourceIndex resource) {
  if (failed_) {
    return 0;
  }
  const std::uint32_t rep = store_.impl().objects.insert(std::move(object));
  return insert_handle(Handle{Handle::Kind::borrow, resource, rep, 0, nullptr});
}

const HostResourceType* Guest::host_type(ResourceIndex resource) const noexcept {
  return options_.program->resources[resource].host;
}

std::uint32_t Guest::insert_handle(const Handle& handle) {
  Store::Impl& impl = store_.impl();
  const std::uint32_t index =
      impl.instances[options_.instance].handles.insert(handle, impl.handle_room);
  if (index == 0) [[unlikely]] {
    fail_trap("cannot allocate another handle: index overflow");
  }
  return index;
}

Handle* Guest::find_handle(std::uint32_t index, ResourceIndex resource) {
  if (failed_) [[unlikely]] {
    return nullptr;
  }
  Handle* const handle = store_.impl().instances[options_.instance].handles.find(index);
  if (handle == nullptr) [[unlikely]] {
    fail(Error(ErrorKind::trap, "unknown handle index {}", index));
    return nullptr;
  }
  if (handle->resource != resource) [[unlikely]] {
    const auto& resources = options_.program->resources;
    const auto name = [&](ResourceIndex which) {
      return resources[which].host != nullptr ? "host-defined resource" : "guest-defined resource";
    };
    fail(Error(ErrorKind::trap,
               "handle index {} used with the wrong type, expected {} but found a different {}",
               index, name(resource), name(handle->resource)));
    return nullptr;
  }
  return handle;
}

std::optional<std::uint32_t> Guest::take_own(std::uint32_t index, ResourceIndex resource) {
  Handle* const handle = find_handle(index, resource);
  if (handle == nullptr) {
    return std::nullopt;
  }
  if (handle->kind != Handle::Kind::own) {
    fail_trap("cannot lift own resource from a borrow");
    return std::nullopt;
  }
  if (handle->lends != 0) {
    fail_trap("cannot remove owned resource while borrowed");
    return std::nullopt;
  }
  const std::uint32_t rep = handle->rep;
  store_.impl().instances[options_.instance].handles.remove(index);
  return rep;
}

ResourceIndex resource_index(Guest& guest, const HostResourceType& type) {
  return guest.options().program->find_host_resource(&type);
}

}  // namespace wasmcloud::component

#include "wasmcloud/component/host.h"

#include "wasmcloud/base/semver.h"

namespace wasmcloud::component {
namespace {

template <typename Map>
auto find_in(const Map& map, std::string_view name) -> const typename Map::mapped_type* {
  const auto found = map.find(name);
  return found == map.end() ? nullptr : &found->second;
}

// Whether interface name `a` has a higher version than `b`. Both have one.
bool is_newer(std::string_view a, std::string_view b) {
  const auto version = [](std::string_view name) {
    return SemVer::parse(name.substr(name.find('@') + 1));
  };
  const Result<SemVer> left = version(a);
  const Result<SemVer> right = version(b);
  return left && right && *left > *right;
}

}  // namespace

std::shared_ptr<const HostFunction> HostInterface::find_function(std::string_view name) const {
  const auto* const found = find_in(functions_, name);
  return found == nullptr ? nullptr : *found;
}

const HostResourceType* HostInterface::find_resource(std::string_view name) const {
  const auto* const found = find_in(resources_, name);
  return found == nullptr ? nullptr : *found;
}

const HostInterface* HostInterface::find_interface(std::string_view name) const {
  return find_in(interfaces_, name);
}

std::shared_ptr<const CoreModuleCode> HostInterface::find_core_module(std::string_view name) const {
  const auto* const found = find_in(core_modules_, name);
  return found == nullptr ? nullptr : *found;
}

Host& Host::add(HostInterface interface) {
  std::string name = interface.name();
  if (const auto key = alternate_key(name)) {
    // The highest version serves the others.
    const auto known = by_alternate_key_.find(*key);
    if (known == by_alternate_key_.end() || is_newer(name, known->second)) {
      by_alternate_key_.insert_or_assign(*key, name);
    }
  }
  interfaces_.insert_or_assign(std::move(name), std::move(interface));
  return *this;
}

const HostInterface* Host::find(std::string_view name) const {
  if (const HostInterface* const exact = find_in(interfaces_, name)) {
    return exact;
  }
  const auto key = alternate_key(name);
  const std::string* const served_by = key ? find_in(by_alternate_key_, *key) : nullptr;
  return served_by == nullptr ? nullptr : find_in(interfaces_, *served_by);
}

namespace internal {

Result<> arity_mismatch(std::size_t expected, std::size_t found) {
  return Error(ErrorKind::invalid, "expected {} parameters, found {}", expected, found);
}

Result<> parameter_mismatch(std::size_t index, std::string_view name) {
  return Error(ErrorKind::invalid, "type mismatch in function parameter {} `{}`", index, name);
}

Result<> result_mismatch() { return Error(ErrorKind::invalid, "type mismatch with result type"); }

}  // namespace internal
}  // namespace wasmcloud::component

#include "wasmcloud/host/lattice_bus.h"

#include <expected>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "wasmcloud/host/guest_context.h"

namespace wasmcloud::host {

// resource call-target-interface.
class CallTarget final : public component::HostResource {
 public:
  explicit CallTarget(std::string interface) : interface_(std::move(interface)) {}

  const std::string& interface() const noexcept { return interface_; }

 private:
  std::string interface_;
};

}  // namespace wasmcloud::host

WC_COMPONENT_RESOURCE(wasmcloud::host::CallTarget, "call-target-interface");

namespace wasmcloud::host {
namespace {

using component::Own;
using component::Store;
using Targets = std::vector<Own<CallTarget>>;

std::expected<void, std::string> set_link_name(Store& store, const std::string& name,
                                               const Targets& targets) {
  auto& context = store.host<GuestContext>();
  for (const Own<CallTarget>& target : targets) {
    if (!context.has_link(name, target->interface())) {
      return std::unexpected(
          fmt::format("interface `{}` does not have an existing link with name `{}`",
                      target->interface(), name));
    }
  }
  for (const Own<CallTarget>& target : targets) {
    context.set_link_name(name, target->interface());
  }
  return {};
}

component::HostInterface bus(std::string name) {
  component::HostInterface made(std::move(name));
  made.resource<CallTarget>("call-target-interface");
  made.function(
      "[constructor]call-target-interface",
      [](Store&, const std::string& ns, const std::string& package, const std::string& interface) {
        return component::make_own<CallTarget>(fmt::format("{}:{}/{}", ns, package, interface));
      });
  return made;
}

}  // namespace

void add_lattice_bus(component::Host& host) {
  component::HostInterface old = bus("wasmcloud:bus/lattice@1.0.0");
  old.function("set-link-name", [](Store& store, const std::string& name, Targets targets) {
    (void)set_link_name(store, name, targets);  // of this version nobody is told
  });
  host.add(std::move(old));
  component::HostInterface now = bus("wasmcloud:bus/lattice@2.0.1");
  now.function("set-link-name", [](Store& store, const std::string& name, Targets targets) {
    return set_link_name(store, name, targets);
  });
  host.add(std::move(now));
}

}  // namespace wasmcloud::host

#include "wasmcloud/wasi/config.h"

#include <expected>
#include <optional>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "wasmcloud/component/host.h"
#include "wasmcloud/wasi/context.h"

namespace wasmcloud::wasi {

// Of wasi:config, where no call of ours fails.
struct ConfigError {
  std::variant<std::string, std::string> value;
};

}  // namespace wasmcloud::wasi

WC_WIT_VARIANT(wasmcloud::wasi::ConfigError, "upstream", "io");

namespace wasmcloud::wasi {
namespace {

using component::HostInterface;
using component::Store;
using Entry = std::tuple<std::string, std::string>;

HostInterface make_interface(std::string name) {
  HostInterface interface(std::move(name));
  interface.function(
      "get",
      [](Store& store,
         std::string_view key) -> std::expected<std::optional<std::string>, ConfigError> {
        const ConfigSource* const source = store.host<Context>().environment().config.get();
        if (source == nullptr) {
          return std::nullopt;
        }
        const auto now = source->current();
        const auto found = now->find(std::string(key));
        return found == now->end() ? std::nullopt : std::optional(found->second);
      });
  interface.function("get-all", [](Store& store) -> std::expected<std::vector<Entry>, ConfigError> {
    const ConfigSource* const source = store.host<Context>().environment().config.get();
    std::vector<Entry> entries;
    if (source != nullptr) {
      const auto now = source->current();
      entries.assign(now->begin(), now->end());
    }
    return entries;
  });
  return interface;
}

}  // namespace

void add_config(component::Host& host) {
  host.add(make_interface("wasi:config/store@0.2.0-draft"));
  host.add(make_interface("wasi:config/runtime@0.2.0-draft"));
}

}  // namespace wasmcloud::wasi

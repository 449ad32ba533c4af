#include "wasmcloud/component/component_wit_encode.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "wasmcloud/component/component_wit_encode_docs.h"
#include "wasmcloud/component/component_wit_encode_types.h"
#include "wasmcloud/component/decoder.h"
#include "wasmcloud/component/validator.h"
#include "wasmcloud/wit/topological_order.h"

namespace wasmcloud::component {
namespace internal {
namespace {

constexpr std::array<std::uint8_t, 8> kPreamble{0x00, 'a', 's', 'm', 0x0d, 0x00, 0x01, 0x00};

enum class Section : std::uint8_t { custom = 0, type = 7, export_ = 11 };

class PackageEncoder {
 public:
  PackageEncoder(const wit::Graph& graph, wit::PackageId package, const EncodeLimits& limits)
      : graph_(graph), package_(package), limits_(limits) {}

  Result<std::vector<std::uint8_t>> run() {
    out_.bytes(kPreamble);
    for (const wit::InterfaceId id : graph_[package_].interfaces) {
      WC_CHECK(interface(id), "interface `{}`", graph_[id].name);
    }
    for (const wit::WorldId id : graph_[package_].worlds) {
      WC_CHECK(world(id), "world `{}`", graph_[id].name);
    }
    const std::string docs = package_docs(graph_, package_);
    ByteWriter custom;
    custom.name("package-docs");
    custom.bytes({reinterpret_cast<const std::uint8_t*>(docs.data()), docs.size()});
    section(Section::custom, custom);
    WC_CHECK(check_size(0));
    return std::move(out_).take();
  }

 private:
  Result<> check_size(std::size_t more) const {
    if (out_.size() + more > limits_.bytes) {
      return Error(ErrorKind::exhausted, "its binary form has more than {} bytes", limits_.bytes);
    }
    return {};
  }

  void section(Section id, const ByteWriter& content) {
    out_.u8(static_cast<std::uint8_t>(id));
    out_.sized(content);
  }

  // A type, and its name.
  void add(std::string_view name, const ByteWriter& type) {
    ByteWriter types;
    types.leb(1U);
    types.bytes(type.view());
    section(Section::type, types);
    ByteWriter exports;
    exports.bytes(std::array<std::uint8_t, 2>{1, 0x00});
    exports.name(name);
    exports.u8(0x03);       // a type
    exports.leb(types_++);  // whose export is another type
    exports.u8(0x00);
    ++types_;
    section(Section::export_, exports);
  }

  Result<> interface(wit::InterfaceId id) {
    ComponentTypeEncoder type(graph_);
    for (const wit::InterfaceId each : with_dependencies(id)) {
      WC_CHECK(each == id ? type.interface(Way::export_, {.name = graph_.name_of(id)}, id)
                          : type.use(each));
      WC_CHECK(check_size(type.size()));
    }
    add(graph_[id].name, type.type());
    return {};
  }

  // Each after those it uses.
  std::vector<wit::InterfaceId> with_dependencies(wit::InterfaceId root) const {
    std::vector<wit::InterfaceId> reached{root};
    std::map<wit::InterfaceId, std::uint32_t> places{{root, 0}};
    std::vector<std::vector<std::uint32_t>> uses;
    for (std::size_t at = 0; at < reached.size(); ++at) {
      auto& of_this = uses.emplace_back();
      for (const wit::InterfaceId used : graph_[reached[at]].dependencies) {
        const auto [place, fresh] =
            places.try_emplace(used, static_cast<std::uint32_t>(reached.size()));
        if (fresh) {
          reached.push_back(used);
        }
        of_this.push_back(place->second);
      }
    }
    std::vector<wit::InterfaceId> ordered;
    for (const std::uint32_t place : wit::order_by_use(uses).order) {
      ordered.push_back(reached[place]);
    }
    return ordered;
  }

  Result<> world(wit::WorldId id) {
    const wit::World& world = graph_[id];
    ComponentTypeEncoder type(graph_);
    for (const wit::WorldItem& item : world.imports) {
      WC_CHECK(this->item(type, Way::import, item), "import `{}`", item.name);
    }
    for (const wit::FunctionId function : functions_of_resources(world)) {
      WC_CHECK(type.function(
          Way::import,
          {.name = graph_.name_of(function), .external_id = graph_[function].external_id},
          function));
    }
    for (const wit::WorldItem* const item : ordered_exports(world)) {
      WC_CHECK(this->item(type, Way::export_, *item), "export `{}`", item->name);
    }
    Declarations wrapper;
    wrapper.item(Way::export_, {.name = graph_[package_].full_name_of(world.name)},
                 Declarations::Sort::component, wrapper.define(type.type()));
    add(world.name, wrapper.component_type());
    return {};
  }

  Result<> item(ComponentTypeEncoder& type, Way way, const wit::WorldItem& item) {
    ItemName name{.name = item.name, .external_id = item.external_id};
    if (const auto* const interface = std::get_if<wit::InterfaceId>(&item.what)) {
      if (const std::string own = graph_.name_of(*interface); own != item.name) {
        name.implements = own;
      }
      WC_CHECK(type.interface(way, name, *interface));
    } else if (const auto* const function = std::get_if<wit::FunctionId>(&item.what)) {
      WC_CHECK(type.function(way, name, *function));
    } else {
      WC_CHECK(type.import_type(std::get<wit::TypeId>(item.what)));
    }
    return check_size(type.size());
  }

  std::vector<wit::FunctionId> functions_of_resources(const wit::World& world) const {
    std::vector<wit::FunctionId> functions;
    for (const wit::WorldItem& item : world.imports) {
      const auto* const type = std::get_if<wit::TypeId>(&item.what);
      const auto* const resource =
          type == nullptr ? nullptr : std::get_if<wit::types::Resource>(&graph_[*type].body);
      if (resource != nullptr) {
        std::ranges::copy(resource->functions, std::back_inserter(functions));
      }
    }
    return functions;
  }

  // Functions, then interfaces, each after those it uses: as existing tools have them.
  std::vector<const wit::WorldItem*> ordered_exports(const wit::World& world) const {
    std::vector<const wit::WorldItem*> ordered;
    std::vector<const wit::WorldItem*> interfaces;
    std::map<std::string_view, std::uint32_t> places;
    for (const wit::WorldItem& item : world.exports) {
      if (std::holds_alternative<wit::InterfaceId>(item.what)) {
        places.emplace(item.name, static_cast<std::uint32_t>(interfaces.size()));
        interfaces.push_back(&item);
      } else {
        ordered.push_back(&item);
      }
    }
    std::vector<std::vector<std::uint32_t>> uses;
    for (const wit::WorldItem* const item : interfaces) {
      auto& of_this = uses.emplace_back();
      for (const wit::InterfaceId used :
           graph_[std::get<wit::InterfaceId>(item->what)].dependencies) {
        if (const auto place = places.find(graph_.name_of(used)); place != places.end()) {
          of_this.push_back(place->second);
        }
      }
    }
    for (const std::uint32_t place : wit::order_by_use(uses).order) {
      ordered.push_back(interfaces[place]);
    }
    return ordered;
  }

  const wit::Graph& graph_;
  wit::PackageId package_;
  const EncodeLimits& limits_;
  ByteWriter out_;
  std::uint32_t types_ = 0;
};

Result<> check(Bytes bytes) {
  WC_TRY(const auto component, decode(bytes));
  WC_CHECK(validate(*component));
  return {};
}

}  // namespace
}  // namespace internal

Result<std::vector<std::uint8_t>> encode_package(const wit::Graph& graph, wit::PackageId package,
                                                 const EncodeLimits& limits) {
  const std::string name = graph[package].full_name();
  WC_TRY(auto bytes, internal::PackageEncoder(graph, package, limits).run(), "package {}", name);
  if (const auto valid = internal::check(bytes); !valid) {
    const Error& error = valid.error();
    return Error(error.kind() == ErrorKind::exhausted ? error.kind() : ErrorKind::unsupported,
                 "package {} has no binary form: {}", name, error.describe());
  }
  return bytes;
}

}  // namespace wasmcloud::component

// The resources and records of wasi:blobstore. Internal to wasi_blobstore.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "wasmcloud/component/abi.h"
#include "wasmcloud/host/object_data.h"
#include "wasmcloud/wasi/io.h"

namespace wasmcloud::host {
namespace blob {

struct ContainerMetadata {
  std::string name;
  std::uint64_t created_at = 0;
};

struct ObjectMetadata {
  std::string name;
  std::string container;
  std::uint64_t created_at = 0;
  std::uint64_t size = 0;
};

// resource container.
class Container final : public component::HostResource {
 public:
  explicit Container(std::string name) : name_(std::move(name)) {}

  const std::string& name() const noexcept { return name_; }

 private:
  const std::string name_;
};

// resource outgoing-value.
class OutgoingValue final : public component::HostResource {
 public:
  enum class State : std::uint8_t {
    unsent,
    refused,  // or not yet accepted
    accepted,
  };

  OutgoingValue() = default;

  ~OutgoingValue() override { object->abandon(); }

  OutgoingValue(const OutgoingValue&) = delete;
  OutgoingValue& operator=(const OutgoingValue&) = delete;

  // Once.
  std::expected<component::Own<wasi::OutputStream>, component::Unit> body() {
    if (std::exchange(body_given_, true)) {
      return std::unexpected(component::Unit{});
    }
    auto sink = std::make_shared<ObjectSink>(object);
    body_ = sink;
    return component::make_own<wasi::OutputStream>(std::move(sink));
  }

  bool body_alive() const noexcept { return !body_.expired(); }

  const std::shared_ptr<OutgoingObject> object = std::make_shared<OutgoingObject>();
  State state = State::unsent;
  wrpc::Future<Verdict> verdict;  // once it is accepted

 private:
  std::weak_ptr<wasi::OutputSink> body_;
  bool body_given_ = false;
};

// resource incoming-value.
class IncomingValue final : public component::HostResource {
 public:
  explicit IncomingValue(Delivery<std::uint8_t> data_) : data(std::move(data_)) {}

  Delivery<std::uint8_t> data;
};

// resource stream-object-names.
class ObjectNames final : public component::HostResource {
 public:
  explicit ObjectNames(Delivery<std::string> names) : names_(std::move(names)) {}

  // None at the end.
  Task<std::optional<std::string>> next(Deadline deadline) {
    while (at_ == chunk_.size()) {
      WC_CO_TRY(std::optional<std::vector<std::string>> chunk, names_.next(deadline));
      if (!chunk) {
        co_return std::nullopt;
      }
      chunk_ = *std::move(chunk);
      at_ = 0;
    }
    co_return std::move(chunk_[at_++]);
  }

 private:
  Delivery<std::string> names_;
  std::vector<std::string> chunk_;
  std::size_t at_ = 0;
};

}  // namespace blob
}  // namespace wasmcloud::host

WC_WIT_RECORD(wasmcloud::host::blob::ContainerMetadata,
              WC_MEMBERS(&wasmcloud::host::blob::ContainerMetadata::name,
                         &wasmcloud::host::blob::ContainerMetadata::created_at),
              "name", "created-at");
WC_WIT_RECORD(wasmcloud::host::blob::ObjectMetadata,
              WC_MEMBERS(&wasmcloud::host::blob::ObjectMetadata::name,
                         &wasmcloud::host::blob::ObjectMetadata::container,
                         &wasmcloud::host::blob::ObjectMetadata::created_at,
                         &wasmcloud::host::blob::ObjectMetadata::size),
              "name", "container", "created-at", "size");
WC_COMPONENT_RESOURCE(wasmcloud::host::blob::Container, "container");
WC_COMPONENT_RESOURCE(wasmcloud::host::blob::OutgoingValue, "outgoing-value");
WC_COMPONENT_RESOURCE(wasmcloud::host::blob::IncomingValue, "incoming-value");
WC_COMPONENT_RESOURCE(wasmcloud::host::blob::ObjectNames, "stream-object-names");

// Calls through our runtime: functions of C++ types, on the store's fibre.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "wasmcloud/component/component.h"

#include "side_by_side.h"

namespace wasmcloud::bench {

struct Fields {
  std::uint8_t a = 1;
  std::uint16_t b = 2;
  std::uint32_t c = 3;
  std::uint64_t d = 4;
  std::int32_t e = 5;
  float f = 6;
  double g = 7;
  bool h = true;
};

// One for the process; its settings are those of all sides.
component::Engine& engine();

std::vector<std::uint8_t> read_file(const std::string& path);

// Runs `body` on the store's fibre; when an epoch tick interrupts it, it goes on.
void run(component::Store& store, component::Store::Body body);

// Each measures one kind of call of calls.wat; a guest makes `times` calls of the host at a time.
class OurCalls {
 public:
  OurCalls();

  Measure scalars();
  Measure scalars_from_outside();
  Measure record();
  Measure text(std::size_t size);
  Measure bytes(std::size_t size);
  Measure records(std::size_t count);
  Measure host(const std::string& function, std::uint32_t times);
  Measure host(const std::string& function, std::uint32_t times, std::uint32_t size);

 private:
  template <typename R, typename... Args>
  component::Export<R(Args...)> find(std::string_view name) const {
    return need(component::Export<R(Args...)>::find(*component_, "", name));
  }

  std::unique_ptr<component::Store> new_store() const;
  // Measures `call`, which is given the store, on the fibre.
  template <typename Call>
  Measure on_fibre(std::size_t batch, Call call) const;

  std::shared_ptr<const component::Component> component_;
};

}  // namespace wasmcloud::bench

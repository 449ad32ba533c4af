// A walk over what a type is made of directly. Internal to the module.
#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "wasmcloud/component/types.h"

namespace wasmcloud::component {

// Calls `f` with each ValType in `type`, a types::Defined (const or not), in order.
template <typename Defined, typename F>
void each_element(Defined& type, F&& f) {
  const auto give = [&]<typename T>(T& element) {
    if constexpr (requires { element.has_value(); }) {
      if (element) {
        f(*element);
      }
    } else {
      f(element);
    }
  };
  std::visit(
      [&](auto& of) {
        if constexpr (requires { of.fields; }) {
          for (auto& field : of.fields) {
            f(field.type);
          }
        } else if constexpr (requires { of.cases; }) {
          for (auto& each : of.cases) {
            give(each.type);
          }
        } else if constexpr (requires { of.types; }) {
          for (auto& each : of.types) {
            f(each);
          }
        } else if constexpr (requires { of.err; }) {
          give(of.ok);
          give(of.err);
        } else if constexpr (requires { of.key; }) {
          f(of.key);
          f(of.value);
        } else if constexpr (requires { of.element; }) {
          give(of.element);
        } else if constexpr (requires { of.type; }) {
          f(of.type);
        }
      },
      type);
}

}  // namespace wasmcloud::component

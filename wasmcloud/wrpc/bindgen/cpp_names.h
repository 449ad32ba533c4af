// Names of WIT as names of C++, as this project writes them. Pure.
#pragma once

#include <initializer_list>
#include <set>
#include <string>
#include <string_view>

namespace wasmcloud::wrpc::bindgen {

// "get-many" is get_many; of a keyword of C++, and of `std`, `class_`.
std::string snake_case(std::string_view label);
// "HTTP-error" is HttpError.
std::string pascal_case(std::string_view label);
// "read-only" is kReadOnly.
std::string constant_case(std::string_view label);

// The names that one scope of C++ has. What WIT tells apart C++ may not: a method `a.b` and a
// function `a-b`.
class NameScope {
 public:
  NameScope() = default;

  NameScope(std::initializer_list<std::string> taken) : taken_(taken) {}

  // `wanted`, with a `_` or a number behind it if it is taken.
  std::string take(std::string wanted);

 private:
  std::set<std::string, std::less<>> taken_;
};

}  // namespace wasmcloud::wrpc::bindgen

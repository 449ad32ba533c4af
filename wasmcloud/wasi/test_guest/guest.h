// The guest's side of the tests: each test is a function that gives what it found, as text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bindings.h"

namespace guest {

// A test that cannot go on returns this.
struct Outcome {
  bool ok = true;
  std::string text;
};

inline Outcome found(std::string text) { return {true, std::move(text)}; }

inline Outcome failed(std::string text) { return {false, std::move(text)}; }

inline bindings_string_t view(std::string_view text) {
  return {reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data())), text.size()};
}

inline std::string_view view(const bindings_string_t& text) {
  return {reinterpret_cast<const char*>(text.ptr), text.len};
}

// "closed", or what the host says of the error; takes the error.
std::string describe(wasi_io_streams_stream_error_t error);

Outcome run_io(std::string_view test);
Outcome run_files(std::string_view test);
Outcome run_world(std::string_view test);

}  // namespace guest

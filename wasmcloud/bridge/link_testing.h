// For tests: components that call each other by links, as text, and how they are called.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "wasmcloud/component/validator_testing.h"
#include "wasmcloud/wrpc/session.h"
#include "wasmcloud/wrpc/wire.h"

namespace wasmcloud::bridge::testing {

// Memory, and a realloc that only ever takes more of it.
inline constexpr std::string_view kMemory = R"(
  (core module $Memory
    (memory (export "memory") 160)
    (data (i32.const 64) "things")
    (global $next (mut i32) (i32.const 1024))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (global.get $next)
      (global.set $next (i32.and (i32.add (i32.add (global.get $next) (local.get 3)) (i32.const 7))
                                 (i32.const -8)))))
  (core instance $m (instantiate $Memory))
)";

// Exports wc:test/echo: gives back what it gets, traps on nothing, never ends for one byte.
inline constexpr std::string_view kEcho = R"(
  (core module $Main
    (import "m" "memory" (memory 1))
    (func (export "echo") (param i32 i32) (result i32)
      (if (i32.eqz (local.get 1)) (then unreachable))
      (if (i32.eq (local.get 1) (i32.const 1)) (then (loop (br 0))))
      (i32.store (i32.const 16) (local.get 0))
      (i32.store (i32.const 20) (local.get 1))
      (i32.const 16)))
  (core instance $i (instantiate $Main (with "m" (instance $m))))
  (func $echo (param "data" (list u8)) (result (list u8))
    (canon lift (core func $i "echo") (memory (core memory $m "memory"))
                (realloc (core func $m "realloc"))))
  (instance $out (export "echo" (func $echo)))
  (export "wc:test/echo@0.1.0" (instance $out))
)";

// Exports wc:test/relay, which passes on what it gets to the wc:test/echo that it imports.
inline constexpr std::string_view kPassOn = R"(
  (import "wc:test/echo@0.1.0" (instance $echo
    (export "echo" (func (param "data" (list u8)) (result (list u8))))))
  (core func $lower (canon lower (func $echo "echo") (memory (core memory $m "memory"))
                                 (realloc (core func $m "realloc"))))
  (core module $Main
    (import "host" "echo" (func $echo (param i32 i32 i32)))
    (func (export "relay") (param i32 i32) (result i32)
      (call $echo (local.get 0) (local.get 1) (i32.const 16))
      (i32.const 16)))
  (core instance $i (instantiate $Main
    (with "host" (instance (export "echo" (func $lower))))))
)";

// Exports wc:test/relay: what the bucket "things" has under the key that it gets.
inline constexpr std::string_view kLookUp = R"(
  (import "wasi:keyvalue/store@0.2.0-draft" (instance $kv
    (export "bucket" (type $bucket (sub resource)))
    (type $causes (variant (case "no-such-store") (case "access-denied") (case "other" string)))
    (export "error" (type $error (eq $causes)))
    (export "open" (func (param "identifier" string)
      (result (result (own $bucket) (error $error)))))
    (export "[method]bucket.get" (func (param "self" (borrow $bucket)) (param "key" string)
      (result (result (option (list u8)) (error $error)))))))
  (core func $open (canon lower (func $kv "open") (memory (core memory $m "memory"))
                                (realloc (core func $m "realloc"))))
  (core func $get (canon lower (func $kv "[method]bucket.get")
    (memory (core memory $m "memory")) (realloc (core func $m "realloc"))))
  (core module $Main
    (import "m" "memory" (memory 1))
    (import "host" "open" (func $open (param i32 i32 i32)))
    (import "host" "get" (func $get (param i32 i32 i32 i32)))
    (func (export "relay") (param i32 i32) (result i32)
      (call $open (i32.const 64) (i32.const 6) (i32.const 128))
      (call $get (i32.load (i32.const 132)) (local.get 0) (local.get 1) (i32.const 160))
      (if (i32.load8_u (i32.const 160)) (then unreachable))
      (i32.store (i32.const 16) (i32.load (i32.const 168)))
      (i32.store (i32.const 20) (i32.load (i32.const 172)))
      (i32.const 16)))
  (core instance $i (instantiate $Main (with "m" (instance $m))
    (with "host" (instance (export "open" (func $open)) (export "get" (func $get))))))
)";

// What both of the last two end with.
inline constexpr std::string_view kExportRelay = R"(
  (func $relay (param "data" (list u8)) (result (list u8))
    (canon lift (core func $i "relay") (memory (core memory $m "memory"))
                (realloc (core func $m "realloc"))))
  (instance $out (export "relay" (func $relay)))
  (export "wc:test/relay@0.1.0" (instance $out))
)";

inline std::string component_text(std::string_view body, std::string_view end = "") {
  return fmt::format("(component {} {} {})", kMemory, body, end);
}

inline std::string echo_text() { return component_text(kEcho); }

inline std::string relay_text() { return component_text(kPassOn, kExportRelay); }

inline std::string keyvalue_text() { return component_text(kLookUp, kExportRelay); }

inline void write_component(const std::filesystem::path& path, const std::string& text) {
  const auto made = component::testing::check(text);
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(made.bytes.data()),
             static_cast<std::streamsize>(made.bytes.size()));
}

// Calls the relay's function; nothing if the call fails.
inline Task<> call_relay(wrpc::Client& client, std::string data, std::optional<std::string>& into,
                         nats::Headers headers = {}) {
  const Deadline deadline = Deadline::after(std::chrono::seconds(30));
  wrpc::WireWriter params;
  params.byte_list({reinterpret_cast<const std::uint8_t*>(data.data()), data.size()});
  Result<std::unique_ptr<wrpc::Session>> session =
      co_await client.call({.instance = "wc:test/relay@0.1.0",
                            .function = "relay",
                            .params = params.take(),
                            .headers = std::move(headers)},
                           deadline);
  if (!session) {
    co_return Result<>();
  }
  std::string bytes;
  for (;;) {
    WC_CO_TRY(const std::optional<std::string> more, (*session)->read({}, deadline));
    if (!more) {
      break;
    }
    bytes += *more;
  }
  wrpc::WireReader in({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  const auto list = in.byte_list();
  if (!in.failed()) {
    into.emplace(list.begin(), list.end());
  }
  co_return Result<>();
}

}  // namespace wasmcloud::bridge::testing

# Every library this project stands on: name, least version, who uses it and why. All but Wasmtime are Debian packages
# (tools/setup.sh installs them).

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)                 # http, base: Asio and Beast, headers only (libboost1.81-dev)
find_package(fmt 9.1 REQUIRED)                    # all: formatting (libfmt-dev)
find_package(spdlog 1.10 REQUIRED)                # base/log.cc: log sinks (libspdlog-dev)
find_package(OpenSSL 3.0 REQUIRED)                # http: TLS; component: SHA-256 of the compile cache; nats: Ed25519 (libssl-dev)
find_package(nlohmann_json 3.11 REQUIRED)         # .cc files that read or write JSON (nlohmann-json3-dev)
find_package(CLI11 2.1 REQUIRED)                  # wash: arguments (libcli11-dev)
find_package(GTest 1.12 REQUIRED)                 # tests (libgtest-dev, libgmock-dev)
find_package(benchmark 1.7 REQUIRED)              # benchmarks (libbenchmark-dev)

# identity: Ed25519, X25519 and crypto_box, which are not for us to write (libsodium-dev; it brings no file for CMake).
set(WC_SODIUM_LEAST 1.0.18)
find_path(WC_SODIUM_INCLUDE sodium/version.h REQUIRED)
find_library(WC_SODIUM_LIBRARY sodium REQUIRED)
file(STRINGS "${WC_SODIUM_INCLUDE}/sodium/version.h" sodium_version REGEX "SODIUM_VERSION_STRING")
string(REGEX REPLACE ".*\"([0-9.]+)\".*" "\\1" sodium_version "${sodium_version}")
if(sodium_version VERSION_LESS WC_SODIUM_LEAST)
  message(FATAL_ERROR "libsodium ${sodium_version} is too old: ${WC_SODIUM_LEAST} or newer is needed (libsodium-dev).")
endif()
add_library(wc_sodium INTERFACE)
target_include_directories(wc_sodium SYSTEM INTERFACE "${WC_SODIUM_INCLUDE}")
target_link_libraries(wc_sodium INTERFACE "${WC_SODIUM_LIBRARY}")

# The NATS C client (nats only), 3.4 or newer (libnats-dev). By hand: Debian's cnats-config.cmake also names a static
# library that the package does not hold, and fails.
find_path(WC_NATS_INCLUDE nats/nats.h REQUIRED)
find_library(WC_NATS_LIBRARY nats REQUIRED)
add_library(wc_nats_client INTERFACE)
target_include_directories(wc_nats_client SYSTEM INTERFACE "${WC_NATS_INCLUDE}")
target_link_libraries(wc_nats_client INTERFACE "${WC_NATS_LIBRARY}")

# Wasmtime's core C API (component only). In this order: WASMTIME_DIR, an installed one, the cache that
# tools/third-party.sh fills from crates.io.
set(WC_CACHE_DIR "$ENV{WC_CACHE_DIR}" CACHE PATH "Where tools/third-party.sh keeps what it builds once per machine")
if(NOT WC_CACHE_DIR)
  if(DEFINED ENV{XDG_CACHE_HOME})
    set(WC_CACHE_DIR "$ENV{XDG_CACHE_HOME}/wasmcloud-cpp" CACHE PATH "" FORCE)
  else()
    set(WC_CACHE_DIR "$ENV{HOME}/.cache/wasmcloud-cpp" CACHE PATH "" FORCE)
  endif()
endif()
set(WASMTIME_DIR "$ENV{WASMTIME_DIR}" CACHE PATH "A folder with include/wasmtime.h and lib/libwasmtime.a, 48 or newer")

find_path(WC_WASMTIME_INCLUDE wasmtime.h
  HINTS "${WASMTIME_DIR}/include" PATHS "${WC_CACHE_DIR}/wasmtime/include")
find_library(WC_WASMTIME_LIBRARY NAMES libwasmtime.a wasmtime
  HINTS "${WASMTIME_DIR}/lib" PATHS "${WC_CACHE_DIR}/wasmtime/lib")
if(NOT WC_WASMTIME_INCLUDE OR NOT WC_WASMTIME_LIBRARY)
  message(FATAL_ERROR
    "libwasmtime was not found (looked in WASMTIME_DIR='${WASMTIME_DIR}', the system, ${WC_CACHE_DIR}/wasmtime). "
    "Run tools/third-party.sh once: it builds it with cargo into that cache.")
endif()
add_library(wc_wasmtime INTERFACE)
set_target_properties(wc_wasmtime PROPERTIES EXPORT_NAME wasmtime)
target_include_directories(wc_wasmtime SYSTEM INTERFACE "$<BUILD_INTERFACE:${WC_WASMTIME_INCLUDE}>")
# Where cmake/Install.cmake puts a copy.
get_filename_component(WC_WASMTIME_FILE "${WC_WASMTIME_LIBRARY}" NAME)
target_link_libraries(wc_wasmtime INTERFACE
  "$<BUILD_INTERFACE:${WC_WASMTIME_LIBRARY}>"
  "$<INSTALL_INTERFACE:$<INSTALL_PREFIX>/lib/wasmcloud/${WC_WASMTIME_FILE}>" Threads::Threads ${CMAKE_DL_LIBS} m)

# A library of our own making (third_party/wasmtime) shows one setting more than the C API has.
include(CheckCSourceCompiles)
set(CMAKE_REQUIRED_LIBRARIES "${WC_WASMTIME_LIBRARY}" Threads::Threads ${CMAKE_DL_LIBS} m)
check_c_source_compiles("
  void wc_pooling_allocation_config_pagemap_scan_auto(void*);
  int main(void) { wc_pooling_allocation_config_pagemap_scan_auto(0); return 0; }" WC_WASMTIME_HAS_PAGEMAP_SCAN)
# One from elsewhere may lack Wasmtime's own component API, which only a test and a benchmark use.
check_c_source_compiles("
  void wasmtime_component_delete(void*);
  int main(void) { wasmtime_component_delete(0); return 0; }" WC_WASMTIME_HAS_COMPONENT_API)
unset(CMAKE_REQUIRED_LIBRARIES)
if(WC_WASMTIME_HAS_PAGEMAP_SCAN)
  target_compile_definitions(wc_wasmtime INTERFACE WC_WASMTIME_HAS_PAGEMAP_SCAN)
endif()

# Tools that build guests: the examples, and the components that tests assemble from text.
find_program(WC_WASM_TOOLS wasm-tools HINTS "${WC_CACHE_DIR}/guest-tools/bin" REQUIRED)
find_program(WC_WIT_BINDGEN wit-bindgen HINTS "${WC_CACHE_DIR}/guest-tools/bin" REQUIRED)
set(WC_GUEST_SHARE "${WC_CACHE_DIR}/guest-tools/share" CACHE PATH "The preview1 adapter and WASI's WIT")

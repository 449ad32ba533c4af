# The compiler we accept, and the flags that every target of ours is built with.

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  message(FATAL_ERROR
    "g++ ${CMAKE_CXX_COMPILER_VERSION} is too old: it miscompiles co_await expressions. Use clang 19 "
    "(cmake --preset release, or -DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_C_COMPILER=clang-19) or g++ 13 and newer. "
    "tools/setup.sh installs clang 19 on Debian 12.")
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR
    "clang ${CMAKE_CXX_COMPILER_VERSION} is too old: std::expected needs clang 19 or newer. "
    "tools/setup.sh installs clang 19 on Debian 12; cmake --preset release uses it.")
elseif(NOT CMAKE_CXX_COMPILER_ID MATCHES "^(GNU|Clang)$")
  message(FATAL_ERROR "${CMAKE_CXX_COMPILER_ID} is not a compiler this project is tested with: use clang 19 or g++ 13.")
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(WC_CCACHE ccache)
if(WC_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER "${WC_CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${WC_CCACHE}")
endif()

# Two cores: one link at a time, so that links do not fight for memory with compile jobs.
set_property(GLOBAL PROPERTY JOB_POOLS link=1)
set(CMAKE_JOB_POOL_LINK link)

option(WC_WERROR "Treat warnings as errors" OFF)
option(WC_FUZZ "Link the fuzz targets with libFuzzer instead of the replaying main" OFF)
set(WC_SANITIZE "" CACHE STRING "Sanitizers for every target of ours: address,undefined or thread")

add_library(wc_flags INTERFACE)
target_compile_options(wc_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>
  $<$<BOOL:${WC_WERROR}>:-Werror>
  -ffunction-sections -fdata-sections)
# Of what a header of Asio means: whoever includes one of ours must mean the same.
set(WC_SHARED_DEFINITIONS BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  # A request's coroutines are nested deeper than the two frames that Asio keeps for reuse unless told otherwise.
  BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=8)
target_compile_definitions(wc_flags INTERFACE ${WC_SHARED_DEFINITIONS} BOOST_BEAST_SEPARATE_COMPILATION)
target_link_options(wc_flags INTERFACE $<$<CXX_COMPILER_ID:Clang>:-fuse-ld=lld> -Wl,--gc-sections)

if(WC_SANITIZE)
  target_compile_options(wc_flags INTERFACE -fsanitize=${WC_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(wc_flags INTERFACE -fsanitize=${WC_SANITIZE})
endif()
if(WC_FUZZ)
  target_compile_options(wc_flags INTERFACE -fsanitize=fuzzer-no-link,address,undefined -fno-omit-frame-pointer)
  target_link_options(wc_flags INTERFACE -fsanitize=address,undefined)
endif()

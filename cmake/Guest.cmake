# One call makes a component out of C++ sources: <build>/components/<NAME>.wasm.
#
#   wc_guest_component(NAME http-hello-world
#     WORLD http-hello-world          # the world in WIT that the component is of
#     WIT wit                         # the folder that holds it; WASI's packages are there beside it
#     SOURCES hello.cc                # C++; they include "bindings.h", which wit-bindgen writes
#     INCLUDES ${CMAKE_CURRENT_SOURCE_DIR}/..
#     OPTIONS -DNDEBUG)               # for the compiler, if need be
#
# The bindings have the same names whatever the world is called (bindings.h, bindings_string_t), so that sources can be
# shared by components. All is made by Ninja's own steps: a changed source, header or WIT file rebuilds what hangs on it.

set(WC_COMPONENT_DIR "${CMAKE_BINARY_DIR}/components")

find_program(WC_GUEST_CXX NAMES clang++-19 clang++-20 clang++-21)
find_program(WC_GUEST_CC NAMES clang-19 clang-20 clang-21)
if(NOT WC_GUEST_CXX OR NOT WC_GUEST_CC)
  message(FATAL_ERROR "clang 19 was not found: the components in examples/ are built with it. tools/setup.sh installs it.")
endif()

set(WC_GUEST_TARGET --target=wasm32-wasi)
set(WC_GUEST_CXXFLAGS -std=c++23 -O2 -fno-exceptions -fno-rtti -ffunction-sections -fdata-sections
                      -Wall -Wextra -Wpedantic -Wshadow $<$<BOOL:${WC_WERROR}>:-Werror>)
set(WC_GUEST_LDFLAGS -mexec-model=reactor -Wl,--gc-sections -Wl,--strip-debug)

function(wc_guest_component)
  cmake_parse_arguments(G "" "NAME;WORLD;WIT" "SOURCES;INCLUDES;OPTIONS" ${ARGN})
  foreach(needed NAME WORLD WIT SOURCES)
    if(NOT G_${needed})
      message(FATAL_ERROR "wc_guest_component(${G_NAME}): ${needed} is missing")
    endif()
  endforeach()
  if(G_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "wc_guest_component(${G_NAME}): what is '${G_UNPARSED_ARGUMENTS}'?")
  endif()

  set(dir "${CMAKE_CURRENT_BINARY_DIR}/${G_NAME}.guest")
  set(output "${WC_COMPONENT_DIR}/${G_NAME}.wasm")
  get_filename_component(wit "${G_WIT}" ABSOLUTE)
  file(GLOB_RECURSE wit_files CONFIGURE_DEPENDS "${wit}/*.wit")
  file(GLOB_RECURSE wasi_files "${WC_GUEST_SHARE}/wit/deps/*.wit")
  if(NOT wit_files)
    message(FATAL_ERROR "wc_guest_component(${G_NAME}): no .wit file in ${wit}")
  endif()
  if(NOT wasi_files)
    message(FATAL_ERROR "WASI's WIT was not found in ${WC_GUEST_SHARE}/wit/deps. Run tools/third-party.sh once.")
  endif()

  # 1. The component's WIT and WASI's, side by side as wit-bindgen wants them, and the bindings from them. wit-bindgen
  #    names each file it writes: that goes to a log, which is shown when it fails.
  set(bindings "${dir}/bindings/bindings.c" "${dir}/bindings/bindings.h" "${dir}/bindings/bindings_component_type.o")
  add_custom_command(OUTPUT ${bindings}
    COMMAND "${CMAKE_COMMAND}" -E rm -rf "${dir}/wit"
    COMMAND "${CMAKE_COMMAND}" -E copy_directory "${WC_GUEST_SHARE}/wit/deps" "${dir}/wit/deps"
    COMMAND "${CMAKE_COMMAND}" -E copy_directory "${wit}" "${dir}/wit"
    COMMAND sh -c "\"$@\" > \"$0\" 2>&1 || { cat \"$0\"; exit 1; }" "${dir}/wit-bindgen.log"
            "${WC_WIT_BINDGEN}" c "${dir}/wit" --world "${G_WORLD}" --rename-world bindings --out-dir "${dir}/bindings"
    DEPENDS ${wit_files} ${wasi_files} "${WC_WIT_BINDGEN}"
    COMMENT "Binding ${G_NAME} to its world" VERBATIM)

  # 2. Compile: the bindings as C, the sources as C++.
  add_custom_command(OUTPUT "${dir}/bindings.o"
    COMMAND ${CMAKE_C_COMPILER_LAUNCHER} "${WC_GUEST_CC}" ${WC_GUEST_TARGET} -O2 -ffunction-sections -fdata-sections
            -c "${dir}/bindings/bindings.c" -o "${dir}/bindings.o"
    DEPENDS ${bindings}
    COMMENT "Compiling ${G_NAME}: bindings" VERBATIM)
  set(objects "${dir}/bindings.o" "${dir}/bindings/bindings_component_type.o")
  list(TRANSFORM G_INCLUDES PREPEND -I)
  foreach(source IN LISTS G_SOURCES)
    get_filename_component(path "${source}" ABSOLUTE)
    get_filename_component(stem "${source}" NAME)
    set(object "${dir}/${stem}.o")
    add_custom_command(OUTPUT "${object}"
      COMMAND ${CMAKE_CXX_COMPILER_LAUNCHER} "${WC_GUEST_CXX}" ${WC_GUEST_TARGET} ${WC_GUEST_CXXFLAGS} ${G_OPTIONS}
              ${G_INCLUDES} -isystem "${dir}/bindings" -MD -MF "${object}.d" -c "${path}" -o "${object}"
      DEPENDS "${path}" ${bindings}
      DEPFILE "${object}.d"
      COMMENT "Compiling ${G_NAME}: ${stem}" VERBATIM COMMAND_EXPAND_LISTS)
    list(APPEND objects "${object}")
  endforeach()

  # 3. Link a core module, and make a component of it. The adapter is for the parts of the C library that call WASI's
  #    preview 1; what is not called does not become an import.
  set(adapter "${WC_GUEST_SHARE}/wasi_snapshot_preview1.reactor.wasm")
  add_custom_command(OUTPUT "${output}"
    COMMAND "${WC_GUEST_CXX}" ${WC_GUEST_TARGET} ${WC_GUEST_LDFLAGS} ${objects} -o "${dir}/module.wasm"
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${WC_COMPONENT_DIR}"
    COMMAND "${WC_WASM_TOOLS}" component new "${dir}/module.wasm" --adapt "wasi_snapshot_preview1=${adapter}"
            -o "${dir}/component.wasm"
    COMMAND "${WC_WASM_TOOLS}" validate "${dir}/component.wasm"
    COMMAND "${CMAKE_COMMAND}" -E rename "${dir}/component.wasm" "${output}"
    DEPENDS ${objects} "${adapter}" "${WC_WASM_TOOLS}"
    COMMENT "Making component ${G_NAME}" VERBATIM)

  add_custom_target(${G_NAME} ALL DEPENDS "${output}")
  set_target_properties(${G_NAME} PROPERTIES WC_COMPONENT "${output}")
endfunction()

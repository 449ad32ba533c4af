# One call makes a library of C++ bindings for a world of WIT, to call and to serve its functions over wRPC (docs/wrpc.md).
# Its header is <TARGET>.h:
#
#   wasmcloud_wrpc_bindings(TARGET calculator
#     WIT wit                         # a folder with the world, what it uses in deps/; or a file
#     WORLD calculator
#     PACKAGES ../wit/keyvalue        # folders of further packages that the world uses
#     NAMESPACE calc)                 # of all that is made; without it the world's name
#
# What is made again when the WIT or the generator has changed.

function(wasmcloud_wrpc_bindings)
  cmake_parse_arguments(B "" "TARGET;WIT;WORLD;NAMESPACE" "PACKAGES" ${ARGN})
  foreach(needed TARGET WIT WORLD)
    if(NOT B_${needed})
      message(FATAL_ERROR "wasmcloud_wrpc_bindings(${B_TARGET}): ${needed} is missing")
    endif()
  endforeach()
  if(B_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "wasmcloud_wrpc_bindings(${B_TARGET}): what is '${B_UNPARSED_ARGUMENTS}'?")
  endif()

  get_filename_component(wit "${B_WIT}" ABSOLUTE)
  set(folders "${wit}")
  set(options --world "${B_WORLD}")
  if(B_NAMESPACE)
    list(APPEND options --namespace "${B_NAMESPACE}")
  endif()
  foreach(package IN LISTS B_PACKAGES)
    get_filename_component(package "${package}" ABSOLUTE)
    list(APPEND folders "${package}")
    list(APPEND options --package "${package}")
  endforeach()
  set(files "")
  foreach(folder IN LISTS folders)
    if(IS_DIRECTORY "${folder}")
      file(GLOB_RECURSE found CONFIGURE_DEPENDS "${folder}/*.wit")
    else()
      get_filename_component(beside "${folder}" DIRECTORY)
      file(GLOB_RECURSE found CONFIGURE_DEPENDS "${beside}/deps/*.wit")
      list(APPEND found "${folder}")
    endif()
    list(APPEND files ${found})
  endforeach()

  set(dir "${CMAKE_CURRENT_BINARY_DIR}/${B_TARGET}.bindings")
  file(MAKE_DIRECTORY "${dir}")
  set(made "${dir}/${B_TARGET}")
  add_custom_command(OUTPUT "${made}.h" "${made}.cc"
    COMMAND wrpc-bindgen "${wit}" ${options} --out "${made}"
    DEPENDS ${files} wrpc-bindgen
    COMMENT "Binding ${B_TARGET} to world ${B_WORLD}" VERBATIM)
  add_library(${B_TARGET} STATIC "${made}.cc" "${made}.h")
  target_include_directories(${B_TARGET} PUBLIC "${dir}")
  target_link_libraries(${B_TARGET} PUBLIC wc_wrpc PRIVATE wc_flags)
endfunction()

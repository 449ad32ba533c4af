# Installs the Component Model runtime into a folder of its own, builds examples/embed against it and runs that.
#
#   cmake -DBUILD=... -DSOURCE=... -DWORK=... -DCOMPONENT=... -DCXX=... -P check_installed_library.cmake

function(run)
  execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE out ERROR_VARIABLE out RESULT_VARIABLE code)
  if(NOT code EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}: ${code}\n${out}")
  endif()
  set(out "${out}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE "${WORK}")
run("${CMAKE_COMMAND}" --install "${BUILD}" --component wasmcloud_component --prefix "${WORK}/installed")
# Moved: nothing in it may name where it was made, or this repository.
file(RENAME "${WORK}/installed" "${WORK}/moved")
run("${CMAKE_COMMAND}" -S "${SOURCE}/examples/embed" -B "${WORK}/embed" -G Ninja "-DCMAKE_CXX_COMPILER=${CXX}"
    "-DCMAKE_PREFIX_PATH=${WORK}/moved")
run("${CMAKE_COMMAND}" --build "${WORK}/embed")

# Each header needs nothing that is not there.
file(GLOB_RECURSE headers RELATIVE "${WORK}/moved/include" "${WORK}/moved/include/wasmcloud/*.h")
list(TRANSFORM headers REPLACE "(.+)" "#include \"\\1\"" OUTPUT_VARIABLE lines)
list(JOIN lines "\n" text)
file(WRITE "${WORK}/all_headers.cc" "${text}\n")
run("${CXX}" -std=c++23 -fsyntax-only -DBOOST_ASIO_SEPARATE_COMPILATION -I "${WORK}/moved/include" "${WORK}/all_headers.cc")

function(expect nickname wanted)
  run("${WORK}/embed/embed" "${COMPONENT}" ${nickname})
  if(NOT out STREQUAL "${wanted}\n")
    message(FATAL_ERROR "embed ${nickname}: expected '${wanted}', found '${out}'")
  endif()
endfunction()
expect(ada "Hello, Ada Lovelace, born in 1815!")
expect(bob "I do not know bob.")

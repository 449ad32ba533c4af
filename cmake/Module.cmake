# One call makes a module of wasmcloud/: its library, one test binary, one benchmark binary, its fuzz targets, and the
# check that each of its headers compiles alone. A module sees the headers of those it names in DEPS and of no other:
# each has an include folder of its own in the build tree that holds a link to its sources and nothing else.
#
#   wc_module(http
#     SOURCES server.cc client.cc
#     DEPS base                    # modules of ours whose headers it may include
#     LIBS OpenSSL::SSL            # other libraries
#     TESTS server_test.cc         TEST_DEPS component
#     TEST_LABELS concurrency      # what the tsan preset runs
#     BENCHES server_bench.cc
#     FUZZERS url_fuzz.cc)

set(WC_INCLUDE_ROOT "${CMAKE_BINARY_DIR}/include-roots")

function(wc_module name)
  cmake_parse_arguments(M "" "" "SOURCES;DEPS;LIBS;TESTS;TEST_DEPS;TEST_ENV;TEST_LABELS;BENCHES;BENCH_DEPS;FUZZERS" ${ARGN})
  set(target wc_${name})

  file(MAKE_DIRECTORY "${WC_INCLUDE_ROOT}/${name}/wasmcloud")
  file(CREATE_LINK "${CMAKE_CURRENT_SOURCE_DIR}" "${WC_INCLUDE_ROOT}/${name}/wasmcloud/${name}" SYMBOLIC)

  add_library(${target} STATIC ${M_SOURCES})
  add_library(wasmcloud::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  target_include_directories(${target} PUBLIC "$<BUILD_INTERFACE:${WC_INCLUDE_ROOT}/${name}>")
  list(TRANSFORM M_DEPS PREPEND wc_ OUTPUT_VARIABLE deps)
  target_link_libraries(${target} PUBLIC ${deps} ${M_LIBS} PRIVATE $<BUILD_INTERFACE:wc_flags>)
  target_compile_definitions(${target} PUBLIC ${WC_SHARED_DEFINITIONS})
  target_compile_features(${target} PUBLIC cxx_std_23)

  file(GLOB headers CONFIGURE_DEPENDS RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}" "*.h")
  if(headers)
    set(checks "")
    foreach(header IN LISTS headers)
      set(check "${CMAKE_CURRENT_BINARY_DIR}/header_checks/${header}.cc")
      file(CONFIGURE OUTPUT "${check}" CONTENT "#include \"wasmcloud/${name}/${header}\"  // IWYU pragma: keep\n")
      list(APPEND checks "${check}")
    endforeach()
    add_library(${target}_headers OBJECT EXCLUDE_FROM_ALL ${checks})
    target_link_libraries(${target}_headers PRIVATE ${target} wc_flags)
  endif()

  if(M_TESTS)
    list(TRANSFORM M_TEST_DEPS PREPEND wc_ OUTPUT_VARIABLE test_deps)
    add_executable(${name}_test ${M_TESTS})
    target_link_libraries(${name}_test PRIVATE ${target} ${test_deps} GTest::gtest_main wc_flags)
    # An empty value would vanish, and the next property's name be taken for it.
    set(properties TIMEOUT 120)
    if(M_TEST_ENV)
      list(APPEND properties ENVIRONMENT "${M_TEST_ENV}")
    endif()
    if(M_TEST_LABELS)
      list(APPEND properties LABELS "${M_TEST_LABELS}")
    endif()
    include(GoogleTest)
    gtest_discover_tests(${name}_test TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
                         PROPERTIES ${properties})
  endif()
  if(M_BENCHES)
    list(TRANSFORM M_BENCH_DEPS PREPEND wc_ OUTPUT_VARIABLE bench_deps)
    add_executable(${name}_bench ${M_BENCHES})
    target_link_libraries(${name}_bench PRIVATE ${target} ${bench_deps} benchmark::benchmark wc_flags)
  endif()
  foreach(fuzzer IN LISTS M_FUZZERS)
    get_filename_component(stem "${fuzzer}" NAME_WE)
    add_executable(${name}_${stem} ${fuzzer} $<$<NOT:$<BOOL:${WC_FUZZ}>>:${CMAKE_SOURCE_DIR}/tools/fuzz_replay.cc>)
    target_link_libraries(${name}_${stem} PRIVATE ${target} wc_flags)
    if(WC_FUZZ)
      target_link_options(${name}_${stem} PRIVATE -fsanitize=fuzzer)
    endif()
    if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/corpus/${stem}")
      add_test(NAME ${name}.${stem}.corpus
               COMMAND ${name}_${stem} "${CMAKE_CURRENT_SOURCE_DIR}/corpus/${stem}")
    endif()
  endforeach()
endfunction()

# The Component Model runtime as a library of its own:
#
#   cmake --install build/release --component wasmcloud_component --prefix DIR
#
# puts it into DIR, for find_package(wasmcloud_component) and the target wasmcloud::component
# (docs/component-library.md).

include(CMakePackageConfigHelpers)

set(kind wasmcloud_component)
install(TARGETS wc_base wc_wit wc_component wc_wasmtime EXPORT ${kind}
  ARCHIVE DESTINATION lib/wasmcloud COMPONENT ${kind} EXCLUDE_FROM_ALL
  INCLUDES DESTINATION include)
install(FILES "${WC_WASMTIME_LIBRARY}" DESTINATION lib/wasmcloud COMPONENT ${kind} EXCLUDE_FROM_ALL)

# What users include, and what that includes: no more.
set(public_headers
  base/deadline.h base/error.h base/result.h base/semver.h base/task.h
  wit/graph.h wit/native.h wit/parser.h wit/primitive.h wit/printer.h wit/resolver.h wit/source.h wit/source_files.h
  wit/syntax.h wit/value.h wit/value_type.h wit/wave.h
  component/abi.h component/ast.h component/await.h component/blocking_store.h component/canonical_abi.h
  component/component.h component/component_wit.h component/component_wit_encode.h component/decoder.h component/dynamic.h
  component/engine.h component/guest.h component/host.h component/host_type.h component/import_source.h component/store.h
  component/types.h component/validator.h component/value_types.h)
foreach(header IN LISTS public_headers)
  get_filename_component(folder "${header}" DIRECTORY)
  install(FILES "${CMAKE_SOURCE_DIR}/wasmcloud/${header}" DESTINATION "include/wasmcloud/${folder}"
          COMPONENT ${kind} EXCLUDE_FROM_ALL)
endforeach()
install(FILES LICENSE NOTICE DESTINATION share/doc/${kind} COMPONENT ${kind} EXCLUDE_FROM_ALL)

set(config_folder lib/cmake/${kind})
install(EXPORT ${kind} NAMESPACE wasmcloud:: FILE ${kind}-targets.cmake DESTINATION ${config_folder}
        COMPONENT ${kind} EXCLUDE_FROM_ALL)
configure_package_config_file(cmake/${kind}-config.cmake.in ${kind}-config.cmake INSTALL_DESTINATION ${config_folder})
write_basic_package_version_file(${kind}-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_BINARY_DIR}/${kind}-config.cmake" "${CMAKE_BINARY_DIR}/${kind}-config-version.cmake"
        DESTINATION ${config_folder} COMPONENT ${kind} EXCLUDE_FROM_ALL)

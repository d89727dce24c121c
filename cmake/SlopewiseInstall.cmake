# The installed tree: libraries, headers, program (cli/), the CMake package and pkg-config's file.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

add_library(slopewise_halide INTERFACE)
add_library(slopewise::halide ALIAS slopewise_halide)
set_target_properties(slopewise_halide PROPERTIES EXPORT_NAME halide)
target_compile_features(slopewise_halide INTERFACE cxx_std_17)
target_include_directories(slopewise_halide INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/generators/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)

install(TARGETS slopewise slopewise_static slopewise_halide EXPORT slopewise-targets)

set(kernel_targets)
foreach(variant IN LISTS slopewise_variants)
  string(MAKE_C_IDENTIFIER ${variant} id)
  list(APPEND kernel_targets slopewise_kernels_${id})
endforeach()
install(TARGETS ${kernel_targets} EXPORT slopewise-kernels)

install(DIRECTORY runtime/include/slopewise generators/include/slopewise DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  PATTERN .clang-format EXCLUDE)
install(FILES ${CMAKE_BINARY_DIR}/include/slopewise/kernels.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/slopewise)

# What slopewise_add_kernels() generates from.
set(share_dir ${CMAKE_INSTALL_DATADIR}/slopewise)
install(FILES cmake/SlopewiseAddKernels.cmake cmake/SlopewiseTables.cmake cmake/SlopewiseSchedules.cmake
  cmake/SlopewiseKernels.cmake cmake/kernels.cmake cmake/targets.cmake cmake/gpu_symbols.txt cmake/kernels.h.in cmake/write_kernels_header.cmake DESTINATION ${share_dir}/cmake)
install(DIRECTORY generators tools/stores DESTINATION ${share_dir} FILES_MATCHING PATTERN *.cpp PATTERN *.h PATTERN *.json
  PATTERN include EXCLUDE)
install(FILES tools/stores/CMakeLists.txt DESTINATION ${share_dir}/stores)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/slopewise)
install(EXPORT slopewise-targets NAMESPACE slopewise:: DESTINATION ${package_dir})
install(EXPORT slopewise-kernels NAMESPACE slopewise:: DESTINATION ${package_dir})
configure_package_config_file(cmake/slopewise-config.cmake.in ${CMAKE_BINARY_DIR}/slopewise-config.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/slopewise-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/slopewise-config.cmake ${CMAKE_BINARY_DIR}/slopewise-config-version.cmake
  DESTINATION ${package_dir})
# From the folder of the .pc file to the prefix: the library folder may have several levels (lib/x86_64-linux-gnu).
file(RELATIVE_PATH slopewise_up /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
string(REGEX REPLACE "/$" "" slopewise_up "${slopewise_up}")
configure_file(cmake/slopewise.pc.in ${CMAKE_BINARY_DIR}/slopewise.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/slopewise.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

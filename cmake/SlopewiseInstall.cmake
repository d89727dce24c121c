# The installed tree: libraries, headers, program (cli/), the CMake package and pkg-config's file. Every folder of
# GNUInstallDirs may be absolute. Components are those of the packages in SlopewisePackages.cmake.
include(CMakePackageConfigHelpers)

install(TARGETS slopewise slopewise_static slopewise_halide slopewise_headers EXPORT slopewise-targets
  LIBRARY COMPONENT runtime NAMELINK_COMPONENT dev ARCHIVE COMPONENT dev)

set(kernel_targets)
foreach(variant IN LISTS slopewise_variants)
  string(MAKE_C_IDENTIFIER ${variant} id)
  list(APPEND kernel_targets slopewise_kernels_${id})
endforeach()
install(TARGETS ${kernel_targets} EXPORT slopewise-kernels COMPONENT dev)

# All that is installed, for who wants nothing else built.
add_custom_target(slopewise_installed DEPENDS slopewise slopewise_static slopewise_kernels_header ${kernel_targets}
  $<TARGET_NAME_IF_EXISTS:slopewise_cli>)

install(DIRECTORY runtime/include/slopewise generators/include/slopewise DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev
  PATTERN .clang-format EXCLUDE)
install(FILES ${PROJECT_BINARY_DIR}/include/slopewise/kernels.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/slopewise COMPONENT dev)

# What slopewise_add_kernels() generates from, laid out as in the source tree.
set(share_dir ${CMAKE_INSTALL_DATADIR}/slopewise)
install(FILES cmake/SlopewiseAddKernels.cmake cmake/SlopewiseTables.cmake cmake/SlopewiseSchedules.cmake
  cmake/SlopewiseKernels.cmake cmake/kernels.cmake cmake/targets.cmake cmake/gpu_symbols.txt cmake/kernels.h.in
  cmake/write_kernels_header.cmake DESTINATION ${share_dir}/cmake COMPONENT dev)
install(DIRECTORY generators DESTINATION ${share_dir} COMPONENT dev
  FILES_MATCHING PATTERN *.cpp PATTERN *.h PATTERN *.json REGEX stores/CMakeLists.txt$ PATTERN include EXCLUDE)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/slopewise)
foreach(set slopewise-targets slopewise-kernels)
  install(EXPORT ${set} NAMESPACE slopewise:: DESTINATION ${package_dir} COMPONENT dev)
endforeach()
configure_package_config_file(cmake/slopewise-config.cmake.in ${PROJECT_BINARY_DIR}/slopewise-config.cmake
  INSTALL_DESTINATION ${package_dir} PATH_VARS share_dir)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/slopewise-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/slopewise-config.cmake ${PROJECT_BINARY_DIR}/slopewise-config-version.cmake
  DESTINATION ${package_dir} COMPONENT dev)

# A .pc file finds the prefix from its own folder, so that the tree can move; from an absolute folder it cannot.
set(pc_prefix ${CMAKE_INSTALL_PREFIX})
if(NOT IS_ABSOLUTE ${CMAKE_INSTALL_LIBDIR})
  file(RELATIVE_PATH up /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
  string(REGEX REPLACE "/$" "" pc_prefix "\${pcfiledir}/${up}")
endif()
cmake_path(APPEND pc_libdir "\${prefix}" ${CMAKE_INSTALL_LIBDIR})  # an absolute one replaces the prefix
cmake_path(APPEND pc_includedir "\${prefix}" ${CMAKE_INSTALL_INCLUDEDIR})
list(JOIN slopewise_cxx_runtime " -l" pc_cxx_runtime)
configure_file(cmake/slopewise.pc.in ${PROJECT_BINARY_DIR}/slopewise.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/slopewise.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT dev)

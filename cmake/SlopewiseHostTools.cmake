# The programs that make kernels run on the build machine. A cross build gets them from a build of their own, with the
# build machine's compiler; anywhere else they are targets of this build.
if(NOT CMAKE_CROSSCOMPILING OR SLOPEWISE_KERNELS_DIR)
  return()
endif()
include(ExternalProject)

set(host_tools_dir ${CMAKE_BINARY_DIR}/host-tools)
set(host_tools)
function(slopewise_host_tool name folder)
  set(program ${host_tools_dir}/${folder}/${name})
  add_executable(${name} IMPORTED GLOBAL)
  set_target_properties(${name} PROPERTIES IMPORTED_LOCATION ${program})
  add_dependencies(${name} slopewise_host_tools)
  set(host_tools ${host_tools} ${program} PARENT_SCOPE)
endfunction()

foreach(family IN LISTS slopewise_families)
  slopewise_host_tool(slopewise_${family}_generator generators)
endforeach()
if(SLOPEWISE_STREAMING)
  slopewise_host_tool(slopewise_stores tools/stores)
endif()

string(REPLACE ":" "|" prefixes "$ENV{CMAKE_PREFIX_PATH}")
string(REPLACE ";" "|" more_prefixes "${CMAKE_PREFIX_PATH}")
ExternalProject_Add(slopewise_host_tools
  SOURCE_DIR ${PROJECT_SOURCE_DIR}
  BINARY_DIR ${host_tools_dir}
  LIST_SEPARATOR |
  CMAKE_ARGS -DSLOPEWISE_TOOLS_ONLY=ON -DSLOPEWISE_STREAMING=${SLOPEWISE_STREAMING} "-DCMAKE_PREFIX_PATH=${prefixes}|${more_prefixes}"
  BUILD_ALWAYS ON
  BUILD_BYPRODUCTS ${host_tools}
  INSTALL_COMMAND "")

# The programs that make kernels run on the build machine. A cross build gets them from the folder of another build,
# SLOPEWISE_HOST_TOOLS, or makes one with the build machine's compiler; anywhere else they are targets of this build.
if(NOT CMAKE_CROSSCOMPILING OR SLOPEWISE_KERNELS_DIR)
  return()
endif()

set(host_tools_dir ${SLOPEWISE_HOST_TOOLS})
if(NOT host_tools_dir)
  set(host_tools_dir ${PROJECT_BINARY_DIR}/host-tools)
endif()
set(host_tools)
function(slopewise_host_tool name folder)
  set(program ${host_tools_dir}/${folder}/${name})
  add_executable(${name} IMPORTED GLOBAL)
  set_target_properties(${name} PROPERTIES IMPORTED_LOCATION ${program})
  if(NOT SLOPEWISE_HOST_TOOLS)
    add_dependencies(${name} slopewise_host_tools)
  elseif(NOT EXISTS ${program})
    message(FATAL_ERROR "SLOPEWISE_HOST_TOOLS: ${program} does not exist; expected the folder of a build for this machine")
  endif()
  set(host_tools ${host_tools} ${program} PARENT_SCOPE)
endfunction()

foreach(family IN LISTS slopewise_families)
  slopewise_host_tool(slopewise_${family}_generator generators)
endforeach()
if(SLOPEWISE_STREAMING)
  slopewise_host_tool(slopewise_stores generators/stores)
endif()
if(SLOPEWISE_HOST_TOOLS)
  return()
endif()

include(ExternalProject)
string(REPLACE ":" "|" prefixes "$ENV{CMAKE_PREFIX_PATH}")
string(REPLACE ";" "|" more_prefixes "${CMAKE_PREFIX_PATH}")
ExternalProject_Add(slopewise_host_tools
  SOURCE_DIR ${PROJECT_SOURCE_DIR}
  BINARY_DIR ${host_tools_dir}
  LIST_SEPARATOR |
  CMAKE_ARGS -DSLOPEWISE_TOOLS_ONLY=ON -DSLOPEWISE_STREAMING=${SLOPEWISE_STREAMING} "-DCMAKE_PREFIX_PATH=${prefixes}|${more_prefixes}"
    "-DHalide_DIR=${Halide_DIR}"
  BUILD_ALWAYS ON
  BUILD_BYPRODUCTS ${host_tools}
  INSTALL_COMMAND "")

# What pip does not bring, looked for before a compiler is, so that one message names it all.
function(slopewise_need package)
  if(NOT ARGN)
    set(missing ${missing} ${package} PARENT_SCOPE)
  endif()
endfunction()

set(missing)
find_program(SLOPEWISE_ANY_COMPILER NAMES $ENV{CXX} c++ g++ clang++)
slopewise_need(g++ ${SLOPEWISE_ANY_COMPILER})
foreach(need libdlpack-dev=dlpack/dlpack.h nlohmann-json3-dev=nlohmann/json.hpp libcli11-dev=CLI/CLI.hpp)
  string(REPLACE "=" ";" need ${need})
  list(GET need 0 package)
  list(GET need 1 header)
  file(GLOB found /usr/include/${header} /usr/local/include/${header})
  foreach(prefix IN LISTS CMAKE_PREFIX_PATH)
    file(GLOB more ${prefix}/include/${header})
    list(APPEND found ${more})
  endforeach()
  slopewise_need(${package} ${found})
endforeach()
if(missing)
  list(JOIN missing " " missing)
  message(FATAL_ERROR "Slopewise is built from source here and needs Debian's packages: ${missing}\n"
    "Install them (apt-get install ${missing}), or install a finished wheel, which needs nothing.")
endif()

# pip's Halide shows two CMake packages. The one that is found first wants Python's headers; the one within does not.
if(NOT SLOPEWISE_KERNELS_DIR AND NOT Halide_DIR)
  execute_process(
    COMMAND ${Python_EXECUTABLE} -c "from importlib.util import find_spec; print(*find_spec('halide').submodule_search_locations)"
    OUTPUT_VARIABLE halide OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  set(Halide_DIR ${halide}/lib64/cmake/Halide CACHE PATH "Halide's CMake package")
endif()

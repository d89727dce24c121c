# For wheels that old systems load: clang of the package ziglang, with the C library's interface of glibc 2.28 (manylinux_2_28).
# SLOPEWISE_ZIG is an interpreter that has the package, CMAKE_SYSTEM_PROCESSOR x86_64 or aarch64.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES SLOPEWISE_ZIG)
set(CMAKE_SYSTEM_NAME Linux)
if(NOT CMAKE_SYSTEM_PROCESSOR)
  set(CMAKE_SYSTEM_PROCESSOR x86_64)
endif()
set(zig ${SLOPEWISE_ZIG} -m ziglang)
set(of_target -target ${CMAKE_SYSTEM_PROCESSOR}-linux-gnu.2.28)
set(CMAKE_C_COMPILER ${zig} cc ${of_target})
set(CMAKE_CXX_COMPILER ${zig} c++ ${of_target})
set(CMAKE_SHARED_LINKER_FLAGS_INIT -s)
set(CMAKE_EXE_LINKER_FLAGS_INIT -s)
# Without optimisation zig checks for undefined behaviour, and one program's main file is compiled so.
set(CMAKE_C_FLAGS_INIT -fno-sanitize=undefined)
set(CMAKE_CXX_FLAGS_INIT -fno-sanitize=undefined)

# Turns a row of the table and a variant into an object, and all objects of a variant into a static library.
get_filename_component(slopewise_root ${CMAKE_CURRENT_LIST_DIR}/.. ABSOLUTE)
# Names of functions begin with this; their objects lie in a folder for each variant.
set(slopewise_prefix slopewise)
set(slopewise_kernels_folder ${CMAKE_BINARY_DIR}/kernels)
set(slopewise_halide_include ${slopewise_root}/generators/include)

if(NOT SLOPEWISE_KERNELS_DIR AND NOT CMAKE_CROSSCOMPILING)
  find_package(Halide 21 REQUIRED)
endif()

# Kernels with other than plain stores need the code generator of LLVM 22: Halide 21 cannot say them.
if(SLOPEWISE_STREAMING)
  if(CMAKE_CROSSCOMPILING)
    find_program(SLOPEWISE_LLVM_CONFIG NAMES llvm-config-22)
    set(LLVM_FOUND ${SLOPEWISE_LLVM_CONFIG})
  else()
    find_package(LLVM 22.1 CONFIG QUIET HINTS /usr/lib/llvm-22)
  endif()
  if(NOT LLVM_FOUND)
    message(STATUS "Slopewise: no LLVM 22, so no kernels with streaming stores or prefetches are built")
    set(SLOPEWISE_STREAMING OFF)
  endif()
endif()

# Contract of a shipped kernel: arguments were checked by the runtime; a CPU kernel imports nothing. A GPU kernel imports
# what launches it, under names of our own (gpu_symbols.txt), and hands on what its caller gives as user context.
set(slopewise_kernel_features no_asserts-no_bounds_query-no_runtime)
set(slopewise_gpu_features user_context)
set(slopewise_type_f16 float16)
set(slopewise_type_bf16 bfloat16)
set(slopewise_type_f32 float32)
set(slopewise_type_f64 float64)
foreach(bits 8 16 32 64)
  set(slopewise_type_i${bits} int${bits})
endforeach()
set(slopewise_type_u8 uint8)

# <prefix>_<kernel>_<type>_<variant>
function(slopewise_function_name result kernel type variant)
  string(MAKE_C_IDENTIFIER ${variant} variant)
  set(${result} ${slopewise_prefix}_${kernel}_${type}_${variant} PARENT_SCOPE)
endfunction()

# The tuned values of a kernel, as generator parameters: members of its object in the schedule file, then those of
# "<kernel>.<type>", which override; of a kernel with other stores, the plain kernel's first. "why" holds the evidence
# and is not a parameter, nor is "distance", which the step that gives the stores their kind takes.
function(slopewise_schedule_params result schedule kernel type)
  set(params)
  set(entries ${${kernel}_PLAIN} ${${kernel}_PLAIN}.${type} ${kernel} ${kernel}.${type})
  list(REMOVE_DUPLICATES entries)
  foreach(entry IN LISTS entries)
    string(JSON members ERROR_VARIABLE missing LENGTH "${schedule}" kernels ${entry})
    if(missing)
      continue()
    endif()
    math(EXPR last "${members} - 1")
    foreach(m RANGE ${last})
      string(JSON name MEMBER "${schedule}" kernels ${entry} ${m})
      string(JSON value GET "${schedule}" kernels ${entry} ${name})
      if(NOT name STREQUAL "why")
        list(FILTER params EXCLUDE REGEX "^${name}=")
        list(APPEND params ${name}=${value})
      endif()
    endforeach()
  endforeach()
  set(${result} ${params} PARENT_SCOPE)
endfunction()

# The command that compiles a kernel's bitcode with stores of its kind; nothing for plain stores, which Halide emits.
function(slopewise_stores_command result kernel params_list bitcode object)
  set(params ${${params_list}})
  set(kind ${${kernel}_STORES})
  set(${result} PARENT_SCOPE)
  if(NOT kind IN_LIST slopewise_store_kinds)
    return()
  endif()
  if(kind STREQUAL "prefetch")
    list(FILTER params INCLUDE REGEX "^distance=")
    if(NOT params)
      list(GET slopewise_values_distance 0 params)
      string(PREPEND params "distance=")
    endif()
    string(REPLACE "distance" "prefetch" kind "${params}")
  endif()
  list(JOIN ${kernel}_WRITES "," outputs)
  set(${result} COMMAND slopewise_stores ${kind} ${outputs} ${bitcode} ${object} PARENT_SCOPE)
endfunction()

# Whether this build has the kernel on the variant.
function(slopewise_has_kernel result kernel variant)
  set(kind ${${kernel}_STORES})
  set(has FALSE)
  if(NOT kind IN_LIST slopewise_store_kinds OR (SLOPEWISE_STREAMING AND kind IN_LIST ${variant}_STORES))
    set(has TRUE)
  endif()
  if(NOT ${variant}_KIND IN_LIST ${kernel}_FOR)
    set(has FALSE)
  endif()
  set(${result} ${has} PARENT_SCOPE)
endfunction()

# The Halide target of a kernel.
function(slopewise_target_of result kernel type variant)
  set(target ${${variant}_TARGET})
  if(${variant}_ARITHMETIC AND NOT ${kernel}_BITS)
    set(target ${${variant}_ARITHMETIC})
  endif()
  string(APPEND target -${slopewise_kernel_features})
  if(${variant}_KIND STREQUAL "gpu")
    string(APPEND target -${slopewise_gpu_features})
  endif()
  if(${variant}_DEVICE STREQUAL "opencl" AND type STREQUAL "f64")
    string(APPEND target -cl_doubles)  # where a device has none, its other kernels still compile
  endif()
  set(${result} ${target} PARENT_SCOPE)
endfunction()

# What is fixed about a kernel, as generator parameters.
function(slopewise_fixed_params result kernel type)
  set(params ${${kernel}_PARAMS})
  if(DEFINED slopewise_type_${type})
    list(APPEND params element=${slopewise_type_${type}})
  endif()
  set(${result} ${params} PARENT_SCOPE)
endfunction()

# Emits one kernel: KERNELS_DIR/<variant>/<function>.o and .h
function(slopewise_emit_kernel kernel type variant schedule)
  slopewise_function_name(function ${kernel} ${type} ${variant})
  set(folder ${slopewise_kernels_folder}/${variant})
  slopewise_schedule_params(params "${schedule}" ${kernel} ${type})
  slopewise_stores_command(stores ${kernel} params ${folder}/${function}.bc ${folder}/${function}.o)
  list(FILTER params EXCLUDE REGEX "^distance=")
  slopewise_fixed_params(fixed ${kernel} ${type})
  set(emits object)
  if(stores)
    set(emits bitcode)
  endif()
  slopewise_family_of(family ${kernel} ${${variant}_KIND})
  slopewise_target_of(target ${kernel} ${type} ${variant})
  set(symbols ${slopewise_root}/cmake/gpu_symbols.txt)
  set(renames)
  if(${variant}_KIND STREQUAL "gpu")
    set(renames COMMAND ${CMAKE_OBJCOPY} --redefine-syms=${symbols} ${folder}/${function}.o)
  endif()
  add_custom_command(
    OUTPUT ${folder}/${function}.o ${folder}/${function}.h
    COMMAND slopewise_${family}_generator -g ${${kernel}_GENERATOR} -f ${function} -n ${function} -o ${folder}
            -e ${emits},c_header target=${target} ${fixed} ${params}
    ${stores} ${renames}
    DEPENDS slopewise_${family}_generator $<TARGET_NAME_IF_EXISTS:slopewise_stores> ${symbols}
    COMMENT "Kernel ${function}" VERBATIM)
endfunction()

# The program that emits the kernels of one file of generators.
function(slopewise_add_generator family)
  if(TARGET slopewise_${family}_generator)
    return()
  endif()
  add_executable(slopewise_${family}_generator ${slopewise_root}/generators/${family}_generator.cpp)
  target_compile_features(slopewise_${family}_generator PRIVATE cxx_std_17)
  target_include_directories(slopewise_${family}_generator PRIVATE ${slopewise_halide_include})
  target_link_libraries(slopewise_${family}_generator PRIVATE Halide::Generator)
  # It runs for seconds in all: compile time is what counts.
  target_compile_options(slopewise_${family}_generator PRIVATE -O0)
endfunction()

# A target that writes FOLDER/<name>, the prototypes of kernels, from the headers that Halide wrote beside them.
function(slopewise_add_kernels_header target name folder)
  set(header ${folder}/${name})
  string(MAKE_C_IDENTIFIER ${name} guard)
  string(TOUPPER ${guard} guard)
  string(JOIN "\n" list ${ARGN})
  set(list_file ${CMAKE_CURRENT_BINARY_DIR}/${target}.txt)
  file(CONFIGURE OUTPUT ${list_file} CONTENT "${list}\n" @ONLY)
  set(template ${slopewise_root}/cmake/kernels.h.in)
  set(script ${slopewise_root}/cmake/write_kernels_header.cmake)
  add_custom_command(
    OUTPUT ${header}
    COMMAND ${CMAKE_COMMAND} -DLIST=${list_file} -DOUTPUT=${header} -DGUARD=${guard} -DTEMPLATE=${template} -P ${script}
    DEPENDS ${ARGN} ${template} ${script}
    COMMENT "${name}" VERBATIM)
  add_custom_target(${target} ALL DEPENDS ${header})
endfunction()

# slopewise_kernels_<variant>: a static library of serial kernels that import nothing.
function(slopewise_add_variant variant)
  string(MAKE_C_IDENTIFIER ${variant} id)
  set(schedule_file ${slopewise_root}/generators/schedules/${variant}.json)
  file(READ ${schedule_file} schedule)
  slopewise_check_schedule(${schedule_file} ${variant} "${schedule}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${schedule_file})
  set(objects)
  set(headers)
  set(folder ${slopewise_kernels_folder}/${variant})
  if(SLOPEWISE_KERNELS_DIR)
    set(folder ${SLOPEWISE_KERNELS_DIR}/${variant})
  else()
    file(MAKE_DIRECTORY ${folder})
  endif()
  foreach(kernel IN LISTS slopewise_kernels)
    slopewise_has_kernel(has ${kernel} ${variant})
    if(NOT has)
      continue()
    endif()
    foreach(type IN LISTS ${kernel}_TYPES)
      slopewise_function_name(function ${kernel} ${type} ${variant})
      if(NOT SLOPEWISE_KERNELS_DIR)
        slopewise_emit_kernel(${kernel} ${type} ${variant} "${schedule}")
      endif()
      list(APPEND objects ${folder}/${function}.o)
      list(APPEND headers ${folder}/${function}.h)
    endforeach()
  endforeach()
  set_source_files_properties(${objects} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
  add_library(slopewise_kernels_${id} STATIC ${objects})
  set_target_properties(slopewise_kernels_${id} PROPERTIES LINKER_LANGUAGE C EXPORT_NAME kernels_${id})
  target_include_directories(slopewise_kernels_${id} INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/runtime/include> $<BUILD_INTERFACE:${CMAKE_BINARY_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(slopewise_kernels_${id} INTERFACE m)  # of slopewise_fixed_point(), in the header
  set_property(GLOBAL APPEND PROPERTY slopewise_kernel_objects ${objects})
  set_property(GLOBAL APPEND PROPERTY slopewise_${${variant}_KIND}_kernel_objects ${objects})
  set(slopewise_kernel_headers ${slopewise_kernel_headers} ${headers} PARENT_SCOPE)
endfunction()

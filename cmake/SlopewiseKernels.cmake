# Turns a row of the table and a variant into an object, and all objects of a variant into a static library.
if(NOT SLOPEWISE_KERNELS_DIR)
  find_package(Halide 21 REQUIRED)
endif()

# Contract of a shipped kernel: arguments were checked by the runtime, nothing is imported.
set(slopewise_kernel_features no_asserts-no_bounds_query-no_runtime)
set(slopewise_type_f16 float16)
set(slopewise_type_bf16 bfloat16)
set(slopewise_type_f32 float32)
set(slopewise_type_f64 float64)
foreach(bits 8 16 32 64)
  set(slopewise_type_i${bits} int${bits})
endforeach()
set(slopewise_type_u8 uint8)

# slopewise_<kernel>_<type>_<variant>
function(slopewise_function_name result kernel type variant)
  string(MAKE_C_IDENTIFIER ${variant} variant)
  set(${result} slopewise_${kernel}_${type}_${variant} PARENT_SCOPE)
endfunction()

# The tuned values of a kernel, as generator parameters: members of its object in the schedule file, then those of
# "<kernel>.<type>", which override. "why" holds the evidence and is not a parameter.
function(slopewise_schedule_params result schedule kernel type)
  set(params)
  foreach(entry ${kernel} ${kernel}.${type})
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

# Emits one kernel: KERNELS_DIR/<variant>/<function>.o and .h
function(slopewise_emit_kernel kernel type variant schedule)
  slopewise_function_name(function ${kernel} ${type} ${variant})
  set(folder ${CMAKE_BINARY_DIR}/kernels/${variant})
  slopewise_schedule_params(params "${schedule}" ${kernel} ${type})
  if(DEFINED slopewise_type_${type})
    list(APPEND params element=${slopewise_type_${type}})
  endif()
  add_custom_command(
    OUTPUT ${folder}/${function}.o ${folder}/${function}.h
    COMMAND slopewise_${${kernel}_FROM}_generator -g ${${kernel}_GENERATOR} -f ${function} -n ${function} -o ${folder}
            -e object,c_header target=${${variant}_TARGET}-${slopewise_kernel_features} ${${kernel}_PARAMS} ${params}
    DEPENDS slopewise_${${kernel}_FROM}_generator
    COMMENT "Kernel ${function}" VERBATIM)
endfunction()

# slopewise_kernels_<variant>: a static library of serial kernels that import nothing.
function(slopewise_add_variant variant)
  string(MAKE_C_IDENTIFIER ${variant} id)
  set(schedule_file ${PROJECT_SOURCE_DIR}/generators/schedules/${variant}.json)
  file(READ ${schedule_file} schedule)
  string(JSON check ERROR_VARIABLE broken LENGTH "${schedule}" kernels)
  if(broken)
    message(FATAL_ERROR "${schedule_file}: ${broken}")
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${schedule_file})
  set(objects)
  set(headers)
  set(folder ${CMAKE_BINARY_DIR}/kernels/${variant})
  if(SLOPEWISE_KERNELS_DIR)
    set(folder ${SLOPEWISE_KERNELS_DIR}/${variant})
  else()
    file(MAKE_DIRECTORY ${folder})
  endif()
  foreach(kernel IN LISTS slopewise_kernels)
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
    $<INSTALL_INTERFACE:include>)
  set_property(GLOBAL APPEND PROPERTY slopewise_kernel_objects ${objects})
  set(slopewise_kernel_headers ${slopewise_kernel_headers} ${headers} PARENT_SCOPE)
endfunction()

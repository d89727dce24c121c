# What generators/tunables.json says that schedules may set: as lists here, as tables for C++, and as a check of schedule files.
#   slopewise_values_P: the legal values of parameter P; slopewise_parameters_G: the parameters of generator G;
#   slopewise_whole_tiles, slopewise_streamed_row: what kernels that stream take multiples of, in elements and, in rows, in bytes
set(tunables ${CMAKE_CURRENT_LIST_DIR}/../generators/tunables.json)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${tunables})
file(READ ${tunables} tunables)

# The elements of an array, the names of an object's members.
function(slopewise_json_items result json)
  string(JSON type TYPE "${json}" ${ARGN})
  string(JSON count LENGTH "${json}" ${ARGN})
  set(items)
  set(at 0)
  while(at LESS count)
    if(type STREQUAL "ARRAY")
      string(JSON item GET "${json}" ${ARGN} ${at})
    else()
      string(JSON item MEMBER "${json}" ${ARGN} ${at})
    endif()
    list(APPEND items "${item}")
    math(EXPR at "${at} + 1")
  endwhile()
  set(${result} "${items}" PARENT_SCOPE)
endfunction()

string(JSON slopewise_whole_tiles GET "${tunables}" whole_tiles)
string(JSON slopewise_streamed_row GET "${tunables}" streamed_row)
set(tunable_values)
slopewise_json_items(names "${tunables}" parameters)
foreach(name IN LISTS names)
  slopewise_json_items(slopewise_values_${name} "${tunables}" parameters ${name} values)
  list(JOIN slopewise_values_${name} "\", \"" values)
  string(APPEND tunable_values "inline const parameter ${name} = {\"${name}\", {\"${values}\"}};\n")
endforeach()
set(tunable_generators)
slopewise_json_items(names "${tunables}" generators)
foreach(name IN LISTS names)
  set(slopewise_parameters_${name} "")
  set(groups)
  slopewise_json_items(places "${tunables}" generators ${name})
  foreach(group IN LISTS places)
    slopewise_json_items(parameters "${group}")
    list(APPEND slopewise_parameters_${name} ${parameters})
    list(JOIN parameters ", tunable::" parameters)
    list(APPEND groups "{tunable::${parameters}}")
  endforeach()
  list(JOIN groups ", " groups)
  string(APPEND tunable_generators "    {\"${name}\", {${groups}}},\n")
endforeach()

# Writes FOLDER/tunable_values.h.
function(slopewise_write_tunables folder)
  file(CONFIGURE OUTPUT ${folder}/tunable_values.h @ONLY CONTENT
"// Written by cmake/SlopewiseSchedules.cmake from generators/tunables.json.
#pragma once

namespace slopewise::generators {
namespace tunable {
@tunable_values@}  // namespace tunable

constexpr int whole_tiles = @slopewise_whole_tiles@, streamed_row = @slopewise_streamed_row@;

inline const std::vector<generator_row> generator_rows = {
@tunable_generators@};
}  // namespace slopewise::generators
")
endfunction()

# What the schedule of a variant may set for a kernel.
function(slopewise_parameters_of result kernel variant)
  set(generator ${${kernel}_GENERATOR})
  if(${variant}_KIND STREQUAL "gpu")
    set(generator "any of a GPU")
  elseif(NOT DEFINED slopewise_parameters_${generator})
    set(generator "any other")
  endif()
  set(parameters ${slopewise_parameters_${generator}})
  if(${kernel}_STORES STREQUAL "prefetch")
    list(APPEND parameters distance)
  endif()
  set(${result} ${parameters} PARENT_SCOPE)
endfunction()

function(slopewise_check_value where json name)
  string(JSON value GET "${json}" ${name})
  if(NOT value IN_LIST slopewise_values_${name})
    list(JOIN slopewise_values_${name} ", " expected)
    message(FATAL_ERROR "${where}: ${name} is ${value}, expected one of ${expected}")
  endif()
endfunction()

# One member of "kernels", <kernel> or <kernel>.<type>.
function(slopewise_check_entry file variant entry json)
  set(where "${file}: ${entry}")
  string(REGEX MATCH "^([^.]*)(\\.(.*))?$" matched "${entry}")
  set(kernel "${CMAKE_MATCH_1}")  # quoted: a list's empty items would be dropped
  set(has_type "${CMAKE_MATCH_2}")
  set(type "${CMAKE_MATCH_3}")
  if(NOT kernel IN_LIST slopewise_kernels)
    message(FATAL_ERROR "${where}: there is no kernel \"${kernel}\" in cmake/kernels.cmake")
  endif()
  if(NOT has_type STREQUAL "" AND NOT type IN_LIST ${kernel}_TYPES)
    list(JOIN ${kernel}_TYPES ", " expected)
    message(FATAL_ERROR "${where}: ${kernel} has no type \"${type}\", expected one of ${expected}")
  endif()
  string(JSON last ERROR_VARIABLE broken LENGTH "${json}")
  if(broken OR NOT json MATCHES "^{")
    message(FATAL_ERROR "${where}: expected an object, got ${json}")
  endif()
  slopewise_parameters_of(parameters ${kernel} ${variant})
  while(last GREATER 0)
    math(EXPR last "${last} - 1")
    string(JSON name MEMBER "${json}" ${last})
    if(name IN_LIST parameters)
      slopewise_check_value("${where}" "${json}" ${name})
    elseif(NOT name STREQUAL "why")
      list(JOIN parameters ", " expected)
      message(FATAL_ERROR "${where}: ${name} is unknown, expected some of ${expected}")
    endif()
  endwhile()
endfunction()

# Stops with the file, the kernel and the field that is wrong.
function(slopewise_check_schedule file variant schedule)
  string(JSON type ERROR_VARIABLE broken TYPE "${schedule}" kernels)
  if(broken OR NOT type STREQUAL "OBJECT")
    message(FATAL_ERROR "${file}: expected JSON with an object \"kernels\": ${broken}")
  endif()
  string(JSON last LENGTH "${schedule}" kernels)
  while(last GREATER 0)
    math(EXPR last "${last} - 1")
    string(JSON entry MEMBER "${schedule}" kernels ${last})
    string(JSON json GET "${schedule}" kernels "${entry}")
    slopewise_check_entry("${file}" ${variant} "${entry}" "${json}")
  endwhile()
endfunction()

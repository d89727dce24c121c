# The measured machines of a folder, as `slopewise tune --share` writes them, become plain data of the runtime. A file that is wrong
# stops the build with its name.
file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/../runtime/table/operations.h lines)
string(REGEX MATCH "pattern_names\\[\\] = {([^}]*)}" matched "${lines}")
string(REGEX MATCHALL "[a-z_]+" slopewise_patterns "${CMAKE_MATCH_1}")

# A member that must be there and match.
function(slopewise_machine_member result file json expected)
  string(JSON value ERROR_VARIABLE missing GET "${json}" ${ARGN})
  list(JOIN ARGN "." name)
  if(missing OR NOT value MATCHES "^(${expected})$")
    message(FATAL_ERROR "${file}: ${name} is \"${value}\", expected ${expected}")
  endif()
  set(${result} "${value}" PARENT_SCOPE)
endfunction()

# [elements, six ratios with workers awake, three of all threads with workers asleep], in thousandths or null
function(slopewise_machine_row result file pattern row)
  string(REGEX REPLACE "[][ \t\r\n]" "" row "${row}")
  string(REPLACE "null" "0" row "${row}")
  set(ratio "[0-9][0-9]?[0-9]?[0-9]?[0-9]?")
  string(REPEAT ",${ratio}" 8 others)
  if(NOT row MATCHES "^([0-9]+),1000${others}$")
    message(FATAL_ERROR "${file}: ratios.${pattern} holds [${row}], expected elements, 1000 and eight ratios to 65535 or null")
  endif()
  set(elements ${CMAKE_MATCH_1})
  string(REPLACE "," ";" fields "${row}")
  list(REMOVE_AT fields 0)
  foreach(field IN LISTS fields)
    if(field GREATER 65535)
      message(FATAL_ERROR "${file}: ratios.${pattern} holds ${field}, expected at most 65535")
    endif()
  endforeach()
  set(size 1024)
  set(place 0)
  while(size LESS elements)
    math(EXPR size "2 * ${size}")
    math(EXPR place "${place} + 1")
  endwhile()
  if(NOT size EQUAL elements OR place GREATER 16)
    message(FATAL_ERROR "${file}: ratios.${pattern} is of ${elements} elements, expected a power of two from 1024 to 67108864")
  endif()
  list(SUBLIST fields 0 6 awake)
  list(SUBLIST fields 6 3 asleep)
  list(JOIN awake ", " awake)
  list(JOIN asleep ", " asleep)
  list(FIND slopewise_patterns ${pattern} number)
  set(${result} "    {${number}, ${place}, {${awake}}, {${asleep}}},\n" PARENT_SCOPE)
endfunction()

function(slopewise_machine_rows result file json)
  set(rows)
  slopewise_json_items(patterns "${json}" ratios)
  foreach(pattern IN LISTS patterns)
    if(NOT pattern IN_LIST slopewise_patterns)
      list(JOIN slopewise_patterns ", " expected)
      message(FATAL_ERROR "${file}: ratios.${pattern} is unknown, expected some of ${expected}")
    endif()
    string(JSON last ERROR_VARIABLE broken LENGTH "${json}" ratios ${pattern})
    if(broken OR last EQUAL 0)
      message(FATAL_ERROR "${file}: ratios.${pattern} is no list of rows")
    endif()
    set(at 0)
    set(before -1)
    while(at LESS last)
      string(JSON one GET "${json}" ratios ${pattern} ${at})
      slopewise_machine_row(row "${file}" ${pattern} "${one}")
      string(REGEX MATCH "{[0-9]+, ([0-9]+)" matched "${row}")
      math(EXPR next "${before} + 1")
      if(before GREATER -1 AND NOT CMAKE_MATCH_1 EQUAL next)
        message(FATAL_ERROR "${file}: ratios.${pattern} does not go on with twice as many elements in row ${at}")
      endif()
      set(before ${CMAKE_MATCH_1})
      string(APPEND rows "${row}")
      math(EXPR at "${at} + 1")
    endwhile()
  endforeach()
  set(${result} "${rows}" PARENT_SCOPE)
endfunction()

# Appends to the variables `machines` and `rows`.
function(slopewise_read_machine file)
  file(READ "${file}" json)
  string(JSON type ERROR_VARIABLE broken TYPE "${json}" ratios)
  if(broken OR NOT type STREQUAL "OBJECT" OR json MATCHES "\"ratios\": *{}")
    message(FATAL_ERROR "${file}: expected JSON with an object \"ratios\" that is not empty: ${broken}")
  endif()
  slopewise_machine_member(version "${file}" "${json}" 1 slopewise_machine)
  slopewise_machine_member(vendor "${file}" "${json}" "[A-Za-z0-9 ]+" machine vendor)
  foreach(name family model l1 l2 l3 threads)
    slopewise_machine_member(${name} "${file}" "${json}" "[0-9]+" machine ${name})
  endforeach()
  slopewise_machine_rows(own "${file}" "${json}")
  get_filename_component(name "${file}" NAME_WE)
  string(MAKE_C_IDENTIFIER "rows_of_${name}" id)
  set(rows "${rows}constexpr measured_row ${id}[] = {\n${own}};\n" PARENT_SCOPE)
  set(machine "\"${name}\", \"${vendor}\", ${family}, ${model}, {${l1}, ${l2}, ${l3}}, ${threads}, ${id}, int(std::size(${id}))")
  set(machines "${machines}    {${machine}},\n" PARENT_SCOPE)
endfunction()

# Writes FOLDER/measured_machines.cpp from the files that follow.
function(slopewise_write_machines folder)
  set(files ${ARGN})
  set(machines)
  set(rows)
  foreach(file IN LISTS files)
    slopewise_read_machine("${file}")
  endforeach()
  list(LENGTH files count)
  file(CONFIGURE OUTPUT ${folder}/measured_machines.cpp @ONLY CONTENT
"// Written by cmake/SlopewiseMachines.cmake from the files of machines/.
#include \"dispatch/machines.h\"

#include <iterator>

namespace slopewise {
namespace {

@rows@
}  // namespace

const measured_machine measured_machines[] = {
@machines@    {}};
const int measured_machine_count = @count@;

}  // namespace slopewise
")
endfunction()

# Collects the prototypes out of the headers that Halide writes (LIST: a file of paths) into OUTPUT, from TEMPLATE, with the
# include guard GUARD.
file(STRINGS ${LIST} headers)
set(prototypes)
foreach(header IN LISTS headers)
  file(STRINGS ${header} found REGEX "^int [A-Za-z0-9_]+\\(.*\\)")
  list(GET found 0 prototype)
  string(REGEX REPLACE "HALIDE_FUNCTION_ATTRS" "" prototype "${prototype}")
  string(REGEX REPLACE "[; ]*$" "" prototype "${prototype}")
  string(REGEX REPLACE "\\\n" " " prototype "${prototype}")
  string(APPEND prototypes "${prototype};\n")
endforeach()
configure_file(${TEMPLATE} ${OUTPUT} @ONLY)

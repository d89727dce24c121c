# Header-only libraries of the build machine serve a cross build too, but not from beside its system headers: a cross
# build copies them. Sets NAME_INCLUDE_DIR; `header` lies in the library's own folder.
function(slopewise_find_headers name header)
  if(NOT CMAKE_CROSSCOMPILING)
    find_path(${name}_INCLUDE_DIR ${header} REQUIRED)
    return()
  endif()
  find_path(${name}_HOST_INCLUDE_DIR ${header} REQUIRED NO_CMAKE_FIND_ROOT_PATH)
  get_filename_component(folder ${header} DIRECTORY)
  file(COPY ${${name}_HOST_INCLUDE_DIR}/${folder} DESTINATION ${PROJECT_BINARY_DIR}/host-headers)
  set(${name}_INCLUDE_DIR ${PROJECT_BINARY_DIR}/host-headers PARENT_SCOPE)
endfunction()

# What the autotuner must know to make a kernel as the build does: for each variant a JSON file of its rows.
function(slopewise_json_list result)
  list(JOIN ARGN "\", \"" items)
  if(ARGN)
    set(items "\"${items}\"")
  endif()
  set(${result} "[${items}]" PARENT_SCOPE)
endfunction()

function(slopewise_describe_row result kernel type variant)
  slopewise_target_of(target ${kernel} ${type} ${variant})
  slopewise_fixed_params(fixed ${kernel} ${type})
  slopewise_json_list(fixed ${fixed})
  slopewise_json_list(outputs ${${kernel}_WRITES})
  slopewise_family_of(family ${kernel} cpu)
  set(program $<TARGET_FILE:slopewise_${family}_generator>)
  set(${result} "{\"kernel\": \"${kernel}\", \"type\": \"${type}\", \"plain\": \"${${kernel}_PLAIN}\",\
 \"stores\": \"${${kernel}_STORES}\", \"outputs\": ${outputs}, \"program\": \"${program}\",\
 \"generator\": \"${${kernel}_GENERATOR}\", \"target\": \"${target}\", \"fixed\": ${fixed}}" PARENT_SCOPE)
endfunction()

# Writes FOLDER/<variant>.json when the build is generated.
function(slopewise_describe_variant variant folder)
  set(rows)
  foreach(kernel IN LISTS slopewise_kernels)
    slopewise_has_kernel(has ${kernel} ${variant})
    if(has)
      foreach(type IN LISTS ${kernel}_TYPES)
        slopewise_describe_row(row ${kernel} ${type} ${variant})
        list(APPEND rows "${row}")
      endforeach()
    endif()
  endforeach()
  list(JOIN rows ",\n" rows)
  set(stores)
  if(SLOPEWISE_STREAMING)
    set(stores $<TARGET_FILE:slopewise_stores>)
  endif()
  set(autoschedulers)
  foreach(scheduler Adams2019 Li2018 Mullapudi2016)
    list(APPEND autoschedulers "\"${scheduler}\": \"$<TARGET_FILE:Halide::${scheduler}>\"")
  endforeach()
  list(JOIN autoschedulers ", " autoschedulers)
  file(GENERATE OUTPUT ${folder}/${variant}.json CONTENT "{\"variant\": \"${variant}\",
\"schedule\": \"${PROJECT_SOURCE_DIR}/generators/schedules/${variant}.json\",
\"stores_program\": \"${stores}\",
\"plain_program\": \"$<TARGET_FILE:slopewise_plain_generator>\",
\"autoschedulers\": {${autoschedulers}},
\"rows\": [\n${rows}]}\n")
endfunction()

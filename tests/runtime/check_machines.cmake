# cmake -DFOLDER=machines -DOUT=FOLDER -P check_machines.cmake: what configuring a build does with measured machines.
list(APPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR}/../../cmake)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(SLOPEWISE_VARIANTS every)
include(SlopewiseTables)
include(SlopewiseSchedules)
include(SlopewiseMachines)
file(GLOB machines ${FOLDER}/*.json)
slopewise_write_machines(${OUT} ${machines})

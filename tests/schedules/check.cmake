# cmake -DSCHEDULE=FILE -DVARIANT=V -P check.cmake: what configuring a build does with a schedule file.
list(APPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR}/../../cmake)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(SLOPEWISE_VARIANTS every)
include(SlopewiseTables)
include(SlopewiseSchedules)
file(READ ${SCHEDULE} schedule)
slopewise_check_schedule(${SCHEDULE} ${VARIANT} "${schedule}")

/* The version of these headers; CMake reads it from here. */
#ifndef SLOPEWISE_VERSION_H
#define SLOPEWISE_VERSION_H

#define SLOPEWISE_VERSION_MAJOR 0
#define SLOPEWISE_VERSION_MINOR 1
#define SLOPEWISE_VERSION_PATCH 0
#define SLOPEWISE_VERSION_STRING "0.1.0"

#endif

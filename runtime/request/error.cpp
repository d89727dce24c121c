#include "request/error.h"

#include <cstdarg>
#include <cstdio>

namespace slopewise {
namespace {

// No destructor: a thread_local object with one keeps the library loaded after dlclose.
thread_local char last_error[1024];

constexpr const char *status_names[] = {
    "ok",      "invalid argument",   "unsupported dtype",   "shape mismatch", "dtype mismatch", "device mismatch",
    "overlap", "unsupported device", "unavailable variant", "device error",   "out of memory",  "internal error"};

}  // namespace

slopewise_status fail(slopewise_status status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(last_error, sizeof last_error, format, arguments);
    va_end(arguments);
    return status;
}

}  // namespace slopewise

extern "C" {

const char *slopewise_status_name(slopewise_status status) {
    auto index = static_cast<unsigned>(status);
    constexpr unsigned count = sizeof slopewise::status_names / sizeof slopewise::status_names[0];
    return index < count ? slopewise::status_names[index] : "unknown status";
}

const char *slopewise_last_error(void) { return slopewise::last_error; }

const char *slopewise_version(void) { return SLOPEWISE_VERSION_STRING; }
}

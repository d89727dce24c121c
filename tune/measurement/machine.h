// The machine, for the record.
#pragma once

#include <string>

namespace slopewise::measurement {

std::string cpu_name();

/// Seconds of processor time that other processes and other virtual machines have taken so far, on all CPUs.
double seconds_of_others();

/// The date, as 2026-11-25.
std::string today();

}  // namespace slopewise::measurement

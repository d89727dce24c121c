// The machine, for the record.
#pragma once

#include <string>

#include "measurement/clock.h"

namespace slopewise::measurement {

std::string cpu_name();

/// How many CPUs other processes and other virtual machines use, on average from when it is made.
class bystanders {
public:
    explicit bystanders(nanosecond_clock now);
    double cpus() const;

private:
    nanosecond_clock now;
    double start, seconds_before;
};

/// The date, as 2026-11-25.
std::string today();

}  // namespace slopewise::measurement

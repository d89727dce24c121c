// The default floating-point environment for as long as an object of this lives.
#pragma once

#include "table/processor.h"

namespace slopewise {

/// Rounding, flush-to-zero, denormals-are-zero and traps come back as they were found; flags that were raised stay.
class float_environment {
public:
    /// Reading the control register is 5 ns of a small call's 15 (EPYC, Zen 4): work on bits does without.
    explicit float_environment(bool needed = true) : found(needed ? read_float_control() : float_bits.defaults) {
        if (changed()) write_float_control(float_bits.defaults);
    }
    ~float_environment() {
        if (changed()) write_float_control((found & ~float_bits.flags) | ((found | read_float_control()) & float_bits.flags));
    }
    float_environment(const float_environment &) = delete;
    float_environment &operator=(const float_environment &) = delete;

private:
    bool changed() const { return (found & float_bits.control) != float_bits.defaults; }
    uint32_t found;
};

}  // namespace slopewise

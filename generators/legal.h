// Parameters of generators as generators/tunables.json has them.
#pragma once

#include <stdexcept>
#include <string>

#include "tunables.h"

namespace slopewise::generators {

/// The default of a parameter that is a number.
inline int first_of(const parameter &p) { return std::stoi(p.values[0]); }

/// Stops the generator.
inline void refuse_illegal(const std::string &generator, const numbers &n, bool streams = false) {
    if (std::string wrong = illegal(n, streams); !wrong.empty()) throw std::runtime_error(generator + ": " + wrong);
}

}  // namespace slopewise::generators

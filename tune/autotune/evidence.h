// What a choice rests on, in words for the schedule file.
#pragma once

#include <string>

#include "autotune/search.h"

namespace slopewise::autotune {

/// How many times as long the incumbent takes in the place of what was chosen, by size; of an incumbent that stays, the
/// candidate that came nearest.
std::string evidence_for(const found &f);

/// "1.07 [1.05, 1.09]"
std::string text_of(const measurement::estimate &e);

}  // namespace slopewise::autotune

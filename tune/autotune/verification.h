// Whether a candidate is right, byte for byte, found out in a process of its own: what is wrong may write anywhere.
#pragma once

#include <string>

#include "autotune/calls.h"
#include "autotune/emission.h"

namespace slopewise::autotune {

/// What is wrong, in one line, or nothing: outputs on adversarial inputs, lengths, alignments, in place; bytes around them; a
/// crash; no end.
std::string verify(const call_shape &shape, kernel_function f, double seconds_allowed = 20);

/// "right", or what is wrong, or why there is none.
std::string verdict_on(const call_shape &shape, const emitted &e);

/// What is wrong with one long call on a workspace's memory, whose outputs are to have these bytes.
std::string verify_call(workspace &memory, const call_shape &shape, kernel_function f, int64_t n,
                        const std::vector<unsigned char> &expected, double seconds_allowed = 20);

}  // namespace slopewise::autotune

// What a fuzzer demands: where it does not hold, the program ends, and libFuzzer keeps the input.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

namespace slopewise::test {

inline void expect(bool holds, const std::string &what) {
    if (holds) return;
    std::fprintf(stderr, "fuzz: %s\n", what.c_str());
    std::abort();
}

}  // namespace slopewise::test

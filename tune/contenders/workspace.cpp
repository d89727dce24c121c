#include "contenders/workspace.h"

#include <algorithm>

namespace slopewise::contenders {

array_sizes sizes_of(operation op, element type, int64_t n) {
    int64_t one = n * size_of(type), half_of_traffic = one * traits_of(op).traffic / 2;
    int64_t first_in = op == operation::crelu_backward ? 2 * one : one, first_out = op == operation::crelu ? 2 * one : one;
    return {{std::max(first_in, half_of_traffic), traits_of(op).inputs == 2 ? one : 0, std::max(first_out, half_of_traffic),
             op == operation::rrelu_noise ? one : 0}};
}

problem problem_on(void *const (&arrays)[4], operation op, element type, int64_t n, bool in_place) {
    return {op, type, n, in_place, {arrays[in_place ? 2 : 0], arrays[1]}, {arrays[2], arrays[3]}};
}

problem workspace::make(operation op, element type, int64_t n) {
    array_sizes s = sizes_of(op, type, n);
    void *data[4];
    for (size_t i = 0; i < 4; i++) data[i] = measurement::grown(arrays[i], i, size_t(s.bytes[i])).data();
    return problem_on(data, op, type, n);
}

}  // namespace slopewise::contenders

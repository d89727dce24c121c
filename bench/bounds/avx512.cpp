#include "avx512.h"

#include "rrelu.h"

namespace slopewise::bench {

using V = avx512;

const bound_set avx512_bounds = {"AVX-512",
                                 {copy<V, false>, copy<V, true>},
                                 {relu<V, false>, relu<V, true>},
                                 {relu_backward<V, false>, relu_backward<V, true>},
                                 {crelu<V, false>, crelu<V, true>},
                                 {rrelu<V, 4, false>, rrelu<V, 4, true>},
                                 sum<V>};

}  // namespace slopewise::bench

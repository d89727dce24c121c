#include "avx2.h"

#include "rrelu.h"

namespace slopewise::bench {

using V = avx2;

const bound_set avx2_bounds = {"AVX2",
                               {copy<V, false>, copy<V, true>},
                               {relu<V, false>, relu<V, true>},
                               {relu_backward<V, false>, relu_backward<V, true>},
                               {crelu<V, false>, crelu<V, true>},
                               {rrelu<V, 4, false>, rrelu<V, 4, true>},
                               sum<V>};

}  // namespace slopewise::bench

/* Kernels that this project's own build generated, with its own schedule; no other library. */
#include <mine/kernels.h>
#include <stdio.h>

int main(void) {
    float x[300], y[300];
    for (int i = 0; i < 300; i++) x[i] = (float)(i - 150);
    halide_dimension_t dim[2] = {{0, 300, 1, 0}, {0, 1, 0, 0}};
    halide_buffer_t in = {0}, out = {0};
    in.host = (uint8_t *)x;
    out.host = (uint8_t *)y;
    in.dim = out.dim = dim;
    in.dimensions = out.dimensions = 2;
    mine_relu_f32_x86_64(&in, &out);
    if (y[0] != 0 || y[299] != 149) return 1;

    slopewise_slopes s = slopewise_fixed_point(0.125, 1.0 / 3);
    in.dimensions = out.dimensions = 1;
    mine_rrelu_f32_x86_64(&in, s.low, s.width, s.shift, s.scale, /*seed*/ 42, /*stream*/ 0, /*block*/ 0, &out);
    printf("slopes %.17g %.17g, kept %g\n", y[0] / x[0], y[1] / x[1], y[299]);
    /* As fixed for good by tests/kernels/draws_test.cpp. */
    return y[0] == x[0] * 0.32057514786720276f && y[1] == x[1] * 0.1845947504043579f && y[299] == 149 ? 0 : 1;
}

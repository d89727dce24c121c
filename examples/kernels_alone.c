/* The generated kernels without the runtime: no dispatch, no checks, nothing else linked. The baseline variants run on
 * every processor of their kind (on 32-bit ARM: with NEON); for another, look at the CPU first. */
#include <slopewise/kernels.h>
#include <stdio.h>

#if defined(__x86_64__)
#define BASELINE(kernel) kernel##_x86_64
#elif defined(__aarch64__)
#define BASELINE(kernel) kernel##_neon
#elif defined(__arm__)
#define BASELINE(kernel) kernel##_neon32
#endif

static halide_buffer_t row(float *data, halide_dimension_t dim[2], int dimensions) {
    halide_buffer_t buffer = {0};
    buffer.host = (uint8_t *)data;
    buffer.dimensions = dimensions;
    buffer.dim = dim;
    return buffer;
}

int main(void) {
    float x[20], y[20];
    for (int i = 0; i < 20; i++) x[i] = (float)(i - 10);
    halide_dimension_t dim[2] = {{0, 20, 1, 0}, {0, 1, 0, 0}}; /* one row of twenty */
    halide_buffer_t in = row(x, dim, 2), out = row(y, dim, 2);
    BASELINE(slopewise_relu_f32)(&in, &out);
    if (y[0] != 0 || y[19] != 9) return 1;

    slopewise_slopes s = slopewise_fixed_point(0.125, 1.0 / 3);
    halide_buffer_t run_in = row(x, dim, 1), run_out = row(y, dim, 1);
    BASELINE(slopewise_rrelu_f32)(&run_in, s.low, s.width, s.shift, s.scale, /*seed*/ 42, /*stream*/ 0, /*block*/ 0, &run_out);
    printf("slopes %g %g, kept %g\n", y[0] / x[0], y[1] / x[1], y[19]);
    return y[0] / x[0] >= 0.124f && y[0] / x[0] <= 0.334f && y[19] == 9 ? 0 : 1;
}

/* ReLU on a DLPack tensor and on a plain array, in C99. */
#include <slopewise/slopewise.h>
#include <stdio.h>

int main(void) {
    float values[2][3] = {{-1, 2, -3}, {4, -5, 6}};
    int64_t shape[2] = {2, 3};
    DLTensor x = {values, {kDLCPU, 0}, 2, {kDLFloat, 32, 1}, shape, NULL, 0};
    if (slopewise_relu(&x, &x, NULL) != SLOPEWISE_OK) { /* in place */
        fprintf(stderr, "%s\n", slopewise_last_error());
        return 1;
    }
    float flat[4] = {-1, 0, 1, 2}, out[4];
    if (slopewise_relu_f32(flat, out, 4) != SLOPEWISE_OK) return 1;
    printf("%g %g %g | %g %g\n", values[0][0], values[0][1], values[1][2], out[0], out[3]);
    return values[0][0] == 0 && values[0][1] == 2 && out[0] == 0 && out[3] == 2 ? 0 : 1;
}

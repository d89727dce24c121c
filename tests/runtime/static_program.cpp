// A fully static program: calls on CPU tensors work, and variants of GPUs are listed as what they are there, unusable.
#include <slopewise/slopewise.h>

#include <cstdio>
#include <cstring>

int main() {
    float x[] = {-1, 2}, y[2] = {7, 7};
    if (slopewise_relu_f32(x, y, 2) != SLOPEWISE_OK || y[0] != 0 || y[1] != 2) return std::printf("relu\n"), 1;
    slopewise_variant all[32];
    size_t count = slopewise_variants(all, 32);
    for (size_t v = 0; v < count; v++) {
        std::printf("%s: %s\n", all[v].name, all[v].reason);
        bool on_gpu = std::strcmp(all[v].device, "cpu") != 0;
        if (on_gpu && (all[v].usable || !std::strstr(all[v].reason, "static"))) return std::printf("usable, or another reason\n"), 1;
    }
    return count == 0;
}

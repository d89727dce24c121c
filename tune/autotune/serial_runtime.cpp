// What kernels import whose schedule Halide found: of one thread, like everything else that is compared here.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" {

int halide_do_par_for(void *context, int (*task)(void *, int, uint8_t *), int min, int size, uint8_t *closure) {
    for (int i = min; i < min + size; i++) {
        if (int failure = task(context, i, closure)) return failure;
    }
    return 0;
}

/// A vector past the end of an allocation may be read.
void *halide_malloc(void *, size_t bytes) {
    constexpr size_t alignment = 128;
    return std::aligned_alloc(alignment, (bytes + 2 * alignment - 1) / alignment * alignment);
}

void halide_free(void *, void *memory) { std::free(memory); }

}  // extern "C"

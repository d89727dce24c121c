// Wrong kernels of every kind are found out, right ones are not.
#include "autotune/verification.h"

#include <gtest/gtest.h>

#include <cstring>

#include "dispatch/dispatch.h"

namespace slopewise::autotune {
namespace {

kernel_function shipped(kernel k, dtype t) {
    for (int v = 0; v < variant_count; v++) {
        if (this_machine().usable[v]) return variants[v].function(k, t);
    }
    return nullptr;
}

call_shape shape_of(const char *kernel, const char *type, const char *stores = "plain") {
    row r;
    r.kernel = kernel;
    r.type = type;
    r.stores = stores;
    return autotune::shape_of(r);
}

/// relu_f32's buffers.
struct call {
    const halide_buffer_t *x, *y;
    explicit call(void **arguments) : x(static_cast<halide_buffer_t *>(arguments[0])), y(static_cast<halide_buffer_t *>(arguments[1])) {}
    int n() const { return x->dim[0].extent; }
    float *in() const { return reinterpret_cast<float *>(x->host); }
    float *out() const { return reinterpret_cast<float *>(y->host); }
    float at(int i) const {
        float value;
        std::memcpy(&value, in() + i, sizeof value);
        return value;
    }
    void put(int i, float value) const { std::memcpy(out() + i, &value, sizeof value); }
    void relu(int begin, int end) const {
        for (int i = begin; i < end; i++) put(i, at(i) < 0 ? 0 : at(i));
    }
};

int right(void **arguments) {
    call c(arguments);
    c.relu(0, c.n());
    return 0;
}
int loses_nans(void **arguments) {
    call c(arguments);
    for (int i = 0; i < c.n(); i++) c.put(i, c.at(i) > 0 ? c.at(i) : 0);
    return 0;
}
int misses_the_last(void **arguments) {
    call c(arguments);
    c.relu(0, c.n() > 1000 ? c.n() - 1 : c.n());
    return 0;
}
int writes_behind(void **arguments) {
    call c(arguments);
    c.relu(0, c.n());
    if (c.n() == 65) c.put(c.n(), 0);
    return 0;
}
int shifts_the_last_vector(void **arguments) {
    call c(arguments);
    for (int begin = 0; begin < c.n(); begin += 8) c.relu(std::min(begin, c.n() - 8), std::min(begin, c.n() - 8) + 8);
    return 0;
}
int crashes(void **arguments) {
    call c(arguments);
    if (c.n() == 33) *reinterpret_cast<volatile char *>(8) = 1;
    return right(arguments);
}
int has_no_end(void **arguments) {
    call c(arguments);
    for (volatile unsigned i = 0; c.n() == 40; i = i + 1) {
    }
    return right(arguments);
}
int spoils_the_heap(void **arguments) {
    call c(arguments);
    if (c.n() == 64) std::memset(c.out() - 100'000, 7, 800'000);
    return right(arguments);
}

std::string verdict(kernel_function f) { return verify(shape_of("relu", "f32"), f, 1); }

TEST(verification, right_kernels_pass) {
    EXPECT_EQ(verdict(right), "");
    EXPECT_EQ(verify(shape_of("relu", "f32"), shipped(kernel::relu, dtype::f32)), "");
    EXPECT_EQ(verify(shape_of("rrelu_noise", "bf16"), shipped(kernel::rrelu_noise, dtype::bf16)), "");
    EXPECT_EQ(verify(shape_of("crelu", "i16"), shipped(kernel::crelu, dtype::i16)), "");
    EXPECT_EQ(verify(shape_of("rrelu_backward_drawn", "f64"), shipped(kernel::rrelu_backward_drawn, dtype::f64)), "");
    EXPECT_EQ(verify(shape_of("draws", "u16"), shipped(kernel::draws, dtype::u16)), "");
}

TEST(verification, wrong_results_are_described) {
    EXPECT_NE(verdict(loses_nans).find("output 0 element"), std::string::npos) << verdict(loses_nans);
    EXPECT_NE(verdict(misses_the_last), "");
    EXPECT_NE(verdict(writes_behind).find("bytes outside"), std::string::npos) << verdict(writes_behind);
    EXPECT_NE(verdict(shifts_the_last_vector), "");
    EXPECT_NE(verify(shape_of("rrelu", "f32"), shipped(kernel::rrelu_noise, dtype::f32)), "") << "another kernel";
}

TEST(verification, what_a_wrong_kernel_does_stays_in_a_process_of_its_own) {
    EXPECT_EQ(verdict(crashes), "dies of Segmentation fault at a length of 33");
    EXPECT_EQ(verdict(has_no_end), "has no end at a length of 40");
    EXPECT_NE(verdict(spoils_the_heap), "");
    EXPECT_EQ(verdict(right), "") << "and afterwards all is well";
}

}  // namespace
}  // namespace slopewise::autotune

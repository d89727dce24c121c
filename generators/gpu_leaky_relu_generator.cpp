// Leaky ReLU, and the other kernels that scale by something given: RReLU's gradient from stored noise.
#include "gpu.h"

namespace slopewise::generators {
namespace {

class LeakyRelu : public GpuGenerator<LeakyRelu> {
public:
    void configure() {
        reads({"x"});
        slope = add_factor("slope");
        writes({"y"});
    }
    void generate() { write({halide::leaky_relu(read(0), slope(), conversions())}); }
    void schedule() { schedule_threads(); }

private:
    scalar slope;
};

class LeakyReluBackward : public GpuGenerator<LeakyReluBackward> {
public:
    void configure() {
        reads({"grad_y", "saved"});
        slope = add_factor("slope");
        writes({"grad_x"});
    }
    void generate() { write({halide::leaky_relu_backward(read(0), read(1), slope(), conversions())}); }
    void schedule() { schedule_threads(); }

private:
    scalar slope;
};

class NoiseBackward : public GpuGenerator<NoiseBackward> {
public:
    void configure() {
        reads({"grad_y", "noise"});
        writes({"grad_x"});
    }
    void generate() { write({halide::scaled(read(0), conversions().widen(read(1)), conversions())}); }
    void schedule() { schedule_threads(); }
};

}  // namespace
}  // namespace slopewise::generators

HALIDE_REGISTER_GENERATOR(slopewise::generators::LeakyRelu, leaky_relu)
HALIDE_REGISTER_GENERATOR(slopewise::generators::LeakyReluBackward, leaky_relu_backward)
HALIDE_REGISTER_GENERATOR(slopewise::generators::NoiseBackward, noise_backward)

#include "gpu.h"

namespace slopewise::generators {
namespace {

class Relu : public GpuGenerator<Relu> {
public:
    void configure() {
        reads({"x"});
        writes({"y"});
    }
    void generate() { write({halide::relu(read(0), conversions())}); }
    void schedule() { schedule_threads(); }
};

class ReluBackward : public GpuGenerator<ReluBackward> {
public:
    void configure() {
        reads({"grad_y", "saved"});
        writes({"grad_x"});
    }
    void generate() { write({halide::relu_backward(read(0), read(1), conversions())}); }
    void schedule() { schedule_threads(); }
};

}  // namespace
}  // namespace slopewise::generators

HALIDE_REGISTER_GENERATOR(slopewise::generators::Relu, relu)
HALIDE_REGISTER_GENERATOR(slopewise::generators::ReluBackward, relu_backward)

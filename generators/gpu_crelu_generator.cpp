#include "gpu.h"

namespace slopewise::generators {
namespace {

/// Both halves of the concatenation in one pass over x.
class Crelu : public GpuGenerator<Crelu> {
public:
    void configure() {
        has_rows = true;
        reads({"x"});
        writes({"first", "second"});
    }
    void generate() {
        Expr x = read(0);
        write({halide::relu(x, conversions()), halide::relu(halide::negated(x), conversions())});
    }
    void schedule() { schedule_threads(); }
};

class CreluBackward : public GpuGenerator<CreluBackward> {
public:
    void configure() {
        has_rows = true;
        reads({"grad_first", "grad_second", "x"});
        writes({"grad_x"});
    }
    void generate() { write({halide::crelu_backward(read(0), read(1), read(2), conversions())}); }
    void schedule() { schedule_threads(); }
};

}  // namespace
}  // namespace slopewise::generators

HALIDE_REGISTER_GENERATOR(slopewise::generators::Crelu, crelu)
HALIDE_REGISTER_GENERATOR(slopewise::generators::CreluBackward, crelu_backward)

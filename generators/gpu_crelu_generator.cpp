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

}  // namespace
}  // namespace slopewise::generators

HALIDE_REGISTER_GENERATOR(slopewise::generators::Crelu, crelu)

// RReLU over one run: every thread generates the block of random numbers that its elements share.
#include "gpu.h"

namespace slopewise::generators {
namespace {

class RRelu : public GpuGenerator<RRelu> {
public:
    GeneratorParam<bool> backward{"backward", false};  // x is the gradient, and the saved tensor comes with it
    GeneratorParam<bool> with_noise{"with_noise", false};
    GeneratorParam<bool> keyed{"keyed", false};  // seed and stream come from memory, when the kernel runs

    void configure() {
        reads(backward ? std::vector<std::string>{"x", "saved"} : std::vector<std::string>{"x"});
        low = add_scalar<int32_t>("low");
        width = add_scalar<uint16_t>("width");
        shift = add_scalar<uint32_t>("shift");
        scale = add_factor("scale");
        first_index = add_scalar<uint64_t>("index");
        if (keyed) {
            key = add_input<Buffer<>>("key", UInt(64), 1);
        } else {
            seed = add_scalar<uint64_t>("seed");
            stream = add_scalar<uint64_t>("stream");
        }
        writes(with_noise ? std::vector<std::string>{"y", "noise"} : std::vector<std::string>{"y"});
    }

    void generate() {
        halide::fixed_point bounds = {low(), width(), shift(), scale()};
        Expr slope = bounds.slope(own_draw(), halide::computing_type(element)), x = read(0);
        Expr y = backward ? halide::rrelu_backward(x, read(1), slope, conversions()) : halide::leaky_relu(x, slope, conversions());
        write(with_noise ? std::vector<Expr>{y, halide::rrelu_noise(x, slope, conversions())} : std::vector<Expr>{y});
    }

    void schedule() {
        if (keyed) key->dim(0).set_bounds(0, 3);
        schedule_threads();
        per_thread(random->state);
        halide::unroll_pairs(*random);
    }

private:
    scalar low, width, shift, scale, first_index, seed, stream;
    GeneratorInput<Buffer<>> *key = nullptr;
    std::optional<halide::philox_loop> random;

    /// A thread's elements lie in one block: the index of its first is a multiple of their number, which divides eight.
    Expr own_draw() {
        auto in_key = [&](int i) { return Expr((*key)(i)); };
        halide::random_key k = {keyed ? in_key(0) : seed(), keyed ? in_key(1) : stream()};
        Expr own = Expr(uint64_t(own_elements())), first = first_index();
        if (keyed) first = first + in_key(2) * Expr(uint64_t{8});
        Expr index = first + cast<uint64_t>(thread) * own;
        random.emplace(k.counter(index >> 3), k.key(), std::vector<Expr>{thread});
        Expr j = cast<int32_t>((index / own) & Expr(uint64_t(8 / own_elements() - 1))) * own_elements();
        return halide::draw_of(random->block({thread}), wide ? j + e : j);
    }
};

}  // namespace
}  // namespace slopewise::generators

HALIDE_REGISTER_GENERATOR(slopewise::generators::RRelu, rrelu)

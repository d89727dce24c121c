#include "autotune/calls.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "bounds/usable.h"
#include "cpu/draws.h"
#include "table/operations.h"
#include "table/processor.h"

namespace slopewise::autotune {
namespace {

using measurement::contender;
using measurement::repeating;

constexpr double leaky_slope = 0.01, lower = 0.125, upper = 1.0 / 3;
constexpr uint64_t seed = 42, stream = 7, first_block = 1000;
const random_state random_numbers = {slopewise_fixed_point(lower, upper), seed, stream};

template <size_t count>
int place_in(const char *const (&names)[count], const std::string &name, const std::string &row) {
    auto found = std::find(std::begin(names), std::end(names), name);
    if (found == std::end(names)) throw std::runtime_error(row + ": \"" + name + "\" is unknown to this build");
    return int(found - std::begin(names));
}

bool is_short_form(kernel k) {
    return std::any_of(std::begin(operations), std::end(operations),
                       [k](const operation_info &op) { return op.random && (k == op.run_short || k == op.noise_short) && k != op.plain; });
}

/// Calls on memory that stays where it is.
struct call_on {
    kernel_call kernel;
    char *data[max_tensors];
    rows draws;
    int64_t n;
    bool takes_draws, streams;

    void operator()() const {
        if (takes_draws) {
            rows at[max_tensors];
            for (int o = 0; o < kernel.operands; o++) at[o] = {data[o], 0};
            kernel.on_rows(at, &draws, n, 1);
        } else {
            kernel.on_run(data, n);
        }
        if (streams) fence_streamed_stores();
    }
};

kernel_call kernel_call_of(const call_shape &s, kernel_function f) {
    bool scaled = s.reference->slopes == test::kernel_reference::fixed_slope, random = s.is_random_run() || s.takes_draws();
    return {f, size_of(s.type), s.inputs + s.outputs, scaled ? &leaky_slope : nullptr, random ? &random_numbers : nullptr, first_block};
}

/// By a copy that reads and writes as much as a call.
int64_t copied_bytes(const call_shape &s, int64_t n) { return n * s.bytes_an_element() / 2; }

float *floats(char *data) { return reinterpret_cast<float *>(data); }

}  // namespace

call_shape shape_of(const row &r) {
    auto id = kernel(place_in(kernel_names, r.kernel, r.name()));
    auto type = dtype(place_in(dtype_names, r.type, r.name()));
    auto form = stores(place_in(store_names, r.stores, r.name()));
    if (id == kernel::draws) return {id, type, form, false, nullptr, 0, 1};
    const test::kernel_reference *reference = test::reference_of(id);
    if (!reference) throw std::runtime_error(r.name() + ": there is no reference to verify it against");
    return {id, type, form, is_short_form(id), reference, reference->inputs, reference->outputs};
}

char *workspace::array_at(size_t place, size_t bytes) {
    return static_cast<char *>(measurement::grown(arrays[place], place, bytes).data());
}

workspace::operands workspace::make(const call_shape &shape, int64_t n) {
    operands o = {};
    auto bytes = size_t(std::max(n * size_of(shape.type), copied_bytes(shape, n)));
    for (int i = 0; i < std::max(2, shape.inputs + shape.outputs); i++) o.data[i] = array_at(size_t(i) + 1, bytes);
    if (shape.takes_draws()) o.draws = {array_at(0, size_t(n * size_of(dtype::u16))), 0};
    return o;
}

contender workspace::calls(std::string name, const call_shape &shape, kernel_function f, int64_t n) {
    operands o = make(shape, n);
    if (!shape.reference) {
        auto kernels = std::make_shared<lone_kernel>(shape.id, shape.type, f);
        auto *to = reinterpret_cast<uint16_t *>(o.data[0]);
        return repeating(std::move(name), [=] { draw_consecutive(kernels->as_variant(), random_numbers, 8 * first_block, n, to); });
    }
    call_on call = {kernel_call_of(shape, f), {}, o.draws, n, shape.takes_draws(), shape.form == stores::streaming};
    std::copy(std::begin(o.data), std::end(o.data), call.data);
    return repeating(std::move(name), call);
}

std::vector<unsigned char> workspace::bytes_of_call(const call_shape &shape, kernel_function f, int64_t n) {
    operands o = make(shape, n);
    auto size = size_t(n * size_of(shape.type));
    for (int i = shape.inputs; i < shape.inputs + shape.outputs; i++) std::memset(o.data[i], 0xff, size);
    calls("", shape, f, n).run(1);
    std::vector<unsigned char> bytes;
    for (int i = shape.inputs; i < shape.inputs + shape.outputs; i++) bytes.insert(bytes.end(), o.data[i], o.data[i] + size);
    return bytes;
}

std::vector<contender> workspace::copies(const call_shape &shape, int64_t n) {
    operands o = make(shape, n);
    char *from = o.data[0], *to = o.data[1];
    auto bytes = size_t(copied_bytes(shape, n));
    std::vector<contender> all = {repeating("memcpy", [=] { std::memcpy(to, from, bytes); })};
    if (bench::usable_bounds().empty()) return all;
    bool streams = shape.form == stores::streaming;
    auto copy = bench::usable_bounds()[0]->copy[streams];
    all.push_back(repeating(streams ? "streaming copy" : "copy loop", [=] { copy(floats(from), floats(to), bytes / sizeof(float)); }));
    return all;
}

std::vector<contender> workspace::by_hand(const call_shape &shape, const std::string &set, int64_t n) {
    kernel plain = kernel_forms[int(shape.id)][int(stores::plain)];
    if (plain != kernel::rrelu || shape.type != dtype::f32) return {};
    operands o = make(shape, n);
    slopewise_slopes s = random_numbers.slopes;
    bench::fixed_slopes slopes = {s.low, s.width, s.shift, float(s.scale)};
    for (const bench::bound_set *b : bench::usable_bounds()) {
        if (b->name != set) continue;
        auto loop = b->rrelu[shape.form == stores::streaming];
        return {repeating("by hand", [=] { loop(floats(o.data[0]), floats(o.data[1]), size_t(n), slopes, {seed, stream, first_block}); })};
    }
    return {};
}

}  // namespace slopewise::autotune

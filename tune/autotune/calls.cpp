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

kernel_call kernel_call_of(const call_shape &s, kernel_function f) {
    bool scaled = s.reference->slopes == test::kernel_reference::fixed_slope, random = s.is_random_run() || s.takes_draws();
    return {f, size_of(s.type), s.inputs + s.outputs, scaled ? &leaky_slope : nullptr, random ? &random_numbers : nullptr, first_block};
}

/// By a copy that reads and writes as much as a call.
int64_t copied_bytes(const call_shape &s, int64_t n) { return n * s.bytes_an_element() / 2; }

float *floats(char *data) { return reinterpret_cast<float *>(data); }

const bench::bound_set *hand_written(const std::string &set) {
    for (const bench::bound_set *b : bench::usable_bounds()) {
        if (b->name == set) return b;
    }
    return nullptr;
}

}  // namespace

call_shape shape_of(const row &r) {
    kernel id = kernel_named(r.kernel);
    auto type = dtype(place_of(dtype_names, r.type));
    auto form = stores(place_of(store_names, r.stores));
    if (id == kernel::draws) return {id, type, form, false, nullptr, 0, 1};
    const test::kernel_reference *reference = id == kernel(kernel_count) ? nullptr : test::reference_of(id);
    if (!reference) throw std::runtime_error(r.name() + ": there is no reference to verify it against");
    bool is_short = r.kernel.find("_short") != std::string::npos;
    return {id, type, form, is_short, reference, reference->inputs, reference->outputs};
}

int64_t size_class::elements_of(const call_shape &shape) const {
    return is_small() ? elements : std::max(bytes / shape.bytes_an_element() / whole_tiles, int64_t{1}) * whole_tiles;
}

// Small calls: a part of a vector, vectors and a part, and whole ones. Short rows: a part of a vector, again and again. What a cache holds
// beside a call's operands does not matter at half of it. Beyond the caches: four times the last one.
std::vector<size_class> sizes_of(const call_shape &shape, const measurement::cache_sizes &m) {
    std::vector<size_class> cached = {{"L1", 0, m.l1 / 2}, {"L2", 0, m.l2 / 2}, {"L3", 0, m.l3 / 2}, {"memory", 0, 4 * m.l3}};
    std::vector<size_class> small = {{"n = 8", 8, 0}, {"n = 27", 27, 0}, {"n = 100", 100, 0}, {"n = 256", 256, 0}};
    const size_class short_rows = {"rows of 7", 64 * 7, 0, 7};
    if (shape.form != stores::plain) return {cached.back()};
    if (shape.is_short) return small;
    if (shape.is_random_run()) return cached;
    if (shape.reference) small.push_back(short_rows);
    if (!shape.reference || shape.takes_draws()) cached.resize(2);
    small.insert(small.end(), cached.begin(), cached.end());
    return small;
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

contender workspace::calls(std::string name, const call_shape &shape, kernel_function f, int64_t n, int64_t row_length) {
    operands o = make(shape, n);
    if (!shape.reference) {
        auto kernels = std::make_shared<lone_kernel>(shape.id, shape.type, f);
        auto *to = reinterpret_cast<uint16_t *>(o.data[0]);
        return {std::move(name), repeating([=] { draw_consecutive(kernels->as_variant(), random_numbers, 8 * first_block, n, to); })};
    }
    kernel_call call = kernel_call_of(shape, f);
    if (shape.takes_draws() || row_length > 0) {
        int64_t extent = row_length > 0 ? row_length : n;
        return {std::move(name), repeating([=] {
                    rows at[max_tensors], draws = {o.draws.data, extent * size_of(dtype::u16)};
                    for (int i = 0; i < call.operands; i++) at[i] = {o.data[i], extent * call.itemsize};
                    call.on_rows(at, shape.takes_draws() ? &draws : nullptr, extent, n / extent);
                })};
    }
    bool streams = shape.form == stores::streaming;
    return {std::move(name), repeating([=] {
                call.on_run(o.data, n);
                if (streams) fence_streamed_stores();
            })};
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

std::vector<contender> workspace::limits(const call_shape &shape, const std::string &set, int64_t n) {
    operands o = make(shape, n);
    char *from = o.data[0], *to = o.data[1];
    bool streams = shape.form == stores::streaming;
    kernel plain = kernel_forms[int(shape.id)][int(stores::plain)];
    const bench::bound_set *hand = hand_written(set);
    if (hand && plain == kernel::rrelu && shape.type == dtype::f32) {
        slopewise_slopes s = random_numbers.slopes;
        bench::fixed_slopes slopes = {s.low, s.width, s.shift, float(s.scale)};
        auto loop = hand->rrelu[streams];
        return {{"by hand", repeating([=] { loop(floats(from), floats(to), size_t(n), slopes, {seed, stream, first_block}); })}};
    }
    auto bytes = size_t(copied_bytes(shape, n));
    std::vector<contender> copies = {{"memcpy", repeating([=] { std::memcpy(to, from, bytes); })}};
    if (bench::usable_bounds().empty()) return copies;
    auto copy = bench::usable_bounds()[0]->copy[streams];
    copies.push_back({streams ? "streaming copy" : "copy loop", repeating([=] { copy(floats(from), floats(to), bytes / sizeof(float)); })});
    return copies;
}

}  // namespace slopewise::autotune

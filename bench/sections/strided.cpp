// Tensors that are not contiguous against a contiguous call on as many elements.
#include <functional>
#include <numeric>

#include "contenders/library.h"
#include "sections.h"

namespace slopewise::bench {
namespace {

using extents = std::vector<int64_t>;

struct layout {
    std::string name;
    extents shape, in, out;  ///< strides of inputs and of outputs; empty: contiguous
    int64_t span;            ///< elements of the memory that the largest tensor reaches over
    int64_t side = 0;        ///< of a square that is transposed
};

layout transposed(int64_t side) {
    std::string size = std::to_string(side);
    return {"transposed_" + size + "_x_" + size, {side, side}, {1, side}, {}, side * side, side};
}

/// Images of 64 channels that are stored pixel by pixel.
layout channels_last(const char *name, bool output_too) {
    constexpr int64_t images = 16, channels = 64, side = 32, pixels = side * side;
    extents by_pixel = {channels * pixels, 1, side * channels, channels};
    return {name, {images, channels, side, side}, by_pixel, output_too ? by_pixel : extents{}, images * channels * pixels};
}

/// Rows that are part of wider ones.
layout rows_of(int64_t length, int64_t n) {
    int64_t rows = n / length, pitch = length + 5;
    return {"rows_of_" + std::to_string(length), {rows, length}, {pitch, 1}, {pitch, 1}, rows * pitch};
}

std::vector<layout> layouts() {
    constexpr int64_t side = 1024, n = side * side;
    std::vector<layout> list = {transposed(side),
                                transposed(4096),
                                {"transposed_both", {side, side}, {1, side}, {1, side}, n},
                                channels_last("channels_last_both", true),
                                channels_last("channels_last_to_contiguous", false),
                                {"every_other", {n}, {2}, {}, 2 * n},
                                {"every_other_both", {n}, {2}, {2}, 2 * n},
                                {"every_other_in_L2", {n / 32}, {2}, {}, n / 16},
                                {"one_row_expanded", {side, side}, {0, 1}, {}, n},
                                {"one_column_expanded", {side, side}, {1, 0}, {}, n}};
    for (int64_t length : {3, 8, 27, 64, 256}) list.push_back(rows_of(length, n));
    return list;
}

group against_contiguous(arena &memory, const problem &p, const operands &o, const std::string &form) {
    group g = group_of(memory, p, "strided/" + form);
    g.entries.push_back({"contiguous", label::library, library_call(p, nullptr, 1)});
    g.entries.push_back({"strided", label::variant, library_call(o, options_with(nullptr, 1))});
    return g;
}

/// The copies by hand that move as many inputs, and the other libraries.
void add_transposed(group &g, problem p, int64_t side) {
    p.side = side;
    add_peers(g, p);
    if (usable_bounds().empty()) return;
    auto *x = static_cast<const float *>(p.in[0]), *mask = static_cast<const float *>(traits_of(p.op).inputs == 2 ? p.in[1] : nullptr);
    auto *y = static_cast<float *>(p.out[0]);
    for (bool streaming : {false, true}) {
        auto copy = usable_bounds()[0]->transpose[streaming];
        g.entries.push_back({streaming ? "transposing_streaming_copy" : "transposing_copy", label::limit,
                             measurement::repeating([=] { copy(x, mask, y, size_t(side)); })});
    }
}

/// The operation's operands: inputs in the layout's first form, outputs in its second.
void measure_layout(program &to, arena &memory, operation op, const layout &l) {
    operands o = {op, {}};
    for (int i = 0; i < traits_of(op).inputs; i++) o.tensors.emplace_back(memory.input(i), element::f32, l.shape, l.in);
    o.tensors.emplace_back(memory.output(0), element::f32, l.shape, l.out);
    int64_t elements = std::accumulate(l.shape.begin(), l.shape.end(), int64_t{1}, std::multiplies<>());
    problem p = memory.at(op, element::f32, elements);
    group g = against_contiguous(memory, p, o, l.name);
    if (l.side) add_transposed(g, p, l.side);
    int64_t bytes = l.span * size_of(element::f32);
    g.preparations.push_back([&memory, bytes] { memory.touch({{bytes, bytes, bytes, 0}}); });
    to.measure(g);
}

/// Concatenation along the inner of two dimensions against one long run.
void measure_concatenation(program &to, arena &memory, int64_t n, int64_t inner) {
    problem p = memory.at(operation::crelu, element::f32, n / inner * inner);
    operands o = {operation::crelu, {{p.in[0], p.type, {n / inner, inner}}, {p.out[0], p.type, {n / inner, 2 * inner}}}, 1};
    to.measure(against_contiguous(memory, p, o, "inner_rows_of_" + std::to_string(inner)));
}

}  // namespace

void measure_strided(program &to, arena &memory) {
    for (operation op : {operation::relu, operation::relu_backward, operation::rrelu}) {
        for (const layout &l : layouts()) measure_layout(to, memory, op, l);
    }
    for (int64_t inner : {3, 8, 27, 64, 1024}) measure_concatenation(to, memory, 1 << 20, inner);
}

}  // namespace slopewise::bench

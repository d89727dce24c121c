#include "entries.h"

#include <slopewise/fixed_point.h>

#include <cstring>
#include <set>
#include <stdexcept>

#include "contenders/library.h"
#include "peers/peer.h"

namespace slopewise::bench {
namespace {

using measurement::repeated;
using measurement::repeating;

float *floats(void *p) { return static_cast<float *>(p); }

/// The loop of a set for a problem, or none.
repeated by_hand(const bound_set &b, const problem &p, stores kind) {
    const float *x = floats(p.in[0]), *saved = floats(p.in[1]);
    float *y = floats(p.out[0]);
    auto n = size_t(p.n);
    bool streaming = kind == stores::streaming;
    if (p.is(operation::relu, element::f32)) return repeating([=, f = b.relu[streaming]] { f(x, y, n); });
    if (p.is(operation::relu_backward, element::f32)) {
        return repeating([=, f = b.relu_backward[streaming]] { f(x, saved, y, n); });
    }
    if (p.is(operation::crelu, element::f32)) return repeating([=, f = b.crelu[streaming]] { f(x, y, n); });
    if (p.is(operation::rrelu, element::f32) && n % 256 == 0) {
        slopewise_slopes s = slopewise_fixed_point(lower, upper);
        fixed_slopes slopes = {s.low, s.width, s.shift, float(s.scale)};
        philox_run run = {rrelu_params.seed, rrelu_params.stream, rrelu_params.offset / 8};
        return repeating([=, f = b.rrelu[streaming]] { f(x, y, n, slopes, run); });
    }
    return {};
}

using copy_function = std::function<void(void *to, const void *from, size_t bytes)>;

repeated copying(const problem &p, const copy_function &copy, int threads) {
    auto *from = static_cast<char *>(p.in[0]), *to = static_cast<char *>(p.out[0]);
    size_t bytes = size_t(p.bytes_in_and_out()) / 2, part = bytes / size_t(threads) / 64 * 64;
    if (threads == 1) return repeating([=] { copy(to, from, bytes); });
    return repeating([=] {
        std::vector<std::thread> workers;
        for (size_t i = 1; i < size_t(threads); i++) workers.emplace_back(copy, to + i * part, from + i * part, part);
        copy(to, from, part);
        for (std::thread &w : workers) w.join();
    });
}

std::string on_threads(int threads) { return threads == 1 ? "" : "_" + std::to_string(threads) + "_threads"; }

std::vector<unsigned char> outputs_of(const problem &p) {
    std::vector<unsigned char> bytes;
    for (int o = 0; o < 2; o++) {
        auto *begin = static_cast<const unsigned char *>(p.out[o]);
        bytes.insert(bytes.end(), begin, begin + p.output_bytes(o));
    }
    return bytes;
}

void spoil_outputs(const problem &p) {
    for (int o = 0; o < 2; o++) std::memset(p.out[o], 0xff, size_t(p.output_bytes(o)));
}

void verify(const std::vector<entry> &entries, const problem &p) {
    entries.front().run(1);
    const std::vector<unsigned char> wanted = outputs_of(p);
    for (const entry &e : entries) {
        if (!e.same_bytes) continue;
        spoil_outputs(p);
        e.run(1);
        if (outputs_of(p) != wanted) throw std::runtime_error(e.name + " writes other bytes than " + entries.front().name);
    }
}

}  // namespace

arena::arena() {
    using measurement::array;
    constexpr size_t largest = size_t{1} << 30;
    for (size_t i = 0; i < 4; i++) arrays[i] = std::make_unique<array>(largest, i + 1, measurement::offset_at(i), array::state::reserved);
}

problem arena::at(operation op, element type, int64_t n, bool in_place) const {
    return problem_on({input(0), input(1), output(0), output(1)}, op, type, n, in_place);
}

void arena::touch(const array_sizes &sizes) {
    size_t missing = 0, free = size_t(measurement::available_memory());
    for (int i = 0; i < 4; i++) missing += size_t(sizes.bytes[i]) - std::min(size_t(sizes.bytes[i]), arrays[i]->touched_bytes());
    if (missing > free / 4 * 3) {
        throw std::runtime_error("needs " + std::to_string(missing >> 20) + " MiB of the " + std::to_string(free >> 20) + " that are free");
    }
    for (int i = 0; i < 4; i++) arrays[i]->touch(size_t(sizes.bytes[i]));
}

group group_of(arena &memory, const problem &p, const std::string &form) {
    group g;
    g.name = std::string(traits_of(p.op).name) + "/" + name_of(p.type) + "/" + std::to_string(p.n) + (form.empty() ? "" : "/" + form);
    g.elements = p.n;
    g.bytes = p.bytes_in_and_out();
    g.warm = g.bytes < largest_cached_bytes;
    g.preparations.push_back([&memory, sizes = sizes_of(p.op, p.type, p.n)] { memory.touch(sizes); });
    return g;
}

entry flat_entry(const problem &p, const char *label) {
    return {std::string("slopewise_") + traits_of(p.op).name + "_f32", label, flat_call(p), true};
}

void add_library(group &to, const problem &p) {
    to.entries.push_back({"slopewise", label::library, library_call(p, nullptr, 1)});
    if (has_flat_form(p)) to.entries.push_back(flat_entry(p, label::variant));
    std::vector<const char *> variants = usable_variants();
    for (size_t v = 1; v < variants.size(); v++) {
        if (variants[v] == std::string("avx2"))
            to.entries.push_back({"slopewise_avx2", label::variant, library_call(p, variants[v], 1), true});
    }
}

void add_limit(group &to, const problem &p, stores kind, int threads) {
    if (p.in_place) return;
    auto add = [&](const char *name, const copy_function &copy) {
        to.entries.push_back({name + on_threads(threads), label::limit, copying(p, copy, threads)});
    };
    if (kind == stores::plain) add("memcpy", std::memcpy);
    if (usable_bounds().empty()) return;
    auto loop = usable_bounds()[0]->copy[kind == stores::streaming];
    add(kind == stores::streaming ? "streaming_copy" : "copy_loop", [loop](void *target, const void *from, size_t bytes) {
        loop(static_cast<const float *>(from), static_cast<float *>(target), bytes / sizeof(float));
    });
}

void add_bounds(group &to, const problem &p, stores kind) {
    for (const bound_set *b : usable_bounds()) {
        repeated loop = by_hand(*b, p, kind);
        std::string name = std::string("by_hand_") + b->name + (kind == stores::streaming ? "_streaming" : "");
        if (loop) to.entries.push_back({name, label::bound, loop, true});
    }
}

void add_peers(group &to, const problem &p, int threads) {
    for (const known_peer &known : peers()) {
        if (!known.found) continue;
        for (const peer_call &c : known.found->calls(p, threads)) to.entries.push_back({c.name, known.name, c.run, c.same_bytes});
    }
}

void add_peers_on_one_and_all(group &to, const problem &p) {
    for (int threads : std::set{1, all_threads()}) {
        size_t first = to.entries.size();
        add_peers(to, p, threads);
        for (size_t i = first; i < to.entries.size(); i++) to.entries[i].name += threads == 1 ? "_one_thread" : on_threads(threads);
    }
}

void verify_first(group &g, const problem &p) {
    g.preparations.push_back([entries = g.entries, p] { verify(entries, p); });
}

}  // namespace slopewise::bench

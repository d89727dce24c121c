#include "entries.h"

#include <slopewise/fixed_point.h>

#include <cstring>
#include <stdexcept>
#include <thread>

#include "contenders/library.h"
#include "peers/peer.h"

namespace slopewise::bench {
namespace {

using measurement::repeating;

float *floats(void *p) { return static_cast<float *>(p); }

/// The loop of a set for a problem; its name is empty where there is none.
measurement::contender by_hand(const bound_set &b, const problem &p, stores kind) {
    const float *x = floats(p.in[0]), *saved = floats(p.in[1]);
    float *y = floats(p.out[0]);
    auto n = size_t(p.n);
    bool streaming = kind == stores::streaming;
    std::string name = std::string("by hand, ") + b.name + (streaming ? ", streaming" : "");
    if (p.is(operation::relu, element::f32)) return repeating(name, [=, f = b.relu[streaming]] { f(x, y, n); });
    if (p.is(operation::relu_backward, element::f32)) {
        return repeating(name, [=, f = b.relu_backward[streaming]] { f(x, saved, y, n); });
    }
    if (p.is(operation::crelu, element::f32)) return repeating(name, [=, f = b.crelu[streaming]] { f(x, y, n); });
    if (p.is(operation::rrelu, element::f32) && n % 256 == 0) {
        slopewise_slopes s = slopewise_fixed_point(lower, upper);
        fixed_slopes slopes = {s.low, s.width, s.shift, float(s.scale)};
        philox_run run = {rrelu_params.seed, rrelu_params.stream, rrelu_params.offset / 8};
        return repeating(name, [=, f = b.rrelu[streaming]] { f(x, y, n, slopes, run); });
    }
    return {};
}

/// Calls copy(to, from, bytes) for each of `threads` parts, the first on this thread.
template <class Copy>
measurement::contender in_parts(std::string name, const problem &p, int threads, Copy copy) {
    auto *from = static_cast<char *>(p.in[0]), *to = static_cast<char *>(p.out[0]);
    size_t part = size_t(p.bytes_in_and_out()) / 2 / size_t(threads) / 64 * 64;
    return repeating(std::move(name) + ", " + std::to_string(threads) + " threads", [=] {
        std::vector<std::thread> workers;
        for (size_t i = 1; i < size_t(threads); i++) workers.emplace_back(copy, to + i * part, from + i * part, part);
        copy(to, from, part);
        for (std::thread &w : workers) w.join();
    });
}

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

}  // namespace

void add_library(std::vector<entry> &to, const problem &p) {
    to.push_back({library_call("slopewise", p, nullptr, 1), role::subject});
    if (has_flat_form(p)) to.push_back({flat_call(p), role::variant, {}, true});
    std::vector<const char *> variants = usable_variants();
    for (size_t v = 1; v < variants.size(); v++) {
        if (variants[v] == std::string("avx2")) to.push_back({library_call("slopewise, avx2", p, variants[v], 1), role::variant, {}, true});
    }
}

void add_limit(std::vector<entry> &to, const problem &p, stores kind) {
    void *from = p.in[0], *target = p.out[0];
    auto bytes = size_t(p.bytes_in_and_out() / 2);
    if (p.in_place) return;
    if (kind == stores::plain) to.push_back({repeating("memcpy", [=] { std::memcpy(target, from, bytes); }), role::limit});
    if (usable_bounds().empty()) return;
    auto copy = usable_bounds()[0]->copy[kind == stores::streaming];
    const char *name = kind == stores::streaming ? "streaming copy" : "copy loop";
    to.push_back({repeating(name, [=] { copy(floats(from), floats(target), bytes / sizeof(float)); }), role::limit});
}

void add_shared_copies(std::vector<entry> &to, const problem &p, int threads) {
    auto plain = [](char *target, const char *from, size_t bytes) { std::memcpy(target, from, bytes); };
    to.push_back({in_parts("memcpy", p, threads, plain), role::limit});
    if (usable_bounds().empty()) return;
    auto streaming = [copy = usable_bounds()[0]->copy[1]](char *target, const char *from, size_t bytes) {
        copy(reinterpret_cast<const float *>(from), reinterpret_cast<float *>(target), bytes / sizeof(float));
    };
    to.push_back({in_parts("streaming copy", p, threads, streaming), role::limit});
}

void add_bounds(std::vector<entry> &to, const problem &p, stores kind) {
    for (const bound_set *b : usable_bounds()) {
        measurement::contender c = by_hand(*b, p, kind);
        if (!c.name.empty()) to.push_back({c, role::bound, {}, true});
    }
}

void add_peers(std::vector<entry> &to, const problem &p, int threads) {
    for (const known_peer &known : peers()) {
        if (!known.found) continue;
        for (const peer_call &c : known.found->calls(p, threads)) to.push_back({c.call, role::peer, known.name, c.same_bytes});
    }
}

void add_peers_on_one_and(int threads, std::vector<entry> &to, const problem &p) {
    size_t first = to.size();
    add_peers(to, p, 1);
    for (size_t i = first; i < to.size(); i++) to[i].run.name += ", one thread";
    first = to.size();
    add_peers(to, p, threads);
    for (size_t i = first; i < to.size(); i++) to[i].run.name += ", " + std::to_string(threads) + " threads";
}

void verify(const std::vector<entry> &entries, const problem &p) {
    entries.front().run.run(1);
    const std::vector<unsigned char> wanted = outputs_of(p);
    for (const entry &e : entries) {
        if (!e.same_bytes) continue;
        spoil_outputs(p);
        e.run.run(1);
        if (outputs_of(p) == wanted) continue;
        throw std::runtime_error(std::string(traits_of(p.op).name) + " " + name_of(p.type) + ", n = " + std::to_string(p.n) + ": " +
                                 e.run.name + " writes other bytes than " + entries.front().run.name);
    }
}

}  // namespace slopewise::bench

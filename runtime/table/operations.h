// What each operation takes, and which kernels do it.
#pragma once

#include <algorithm>
#include <string_view>
#include <utility>

#include "slopewise/signatures.hpp"
#include "table/registry.h"

namespace slopewise {

constexpr int operation_count = sizeof(signatures) / sizeof(signatures[0]);

template <size_t count>
constexpr int place_of(const char *const (&names)[count], std::string_view name) {
    int at = 0;
    while (at < int(count) && name != names[at]) at++;
    return at;
}

int no_such_operation();  ///< is no constant: stops the build

/// Its place in slopewise/signatures.hpp.
constexpr int index_of(std::string_view name) {
    for (int at = 0; at < operation_count; at++) {
        if (name == signatures[at].name) return at;
    }
    return no_such_operation();
}

/// Any of slopewise/signatures.hpp. Those that something here is particular about have a name.
enum class operation {
    relu = index_of("relu"),
    leaky_relu = index_of("leaky_relu"),
    rrelu = index_of("rrelu"),
    rrelu_eval = index_of("rrelu_eval"),
    crelu = index_of("crelu"),
    crelu_backward = index_of("crelu_backward")
};
constexpr operation operation_named(std::string_view name) { return operation(index_of(name)); }

/// What decides when other stores and more threads pay: signature::pattern(), and random_noise, of rrelu with its noise.
enum class pattern { copy, gradient, concatenation, concatenation_gradient, random, random_noise, random_gradient };
constexpr const char *pattern_names[] = {"copy",   "gradient",     "concatenation",  "concatenation_gradient",
                                         "random", "random_noise", "random_gradient"};
constexpr int pattern_count = sizeof(pattern_names) / sizeof(pattern_names[0]);

/// The kernels of an operation. Of most, one does all.
struct kernel_set {
    kernel plain;                            ///< over rows; for random operations, over one run
    kernel run_short;                        ///< random operations: the same for short runs
    kernel drawn;                            ///< random operations: over rows, with draws given
    kernel noise, noise_short, noise_drawn;  ///< rrelu with noise written
};

struct operation_info : kernel_set {
    operation id;
    pattern use;      ///< of rrelu without noise
    bool arithmetic;  ///< or on bits alone, but for f64
    const char *name;
    bool random, has_u8, has_integers;
    int inputs, outputs;  ///< tensors that a call reads and writes, without noise; a concatenation's long one counts as two

    bool supports(dtype t) const {
        if (t <= dtype::f64) return true;
        return t == dtype::u8 ? has_u8 : t <= dtype::i64 && has_integers;
    }
    /// Whether the floating-point environment matters to its kernels.
    bool needs_environment(dtype t) const { return arithmetic || t == dtype::f64; }
};

/// Of an operation's name and a form; kernel_count where cmake/kernels.cmake has none.
constexpr kernel kernel_named(std::string_view name, std::string_view form = "") {
    for (int at = 0; at < kernel_count; at++) {
        std::string_view all = kernel_names[at];
        if (all.size() == name.size() + form.size() && all.substr(0, name.size()) == name && all.substr(name.size()) == form)
            return kernel(at);
    }
    return kernel(kernel_count);
}

/// An operation's kernels have its name; but for RReLU, which has forms, one does all.
constexpr kernel_set kernels_of(const signature &s) {
    if (!s.has(signature::random)) {
        kernel k = kernel_named(s.name == std::string_view("rrelu_eval") ? "leaky_relu" : s.name);
        return {k, k, k, k, k, k};
    }
    kernel plain = kernel_named(s.name), run_short = kernel_named(s.name, "_short"), drawn = kernel_named(s.name, "_drawn");
    if (s.inputs > 1) return {plain, run_short, drawn, plain, run_short, drawn};
    return {plain,
            run_short,
            drawn,
            kernel_named(s.name, "_noise"),
            kernel_named(s.name, "_noise_short"),
            kernel_named(s.name, "_noise_drawn")};
}

/// What integers take is work on bits.
constexpr operation_info described(operation id) {
    const signature &s = signatures[static_cast<int>(id)];
    bool is_long_input = s.concatenates() && s.long_one < s.inputs, is_long_output = s.concatenates() && !is_long_input;
    bool integers = s.has(signature::integers);
    return {kernels_of(s),
            id,
            pattern(place_of(pattern_names, s.pattern())),
            !integers,
            s.name,
            s.has(signature::random),
            s.has(signature::u8),
            integers,
            s.inputs + is_long_input,
            1 + is_long_output};
}

struct operation_table {
    operation_info rows[operation_count];

    constexpr bool has_all_kernels() const {
        for (const operation_info &o : rows) {
            for (kernel k : {o.plain, o.run_short, o.drawn, o.noise, o.noise_short, o.noise_drawn}) {
                if (k == kernel(kernel_count)) return false;
            }
        }
        return true;
    }
};

template <size_t... at>
constexpr operation_table describe_all(std::index_sequence<at...>) {
    return {{described(operation(at))...}};
}
inline constexpr operation_table all_operations = describe_all(std::make_index_sequence<operation_count>());
inline constexpr const auto &operations = all_operations.rows;
static_assert(all_operations.has_all_kernels(),
              "an operation of slopewise/signatures.hpp has no kernel of its name in cmake/kernels.cmake");

/// Bytes that a call on so many elements of each operand reads and writes; as good as any number beyond 2^60.
inline int64_t traffic(int64_t elements, int64_t itemsize, int operands) {
    constexpr int64_t most = int64_t{1} << 54;  // times 8 bytes and 4 operands
    return std::min(elements, most) * itemsize * operands;
}

/// As many f32 as have the bytes of so many elements.
inline int64_t as_f32(int64_t elements, int64_t itemsize) { return traffic(elements, itemsize, 1) / 4; }

inline const operation_info &info(operation op) { return operations[static_cast<int>(op)]; }

/// By its name on the command line; null if there is none.
const operation_info *find_operation(const char *name);

}  // namespace slopewise

// What a call would do, and why.
#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <optional>

#include "cpu/share.h"
#include "dispatch/dispatch.h"
#include "request/error.h"

namespace slopewise {
namespace {

bool find_dtype(const char *text, dtype *t) {
    for (int i = 0; i < int(dtype::u16); i++) {  // u16 is the draws' own
        *t = static_cast<dtype>(i);
        if (std::strcmp(text, name(*t)) == 0) return true;
    }
    return false;
}

/// The names that a message offers, each after a space.
struct name_list {
    char text[200] = "";
    void add(const char *name) { std::snprintf(text + std::strlen(text), sizeof text - std::strlen(text), " %s", name); }
};

name_list names_of_operations() {
    name_list list;
    for (const operation_info &op : operations) list.add(op.name);
    return list;
}

name_list names_of_dtypes(const operation_info &op) {
    name_list list;
    for (int t = 0; t < int(dtype::u16); t++) {
        if (op.supports(dtype(t))) list.add(name(dtype(t)));
    }
    return list;
}

/// A call on contiguous tensors, each in memory of its own, as it would be executed.
struct example {
    job j;
    int64_t elements;
    int threads;

    example(const operation_info &op, const variant &v, dtype t, int64_t elements)
        : j{v, op, t, size_of(t), op.inputs + op.outputs, op.inputs, false, nullptr, nullptr}, elements(elements) {
        char apart[max_tensors], *data[max_tensors];
        for (int o = 0; o < j.operands; o++) data[o] = apart + o;
        threads = choose_threads(j, elements, nullptr);
        choose_stores(j, data, elements, threads, nullptr);
    }

    kernel used() const {
        bool is_short = j.op.random && elements < long_run;
        return is_short ? j.op.run_short : kernel_forms[int(j.op.plain)][int(j.kind)];
    }
};

/// Where a choice comes from: this machine's own measurements, or what the library brings.
const char *source() { return this_machine().wisdom.state == wisdom_state::used ? "wisdom" : "built-in"; }

void describe_variant(const variant &v, char *out, size_t capacity) {
    const machine &m = this_machine();
    if (m.forced) {
        std::snprintf(out, capacity, "%s (forced by SLOPEWISE_VARIANT)", v.name);
    } else if (m.wisdom.state == wisdom_state::used) {
        std::snprintf(out, capacity, "%s (wisdom: fastest of its size class)", v.name);
    } else {
        std::snprintf(out, capacity, "%s (%s)", v.name, &v == &variants[0] ? "the best of this build" : "the best that this CPU runs");
    }
}

void describe_stores(const example &e, char *out, size_t capacity) {
    const thresholds &t = this_machine().by_size.of[int(e.j.use())];
    const char *chosen = store_names[int(e.j.kind)];
    if (stores_for(t, e.j.bytes(e.elements), e.threads > 1) != e.j.kind) {
        std::snprintf(out, capacity, "%s (the variant has no other kernels in this build)", chosen);
        return;
    }
    int64_t streaming = e.threads > 1 ? t.shared_streaming_from : t.streaming_from;
    char from[64] = "never";
    if (streaming != never) std::snprintf(from, sizeof from, "from %.1f MiB", double(streaming) / (1 << 20));
    std::snprintf(out, capacity, "%s (%s: %.1f MiB read and written; streaming %s)", chosen, source(),
                  double(e.j.bytes(e.elements)) / (1 << 20), from);
}

void describe_threads(const example &e, char *out, size_t capacity) {
    const machine &m = this_machine();
    const char *unit = e.j.op.random ? "elements" : "bytes read and written";
    if (m.thread_limit == 1) {
        std::snprintf(out, capacity, "1 (by %s)", m.limited_by);
    } else {
        int64_t from = m.by_size.of[int(e.j.use())].shared_from;
        char shared[64] = "never shared";
        if (from != never) std::snprintf(shared, sizeof shared, "shared from %" PRId64 " %s", from, unit);
        std::snprintf(out, capacity, "%d (%s: %s)", e.threads, source(), shared);
    }
}

/// The question that both functions answer; an error names `function`.
slopewise_status ask(const char *function, const char *op, const char *dtype_name, int64_t elements, std::optional<example> *answer) {
    const operation_info *info = op ? find_operation(op) : nullptr;
    dtype t;
    if (!info) {
        return fail(SLOPEWISE_INVALID_ARGUMENT, "%s: op is \"%s\", expected one of%s", function, op ? op : "NULL",
                    names_of_operations().text);
    }
    if (elements < 0) return fail(SLOPEWISE_INVALID_ARGUMENT, "%s: elements is %" PRId64 ", expected 0 or more", function, elements);
    if (!dtype_name || !find_dtype(dtype_name, &t) || !info->supports(t)) {
        return fail(SLOPEWISE_UNSUPPORTED_DTYPE, "%s: dtype is \"%s\", expected one that %s takes:%s", function,
                    dtype_name ? dtype_name : "NULL", info->name, names_of_dtypes(*info).text);
    }
    int64_t bytes = traffic(elements, size_of(t), info->inputs + info->outputs);
    const variant *v = choose_variant(nullptr, operation(info - operations), bytes);
    if (!v) return SLOPEWISE_UNAVAILABLE_VARIANT;
    answer->emplace(*info, *v, t, elements);
    return SLOPEWISE_OK;
}

}  // namespace
}  // namespace slopewise

using namespace slopewise;

extern "C" {

slopewise_status slopewise_choose(const char *op, const char *dtype_name, int64_t elements, slopewise_choice *choice) {
    if (!choice) return fail(SLOPEWISE_INVALID_ARGUMENT, "choose: choice is NULL");
    if (choice->struct_size < sizeof *choice) {
        return fail(SLOPEWISE_INVALID_ARGUMENT, "choose: choice->struct_size is %zu, expected sizeof(slopewise_choice), %zu or more",
                    choice->struct_size, sizeof *choice);
    }
    std::optional<example> e;
    if (slopewise_status s = ask("choose", op, dtype_name, elements, &e)) return s;
    *choice = {choice->struct_size, e->j.kernels.name, kernel_names[int(e->used())], store_names[int(e->j.kind)], e->threads};
    return SLOPEWISE_OK;
}

slopewise_status slopewise_explain(const char *op, const char *dtype_name, int64_t elements, char *out, size_t capacity) {
    std::optional<example> e;
    if (slopewise_status s = ask("explain", op, dtype_name, elements, &e)) return s;
    if (!out && capacity > 0) return fail(SLOPEWISE_INVALID_ARGUMENT, "explain: out is NULL with capacity %zu", capacity);
    char variant_text[100], store_text[160], thread_text[120];
    describe_variant(e->j.kernels, variant_text, sizeof variant_text);
    describe_stores(*e, store_text, sizeof store_text);
    describe_threads(*e, thread_text, sizeof thread_text);
    std::snprintf(out, capacity, "%s %s, %" PRId64 " elements\nvariant: %s\nkernel: %s\nstores: %s\nthreads: %s\n", op, dtype_name,
                  elements, variant_text, kernel_names[int(e->used())], store_text, thread_text);
    return SLOPEWISE_OK;
}
}

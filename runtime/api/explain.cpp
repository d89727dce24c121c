// What a call would do, and why.
#include <algorithm>
#include <cinttypes>
#include <climits>
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
        threads = choose(j, data, elements, nullptr, workers::awake);
    }

    kernel used() const {
        bool is_short = j.op.random && elements < long_run;
        return is_short ? j.op.run_short : kernel_forms[int(j.op.plain)][int(j.kind)];
    }
};

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

const ratios &ratios_of(const example &e) { return this_machine().by_size.at(e.j.use(), e.j.size(e.elements)); }

void describe_stores(const example &e, char *out, size_t capacity) {
    choice wanted = choose(ratios_of(e), {any_choice.kinds, true, this_machine().thread_limit > 1}, true);
    std::snprintf(out, capacity, "%s (%s)", store_names[int(e.j.kind)],
                  wanted.kind == e.j.kind ? this_machine().by_size.source : "the variant has no other kernels in this build");
}

void describe_threads(const example &e, char *out, size_t capacity) {
    const machine &m = this_machine();
    std::snprintf(out, capacity, "%d (%s%s)", e.threads, m.thread_limit == 1 ? "by " : "",
                  m.thread_limit == 1 ? m.limited_by : m.by_size.source);
}

/// What the choice was made by; the built-in one has no measurements.
void describe_ratios(const example &e, char *out, size_t capacity) {
    const machine_choices &all = this_machine().by_size;
    const ratios &r = ratios_of(e);
    if (all.from == origin::built_in) return;
    int length =
        std::snprintf(out, capacity, "%s",
                      all.from == origin::nearest ? "worst loss of each choice:" : "time of each choice to plain stores on one thread:");
    for (int i = 0; i < choice_count; i++) {
        choice c = choice_at(i);
        if (r.awake[i] == 0 || length >= int(capacity)) continue;
        length += std::snprintf(out + length, capacity - size_t(length), " %s%s %.2fx", store_names[int(c.kind)], c.all ? " on all" : "",
                                r.awake[i] / 1000.0);
    }
    if (length < int(capacity)) std::snprintf(out + length, capacity - size_t(length), "\n");
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
    char variant_text[100], store_text[200], thread_text[200], ratio_text[240] = "";
    describe_variant(e->j.kernels, variant_text, sizeof variant_text);
    describe_stores(*e, store_text, sizeof store_text);
    describe_threads(*e, thread_text, sizeof thread_text);
    describe_ratios(*e, ratio_text, sizeof ratio_text);
    capacity = std::min(capacity, size_t{INT_MAX});  // more is an error to snprintf (POSIX; of musl too)
    std::snprintf(out, capacity, "%s %s, %" PRId64 " elements\nvariant: %s\nkernel: %s\nstores: %s\nthreads: %s\n%s", op, dtype_name,
                  elements, variant_text, kernel_names[int(e->used())], store_text, thread_text, ratio_text);
    return SLOPEWISE_OK;
}
}

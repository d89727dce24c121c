// What this build holds, and what a call would do.
#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstring>

#include "api/error.h"
#include "api/request.h"
#include "dispatch/dispatch.h"
#include "execute/share.h"
#include "gpu/gpu.h"
#include "gpu/once.h"

namespace slopewise {
namespace {

bool find_dtype(const char *text, dtype *t) {
    for (int i = 0; i < int(dtype::u16); i++) {  // u16 is the draws' own
        *t = static_cast<dtype>(i);
        if (std::strcmp(text, name(*t)) == 0) return true;
    }
    return false;
}

const char *reason_for_variant(const variant &v) {
    if (this_machine().forced) return "forced by SLOPEWISE_VARIANT";
    return &v == &variants[0] ? "the best of this build" : "the best that this CPU runs";
}

const char *reason_for_threads(int threads) {
    if (threads > 1) return "large enough to share";
    return this_machine().thread_limit == 1 ? "one CPU, or SLOPEWISE_THREADS=1" : "too small to share";
}

/// Reasons of GPU variants, written at the first question: strings live as long as the library.
struct gpu_reasons {
    char text[max_variants][160] = {};
};
resolved_once<gpu_reasons> resolved_reasons;

slopewise_variant describe(int v) {
    const machine &m = this_machine();
    const char *device = device_kind_names[int(variants[v].device)];
    if (variants[v].device == device_kind::cpu) return {variants[v].name, device, m.usable[v], m.reason[v]};
    const gpu_reasons *reasons = resolved_reasons.get([](gpu_reasons &all) {
        for (int i = 0; i < variant_count; i++) {
            bool on_gpu = variants[i].device != device_kind::cpu;
            if (on_gpu && gpu_variant_usable(variants[i], all.text[i], sizeof all.text[i])) all.text[i][0] = '\0';
        }
    });
    const char *reason = reasons ? reasons->text[v] : "out of memory";
    return {variants[v].name, device, reason[0] == '\0', reason};
}

const char *store_names[] = {"plain", "streaming", "prefetch"};

/// The job of a call on contiguous tensors, each in memory of its own.
job example(const operation_info &op, const variant &v, dtype t, int64_t elements) {
    int operands = op.inputs + op.outputs;
    job j = {v, op, t, size_of(t), operands, op.inputs, false, nullptr, {}};
    char apart[max_tensors], *data[max_tensors];
    for (int o = 0; o < operands; o++) data[o] = apart + o;
    choose_stores(j, data, elements);
    return j;
}

const char *reason_for_stores(const job &j, int64_t elements) {
    stores wanted = stores_for(this_machine().tuned, j.bytes(elements));
    if (wanted != j.kind) return "this build has no other kernels for this variant";
    switch (wanted) {
        case stores::streaming:
            return "more than the caches hold";
        case stores::prefetch:
            return "more than the inner caches hold";
        default:
            return "small enough for the caches";
    }
}

}  // namespace
}  // namespace slopewise

using namespace slopewise;

extern "C" {

size_t slopewise_variants(slopewise_variant *out, size_t capacity) {
    for (size_t v = 0; out && v < capacity && v < size_t(variant_count); v++) out[v] = describe(int(v));
    return size_t(variant_count);
}

slopewise_status slopewise_explain(const char *op, const char *dtype_name, int64_t elements, char *out, size_t capacity) {
    const operation_info *operation = op ? find_operation(op) : nullptr;
    dtype t;
    if (!operation) return fail(SLOPEWISE_INVALID_ARGUMENT, "explain: op is \"%s\", which is none of Slopewise's", op ? op : "NULL");
    if (elements < 0) return fail(SLOPEWISE_INVALID_ARGUMENT, "explain: elements is %" PRId64 ", expected 0 or more", elements);
    if (!dtype_name || !find_dtype(dtype_name, &t) || !operation->supports(t)) {
        return fail(SLOPEWISE_UNSUPPORTED_DTYPE, "explain: dtype is \"%s\", which %s does not take", dtype_name ? dtype_name : "NULL",
                    operation->name);
    }
    if (!out && capacity > 0) return fail(SLOPEWISE_INVALID_ARGUMENT, "explain: out is NULL with capacity %zu", capacity);
    const variant *v = choose_variant(nullptr);
    if (!v) return SLOPEWISE_UNAVAILABLE_VARIANT;
    int threads = choose_threads(*operation, elements, nullptr);
    job j = example(*operation, *v, t, elements);
    bool is_short = operation->random && elements < long_run;
    kernel k = is_short ? operation->run_short : kernel_forms[int(operation->plain)][int(j.kind)];
    std::snprintf(out, capacity,
                  "%s %s, %" PRId64
                  " elements\n"
                  "variant: %s (%s)\n"
                  "kernel: %s\n"
                  "stores: %s (%s)\n"
                  "threads: %d (%s)\n",
                  operation->name, dtype_name, elements, v->name, reason_for_variant(*v), kernel_names[int(k)], store_names[int(j.kind)],
                  reason_for_stores(j, elements), threads, reason_for_threads(threads));
    return SLOPEWISE_OK;
}
}

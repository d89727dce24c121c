// What this build holds, and what this machine is to it.
#include "api/json_text.h"
#include "dispatch/dispatch.h"
#include "dispatch/identity.h"
#include "gpu/gpu.h"
#include "gpu/once.h"
#include "request/forks.h"

namespace slopewise {
namespace {

void write(json_text &out, const identity &machine) {
    out.open("machine", '{');
    for (const identity_field &f : machine.fields) f.text ? out.add(f.name, f.text) : out.add(f.name, f.number);
    out.close('}');
}

void write(json_text &out, const wisdom_state &w) {
    constexpr const char *states[] = {"none", "used", "ignored"};
    out.open("wisdom", '{');
    out.add("state", states[w.state]);
    out.add("file", w.path);
    out.add("reason", w.reason);
    out.close('}');
}

/// The sizes at which the choice changes.
void write(json_text &out, const char *state, const ratios (&of)[size_count], bool awake) {
    out.open(state, '[');
    for (int at = 0, last = -1; at < size_count; at++) {
        choice c = choose(of[at], any_choice, awake);
        if (c.index() == last) continue;
        last = c.index();
        out.open(nullptr, '{');
        out.add("from", begin_of(at));
        out.add("stores", store_names[int(c.kind)]);
        out.add("threads", c.all ? "all" : "one");
        out.close('}');
    }
    out.close(']');
}

void write(json_text &out, const machine_choices &t) {
    out.add("source", t.source);
    out.open("class_ends", '[');
    for (int64_t end : t.class_ends) out.add(nullptr, end);
    out.close(']');
    out.open("choices", '{');
    for (int p = 0; p < pattern_count; p++) {
        out.open(pattern_names[p], '{');
        write(out, "awake", t.of[p], true);
        write(out, "asleep", t.of[p], false);
        out.close('}');
    }
    out.close('}');
    out.open("variants", '{');
    for (int op = 0; op < operation_count; op++) {
        out.open(operations[op].name, '[');
        for (int8_t v : t.variant_of[op]) out.add(nullptr, variants[v].name);
        out.close(']');
    }
    out.close('}');
}

/// Reasons of GPU variants, written at the first question: strings live as long as the library.
struct gpu_reasons {
    char text[max_variants][160] = {};
    int asked = forks();
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
        return true;
    });
    const char *reason = reasons ? reasons->text[v] : "out of memory";
    if (reasons && !reason[0] && reasons->asked != forks()) reason = driver_of_parent;
    return {variants[v].name, device, reason[0] == '\0', reason};
}

}  // namespace
}  // namespace slopewise

using namespace slopewise;

extern "C" {

size_t slopewise_variants(slopewise_variant *out, size_t capacity) {
    for (size_t v = 0; out && v < capacity && v < size_t(variant_count); v++) out[v] = describe(int(v));
    return size_t(variant_count);
}

size_t slopewise_machine(char *out, size_t capacity) {
    const machine &m = this_machine();
    json_text text(out, capacity);
    text.open(nullptr, '{');
    write(text, identity(m.cpus));
    write(text, m.wisdom);
    write(text, m.by_size);
    text.close('}');
    return text.finish();
}
}

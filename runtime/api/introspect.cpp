// What this build holds, and what this machine is to it.
#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>

#include "dispatch/dispatch.h"
#include "dispatch/identity.h"
#include "gpu/gpu.h"
#include "gpu/once.h"

namespace slopewise {
namespace {

using nlohmann::ordered_json;

ordered_json describe(const thresholds &t) {
    auto value = [](int64_t from) { return from == never ? ordered_json() : ordered_json(from); };
    return {{"prefetch_from", value(t.prefetch_from)},
            {"streaming_from", value(t.streaming_from)},
            {"shared_streaming_from", value(t.shared_streaming_from)},
            {"shared_from", value(t.shared_from)},
            {"waking_from", value(t.waking_from)}};
}

ordered_json describe(const wisdom_state &w) {
    constexpr const char *states[] = {"none", "used", "ignored"};
    return {{"state", states[w.state]}, {"file", w.path}, {"reason", w.reason}};
}

ordered_json describe(const machine &m) {
    ordered_json all = {{"machine", identity_of(m.cpus)}, {"wisdom", describe(m.wisdom)}, {"class_ends", m.by_size.class_ends}};
    for (int p = 0; p < pattern_count; p++) all["thresholds"][pattern_names[p]] = describe(m.by_size.of[p]);
    for (int op = 0; op < operation_count; op++) {
        for (int8_t v : m.by_size.variant_of[op]) all["variants"][operations[op].name].push_back(variants[v].name);
    }
    return all;
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

}  // namespace
}  // namespace slopewise

using namespace slopewise;

extern "C" {

size_t slopewise_variants(slopewise_variant *out, size_t capacity) {
    for (size_t v = 0; out && v < capacity && v < size_t(variant_count); v++) out[v] = describe(int(v));
    return size_t(variant_count);
}

size_t slopewise_machine(char *out, size_t capacity) {
    std::string text = describe(this_machine()).dump(2, ' ', false, ordered_json::error_handler_t::replace);
    if (out && capacity > 0) {
        size_t kept = std::min(text.size(), capacity - 1);
        std::memcpy(out, text.data(), kept);
        out[kept] = 0;
    }
    return text.size();
}
}

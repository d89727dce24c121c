#include "dispatch/identity.h"

#include <nlohmann/json.hpp>

#include "slopewise/version.h"

namespace slopewise {

nlohmann::ordered_json identity_of(int threads) {
    cpu_model cpu = identify_cpu();
    cache_sizes caches = detect_caches();
    return {{"vendor", cpu.vendor},     {"family", cpu.family}, {"model", cpu.model},
            {"stepping", cpu.stepping}, {"l1", caches.l1},      {"l2", caches.l2},
            {"l3", caches.l3},          {"threads", threads},   {"version", SLOPEWISE_VERSION_STRING},
            {"kernels", kernels_hash}};
}

}  // namespace slopewise

#include "dispatch/identity.h"

#include <algorithm>
#include <iterator>

#include "slopewise/version.h"

namespace slopewise {

identity::identity(int threads) : cpu(identify_cpu()) {
    cache_sizes caches = detect_caches();
    const identity_field all[] = {
        {"vendor", cpu.vendor, 0},           {"family", nullptr, cpu.family}, {"model", nullptr, cpu.model},
        {"stepping", nullptr, cpu.stepping}, {"l1", nullptr, caches.l1},      {"l2", nullptr, caches.l2},
        {"l3", nullptr, caches.l3},          {"threads", nullptr, threads},   {"version", SLOPEWISE_VERSION_STRING, 0},
        {"kernels", kernels_hash, 0}};
    static_assert(sizeof all == sizeof fields, "");
    std::copy(std::begin(all), std::end(all), fields);
}

}  // namespace slopewise

#include "dispatch/cpu_features.h"

#include <cstring>

namespace slopewise {

bool cpu_has(const char *needs, char *missing, size_t capacity) {
    for (const char *at = needs; *at;) {
        size_t length = std::strcspn(at, " ");
        if (!has_feature(at, length)) {
            size_t kept = length < capacity ? length : capacity - 1;
            std::memcpy(missing, at, kept);
            missing[kept] = 0;
            return false;
        }
        at += length;
        at += std::strspn(at, " ");
    }
    return true;
}

}  // namespace slopewise

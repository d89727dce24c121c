#pragma once

#include <atomic>
#include <new>

namespace slopewise {

/// Made by whoever comes first, without a lock: threads that come at once each make one, and one stays. A lock would be
/// held for ever in the child of a process that forks meanwhile. Never destroyed: threads may still call while the
/// process exits. Null where there is no memory for one, or fill() says so: the next to come tries again.
template <class T>
class resolved_once {
public:
    template <class Fill>
    T *get(Fill fill) {
        T *found = made.load(std::memory_order_acquire);
        if (found) return found;
        T *mine = new (std::nothrow) T;
        if (!mine) return nullptr;
        bool whole = fill(*mine);
        if (whole && made.compare_exchange_strong(found, mine, std::memory_order_acq_rel)) return mine;
        delete mine;
        return whole ? found : nullptr;
    }

private:
    std::atomic<T *> made{nullptr};
};

}  // namespace slopewise

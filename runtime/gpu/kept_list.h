#pragma once

#include <atomic>
#include <mutex>

namespace slopewise {

/// Things that are made once for each key and kept: looked up without a lock, made under one. T has a key and a next.
template <class T>
class kept_list {
public:
    template <class Key>
    T *find(const Key &key) const {
        T *at = first.load(std::memory_order_acquire);
        while (at && !(at->key == key)) at = at->next;
        return at;
    }

    /// Null where make() gives none.
    template <class Key, class Make>
    T *find_or_make(const Key &key, Make make) {
        if (T *found = find(key)) return found;
        std::lock_guard<std::mutex> lock(making);
        if (T *found = find(key)) return found;
        T *made = make();
        if (!made) return nullptr;
        made->next = first.load(std::memory_order_relaxed);
        first.store(made, std::memory_order_release);
        return made;
    }

private:
    std::atomic<T *> first{nullptr};
    std::mutex making;
};

}  // namespace slopewise

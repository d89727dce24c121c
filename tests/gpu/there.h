// Tensors of a call on the GPU that is tested.
#pragma once

#include <deque>

#include "layouts/operations.h"
#include "support/gpu.h"

namespace slopewise::test {

/// Copies of tensors' storage on the GPU. Tensors that share storage share a copy.
class there {
public:
    explicit there(std::vector<tensor> &tensors) {
        for (tensor &t : tensors) {
            if (!find(t.bytes().data())) copies.emplace_back(t.bytes().data(), t.bytes().size());
        }
    }
    /// Points a tensor at its copy.
    void place(DLTensor &t) const {
        t.data = find(t.data)->handle();
        t.device = test_gpu()->dlpack();
    }
    void fetch() const {
        for (const gpu_copy &c : copies) c.fetch();
    }

private:
    const gpu_copy *find(const void *host) const {
        for (const gpu_copy &c : copies) {
            if (c.host() == host) return &c;
        }
        return nullptr;
    }
    std::deque<gpu_copy> copies;
};

inline void *test_stream() {
    static void *stream = test_gpu()->new_stream();
    return stream;
}

/// Calls the operation there, on the given stream or one of the tests' own, and brings everything back.
inline slopewise_status call_there(const public_operation &op, std::vector<tensor> &tensors, call_settings settings) {
    there copies(tensors);
    settings.place = [&](DLTensor &t) { copies.place(t); };
    if (!settings.options.stream) settings.options.stream = test_stream();
    slopewise_status status = call(op, tensors, settings);
    test_gpu()->finish(settings.options.stream);
    copies.fetch();
    return status;
}

}  // namespace slopewise::test

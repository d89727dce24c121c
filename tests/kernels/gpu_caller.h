// A kernel that is checked on the GPU that is tested.
#pragma once

#include "gpu_run.h"
#include "support/kernel_check.h"

namespace slopewise::test {

class gpu_caller : public kernel_caller {
public:
    gpu_caller(device_kind device, kernel_function f, stores form) : kernel_caller(f, form), device(device) {}

    bool is_wide() const { return form == stores::wide; }
    size_t whole(dtype t) const override { return is_wide() ? 16 / size_t(size_of(t)) : 1; }

    /// Whole elements after a boundary, and none where threads have vectors.
    size_t placement(dtype t, const call_case &c, int buffer, bool) const override {
        return is_wide() ? 0 : (c.misalignment + size_t(buffer)) * size_t(size_of(t));
    }

    void call(const expected &want, const std::vector<guarded *> &operands, size_t n) const override {
        const kernel_reference &r = want.reference;
        gpu_launch l = {};
        l.function = function;
        l.device = device;
        l.type = want.type;
        l.wide = is_wide();
        l.has_rows = r.id == kernel::crelu || r.id == kernel::crelu_backward;
        l.operands = r.inputs + r.outputs;
        l.first_output = r.inputs;
        l.rows = l.has_rows ? rows_of(int64_t(n / whole(want.type))) : 1;
        l.n = int64_t(n) / l.rows;
        l.slope = r.slopes == kernel_reference::fixed_slope ? &check_leaky_slope : nullptr;
        l.random = want.is_random() ? &want.random : nullptr;
        l.index = 8 * want.range.first_block;
        run_on_gpu(l, operands, is_keyed(r.id));
    }

private:
    static int64_t rows_of(int64_t units) {
        for (int64_t rows : {5, 3, 2}) {
            if (units % rows == 0) return rows;
        }
        return 1;
    }

    device_kind device;
};

}  // namespace slopewise::test

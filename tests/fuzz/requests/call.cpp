#include "call.h"

#include <cfloat>
#include <iterator>

#include "support/float_control.h"

namespace slopewise::test {
namespace {

constexpr struct {
    dtype type;
    DLDataType of;
} types[] = {{dtype::f32, {kDLFloat, 32, 1}}, {dtype::f16, {kDLFloat, 16, 1}}, {dtype::bf16, {kDLBfloat, 16, 1}},
             {dtype::f64, {kDLFloat, 64, 1}}, {dtype::i8, {kDLInt, 8, 1}},     {dtype::i16, {kDLInt, 16, 1}},
             {dtype::i32, {kDLInt, 32, 1}},   {dtype::i64, {kDLInt, 64, 1}},   {dtype::u8, {kDLUInt, 8, 1}}};

template <class T, size_t n>
const T &one_of(FuzzedDataProvider &data, const T (&list)[n]) {
    return list[data.ConsumeIntegralInRange<size_t>(0, n - 1)];
}

/// One in so many; not where the bytes have run out.
bool one_in(FuzzedDataProvider &data, int n) { return data.ConsumeIntegralInRange(0, n - 1) == n - 1; }

double some_number(FuzzedDataProvider &data) {
    constexpr double numbers[] = {0.5,     0,      -0.0,    1,     -1,       NAN,    INFINITY, -INFINITY, DBL_MAX, -DBL_MAX,
                                  FLT_MAX, 3.5e38, -3.5e38, 1e-30, 0x1p-126, 1e-310, -1e-320,  0.75,      2,       1.0 / 3};
    return data.ConsumeBool() ? bit_cast<double>(data.ConsumeIntegral<uint64_t>()) : one_of(data, numbers);
}

/// The caller's pool: pieces from the last to the first.
void backwards(void *, int64_t begin, int64_t end, int64_t, slopewise_task task, void *closure) {
    int64_t step = std::max<int64_t>((end - begin) / 3, 1);
    for (int64_t e = end; e > begin; e -= step) task(closure, std::max(begin, e - step), e);
}

int64_t item_of(const DLTensor &t) { return t.dtype.bits / 8; }

}  // namespace

bool to_dtype_of_tests(DLDataType from, dtype *to) {
    for (const auto &t : types) {
        *to = t.type;
        if (from.code == t.of.code && from.bits == t.of.bits && from.lanes == 1) return true;
    }
    return false;
}

fuzzed_call::fuzzed_call(FuzzedDataProvider &data, char *arena) : of(&one_of(data, signatures)), arena(arena) {
    shape_all(data);
    for (int i = 0; i < of->count(); i++) {
        lay_out(data, i);
        place(data, i);
        given[i] = &tensors[i];
    }
    if (of->has(signature::random) && of->inputs == 1 && data.ConsumeBool()) given[2] = nullptr;  // no noise
    parameters(data);
    circumstances(data);
    for (int n = data.ConsumeIntegralInRange(0, 5) - 3; n > 0; n--) spoil(data);
}

/// Small extents, or one long one.
void fuzzed_call::shape_all(FuzzedDataProvider &data) {
    DLDataType type = types[data.ConsumeIntegralInRange<size_t>(0, of->has(signature::integers) ? 8 : 3)].of;
    int dims = one_in(data, 16) ? data.ConsumeIntegralInRange(0, 64) : data.ConsumeIntegralInRange(0, 4);
    int64_t total = of->concatenates() ? 2 : 1;
    axis = dims ? data.ConsumeIntegralInRange(-dims, dims - 1) : 0;
    for (int d = 0; d < dims; d++) {
        int64_t extent = one_in(data, 4) ? data.ConsumeIntegralInRange(0, 900) : data.ConsumeIntegralInRange(1, 5);
        if (total * extent > most_elements / (type.bits == 64 ? 2 : 1)) extent = 1;
        total *= extent ? extent : 1;
        for (int i = 0; i < 3; i++) shape[i][d] = extent;
    }
    if (of->concatenates() && dims) shape[of->long_one][axis < 0 ? axis + dims : axis] *= 2;
    for (int i = 0; i < of->count(); i++) tensors[i] = {nullptr, {kDLCPU, data.ConsumeBool()}, dims, type, shape[i], nullptr, 0};
}

/// Row-major, its reverse, either with gaps and turned around, the first tensor's, any.
void fuzzed_call::lay_out(FuzzedDataProvider &data, int i) {
    int dims = tensors[i].ndim, kind = data.ConsumeIntegralInRange(0, 6);
    if (kind == 0) return;
    tensors[i].strides = stride[i];
    int64_t step = kind == 3 || kind == 4 ? data.ConsumeIntegralInRange(1, 3) : 1;
    for (int at = 0; at < dims; at++) {
        int d = kind % 2 ? dims - 1 - at : at;
        stride[i][d] = step;
        step *= shape[i][d] ? shape[i][d] : 1;
        if (kind == 3 || kind == 4) {
            step += data.ConsumeIntegralInRange(0, 5);
            if (data.ConsumeBool()) stride[i][d] *= -1;
        }
        if (kind == 5) stride[i][d] = stride[0][d];
        if (kind == 6) stride[i][d] = data.ConsumeIntegralInRange(-20, 20);
    }
}

/// In its own part, or by the first tensor; so that the element of least address lies where the bytes say.
void fuzzed_call::place(FuzzedDataProvider &data, int i) {
    DLTensor &t = tensors[i];
    int64_t lowest = 0;
    for (int d = 0; t.strides && d < t.ndim; d++) lowest += shape[i][d] > 0 && stride[i][d] < 0 ? (shape[i][d] - 1) * stride[i][d] : 0;
    int64_t part = arena_bytes / 4, start = (i + 1) * part - lowest * item_of(t);
    switch (data.ConsumeIntegralInRange(0, 7)) {
        case 6:
            start += data.ConsumeIntegralInRange<int64_t>(0, part / 2);
            break;
        case 7:  // exactly at the arena's end, where a tensor is dense: beyond it no memory is readable
            start = arena_bytes - item_of(t);
            for (int d = 0; d < t.ndim; d++) start -= (shape[i][d] - 1) * (t.strides ? std::abs(stride[i][d]) : 0) * item_of(t);
            start -= lowest * item_of(t);
            break;
        case 4:
        case 5:
            start = reinterpret_cast<uintptr_t>(tensors[0].data) - reinterpret_cast<uintptr_t>(arena) + int64_t(tensors[0].byte_offset);
            if (i > 0 && data.ConsumeBool()) start += data.ConsumeIntegralInRange<int64_t>(-64, 64);
            if (i > 0) break;
            start = part;
            break;
        default:
            break;
    }
    int64_t offset = data.ConsumeBool() ? data.ConsumeIntegralInRange<int64_t>(-100, 100) : 0;
    t.data = reinterpret_cast<void *>(reinterpret_cast<uintptr_t>(arena) + uintptr_t(start - offset));
    t.byte_offset = uint64_t(offset);
}

void fuzzed_call::parameters(FuzzedDataProvider &data) {
    if (one_in(data, 3)) slope = some_number(data);
    if (one_in(data, 3)) params.lower = some_number(data);
    if (one_in(data, 3)) params.upper = some_number(data);
    saved_is_output = data.ConsumeBool();
    if (data.ConsumeBool()) {
        params.seed = data.ConsumeIntegral<uint64_t>();
        params.stream = data.ConsumeIntegral<uint64_t>();
        params.offset = data.ConsumeIntegral<uint64_t>() >> data.ConsumeIntegralInRange(0, 63);
    }
    if (one_in(data, 3)) {
        for (int d = 0; d < tensors[0].ndim; d++)
            index_stride[d] = data.ConsumeBool() ? data.ConsumeIntegralInRange(-9, 9) : data.ConsumeIntegral<int64_t>();
        params.index_strides = index_stride;
    }
    if (!one_in(data, 3)) return;
    for (uint64_t &k : key) k = data.ConsumeIntegral<uint64_t>();
    params.key = key;
    if (data.ConsumeBool())
        params.key = reinterpret_cast<const uint64_t *>(arena + data.ConsumeIntegralInRange<int64_t>(0, arena_bytes / 8 - 3) * 8);
}

void fuzzed_call::circumstances(FuzzedDataProvider &data) {
    has_options = data.ConsumeBool();
    constexpr const char *names[] = {nullptr, "x86-64", "avx2", "avx512"}, *kinds[] = {nullptr, "plain", "streaming", "prefetch"};
    slopewise_options &o = options.known;
    o.struct_size = sizeof o;
    o.threads = data.ConsumeIntegralInRange(0, 3);
    o.variant = one_of(data, names);
    o.stores = one_of(data, kinds);
    if (one_in(data, 4)) o.parallel_for = backwards;
    if (one_in(data, 4)) control = foreign_controls()[data.ConsumeIntegralInRange<size_t>(0, foreign_controls().size() - 1)];
}

void fuzzed_call::spoil(FuzzedDataProvider &data) {
    slopewise_options &o = options.known;
    constexpr const char *names[] = {"", "cuda-80", "nonsense", "AVX2"};
    switch (data.ConsumeIntegralInRange(0, 15)) {
        case 0:
            has_params = !of->has(signature::random);
            break;
        case 1:
            o.struct_size = one_in(data, 4) ? data.ConsumeIntegral<size_t>() : data.ConsumeIntegralInRange<size_t>(0, 4100);
            break;
        case 2:
            o.struct_size = sizeof options.known + 16;
            options.unknown[data.ConsumeIntegralInRange(0, 31)] = 1;
            break;
        case 3:
            o.threads = -1;
            break;
        case 4:
            o.stores = one_of(data, names);
            break;
        case 5:
            o.variant = one_of(data, names);
            break;
        case 6:
            axis = data.ConsumeIntegral<int>();
            break;
        case 7:
            params.key = reinterpret_cast<const uint64_t *>(arena + data.ConsumeIntegralInRange(0, 4000));
            break;
        default:
            spoil_tensor(data, data.ConsumeIntegralInRange(0, of->count() - 1));
    }
}

void fuzzed_call::spoil_tensor(FuzzedDataProvider &data, int i) {
    DLTensor &t = tensors[i];
    int d = t.ndim > 0 && t.ndim < most_dims ? data.ConsumeIntegralInRange(0, t.ndim - 1) : 0;
    switch (data.ConsumeIntegralInRange(0, 11)) {
        case 0:
            t.dtype = {data.ConsumeIntegral<uint8_t>(), data.ConsumeIntegral<uint8_t>(), data.ConsumeIntegral<uint16_t>()};
            break;
        case 1:
            t.dtype = one_of(data, types).of;
            break;
        case 2:
            t.dtype.lanes = uint16_t(data.ConsumeIntegralInRange(0, 3));
            break;
        case 3:
            t.device = {DLDeviceType(data.ConsumeIntegralInRange(0, 17)), data.ConsumeIntegralInRange(-1, 2)};
            if (data.ConsumeBool()) tensors[0].device = tensors[1].device = tensors[2].device = t.device;
            break;
        case 4:
            t.ndim = data.ConsumeIntegralInRange(-2, 66);
            break;
        case 5:
            shape[i][d] = one_in(data, 3) ? data.ConsumeIntegral<int64_t>() : data.ConsumeIntegralInRange(-1, 6);
            break;
        case 6:
            stride[i][d] = one_in(data, 3) ? data.ConsumeIntegral<int64_t>() : data.ConsumeIntegralInRange(-9, 9);
            t.strides = stride[i];
            break;
        case 7:
            t.data = nullptr;
            break;
        case 8:
            t.byte_offset += one_in(data, 3) ? data.ConsumeIntegral<uint64_t>() : uint64_t(data.ConsumeIntegralInRange(-70, 70));
            break;
        case 9:
            t.shape = nullptr;
            break;
        case 10:
            given[i] = nullptr;
            break;
        default:
            for (int o = 0; o < 3; o++) shape[o][d] = data.ConsumeIntegral<int64_t>();
    }
}

}  // namespace slopewise::test

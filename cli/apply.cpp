#include "apply.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <slopewise/signatures.hpp>

#include "files.h"
#include "output/failure.h"
#include "output/printable.h"
#include "progress.h"
#include "staging.h"
#include "variants.h"

namespace slopewise::cli {
namespace {

/// Which file of the command line each tensor is, by its name in the signature.
bool is_gradient(std::string_view tensor) { return tensor == "grad_y"; }
bool is_noise(std::string_view tensor) { return tensor == "noise"; }

bool reads_noise(const signature &s) { return std::any_of(s.tensors, s.tensors + s.inputs, is_noise); }
bool writes_noise(const signature &s) { return std::any_of(s.tensors + s.inputs, s.tensors + s.count(), is_noise); }

/// A backward form from a saved tensor; from noise, IN is the gradient.
bool takes_gradient(const signature &s) { return is_gradient(s.tensors[0]) && !reads_noise(s); }

bool doubles(const signature &s) { return s.long_one >= s.inputs; }

/// The files of a call. What an operation does not have stays empty.
struct files {
    std::unique_ptr<input_file> in, grad, noise_in;
    std::unique_ptr<output_file> out, noise_out;
};

npy_header output_header(const apply_request &r, const input_file &in) {
    npy_header h = in.header();
    h.fortran_order = h.fortran_order && h.shape.size() > 1;
    if (h.descr[0] == '=') h.descr[0] = '<';
    if (!doubles(*find_signature(r.op))) return h;
    auto n = int(h.shape.size());
    int axis = r.axis < 0 ? r.axis + n : r.axis;
    if (axis < 0 || axis >= n)
        throw failure(r.op + ": --axis is " + std::to_string(r.axis) + ", but " + r.in + " has " + std::to_string(n) + " dimensions");
    if (__builtin_mul_overflow(h.shape[size_t(axis)], 2, &h.shape[size_t(axis)])) throw failure(r.in + ": too long to double");
    return h;
}

files open_files(const apply_request &r) {
    files f;
    f.in = std::make_unique<input_file>(r.in, r.bf16);
    if (!r.grad.empty()) f.grad = std::make_unique<input_file>(r.grad, r.bf16);
    const signature &s = *find_signature(r.op);
    if (reads_noise(s)) f.noise_in = std::make_unique<input_file>(r.noise, r.bf16);
    npy_header h = output_header(r, *f.in);
    f.out = std::make_unique<output_file>(r.out, h, f.in->tensor()->dtype);
    if (writes_noise(s) && !r.noise.empty()) f.noise_out = std::make_unique<output_file>(r.noise, h, f.in->tensor()->dtype);
    if (f.noise_out && f.noise_out->file.target == f.out->file.target) throw usage_error("OUT and --noise are the same file");
    return f;
}

DLTensor *tensor_of(const files &f, const signature &s, int i) {
    std::string_view name = s.tensors[i];
    if (is_noise(name)) return f.noise_in ? f.noise_in->tensor() : f.noise_out ? f.noise_out->tensor() : nullptr;
    if (i >= s.inputs) return f.out->tensor();
    return is_gradient(name) && f.grad ? f.grad->tensor() : f.in->tensor();
}

slopewise_status call(const apply_request &r, const files &f, const slopewise_options *o) {
    const signature &s = *find_signature(r.op);
    const DLTensor *tensors[4] = {};
    for (int i = 0; i < s.count(); i++) tensors[i] = tensor_of(f, s, i);
    return s.call(tensors, {r.slope, &r.params, r.axis, r.saved_output, o});
}

std::vector<array_file *> inputs(const files &f) {
    std::vector<array_file *> all = {f.in.get()};
    if (f.grad) all.push_back(f.grad.get());
    if (f.noise_in) all.push_back(f.noise_in.get());
    return all;
}

std::vector<array_file *> outputs(const files &f) {
    std::vector<array_file *> all = {f.out.get()};
    if (f.noise_out) all.push_back(f.noise_out.get());
    return all;
}

uint64_t traffic(const files &f) {
    uint64_t bytes = 0;
    for (const array_file *a : inputs(f)) bytes += a->bytes();
    for (const array_file *a : outputs(f)) bytes += a->bytes();
    return bytes;
}

/// In seconds, until `finish` has returned.
template <class Finish>
double timed_call(const apply_request &r, files &f, const slopewise_options &o, Finish finish) {
    auto begin = std::chrono::steady_clock::now();
    if (call(r, f, &o) != SLOPEWISE_OK) throw failure(slopewise_last_error());
    finish();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double call_on_device(const apply_request &r, files &f, slopewise_options o) {
    staging on(r.device);
    for (array_file *a : inputs(f)) on.bring(*a, true);
    for (array_file *a : outputs(f)) on.bring(*a, false);
    o.stream = on.stream;
    double seconds = timed_call(r, f, o, [&] { on.finish(); });
    for (array_file *a : outputs(f)) on.fetch(*a);
    return seconds;
}

std::string variant_used(const apply_request &r, files &f) {
    bool by_size = r.variant.empty() && r.device == "cpu";
    return by_size ? variant_of_call(r.op, f.in->tensor()->dtype, f.in->elements()) : chosen_variant(r.variant, r.device);
}

}  // namespace

std::string operation_names() {
    std::string all;
    for (const signature &s : signatures) all += (all.empty() ? "" : " ") + std::string(s.name);
    return all;
}

void check_usage(const apply_request &r) {
    const signature *s = find_signature(r.op);
    if (!s) throw usage_error("unknown operation \"" + r.op + "\", expected one of " + operation_names());
    if (takes_gradient(*s) && r.grad.empty()) throw usage_error(r.op + " needs --grad");
    if (!takes_gradient(*s) && !r.grad.empty()) throw usage_error(r.op + " does not take --grad");
    if (reads_noise(*s) && r.noise.empty()) throw usage_error(r.op + " needs --noise");
    if (!reads_noise(*s) && !writes_noise(*s) && !r.noise.empty()) throw usage_error(r.op + " does not take --noise");
    bool from_output = takes_gradient(*s) && !s->concatenates();
    if (r.saved_output && !from_output) throw usage_error(r.op + " does not take --saved-output");
    if (r.threads < 0) throw usage_error("--threads is " + std::to_string(r.threads) + ", expected 0 or more");
}

void apply(const apply_request &r) {
    auto line = std::make_unique<progress>(r.op);
    files f = open_files(r);
    line->amount(traffic(f));
    slopewise_options options = {};
    options.struct_size = sizeof options;
    options.variant = r.variant.empty() ? nullptr : r.variant.c_str();
    options.threads = r.threads;
    double seconds = r.device == "cpu" ? timed_call(r, f, options, [] {}) : call_on_device(r, f, options);
    std::vector<const replacement *> written = {&f.out->file};
    if (f.noise_out) written.push_back(&f.noise_out->file);
    commit(written);
    line.reset();
    print_line(stdout, "%s %s %lld elements %.3f ms %.2f GB/s", r.op.c_str(), variant_used(r, f).c_str(),
               static_cast<long long>(f.in->elements()), seconds * 1e3, seconds > 0 ? double(traffic(f)) / seconds * 1e-9 : 0.0);
}

}  // namespace slopewise::cli

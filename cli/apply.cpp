#include "apply.h"

#include <chrono>
#include <cstdio>
#include <memory>
#include <set>

#include "failure.h"
#include "files.h"
#include "progress.h"
#include "staging.h"
#include "variants.h"

namespace slopewise::cli {
namespace {

const std::set<std::string> forward = {"relu", "leaky_relu", "rrelu", "rrelu_eval", "crelu"};
const std::set<std::string> with_gradient = {"relu_backward", "leaky_relu_backward", "rrelu_backward", "crelu_backward"};

/// The files of a call. What an operation does not have stays empty.
struct files {
    std::unique_ptr<input_file> in, grad, noise_in;
    std::unique_ptr<output_file> out, noise_out;
};

npy_header output_header(const apply_request &r, const input_file &in) {
    npy_header h = in.header();
    h.fortran_order = h.fortran_order && h.shape.size() > 1;
    if (h.descr[0] == '=') h.descr[0] = '<';
    if (r.op != "crelu") return h;
    auto n = int(h.shape.size());
    int axis = r.axis < 0 ? r.axis + n : r.axis;
    if (axis < 0 || axis >= n)
        throw failure("crelu: --axis is " + std::to_string(r.axis) + ", but " + r.in + " has " + std::to_string(n) + " dimensions");
    if (__builtin_mul_overflow(h.shape[size_t(axis)], 2, &h.shape[size_t(axis)])) throw failure(r.in + ": too long to double");
    return h;
}

files open_files(const apply_request &r) {
    files f;
    f.in = std::make_unique<input_file>(r.in, r.bf16);
    if (!r.grad.empty()) f.grad = std::make_unique<input_file>(r.grad, r.bf16);
    if (r.op == "rrelu_backward_noise") f.noise_in = std::make_unique<input_file>(r.noise, r.bf16);
    npy_header h = output_header(r, *f.in);
    f.out = std::make_unique<output_file>(r.out, h, f.in->tensor()->dtype);
    if (r.op == "rrelu" && !r.noise.empty()) f.noise_out = std::make_unique<output_file>(r.noise, h, f.in->tensor()->dtype);
    if (f.noise_out && f.noise_out->file.target == f.out->file.target) throw usage_error("OUT and --noise are the same file");
    return f;
}

slopewise_status call(const apply_request &r, files &f, const slopewise_options *o) {
    DLTensor *in = f.in->tensor(), *out = f.out->tensor(), *grad = f.grad ? f.grad->tensor() : nullptr;
    int saved = r.saved_output;
    if (r.op == "relu") return slopewise_relu(in, out, o);
    if (r.op == "leaky_relu") return slopewise_leaky_relu(in, r.slope, out, o);
    if (r.op == "rrelu") return slopewise_rrelu(in, &r.params, out, f.noise_out ? f.noise_out->tensor() : nullptr, o);
    if (r.op == "rrelu_eval") return slopewise_rrelu_eval(in, r.params.lower, r.params.upper, out, o);
    if (r.op == "crelu") return slopewise_crelu(in, r.axis, out, o);
    if (r.op == "relu_backward") return slopewise_relu_backward(grad, in, out, o);
    if (r.op == "leaky_relu_backward") return slopewise_leaky_relu_backward(grad, in, saved, r.slope, out, o);
    if (r.op == "rrelu_backward") return slopewise_rrelu_backward(grad, in, saved, &r.params, out, o);
    if (r.op == "crelu_backward") return slopewise_crelu_backward(grad, in, r.axis, out, o);
    return slopewise_rrelu_backward_noise(in, f.noise_in->tensor(), out, o);
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

bool is_operation(const std::string &op) { return forward.count(op) || with_gradient.count(op) || op == "rrelu_backward_noise"; }

std::string operations() {
    std::string all = "rrelu_backward_noise";
    for (const auto &names : {forward, with_gradient}) {
        for (const std::string &name : names) all += " " + name;
    }
    return all;
}

}  // namespace

void check_usage(const apply_request &r) {
    if (!is_operation(r.op)) throw usage_error("unknown operation \"" + r.op + "\", expected one of " + operations());
    bool takes_grad = with_gradient.count(r.op) > 0;
    if (takes_grad && r.grad.empty()) throw usage_error(r.op + " needs --grad");
    if (!takes_grad && !r.grad.empty()) throw usage_error(r.op + " does not take --grad");
    if (r.op == "rrelu_backward_noise" && r.noise.empty()) throw usage_error(r.op + " needs --noise");
    if (r.op != "rrelu" && r.op != "rrelu_backward_noise" && !r.noise.empty()) throw usage_error(r.op + " does not take --noise");
    bool from_output = takes_grad && r.op != "crelu_backward";
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
    std::printf("%s %s %lld elements %.3f ms %.2f GB/s\n", r.op.c_str(), variant_used(r, f).c_str(),
                static_cast<long long>(f.in->elements()), seconds * 1e3, seconds > 0 ? double(traffic(f)) / seconds * 1e-9 : 0.0);
}

}  // namespace slopewise::cli

#include "cuda.h"

#include <cstdint>

#include "library.h"

namespace slopewise::devices {
namespace {

// As in cuda.h.
using result = int;
using context = struct CUctx_st *;
using stream = struct CUstream_st *;
constexpr unsigned non_blocking = 1;

struct driver {
    result (*init)(unsigned);
    result (*get_error_name)(result, const char **);
    result (*device_get_count)(int *);
    result (*device_get_name)(char *, int, int);
    result (*retain)(context *, int);
    result (*set_current)(context);
    result (*allocate)(uint64_t *, size_t);
    result (*release)(uint64_t);
    result (*upload)(uint64_t, const void *, size_t);
    result (*download)(void *, uint64_t, size_t);
    result (*copy)(uint64_t, uint64_t, size_t, stream);
    result (*create_stream)(stream *, unsigned);
    result (*destroy_stream)(stream);
    result (*synchronize)(stream);

    driver() {
        library cuda("libcuda.so.1");
        cuda.find("cuInit", init);
        cuda.find("cuGetErrorName", get_error_name);
        cuda.find("cuDeviceGetCount", device_get_count);
        cuda.find("cuDeviceGetName", device_get_name);
        cuda.find("cuDevicePrimaryCtxRetain", retain);
        cuda.find("cuCtxSetCurrent", set_current);
        cuda.find("cuMemAlloc_v2", allocate);
        cuda.find("cuMemFree_v2", release);
        cuda.find("cuMemcpyHtoD_v2", upload);
        cuda.find("cuMemcpyDtoH_v2", download);
        cuda.find("cuMemcpyDtoDAsync_v2", copy);
        cuda.find("cuStreamCreate", create_stream);
        cuda.find("cuStreamDestroy_v2", destroy_stream);
        cuda.find("cuStreamSynchronize", synchronize);
        check("cuInit", init(0));
    }

    void check(const char *what, result r) const {
        if (r == 0) return;
        const char *name = nullptr;
        (void)get_error_name(r, &name);
        throw std::runtime_error(std::string(what) + ": " + (name ? name : "unknown error"));
    }
    /// Devices are numbers from 0 on.
    std::string name_of(int number) const {
        char text[128] = "";
        check("cuDeviceGetName", device_get_name(text, sizeof text, number));
        return text;
    }
};

class cuda_device : public device {
public:
    cuda_device() {
        context primary;
        d.check("cuDevicePrimaryCtxRetain", d.retain(&primary, 0));
        d.check("cuCtxSetCurrent", d.set_current(primary));
    }
    ~cuda_device() override {
        for (stream s : streams) (void)d.destroy_stream(s);
    }
    std::string name() const override { return d.name_of(0); }
    DLDevice dlpack() const override { return {kDLCUDA, 0}; }
    void *allocate(size_t bytes) override {
        uint64_t address = 0;
        d.check("cuMemAlloc", d.allocate(&address, bytes ? bytes : 1));
        return reinterpret_cast<void *>(address);
    }
    void release(void *memory) override { (void)d.release(address_of(memory)); }
    void upload(void *to, const void *from, size_t bytes) override {
        d.check("cuMemcpyHtoD", d.upload(address_of(to), from, bytes));
        d.check("cuStreamSynchronize", d.synchronize(nullptr));  // other streams do not wait for it
    }
    void download(void *to, void *from, size_t bytes) override { d.check("cuMemcpyDtoH", d.download(to, address_of(from), bytes)); }
    void copy(void *to, void *from, size_t bytes, void *s) override {
        d.check("cuMemcpyDtoDAsync", d.copy(address_of(to), address_of(from), bytes, static_cast<stream>(s)));
    }
    void *new_stream() override {
        stream s;
        d.check("cuStreamCreate", d.create_stream(&s, non_blocking));
        streams.push_back(s);
        return s;
    }
    void finish(void *s) override { d.check("cuStreamSynchronize", d.synchronize(static_cast<stream>(s))); }

private:
    static uint64_t address_of(void *memory) { return reinterpret_cast<uintptr_t>(memory); }
    driver d;
    std::vector<stream> streams;
};

}  // namespace

std::vector<std::string> cuda_names() {
    driver d;
    int count = 0;
    d.check("cuDeviceGetCount", d.device_get_count(&count));
    std::vector<std::string> all(size_t(count), "");
    for (int i = 0; i < count; i++) all[size_t(i)] = d.name_of(i);
    return all;
}

std::unique_ptr<device> open_cuda() { return std::make_unique<cuda_device>(); }

}  // namespace slopewise::devices

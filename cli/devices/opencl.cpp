#include "opencl.h"

#include <cstdint>
#include <cstdlib>

#include "library.h"

namespace slopewise::devices {
namespace {

// As in CL/cl.h.
using result = int32_t;
using platform = struct _cl_platform_id *;
using device_handle = struct _cl_device_id *;
using context = struct _cl_context *;
using queue = struct _cl_command_queue *;
using buffer = struct _cl_mem *;
constexpr uint64_t all_types = 0xffffffff, read_write = 1;
constexpr uint32_t platform_name = 0x0902, device_name = 0x102b, wait = 1;

struct driver {
    result (*get_platforms)(uint32_t, platform *, uint32_t *);
    result (*get_platform_info)(platform, uint32_t, size_t, void *, size_t *);
    result (*get_devices)(platform, uint64_t, uint32_t, device_handle *, uint32_t *);
    result (*get_device_info)(device_handle, uint32_t, size_t, void *, size_t *);
    context (*create_context)(const intptr_t *, uint32_t, const device_handle *, void *, void *, result *);
    queue (*create_queue)(context, device_handle, uint64_t, result *);
    buffer (*create_buffer)(context, uint64_t, size_t, void *, result *);
    result (*write)(queue, buffer, uint32_t, size_t, size_t, const void *, uint32_t, const void *, void *);
    result (*read)(queue, buffer, uint32_t, size_t, size_t, void *, uint32_t, const void *, void *);
    result (*copy)(queue, buffer, buffer, size_t, size_t, size_t, uint32_t, const void *, void *);
    result (*finish)(queue);
    result (*release_buffer)(buffer);
    result (*release_queue)(queue);
    result (*release_context)(context);

    driver() {
        library cl("libOpenCL.so.1");
        cl.find("clGetPlatformIDs", get_platforms);
        cl.find("clGetPlatformInfo", get_platform_info);
        cl.find("clGetDeviceIDs", get_devices);
        cl.find("clGetDeviceInfo", get_device_info);
        cl.find("clCreateContext", create_context);
        cl.find("clCreateCommandQueue", create_queue);
        cl.find("clCreateBuffer", create_buffer);
        cl.find("clEnqueueWriteBuffer", write);
        cl.find("clEnqueueReadBuffer", read);
        cl.find("clEnqueueCopyBuffer", copy);
        cl.find("clFinish", finish);
        cl.find("clReleaseMemObject", release_buffer);
        cl.find("clReleaseCommandQueue", release_queue);
        cl.find("clReleaseContext", release_context);
    }

    static void check(const char *what, result r) {
        if (r != 0) throw std::runtime_error(std::string(what) + ": error " + std::to_string(r));
    }
};

struct found_device {
    device_handle handle;
    std::string platform, name;
};

std::vector<found_device> find_devices(const driver &d) {
    platform platforms[16];
    uint32_t platform_count = 0;
    std::vector<found_device> all;
    if (d.get_platforms(16, platforms, &platform_count) != 0) return all;
    for (uint32_t p = 0; p < platform_count && p < 16; p++) {
        device_handle handles[64];
        uint32_t count = 0;
        char text[256] = "";
        (void)d.get_platform_info(platforms[p], platform_name, sizeof text, text, nullptr);
        std::string name = text;
        if (d.get_devices(platforms[p], all_types, 64, handles, &count) != 0) continue;
        for (uint32_t i = 0; i < count && i < 64; i++) {
            text[0] = '\0';
            (void)d.get_device_info(handles[i], device_name, sizeof text, text, nullptr);
            all.push_back({handles[i], name, text});
        }
    }
    return all;
}

std::string wanted(const char *variable) {
    const char *value = std::getenv(variable);
    return value ? value : "";
}

found_device choose(const std::vector<found_device> &all) {
    std::string platform = wanted("SLOPEWISE_OPENCL_PLATFORM"), name = wanted("SLOPEWISE_OPENCL_DEVICE");
    for (const found_device &one : all) {
        if (one.platform.find(platform) != std::string::npos && one.name.find(name) != std::string::npos) return one;
    }
    throw std::runtime_error("OpenCL has " + std::to_string(all.size()) + " devices, and none on a platform named \"" + platform +
                             "\" that is named \"" + name + "\"");
}

class opencl_device : public device {
public:
    opencl_device() : chosen(choose(find_devices(d))) {
        result r;
        in = d.create_context(nullptr, 1, &chosen.handle, nullptr, nullptr, &r);
        driver::check("clCreateContext", r);
        copies = static_cast<queue>(new_stream());
    }
    ~opencl_device() override {
        for (queue q : queues) (void)d.release_queue(q);
        (void)d.release_context(in);
    }
    std::string name() const override { return chosen.name; }
    DLDevice dlpack() const override { return {kDLOpenCL, 0}; }
    void *allocate(size_t bytes) override {
        result r;
        buffer b = d.create_buffer(in, read_write, bytes ? bytes : 1, nullptr, &r);
        driver::check("clCreateBuffer", r);
        return b;
    }
    void release(void *memory) override { (void)d.release_buffer(static_cast<buffer>(memory)); }
    void upload(void *to, const void *from, size_t bytes) override {
        if (bytes)
            driver::check("clEnqueueWriteBuffer", d.write(copies, static_cast<buffer>(to), wait, 0, bytes, from, 0, nullptr, nullptr));
    }
    void download(void *to, void *from, size_t bytes) override {
        if (bytes) driver::check("clEnqueueReadBuffer", d.read(copies, static_cast<buffer>(from), wait, 0, bytes, to, 0, nullptr, nullptr));
    }
    void copy(void *to, void *from, size_t bytes, void *stream) override {
        auto *q = static_cast<queue>(stream);
        driver::check("clEnqueueCopyBuffer",
                      d.copy(q, static_cast<buffer>(from), static_cast<buffer>(to), 0, 0, bytes, 0, nullptr, nullptr));
    }
    void *new_stream() override {
        result r;
        queue q = d.create_queue(in, chosen.handle, 0, &r);
        driver::check("clCreateCommandQueue", r);
        queues.push_back(q);
        return q;
    }
    void finish(void *stream) override { driver::check("clFinish", d.finish(static_cast<queue>(stream))); }

private:
    driver d;
    found_device chosen;
    context in = nullptr;
    queue copies = nullptr;
    std::vector<queue> queues;
};

}  // namespace

std::vector<std::string> opencl_names() {
    std::vector<std::string> all;
    for (const found_device &one : find_devices(driver())) all.push_back(one.name + " (" + one.platform + ")");
    return all;
}

std::unique_ptr<device> open_opencl() { return std::make_unique<opencl_device>(); }

}  // namespace slopewise::devices

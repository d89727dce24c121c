// Modules of PTX.
#include "state.h"

using namespace slopewise::test;
using namespace slopewise::test::cuda;

namespace {

/// PTX for a newer device does not compile.
bool is_for(const ptx::kernel &kernel, const context &c) {
    int capability = all().shown.capabilities[size_t(c.device)];
    return kernel.target.rfind("sm_", 0) == 0 && std::stoi(kernel.target.substr(3)) <= capability;
}

}  // namespace

extern "C" {

int cuModuleLoadData(module **loaded, const void *text) {
    return entered(__func__, [&]() -> int {
        everything &a = all();
        int error;
        context *c = current_context(&error);
        if (!c) return error;
        if (breaks_capture()) return fail(capture_unsupported, "a module is loaded while a stream is captured");
        try {
            const char *ptx = static_cast<const char *>(text);
            ptx::kernel kernel = ptx::parse(ptx);
            if (!is_for(kernel, *c)) return fail(invalid_ptx, "the PTX is for " + kernel.target + ", which the device is not");
            *loaded = a.modules.add(c, a.shown.modules.size(), std::move(kernel));
            a.shown.modules.push_back(ptx);
            return success;
        } catch (const ptx::syntax_error &e) {
            return fail(invalid_ptx, std::string("PTX: ") + e.what());
        }
    });
}

int cuModuleUnload(module *m) {
    return entered(__func__, [&] { return all().modules.remove(m) ? success : invalid_handle; });
}

/// A module is its own function: it has no other.
int cuModuleGetFunction(module **function, module *m, const char *name) {
    return entered(__func__, [&] {
        if (!all().modules.find(m)) return invalid_handle;
        if (m->kernel.name != name) return not_found;
        *function = m;
        return success;
    });
}
}

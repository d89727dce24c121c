#pragma once

#include <dlfcn.h>

#include <stdexcept>
#include <string>

namespace slopewise::devices {

/// A driver's library; stays open.
class library {
public:
    explicit library(const char *name) : handle(dlopen(name, RTLD_NOW | RTLD_LOCAL)) {
        if (handle) return;
        const char *reason = dlerror();
        throw std::runtime_error(reason ? reason : name);
    }

    template <class Function>
    void find(const char *name, Function *&function) const {
        function = reinterpret_cast<Function *>(dlsym(handle, name));
        if (!function) throw std::runtime_error(std::string("the driver lacks ") + name);
    }

private:
    void *handle;
};

}  // namespace slopewise::devices

#include "gpu/shared_object.h"

#include <dlfcn.h>
#include <link.h>

#include <cstdio>

namespace slopewise {
namespace {

void stay_loaded() {
    Dl_info self;
    if (dladdr(reinterpret_cast<void *>(&stay_loaded), &self) && self.dli_fname) {
        (void)dlopen(self.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
    }
}

/// A program without a loader's path was linked with -static: glibc has a loader for it, in which drivers crash.
bool is_static_program() {
    auto look = [](dl_phdr_info *program, size_t, void *has_loader) {
        for (int i = 0; i < program->dlpi_phnum; i++) {
            if (program->dlpi_phdr[i].p_type == PT_INTERP) *static_cast<bool *>(has_loader) = true;
        }
        return 1;  // the program comes first
    };
    bool has_loader = false;
    (void)dl_iterate_phdr(look, &has_loader);
    return !has_loader;
}

void *open_first(const char *const *names, size_t count, char *problem, size_t capacity) {
    for (size_t i = 0; i < count; i++) {
        if (void *library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL)) return library;
        const char *reason = dlerror();
        if (i == 0) std::snprintf(problem, capacity, "no driver: %.160s", reason ? reason : names[i]);
    }
    return nullptr;
}

}  // namespace

bool open_driver(const char *const *names, size_t name_count, const symbol *symbols, size_t symbol_count, char *problem, size_t capacity) {
    if (is_static_program()) {
        std::snprintf(problem, capacity, "no driver: a static program cannot load one");
        return false;
    }
    void *library = open_first(names, name_count, problem, capacity);
    if (!library) return false;
    problem[0] = '\0';
    for (size_t i = 0; i < symbol_count; i++) {
        *symbols[i].address = dlsym(library, symbols[i].name);
        if (*symbols[i].address) continue;
        std::snprintf(problem, capacity, "the driver lacks %s", symbols[i].name);
        dlclose(library);
        return false;
    }
    stay_loaded();
    return true;
}

}  // namespace slopewise

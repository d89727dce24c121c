#include "peer.h"

#include <dlfcn.h>

#include <filesystem>

namespace slopewise::bench {
namespace {

void load(known_peer &p) {
    auto file = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "peers" / p.module;
    if (!std::filesystem::exists(file)) {
        p.reason = "its package was not found when this bench was built";
        return;
    }
    void *module = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    auto *entry = module ? reinterpret_cast<peer_entry *>(dlsym(module, "slopewise_bench_peer")) : nullptr;
    if (entry) p.found = entry();
    if (!p.found) p.reason = std::string("it does not load: ") + dlerror();
}

}  // namespace

const std::vector<known_peer> &peers() {
    static const std::vector<known_peer> all = [] {
        std::vector<known_peer> list = {{"PyTorch", "slopewise_peer_torch.so", nullptr, {}},
                                        {"oneDNN", "slopewise_peer_onednn.so", nullptr, {}},
                                        {"XNNPACK", "slopewise_peer_xnnpack.so", nullptr, {}}};
        for (known_peer &p : list) load(p);
        return list;
    }();
    return all;
}

}  // namespace slopewise::bench

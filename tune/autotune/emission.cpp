#include "autotune/emission.h"

#include <dlfcn.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include "autotune/process.h"

namespace slopewise::autotune {
namespace {

using command = std::vector<std::string>;

constexpr double seconds_allowed = 60;
constexpr const char *function = "slopewise_candidate";

command generator_command(const workshop &w, const row &r, const std::string &base, const char *emits) {
    command c = {r.program, "-g", r.generator, "-f", function, "-n", base, "-o", w.folder, "-e", emits, "target=" + r.target};
    c.insert(c.end(), r.fixed.begin(), r.fixed.end());
    return c;
}

command stores_command(const workshop &w, const row &r, const candidate &c, const std::string &path) {
    std::string outputs, kind = r.stores == "prefetch" ? "prefetch=" + c.at("distance") : r.stores;
    for (const std::string &o : r.outputs) outputs += (outputs.empty() ? "" : ",") + o;
    return {w.stores_program, kind, outputs, path + ".bc", path + ".o"};
}

/// Runs the commands, links and loads. Nothing is left behind.
emitted finish(const workshop &w, const std::string &base, std::vector<command> commands) {
    std::string path = w.folder + "/" + base;
    commands.push_back({w.compiler, "-shared", "-nostdlib", "-o", path + ".so", path + ".o"});
    emitted result;
    try {
        for (const command &c : commands) {
            if (result.refusal.empty()) result.refusal = run_program(c, seconds_allowed);
        }
        if (result.refusal.empty()) result.kernel = std::make_shared<loaded_kernel>(path + ".so", std::string(function) + "_argv");
    } catch (const std::runtime_error &e) {
        result.refusal = e.what();
    }
    for (const char *ending : {".bc", ".o", ".so"}) std::filesystem::remove(path + ending);
    return result;
}

std::string file_name(const row &r, const candidate &c) {
    std::string name = r.name() + " " + text_of(c);
    std::replace(name.begin(), name.end(), ' ', '-');
    return name;
}

}  // namespace

loaded_kernel::loaded_kernel(const std::string &path, const std::string &symbol)
    : library(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL), [](void *handle) {
          if (handle) dlclose(handle);
      }) {
    if (!library) throw std::runtime_error(dlerror());
    entry = reinterpret_cast<kernel_function>(dlsym(library.get(), symbol.c_str()));
    if (!entry) throw std::runtime_error(path + " has no function " + symbol);
}

emitted emit(const workshop &w, const row &r, const candidate &c) {
    std::string base = file_name(r, c);
    bool plain = r.stores == "plain";
    command generate = generator_command(w, r, base, plain ? "object" : "bitcode");
    for (const auto &[name, value] : c) {
        if (name != generators::tunable::distance.name) generate.push_back(name + "=" + value);
    }
    std::vector<command> commands = {generate};
    if (!plain) commands.push_back(stores_command(w, r, c, w.folder + "/" + base));
    return finish(w, base, commands);
}

std::vector<emitted> emit_all(const workshop &w, const row &r, const std::vector<candidate> &all) {
    std::vector<emitted> results(all.size());
    std::atomic<size_t> next{0};
    auto work = [&] {
        for (size_t i; (i = next++) < all.size();) results[i] = emit(w, r, all[i]);
    };
    std::vector<std::thread> workers;
    for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency()); i++) workers.emplace_back(work);
    for (std::thread &t : workers) t.join();
    return results;
}

emitted emit_scheduled(const workshop &w, const row &plain_statement, const std::string &scheduler, const std::string &plugin) {
    std::string base = file_name(plain_statement, {{"autoscheduler", scheduler}});
    command generate = generator_command(w, plain_statement, base, "object");
    generate.insert(generate.end(), {"-p", plugin, "autoscheduler=" + scheduler, "autoscheduler.parallelism=1"});
    return finish(w, base, {generate});
}

}  // namespace slopewise::autotune

#include "autotune/emission.h"

#include <dlfcn.h>
#include <sys/wait.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <thread>

namespace slopewise::autotune {
namespace {

using command = std::vector<std::string>;

constexpr double seconds_allowed = 60;
constexpr const char *function = "slopewise_candidate";

/// As one word of a shell.
std::string quoted(std::string word) {
    for (size_t at = 0; (at = word.find('\'', at)) != std::string::npos; at += 4) word.replace(at, 1, "'\\''");
    return "'" + word + "'";
}

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

emitted loaded(const std::string &path) {
    emitted e = {nullptr, "", {dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL), [](void *handle) { return handle && dlclose(handle); }}};
    if (e.library) e.function = reinterpret_cast<kernel_function>(dlsym(e.library.get(), (std::string(function) + "_argv").c_str()));
    if (!e.function) e.refusal = dlerror();
    return e;
}

/// Runs the commands, links and loads. Nothing is left behind.
emitted finish(const workshop &w, const std::string &base, std::vector<command> commands) {
    std::string path = w.folder + "/" + base, refusal;
    commands.push_back({w.compiler, "-shared", "-nostdlib", "-o", path + ".so", path + ".o"});
    for (const command &c : commands) {
        if (refusal.empty()) refusal = run_program(c, seconds_allowed);
    }
    emitted result = refusal.empty() ? loaded(path + ".so") : emitted{nullptr, refusal, {}};
    for (const char *ending : {".bc", ".o", ".so"}) std::filesystem::remove(path + ending);
    return result;
}

std::string file_name(const row &r, const candidate &c) {
    std::string name = r.name() + " " + text_of(c);
    std::replace(name.begin(), name.end(), ' ', '-');
    return name;
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

}  // namespace

// timeout(1) makes a process group of its own, ends with 124 where the time is over, and dies as the program does.
std::string run_program(const std::vector<std::string> &command, double seconds_allowed) {
    std::string line = "exec timeout " + std::to_string(seconds_allowed), text;
    for (const std::string &word : command) line += " " + quoted(word);
    FILE *error = popen((line + " 2>&1 >/dev/null").c_str(), "re");
    if (!error) throw std::system_error(errno, std::generic_category(), command[0]);
    char buffer[4096];
    while (size_t got = std::fread(buffer, 1, sizeof buffer, error)) text.append(buffer, got);
    int status = pclose(error);
    if (WIFSIGNALED(status)) return std::string("died of ") + strsignal(WTERMSIG(status));
    if (WEXITSTATUS(status) == 0) return {};
    if (WEXITSTATUS(status) == 124) return "took more than " + std::to_string(int(seconds_allowed)) + " s";
    text.erase(text.find_last_not_of(" \n") + 1);
    return text.empty() ? "ended with status " + std::to_string(WEXITSTATUS(status)) : text.substr(text.find_last_of('\n') + 1);
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

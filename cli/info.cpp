#include "info.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "devices/device.h"
#include "measurement/machine.h"
#include "output/printable.h"
#include "variants.h"

namespace slopewise::cli {
namespace {

using nlohmann::ordered_json;

/// Those whose size is known.
ordered_json caches(const ordered_json &machine) {
    ordered_json sizes = ordered_json::object();
    for (const char *level : {"l1", "l2", "l3"}) {
        if (machine[level] > 0) sizes[std::string("L") + level[1]] = machine[level];
    }
    return sizes;
}

/// As the library reads it.
bool is_positive_number(const char *text) {
    char *end;
    errno = 0;
    long value = std::strtol(text, &end, 10);
    return end != text && !*end && !errno && value > 0;
}

/// What the environment sets that has no effect, or a wrong one.
ordered_json problems() {
    ordered_json list = ordered_json::array();
    std::string variant = environment_problem();
    if (!variant.empty()) list.push_back(variant);
    const char *forced = std::getenv("SLOPEWISE_VARIANT");
    for (const slopewise_variant &v : all_variants()) {  // of a GPU: it binds no CPU tensor, so no call has complained
        if (forced && v.name == std::string(forced) && !v.usable && variant.empty())
            list.push_back("SLOPEWISE_VARIANT: \"" + std::string(forced) + "\" cannot run here: " + v.reason);
    }
    const char *threads = std::getenv("SLOPEWISE_THREADS");
    if (threads && !is_positive_number(threads)) {
        list.push_back("SLOPEWISE_THREADS: \"" + std::string(threads) + "\" is not a positive number and is ignored");
    }
    return list;
}

/// On the CPU one variant, or several where this machine's measurements say so.
bool is_chosen(const slopewise_variant &v, const ordered_json &machine) {
    const char *forced = std::getenv("SLOPEWISE_VARIANT");
    std::string device = v.device;
    if (device != "cpu" || (forced && *forced)) return chosen_variant("", device) == v.name;
    for (const ordered_json &of_operation : machine["variants"]) {
        for (const ordered_json &name : of_operation) {
            if (name == v.name) return true;
        }
    }
    return false;
}

ordered_json gather() {
    const ordered_json known = machine();
    ordered_json info = {
        {"version", slopewise_version()},
        {"cpu",
         {{"name", measurement::cpu_name()}, {"threads", std::thread::hardware_concurrency()}, {"caches", caches(known["machine"])}}},
        {"devices", ordered_json::array()},
        {"variants", ordered_json::array()},
        {"choices", known["source"]},
        {"wisdom", known["wisdom"]},
        {"problems", problems()}};
    for (const char *kind : {"cuda", "opencl"}) {
        for (const std::string &name : devices::names(kind)) info["devices"].push_back({{"device", kind}, {"name", name}});
    }
    for (const slopewise_variant &v : all_variants()) {
        bool chosen = is_chosen(v, known);
        info["variants"].push_back(
            {{"name", v.name}, {"device", v.device}, {"usable", bool(v.usable)}, {"chosen", chosen}, {"reason", v.reason}});
    }
    return info;
}

/// Which file of measurements is in use, or why none is.
std::string wisdom_text(const ordered_json &wisdom) {
    std::string state = wisdom["state"], file = wisdom["file"], reason = wisdom["reason"];
    if (state == "used") return file;
    if (file.empty()) return "none (" + reason + ")";
    return (state == "ignored" ? "ignored: " : "none: ") + file + ": " + reason;
}

void print_text(const ordered_json &info) {
    auto text = [](const ordered_json &j) { return j.get<std::string>(); };
    print_line(stdout, "slopewise %s", text(info["version"]).c_str());
    std::string sizes;
    for (const auto &[name, bytes] : info["cpu"]["caches"].items())
        sizes += ", " + name + " " + std::to_string(bytes.get<long>() / 1024) + " KiB";
    print_line(stdout, "CPU: %s, %u threads%s", text(info["cpu"]["name"]).c_str(), info["cpu"]["threads"].get<unsigned>(), sizes.c_str());
    for (const ordered_json &d : info["devices"]) print_line(stdout, "%s: %s", text(d["device"]).c_str(), text(d["name"]).c_str());
    print_line(stdout, "variants, best first:");
    for (const ordered_json &v : info["variants"]) {
        std::string state = v["chosen"] ? "chosen" : v["usable"] ? "usable" : text(v["reason"]);
        print_line(stdout, "  %-10s %-7s %s", text(v["name"]).c_str(), text(v["device"]).c_str(), state.c_str());
    }
    print_line(stdout, "choices: %s", text(info["choices"]).c_str());
    print_line(stdout, "wisdom: %s", wisdom_text(info["wisdom"]).c_str());
    for (const ordered_json &p : info["problems"]) print_line(stdout, "problem: %s", text(p).c_str());
}

}  // namespace

void print_info(bool json) {
    ordered_json info = gather();
    if (json) {  // in ASCII: DEL and the control characters from U+0080 on would reach a terminal as themselves
        std::cout << info.dump(2, ' ', true, ordered_json::error_handler_t::replace) << '\n';
    } else {
        print_text(info);
    }
}

}  // namespace slopewise::cli

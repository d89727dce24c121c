#include "session.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <stdexcept>

#include "machine.h"
#include "measurement/machine.h"
#include "measurement/statistics.h"
#include "peers/peer.h"
#include "summary.h"

namespace slopewise::bench {
namespace {

using measurement::series;

constexpr const char *role_names[] = {"subject", "variant", "bound", "limit", "peer"};
constexpr const char *repeat_name = "the first again";

/// Six digits are more than a clock can give.
double rounded(double nanoseconds) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", nanoseconds);
    return std::atof(text);
}

nlohmann::json list_of(const std::vector<double> &values) {
    nlohmann::json list = nlohmann::json::array();
    for (double v : values) list.push_back(rounded(v));
    return list;
}

nlohmann::json json_of(const series &s, const char *is, const entry &e) {
    nlohmann::json j = {{"name", s.name}, {"role", is}, {"calls_a_round", s.repetitions}, {"ns", list_of(s.rounds)}};
    if (!e.peer.empty()) j["peer"] = e.peer;
    if (e.bytes > 0) j["bytes"] = e.bytes;
    if (s.calls.empty()) return j;
    j["calls"] = {{"count", s.calls.size()}};
    for (auto [name, q] : {std::pair{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}}) {
        j["calls"][name] = rounded(measurement::quantile(s.calls, q));
    }
    return j;
}

nlohmann::json json_of(const group &g, const std::vector<series> &all) {
    nlohmann::json cases = nlohmann::json::array();
    for (size_t i = 0; i < g.entries.size(); i++) cases.push_back(json_of(all[i], role_names[int(g.entries[i].is)], g.entries[i]));
    cases.push_back(json_of(all.back(), "repeat", g.entries.front()));
    return {{"section", g.section},     {"op", g.op},       {"type", g.type},
            {"elements", g.elements},   {"bytes", g.bytes}, {"form", g.form},
            {"condition", g.condition}, {"block", g.block}, {"cases", cases}};
}

nlohmann::json json_of_peers() {
    nlohmann::json list = nlohmann::json::array();
    for (const known_peer &p : peers()) {
        nlohmann::json j = {{"name", p.name}, {"found", p.found != nullptr}};
        p.found ? j["version"] = p.found->version : j["reason"] = p.reason;
        list.push_back(j);
    }
    return list;
}

void print_heading(const nlohmann::json &machine) {
    std::printf("%s, %d CPUs, %s; best variant %s\n", machine["cpu"].get<std::string>().c_str(), machine["cpus"].get<int>(),
                machine["compiler"].get<std::string>().c_str(), machine["variants"][0].get<std::string>().c_str());
    for (const known_peer &p : peers()) {
        std::printf("%s: %s\n", p.name, p.found ? p.found->version.c_str() : ("missing, " + p.reason).c_str());
    }
    std::fflush(stdout);
}

}  // namespace

group group_of(std::string section, const problem &p) {
    group g = {std::move(section), traits_of(p.op).name, name_of(p.type), p.n, p.bytes_in_and_out()};
    if (p.in_place) g.form = "in place";
    return g;
}

session::session(const options &o) : chosen(o) {
    // A quarter of an hour later would be late to find out.
    if (!o.json.empty() && !std::ofstream(o.json, std::ios::app)) throw std::runtime_error("cannot write \"" + o.json + "\"");
    results = {{"schema", 1},      {"machine", describe_machine()}, {"peers", json_of_peers()},
               {"quick", o.quick}, {"sections", o.sections},        {"threads", o.threads}};
    results["groups"] = nlohmann::json::array();
    print_heading(results["machine"]);
}

measurement::settings session::settings_for(int64_t bytes) const {
    measurement::settings s;
    s.slice = bytes < (1 << 20) ? 500e3 : 2e6;
    s.warm_calls = bytes < largest_cached_bytes ? 1 : 0;
    s.least_rounds = chosen.quick ? 5 : 9;
    s.most_rounds = chosen.quick ? 15 : 81;
    s.budget = chosen.quick ? 0.5e9 : 8e9;
    return s;
}

bool session::fits(const group &g, size_t bytes) {
    size_t available = measurement::detect_memory().available + arrays.held();
    if (bytes < available * 3 / 4) return true;
    std::printf("%s %s %s %lld: left out, needs %zu MiB of %zu MiB\n", g.section.c_str(), g.op.c_str(), g.type.c_str(),
                static_cast<long long>(g.elements), bytes >> 20, available >> 20);
    return false;
}

void session::measure(const group &g, const measurement::settings &s) {
    std::vector<measurement::contender> contenders;
    for (const entry &e : g.entries) contenders.push_back(e.run);
    auto now = measurement::steady_clock();
    measurement::bystanders bystanders(now);
    auto all = measurement::measure(measurement::with_repeat(contenders, 0, repeat_name), s, now);
    double others = bystanders.cpus();
    results["groups"].push_back(json_of(g, all));
    results["groups"].back()["others"] = rounded(others);
    print_line(g, all, others);
}

void session::write() const {
    if (chosen.json.empty()) return;
    std::ofstream file(chosen.json);
    file << results.dump() << '\n';
    if (!file.flush()) throw std::runtime_error("cannot write \"" + chosen.json + "\"");
    std::printf("wrote %s: %zu groups\n", chosen.json.c_str(), results["groups"].size());
}

}  // namespace slopewise::bench

// What the wisdom in use measured, beside what the library says of a call.
#include <cstdio>
#include <fstream>

#include "machine.h"
#include "tune/session.h"
#include "tune/tune.h"

namespace slopewise::cli {
namespace {

using nlohmann::ordered_json;

/// "streaming: 1.05x at 8.0 MiB, 0.88x at 11.3 MiB"
std::string ladder_text(const std::string &what, const ordered_json &ladder, double unit, const char *unit_name) {
    std::string text = "  " + what + ":";
    for (const ordered_json &rung : ladder) {
        char one[64];
        std::snprintf(one, sizeof one, "%s %.2fx at %.4g %s", text.back() == ':' ? "" : ",", double(rung[1]), double(rung[0]) / unit,
                      unit_name);
        text += one;
    }
    return text + "\n";
}

const measured_pattern *pattern_of(const std::string &op) {
    const std::string base = op == "leaky_relu" || op == "rrelu_eval"                      ? "relu"
                             : op == "leaky_relu_backward" || op == "rrelu_backward_noise" ? "relu_backward"
                                                                                           : op;
    for (const measured_pattern &p : measured_patterns) {
        if (base == contenders::traits_of(p.op).name) return &p;
    }
    return nullptr;
}

ordered_json wisdom_in_use() {
    ordered_json state = machine()["wisdom"];
    if (state["state"] != "used") return {};
    std::ifstream file(state["file"].get<std::string>());
    return ordered_json::parse(file, nullptr, false);
}

}  // namespace

std::string evidence_for(const std::string &op) {
    ordered_json wisdom = wisdom_in_use();
    const measured_pattern *p = pattern_of(op);
    if (!wisdom.is_object() || !wisdom.contains("evidence") || !p) return "";
    constexpr double mebibyte = 1 << 20, kibi = 1 << 10;
    std::string text;
    for (const char *part : {"stores", "threads"}) {
        const ordered_json ladders = wisdom["evidence"].value(part, ordered_json::object()).value(p->name, ordered_json::object());
        bool elements = part[0] == 't' && p->by_elements;
        for (const auto &[what, ladder] : ladders.items()) {
            text += ladder_text(what, ladder, elements ? kibi : mebibyte, elements ? "Ki elements" : "MiB");
        }
    }
    return text.empty() ? "" : "measured here, the time of each alternative to that of plain stores or one thread:\n" + text;
}

}  // namespace slopewise::cli

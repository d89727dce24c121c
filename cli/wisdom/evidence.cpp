// What the wisdom in use measured, beside what the library says of a call.
#include <cstdio>

#include "output/printable.h"
#include "variants.h"
#include "wisdom/session.h"
#include "wisdom/tune.h"
#include "wisdom/wisdom_file.h"

namespace slopewise::cli {
namespace {

using nlohmann::ordered_json;

/// The library has looked at the parts of a wisdom file that it uses, and at no other.
const ordered_json &member(const ordered_json &of, const std::string &name) {
    static const ordered_json nothing = ordered_json::object();
    auto found = of.is_object() ? of.find(name) : of.end();
    return of.is_object() && found != of.end() && found->is_object() ? *found : nothing;
}

bool is_rung(const ordered_json &j) { return j.is_array() && j.size() >= 2 && j[0].is_number() && j[1].is_number(); }

/// "avx2: 1.05x at 8.0 MiB, 0.88x at 11.3 MiB"
std::string ladder_text(const std::string &what, const ordered_json &ladder) {
    std::string text = "  " + beginning(what) + ":";
    for (const ordered_json &rung : ladder) {
        if (!is_rung(rung)) return "";
        char one[64];
        std::snprintf(one, sizeof one, "%s %.2fx at %.4g MiB", text.back() == ':' ? "" : ",", rung[1].get<double>(),
                      rung[0].get<double>() / (1 << 20));
        text += one;
    }
    return ladder.empty() ? "" : text;
}

ordered_json wisdom_in_use() {
    ordered_json state = machine()["wisdom"];
    return state["state"] == "used" ? read_wisdom(state["file"]) : ordered_json();
}

}  // namespace

void print_evidence(const std::string &op) {
    const ordered_json wisdom = wisdom_in_use();
    bool first = true;
    for (const auto &[variant, ladder] : member(member(member(wisdom, "evidence"), "variants"), op).items()) {
        std::string text = ladder_text(variant, ladder);
        if (text.empty()) continue;
        if (first) print_line(stdout, "measured here, the time of each variant to that of the built-in one:");
        print_line(stdout, "%s", text.c_str());
        first = false;
    }
}

}  // namespace slopewise::cli

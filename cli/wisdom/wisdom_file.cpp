#include "wisdom/wisdom_file.h"

#include <cctype>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "output/failure.h"
#include "output/printable.h"

namespace slopewise::cli {
namespace {

using nlohmann::ordered_json;

/// "plain; from 64 Ki elements plain on all threads"
std::string steps_text(const ordered_json &steps) {
    std::string text;
    for (const ordered_json &step : steps) {
        auto from = step["from"].get<double>();
        char size[32];
        std::snprintf(size, sizeof size, from < 1 << 20 ? ", from %.3gKi " : ", from %.3gMi ", from / (from < 1 << 20 ? 1 << 10 : 1 << 20));
        text += (text.empty() ? "" : size) + step["stores"].get<std::string>();
        if (step["threads"] == "all") text += " on all threads";
    }
    return text;
}

std::unique_ptr<replacement> in_its_folder(const std::string &path) {
    std::error_code error;
    std::filesystem::path folder = std::filesystem::path(path).parent_path();
    if (!folder.empty()) std::filesystem::create_directories(folder, error);
    if (error) throw failure(folder.string() + ": cannot be made: " + error.message());
    return std::make_unique<replacement>(path);
}

}  // namespace

wisdom_files::wisdom_files(const std::string &path, const std::string &share) : own(in_its_folder(path)) {
    if (share.empty()) return;
    shared = in_its_folder(share);
    if (shared->target == own->target) throw usage_error("--out and --share are the same file");
}

void wisdom_files::write(const ordered_json &wisdom, const ordered_json &for_others) {
    std::vector<const replacement *> files = {own.get()};
    cli::write(*own, text_of(wisdom));
    if (shared) {
        cli::write(*shared, text_of(for_others));
        files.push_back(shared.get());
    }
    commit(files);
}

std::string text_of(const ordered_json &j) {
    std::string all = j.dump(1) + "\n", text;
    bool in_string = false, in_row = false;
    for (size_t at = 0; at < all.size(); at++) {
        if (in_string && all[at] == '\\') {
            text += all[at++];
        } else if (all[at] == '"') {
            in_string = !in_string;
        } else if (!in_string && all[at] == '[') {
            in_row = all[all.find_first_of("[]{}\"", at + 1)] == ']';
        } else if (!in_string && all[at] == ']') {
            in_row = false;
        }
        if (!in_row || !std::isspace(static_cast<unsigned char>(all[at]))) text += all[at];
    }
    return text;
}

ordered_json read_wisdom(const std::string &path) {
    constexpr size_t largest = 64 << 10;
    constexpr int deepest = 8;
    std::string text(largest + 1, '\0');
    std::ifstream file(path, std::ios::binary);
    file.read(text.data(), std::streamsize(text.size()));
    text.resize(size_t(file.gcount()));
    if (text.size() > largest) return {};
    return ordered_json::parse(
        text, [](int depth, ordered_json::parse_event_t, const ordered_json &) { return depth < deepest; }, false);
}

void print_choices(const ordered_json &machine) {
    const ordered_json &w = machine["wisdom"];
    std::string state = w["state"], file = w["file"], reason = w["reason"];
    print_line(stdout, "source: %s", state == "used" ? file.c_str() : std::string(machine["source"]).c_str());
    if (state != "used") print_line(stdout, "wisdom: %s%s%s", file.c_str(), file.empty() ? "" : ": ", reason.c_str());
    print_line(stdout, "f32 elements of an operand:");
    for (const auto &[name, states] : machine["choices"].items()) {
        std::string awake = steps_text(states["awake"]), asleep = steps_text(states["asleep"]);
        print_line(stdout, "%-24s %s", name.c_str(), awake.c_str());
        if (asleep != awake) print_line(stdout, "%-24s %s", "  after a pause", asleep.c_str());
    }
    print_line(stdout, "%-24s %12s %12s %18s %12s", "variants", "L1", "L2", "L3", "memory");
    for (const auto &[name, v] : machine["variants"].items()) {
        print_line(stdout, "%-24s %12s %12s %18s %12s", name.c_str(), std::string(v[0]).c_str(), std::string(v[1]).c_str(),
                   std::string(v[2]).c_str(), std::string(v[3]).c_str());
    }
}

}  // namespace slopewise::cli

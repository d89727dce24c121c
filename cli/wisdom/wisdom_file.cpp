#include "wisdom/wisdom_file.h"

#include <cstdio>
#include <filesystem>

#include "output/failure.h"
#include "output/printable.h"

namespace slopewise::cli {
namespace {

using nlohmann::ordered_json;

std::string size_text(const ordered_json &size, bool is_elements) {
    if (size.is_null()) return "never";
    char text[32];
    std::snprintf(text, sizeof text, is_elements ? "%.0fKi" : "%.2f MiB", double(size) / (is_elements ? 1 << 10 : 1 << 20));
    return text;
}

void print_source(const ordered_json &machine) {
    if (!machine.contains("wisdom")) return;
    const ordered_json &w = machine["wisdom"];
    std::string state = w["state"], file = printable(w["file"]), reason = printable(w["reason"]);
    std::printf("source: %s\n", state == "used" ? file.c_str() : "built-in");
    if (state != "used") std::printf("wisdom: %s%s%s\n", file.c_str(), file.empty() ? "" : ": ", reason.c_str());
}

}  // namespace

wisdom_file::wisdom_file(const std::string &path) {
    std::error_code error;
    std::filesystem::path folder = std::filesystem::path(path).parent_path();
    if (!folder.empty()) std::filesystem::create_directories(folder, error);
    if (error) throw failure(folder.string() + ": cannot be made: " + error.message());
    file = std::make_unique<replacement>(path);
}

void print_thresholds(const ordered_json &machine) {
    print_source(machine);
    std::printf("%-24s %12s %12s %18s %12s %12s\n", "from which size on", "prefetch", "streaming", "streaming, shared", "shared", "waking");
    for (const auto &[name, t] : machine["thresholds"].items()) {
        bool is_elements = name.rfind("random", 0) == 0;
        std::printf("%-24s %12s %12s %18s %12s %12s\n", name.c_str(), size_text(t["prefetch_from"], false).c_str(),
                    size_text(t["streaming_from"], false).c_str(), size_text(t["shared_streaming_from"], false).c_str(),
                    size_text(t["shared_from"], is_elements).c_str(), size_text(t["waking_from"], is_elements).c_str());
    }
    std::printf("%-24s %12s %12s %18s %12s\n", "variants", "L1", "L2", "L3", "memory");
    for (const auto &[name, v] : machine["variants"].items()) {
        std::printf("%-24s %12s %12s %18s %12s\n", name.c_str(), std::string(v[0]).c_str(), std::string(v[1]).c_str(),
                    std::string(v[2]).c_str(), std::string(v[3]).c_str());
    }
}

}  // namespace slopewise::cli

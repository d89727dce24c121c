#include "autotune/schedules.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "output/printable.h"

namespace slopewise::autotune {
namespace {

using cli::beginning;
using json = nlohmann::ordered_json;

constexpr int most_nesting = 16;

[[noreturn]] void refuse(const std::string &where, const std::string &what) { throw std::runtime_error(where + ": " + what); }

json read(const std::string &path) {
    std::ifstream file(path);
    if (!file) refuse(path, "cannot be read");
    auto is_flat = [&](int depth, json::parse_event_t, const json &) {
        if (depth >= most_nesting) refuse(path, "nested too deeply");
        return true;
    };
    json j = json::parse(file, is_flat, false);
    if (!j.is_object() || !j.contains("kernels") || !j["kernels"].is_object()) refuse(path, "expected JSON with an object \"kernels\"");
    for (const auto &[name, entry] : j["kernels"].items()) {
        if (!entry.is_object()) refuse(path + ": " + beginning(name), "expected an object, got " + beginning(entry.dump()));
    }
    return j["kernels"];
}

/// What an entry says about a row.
void apply(const json &entry, const space &s, const row &r, const std::string &where, row_schedule &to) {
    for (const auto &p : s.parameters()) {
        if (!entry.contains(p.name)) continue;
        const json &j = entry[p.name];
        std::string value = beginning(j.is_string() ? j.get<std::string>() : j.dump());
        if (std::string wrong = generators::illegal_value(p, value); !wrong.empty()) refuse(where, wrong);
        to.values[p.name] = value;
    }
    if (!entry.contains("why")) return;
    const json &why = entry["why"];
    if (why.is_string()) to.why = why;
    if (why.is_object() && why.contains(r.type) && why[r.type].is_string()) to.why = why[r.type];
}

/// Its values need not go together: text() has yet to write what they lack.
row_schedule schedule_of(const json &kernels, const row &r, const std::string &path) {
    space s = space_of(r);
    row_schedule result = {s.simplest(), ""};
    for (const std::string &name : {r.plain, r.plain + "." + r.type, r.kernel, r.kernel + "." + r.type}) {
        if (name == r.kernel) result.why.clear();  // the plain kernel's is not its own
        if (kernels.contains(name)) apply(kernels[name], s, r, path + ": " + name, result);
    }
    return result;
}

json value_of(const std::string &text) {
    bool is_number = text.find_first_not_of("0123456789") == std::string::npos;
    return is_number ? json(std::stoi(text)) : json(text);
}

/// What an entry of a row's own must say, where all others say what they say.
json own_entry(const row_schedule &wanted, const row_schedule &without) {
    json entry = json::object();
    for (const auto &[name, value] : wanted.values) {
        if (without.values.at(name) != value) entry[name] = value_of(value);
    }
    if (wanted.why != without.why) entry["why"] = wanted.why;
    return entry;
}

/// Evidence that no longer holds.
void forget_why(json &kernels, const row &r) {
    if (kernels.contains(r.kernel) && kernels[r.kernel].contains("why") && kernels[r.kernel]["why"].is_object())
        kernels[r.kernel]["why"].erase(r.type);
}

}  // namespace

nlohmann::json json_of(const row_schedule &s) { return {{"chosen", s.values}, {"why", s.why}}; }

std::optional<row_schedule> schedule_from(const nlohmann::json &j, const space &s) {
    try {
        row_schedule found = {j.at("chosen").get<candidate>(), j.at("why").get<std::string>()};
        std::vector<candidate> all = s.all();
        if (std::find(all.begin(), all.end(), found.values) != all.end()) return found;
    } catch (const nlohmann::json::exception &) {
        // Whatever else it is.
    }
    return {};
}

schedule::schedule(const variant_rows &all, const std::string &path) : path(path), rows(all.rows), kernels(read(path)) {
    for (const row &r : rows) {
        row_schedule read = schedule_of(kernels, r, path);
        if (!space_of(r).keeps_rules(read.values)) refuse(path + ": " + r.name(), text_of(read.values) + " do not go together");
        by_row[r.name()] = read;
    }
}

// The rows of a kernel with plain stores come before the others, which begin with its values.
std::string schedule::text(const std::string &measured_on) const {
    json written = kernels;
    for (const row &r : rows) {
        row_schedule said = schedule_of(written, r, path);
        if (said.values == of(r).values && said.why == of(r).why) continue;
        forget_why(written, r);
        std::string name = r.kernel + "." + r.type;
        written.erase(name);
        json entry = own_entry(of(r), schedule_of(written, r, path));
        if (!entry.empty()) written[name] = entry;
    }
    return json{{"measured_on", measured_on}, {"kernels", written}}.dump(2) + "\n";
}

}  // namespace slopewise::autotune

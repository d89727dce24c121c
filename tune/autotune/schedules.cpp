#include "autotune/schedules.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace slopewise::autotune {
namespace {

using json = nlohmann::ordered_json;

[[noreturn]] void refuse(const std::string &where, const std::string &what) { throw std::runtime_error(where + ": " + what); }

json read(const std::string &path) {
    std::ifstream file(path);
    if (!file) refuse(path, "cannot be read");
    json j = json::parse(
        file, [](int depth, json::parse_event_t, const json &) { return depth < 16; }, false);
    if (!j.is_object() || !j.contains("kernels") || !j["kernels"].is_object()) refuse(path, "expected JSON with an object \"kernels\"");
    for (const auto &[name, entry] : j["kernels"].items()) {
        if (!entry.is_object()) refuse(path + ": " + name, "expected an object, got " + entry.dump());
    }
    return j["kernels"];
}

std::string value_in(const json &entry, const generators::parameter &p, const std::string &where) {
    const json &j = entry[std::string(p.name)];
    std::string value = j.is_string() ? j.get<std::string>() : j.dump();
    bool legal = !value.empty() && std::find(p.values.begin(), p.values.end(), value) != p.values.end();
    if (!legal) refuse(where, std::string(p.name) + " is " + value + ", expected one of " + generators::detail::listed(p));
    return value;
}

/// What an entry says about a row.
void apply(const json &entry, const space &s, const row &r, const std::string &where, row_schedule &to) {
    for (const group &g : s.groups) {
        for (const generators::parameter *p : g) {
            if (entry.contains(p->name)) to.values[std::string(p->name)] = value_in(entry, *p, where);
        }
    }
    if (!entry.contains("why")) return;
    const json &why = entry["why"];
    if (why.is_string()) to.why = why;
    if (why.is_object() && why.contains(r.type) && why[r.type].is_string()) to.why = why[r.type];
}

row_schedule schedule_of(const json &kernels, const row &r, const std::string &path) {
    space s = space_of(r);
    row_schedule result = {s.simplest(), ""};
    for (const std::string &name : {r.plain, r.plain + "." + r.type, r.kernel, r.kernel + "." + r.type}) {
        if (name == r.kernel) result.why.clear();  // the plain kernel's is not its own
        if (kernels.contains(name)) apply(kernels[name], s, r, path + ": " + name, result);
    }
    if (!s.keeps_rules(result.values)) refuse(path + ": " + r.name(), text_of(result.values) + " do not go together");
    return result;
}

json value_of(const std::string &text) {
    bool is_number = text.find_first_not_of("0123456789") == std::string::npos;
    return is_number ? json(std::stoi(text)) : json(text);
}

json members(const candidate &values) {
    json j = json::object();
    for (const auto &[name, value] : values) j[name] = value_of(value);
    return j;
}

/// The types of a kernel with what they have without its entries, and with them.
struct typed {
    std::string type;
    candidate before;
    const row_schedule *after;
};

/// For each parameter the value that most types have, where that is not what they have anyway.
candidate shared_values(const std::vector<typed> &types) {
    candidate shared;
    for (const auto &[name, unused] : types.front().after->values) {
        std::map<std::string, int> count;
        auto value = [&name = name](const candidate &c) { return c.count(name) ? c.at(name) : ""; };
        for (const typed &t : types) count[value(t.after->values)]++;
        auto most = std::max_element(count.begin(), count.end(), [](auto &a, auto &b) { return a.second < b.second; });
        bool have_it = std::all_of(types.begin(), types.end(), [&](const typed &t) {
            return value(t.before) == value(t.after->values) || value(t.after->values) != most->first;
        });
        if (!have_it) shared[name] = most->first;
    }
    return shared;
}

candidate differing(const candidate &from, const candidate &base) {
    candidate difference;
    for (const auto &[name, value] : from) {
        if (!base.count(name) || base.at(name) != value) difference[name] = value;
    }
    return difference;
}

candidate overlaid(candidate base, const candidate &over) {
    for (const auto &[name, value] : over) base[name] = value;
    return base;
}

/// One text if it is everybody's, else one for each type.
json evidence(const std::vector<const typed *> &types) {
    json by_type = json::object();
    bool same = true;
    for (const typed *t : types) {
        same = same && t->after->why == types.front()->after->why;
        if (!t->after->why.empty()) by_type[t->type] = t->after->why;
    }
    if (by_type.empty()) return nullptr;
    return same ? json(types.front()->after->why) : by_type;
}

void add_entry(json &kernels, const std::string &name, const candidate &values, const std::vector<const typed *> &types) {
    json entry = members(values), why = types.empty() ? nullptr : evidence(types);
    if (!why.is_null()) entry["why"] = why;
    if (!entry.empty()) kernels[name] = entry;
}

void add_kernel(json &kernels, const std::string &kernel, const std::vector<typed> &types) {
    candidate shared = shared_values(types);
    std::vector<const typed *> sharing;
    for (const typed &t : types) {
        if (differing(t.after->values, overlaid(t.before, shared)).empty()) sharing.push_back(&t);
    }
    add_entry(kernels, kernel, shared, sharing);
    for (const typed &t : types) {
        candidate own = differing(t.after->values, overlaid(t.before, shared));
        if (!own.empty()) add_entry(kernels, kernel + "." + t.type, own, {&t});
    }
}

}  // namespace

schedule::schedule(const variant_rows &all, const std::string &path) : rows(all.rows), others(json::object()) {
    json kernels = read(path);
    for (const row &r : rows) by_row[r.name()] = schedule_of(kernels, r, path);
    for (const auto &[name, entry] : kernels.items()) {
        std::string kernel = name.substr(0, name.find('.'));
        if (std::none_of(rows.begin(), rows.end(), [&](const row &r) { return r.kernel == kernel; })) others[name] = entry;
    }
}

std::string schedule::text(const std::string &measured_on) const {
    json kernels = json::object();
    for (size_t i = 0; i < rows.size();) {
        const row &first = rows[i];
        std::vector<typed> types;
        for (; i < rows.size() && rows[i].kernel == first.kernel; i++) {
            const row &r = rows[i];
            bool is_plain = r.plain == r.kernel;
            types.push_back({r.type, is_plain ? candidate{} : by_row.at(r.plain + "_" + r.type).values, &of(r)});
        }
        if (!types.front().after->values.empty()) add_kernel(kernels, first.kernel, types);
    }
    kernels.update(others);
    return json{{"measured_on", measured_on}, {"kernels", kernels}}.dump(2) + "\n";
}

void replace_file(const std::string &path, const std::string &text) {
    std::string beside = path + ".new";
    std::ofstream file(beside, std::ios::trunc);
    file << text;
    file.close();
    std::error_code failure;
    if (file) std::filesystem::rename(beside, path, failure);
    if (file && !failure) return;
    std::filesystem::remove(beside);
    refuse(path, "cannot be written");
}

}  // namespace slopewise::autotune

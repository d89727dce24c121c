// Sound files of measured choices, for this machine.
#pragma once

#include <cstring>
#include <nlohmann/json.hpp>
#include <string>

#include "dispatch/dispatch.h"
#include "dispatch/identity.h"

namespace slopewise::test {

using nlohmann::ordered_json;

inline wisdom_machine here() { return {this_machine().cpus, this_machine().usable}; }
inline machine_choices defaults() { return this_machine().by_size; }

/// Of every size, for one pattern: plain stores on one thread.
inline ordered_json plain_rows() {
    ordered_json rows = ordered_json::array();
    for (int at = 0; at < size_count; at++) rows.push_back({size_at(at), 1000, 0, 0, 0, 0, 0, nullptr, nullptr, nullptr});
    return rows;
}

/// A sound file: what the library describes itself by, under the form's version.
inline ordered_json sound() {
    std::string text(slopewise_machine(nullptr, 0) + 1, '\0');
    slopewise_machine(text.data(), text.size());
    ordered_json described = ordered_json::parse(text.c_str()), file = {{"slopewise_wisdom", wisdom_version}};
    for (const char *part : {"machine", "variants"}) file[part] = described[part];
    for (const char *pattern : pattern_names) file["ratios"][pattern] = plain_rows();
    return file;
}

inline bool equal(const machine_choices &a, const machine_choices &b) { return std::memcmp(&a, &b, sizeof a) == 0; }

}  // namespace slopewise::test

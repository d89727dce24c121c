// One run of the bench: measures groups of contenders, prints a line for each, and keeps everything for the JSON file.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "contenders/problem.h"
#include "contenders/workspace.h"
#include "measurement/comparison.h"

namespace slopewise::bench {

using namespace contenders;

/// What a contender is to the report.
enum class role {
    subject,  ///< this library as it comes; the first of a group is the group's baseline
    variant,  ///< this library, forced to another variant or way
    bound,    ///< written by hand
    limit,    ///< a copy of as many bytes
    peer
};

struct entry {
    measurement::contender run;
    role is;
    std::string peer = {};    ///< whose
    bool same_bytes = false;  ///< must write what the subject writes
    int64_t bytes = 0;        ///< in and out, where they differ from the group's
};

/// Contenders that are measured side by side, and how a report finds them.
struct group {
    std::string section, op, type;
    int64_t elements;
    int64_t bytes;                    ///< in and out
    std::string form = "contiguous";  ///< of the tensors, or of the call
    std::string condition = "quiet";  ///< of the machine
    std::string block = "plain";      ///< which of the contenders of a problem: see blocks.h
    std::vector<entry> entries = {};
};
group group_of(std::string section, const problem &p);

struct options {
    bool quick = false;
    std::vector<std::string> sections = {};  ///< empty: all
    int threads = 0;                         ///< that "all" means
    std::string json;
};

class session {
public:
    explicit session(const options &o);

    const options &how() const { return chosen; }
    workspace &memory() { return arrays; }

    /// For calls of this many bytes: a slice has several, but where one is long.
    measurement::settings settings_for(int64_t bytes) const;

    /// Whether arrays of so many bytes fit the memory that is free; says what is left out where they do not.
    bool fits(const group &g, size_t bytes);

    /// Runs the group with its first entry once more, for the noise.
    void measure(const group &g, const measurement::settings &s);
    void measure(const group &g) { measure(g, settings_for(g.bytes)); }

    void write() const;

private:
    options chosen;
    workspace arrays;
    nlohmann::json results;
};

}  // namespace slopewise::bench

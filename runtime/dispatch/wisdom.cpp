#include "dispatch/wisdom.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>

#include "dispatch/identity.h"

namespace slopewise {
namespace {

using nlohmann::ordered_json;

constexpr size_t largest_file = 64 << 10;

/// Says why once; the first reason stays.
class refusal {
public:
    refusal(char *reason, size_t capacity) : reason(reason), capacity(capacity) { reason[0] = 0; }
    __attribute__((format(printf, 2, 3))) bool operator()(const char *format, ...) {
        va_list arguments;
        va_start(arguments, format);
        std::vsnprintf(reason, capacity, format, arguments);
        va_end(arguments);
        return false;
    }

private:
    char *reason;
    size_t capacity;
};

/// A JSON library recurses where it copies, compares or prints; a hostile file's nesting has no end. Brackets within
/// strings count too: a sound file has none.
bool is_flat(const char *text, size_t length) {
    constexpr int deepest = 8;
    int depth = 0;
    for (size_t i = 0; i < length && depth <= deepest && depth >= 0; i++) {
        depth += text[i] == '[' || text[i] == '{';
        depth -= text[i] == ']' || text[i] == '}';
    }
    return depth <= deepest && depth >= 0;
}

std::string text_of(const ordered_json &j) {
    if (j.is_structured()) return j.is_array() ? "an array" : "an object";
    return j.dump(-1, ' ', true, ordered_json::error_handler_t::replace).substr(0, 60);
}

bool is_this_machine(const ordered_json &file, int threads, refusal &refuse) {
    auto found = file.find("machine");
    if (found == file.end() || !found->is_object()) return refuse("it has no \"machine\"");
    const ordered_json here = identity_of(threads);
    for (const auto &[key, value] : here.items()) {
        if (!found->contains(key)) return refuse("machine.%s is missing", key.c_str());
        if ((*found)[key] != value) {
            return refuse("machine.%s is %s, here it is %s", key.c_str(), text_of((*found)[key]).c_str(), text_of(value).c_str());
        }
    }
    return true;
}

/// A threshold: null for never, or a number at which no call can lose much, whatever the file says.
struct threshold_field {
    const char *name;
    int64_t thresholds::*field;
    bool of_sharing;
};
constexpr threshold_field fields[] = {{"prefetch_from", &thresholds::prefetch_from, false},
                                      {"streaming_from", &thresholds::streaming_from, false},
                                      {"shared_streaming_from", &thresholds::shared_streaming_from, false},
                                      {"shared_from", &thresholds::shared_from, true},
                                      {"waking_from", &thresholds::waking_from, true}};

/// Stores past a cache that would have held the output, and threads for less work than they cost, are never wise: no
/// machine measured began to stream within its second level, or to share within a quarter of the default.
int64_t least_of(const threshold_field &f, const thresholds &defaults, int64_t l2) { return f.of_sharing ? defaults.*f.field / 4 : l2; }

bool read_thresholds(const ordered_json &from, const char *name, thresholds &t, refusal &refuse) {
    int64_t l2 = detect_caches().l2;
    const thresholds defaults = t;
    for (const threshold_field &f : fields) {
        auto value = from.find(f.name);
        if (value == from.end()) return refuse("thresholds.%s.%s is missing", name, f.name);
        bool is_number = value->is_number_integer() && (!value->is_number_unsigned() || value->get<uint64_t>() <= INT64_MAX);
        if (!value->is_null() && !is_number)
            return refuse("thresholds.%s.%s is %s, expected bytes or null", name, f.name, text_of(*value).c_str());
        t.*f.field = value->is_null() ? never : value->get<int64_t>();
        int64_t least = least_of(f, defaults, l2);
        if (t.*f.field < least) {
            return refuse("thresholds.%s.%s is %s, expected at least %lld", name, f.name, text_of(*value).c_str(), (long long)least);
        }
    }
    return true;
}

/// A variant's number by its name, where it runs here.
int variant_here(const ordered_json &name, const bool *usable) {
    for (int v = 0; v < variant_count && name.is_string(); v++) {
        if (name == variants[v].name) return usable[v] ? v : -1;
    }
    return -1;
}

bool read_variants(const ordered_json &from, int op, const bool *usable, machine_thresholds &t, refusal &refuse) {
    const char *name = operations[op].name;
    if (!from.is_array() || from.size() != class_count) return refuse("variants.%s is no list of %d names", name, class_count);
    for (int c = 0; c < class_count; c++) {
        int v = variant_here(from[size_t(c)], usable);
        if (v < 0) return refuse("variants.%s holds %s, which does not run here", name, text_of(from[size_t(c)]).c_str());
        t.variant_of[op][c] = int8_t(v);
    }
    return true;
}

bool read_all(const ordered_json &file, const bool *usable, machine_thresholds &t, refusal &refuse) {
    auto thresholds = file.find("thresholds"), names = file.find("variants");
    if (thresholds == file.end() || !thresholds->is_object()) return refuse("it has no \"thresholds\"");
    if (names == file.end() || !names->is_object()) return refuse("it has no \"variants\"");
    for (int p = 0; p < pattern_count; p++) {
        auto entry = thresholds->find(pattern_names[p]);
        if (entry == thresholds->end() || !entry->is_object()) return refuse("thresholds.%s is missing", pattern_names[p]);
        if (!read_thresholds(*entry, pattern_names[p], t.of[p], refuse)) return false;
    }
    for (int op = 0; op < operation_count; op++) {
        auto entry = names->find(operations[op].name);
        if (entry == names->end()) return refuse("variants.%s is missing", operations[op].name);
        if (!read_variants(*entry, op, usable, t, refuse)) return false;
    }
    return true;
}

/// Where the file is looked for; false where there is no place for one, or where none is wanted.
bool find_place(wisdom_state &w) {
    const char *named = secure_getenv("SLOPEWISE_WISDOM"), *cache = secure_getenv("XDG_CACHE_HOME"), *home = secure_getenv("HOME");
    bool has_cache = cache && cache[0] == '/', has_home = home && home[0] == '/';  // XDG: relative paths count for nothing
    int length = 0;
    if (named && *named) {
        length = std::snprintf(w.path, sizeof w.path, "%s", named);
    } else if (has_cache || has_home) {
        length = std::snprintf(w.path, sizeof w.path, "%s%s/slopewise/wisdom.json", has_cache ? cache : home, has_cache ? "" : "/.cache");
    }
    bool fits = length >= 0 && length < int(sizeof w.path);
    if (!fits) w.path[0] = 0;
    std::snprintf(w.reason, sizeof w.reason, "%s",
                  named && !*named ? "SLOPEWISE_WISDOM is empty"
                  : !fits          ? "its path is too long"
                                   : "there is no home folder");
    return w.path[0] && !(named && !*named);
}

enum class reading { done, missing, failed };

/// Reads a regular file of limited size; nothing else is opened for long, or waited for.
reading read_file(const char *path, char *text, size_t &length, refusal &refuse) {
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), failure = errno;
    if (file < 0) {
        refuse("%s", std::strerror(failure));
        return failure == ENOENT ? reading::missing : reading::failed;
    }
    struct stat about;
    ssize_t got = 0;
    bool regular = fstat(file, &about) == 0 && S_ISREG(about.st_mode);
    for (length = 0; regular && length <= largest_file; length += size_t(got)) {
        got = read(file, text + length, largest_file + 1 - length);
        if (got <= 0) break;
    }
    close(file);
    if (!regular) refuse("it is no regular file");
    if (got < 0) refuse("it cannot be read");
    if (length > largest_file) refuse("it is larger than %zu bytes", largest_file);
    return regular && got >= 0 && length <= largest_file ? reading::done : reading::failed;
}

}  // namespace

bool apply_wisdom(const char *text, size_t length, const wisdom_machine &m, machine_thresholds &t, char *reason, size_t capacity) {
    refusal refuse(reason, capacity);
    if (!is_flat(text, length)) return refuse("it is nested too deeply");
    ordered_json file = ordered_json::parse(text, text + length, nullptr, false);
    if (file.is_discarded() || !file.is_object()) return refuse("it is no whole JSON object");
    auto version = file.find("slopewise_wisdom");
    if (version == file.end() || *version != wisdom_version) return refuse("it is not of version %d", wisdom_version);
    machine_thresholds read = t;
    if (!is_this_machine(file, m.threads, refuse) || !read_all(file, m.usable, read, refuse)) return false;
    t = read;
    return true;
}

void read_wisdom(const wisdom_machine &m, machine_thresholds &t, wisdom_state &w) {
    w.state = wisdom_state::none;
    if (!find_place(w)) return;
    refusal refuse(w.reason, sizeof w.reason);
    char *text = static_cast<char *>(std::malloc(largest_file + 1));
    size_t length = 0;
    reading r = text ? read_file(w.path, text, length, refuse) : reading::failed;
    if (r == reading::done && apply_wisdom(text, length, m, t, w.reason, sizeof w.reason)) {
        w.state = wisdom_state::used;
    } else if (r != reading::missing || secure_getenv("SLOPEWISE_WISDOM")) {
        w.state = wisdom_state::ignored;
    }
    std::free(text);
}

}  // namespace slopewise

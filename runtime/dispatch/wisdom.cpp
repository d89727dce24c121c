#include "dispatch/wisdom.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "dispatch/identity.h"
#include "dispatch/json.h"

namespace slopewise {
namespace {

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

/// What a message says of a value: bytes that a terminal may take for more than text are left out.
struct value_text {
    char text[61];
    explicit value_text(const json::value &v) {
        int length = 0;
        for (const char *at = v.begin; at < v.end && length < int(sizeof text) - 1; at++)
            text[length++] = *at >= ' ' && *at < 127 ? *at : '?';
        text[length] = '\0';
        if (v.is_array() || v.is_object()) std::strcpy(text, v.is_array() ? "an array" : "an object");
    }
};

bool is_equal(const json::value &v, const identity_field &f) {
    int64_t number;
    return f.text ? v.is(f.text) : v.to_integer(&number) && number == f.number;
}

bool is_this_machine(const json::value &file, int threads, refusal &refuse) {
    json::value machine = file.member("machine");
    if (!machine.is_object()) return refuse("it has no \"machine\"");
    const identity here(threads);
    for (const identity_field &f : here.fields) {
        json::value there = machine.member(f.name);
        if (!there) return refuse("machine.%s is missing", f.name);
        if (is_equal(there, f)) continue;
        char number[24];
        std::snprintf(number, sizeof number, "%" PRId64, f.number);
        return refuse("machine.%s is %s, here it is %s", f.name, value_text(there).text, f.text ? f.text : number);
    }
    return true;
}

constexpr int columns = 1 + choice_count + choice_count / 2;

/// Exactly so many numbers from 0 to `most`, or null for 0.
bool read_numbers(const json::value &from, int64_t most, int64_t (&numbers)[columns]) {
    int count = 0;
    json::value one;
    for (json::items all(from); all.next(&one); count++) {
        int64_t number = 0;
        if (count == columns || (!one.is_null() && !one.to_integer(&number)) || number < 0 || number > most) return false;
        numbers[count] = number;
    }
    return count == columns;
}

/// Elements, then thousandths.
bool read_row(const json::value &from, int pattern, measured_row &row, refusal &refuse) {
    int64_t n[columns];
    if (!from.is_array() || !read_numbers(from, size_at(size_count - 1), n) ||
        std::any_of(n + 1, n + columns, [](int64_t r) { return r > UINT16_MAX; }))
        return refuse("ratios.%s holds %s, expected %d numbers", pattern_names[pattern], value_text(from).text, columns);
    row.pattern = pattern;
    row.place = place_of_size(n[0]);
    if (n[0] != size_at(row.place))
        return refuse("ratios.%s is of %" PRId64 " elements, expected a power of two from 1024", pattern_names[pattern], n[0]);
    if (n[1] != 1000) return refuse("ratios.%s begins with %" PRId64 ", expected 1000", pattern_names[pattern], n[1]);
    std::copy_n(n + 1, choice_count, row.awake);
    std::copy_n(n + 1 + choice_count, choice_count / 2, row.asleep);
    return true;
}

bool read_ratios(const json::value &from, int pattern, const cache_sizes &caches, ratio_table &to, refusal &refuse) {
    measured_row rows[size_count];
    int count = 0;
    json::value one;
    for (json::items all(from); from.is_array() && all.next(&one); count++) {
        if (count == size_count) return refuse("ratios.%s has more than %d rows", pattern_names[pattern], size_count);
        if (!read_row(one, pattern, rows[count], refuse)) return false;
        if (count > 0 && rows[count].place != rows[count - 1].place + 1)
            return refuse("ratios.%s goes on with %" PRId64 " elements, expected twice as many as before", pattern_names[pattern],
                          size_at(rows[count].place));
    }
    if (count == 0) return refuse("ratios.%s is no list of rows", pattern_names[pattern]);
    put_rows(rows, count, caches, to);
    return true;
}

/// A variant's number by its name, where it runs here.
int variant_here(const json::value &name, const bool *usable) {
    for (int v = 0; v < variant_count; v++) {
        if (name.is(variants[v].name)) return usable[v] ? v : -1;
    }
    return -1;
}

bool read_variants(const json::value &from, int op, const bool *usable, machine_choices &t, refusal &refuse) {
    const char *name = operations[op].name;
    int count = 0;
    json::value one;
    for (json::items all(from); from.is_array() && all.next(&one); count++) {
        int v = variant_here(one, usable);
        if (v < 0) return refuse("variants.%s holds %s, which does not run here", name, value_text(one).text);
        if (count < class_count) t.variant_of[op][count] = int8_t(v);
    }
    return count == class_count || refuse("variants.%s is no list of %d names", name, class_count);
}

bool read_all(const json::value &file, const bool *usable, machine_choices &t, refusal &refuse) {
    json::value ratios = file.member("ratios"), names = file.member("variants");
    const cache_sizes caches = detect_caches();
    if (!ratios.is_object()) return refuse("it has no \"ratios\"");
    if (!names.is_object()) return refuse("it has no \"variants\"");
    for (int p = 0; p < pattern_count; p++) {
        json::value entry = ratios.member(pattern_names[p]);
        if (!entry) return refuse("ratios.%s is missing", pattern_names[p]);
        if (!read_ratios(entry, p, caches, t.of, refuse)) return false;
    }
    t.from = origin::wisdom;
    std::snprintf(t.source, sizeof t.source, "wisdom");
    t.find_small_sizes();
    for (int op = 0; op < operation_count; op++) {
        json::value entry = names.member(operations[op].name);
        if (!entry) return refuse("variants.%s is missing", operations[op].name);
        if (!read_variants(entry, op, usable, t, refuse)) return false;
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

bool apply_wisdom(const char *text, size_t length, const wisdom_machine &m, machine_choices &t, char *reason, size_t capacity) {
    refusal refuse(reason, capacity);
    json::value file;
    json::result found = json::parse(text, length, &file);
    if (found == json::result::too_deep) return refuse("it is nested too deeply");
    if (found != json::result::whole || !file.is_object()) return refuse("it is no whole JSON object");
    int64_t version;
    if (!file.member("slopewise_wisdom").to_integer(&version) || version != wisdom_version)
        return refuse("it is not of version %d", wisdom_version);
    machine_choices read = t;
    if (!is_this_machine(file, m.threads, refuse) || !read_all(file, m.usable, read, refuse)) return false;
    t = read;
    return true;
}

void read_wisdom(const wisdom_machine &m, machine_choices &t, wisdom_state &w) {
    static char text[largest_file + 1];
    w.state = wisdom_state::none;
    if (!find_place(w)) return;
    refusal refuse(w.reason, sizeof w.reason);
    size_t length = 0;
    reading r = read_file(w.path, text, length, refuse);
    if (r == reading::done && apply_wisdom(text, length, m, t, w.reason, sizeof w.reason)) {
        w.state = wisdom_state::used;
    } else if (r != reading::missing || secure_getenv("SLOPEWISE_WISDOM")) {
        w.state = wisdom_state::ignored;
    }
}

}  // namespace slopewise

#include "autotune/journal.h"

#include <stdexcept>

#include "output/printable.h"

namespace slopewise::autotune {
namespace {

using nlohmann::json;

const json run_question = {{"what", "run"}};

/// Null if there is none. Records are not nested deeply, and the library recurses over what it is given.
json record_in(const std::string &line) {
    auto is_flat = [](int depth, json::parse_event_t, const json &) { return depth < 16; };
    json record = json::parse(line, is_flat, false);
    return record.is_object() && record.contains("of") && record.contains("is") ? record : nullptr;
}

}  // namespace

journal::journal(const std::string &path, const json &run, bool resume) : path(path) {
    if (resume) read(path, run);
    bool goes_on = !answers.empty();
    file.open(path, goes_on ? std::ios::app : std::ios::trunc);
    if (!file) throw std::runtime_error(path + " cannot be written");
    // What was cut off ends here.
    if (goes_on) {
        file << '\n';
    } else {
        add(run_question, run);
    }
}

void journal::read(const std::string &path, const json &run) {
    std::ifstream old(path);
    for (std::string line; std::getline(old, line);) {
        json record = record_in(line);
        if (!record.is_null()) answers[record["of"].dump(-1, ' ', false, json::error_handler_t::replace)] = record["is"];
    }
    auto before = answer_to(run_question);
    if (answers.empty() || before == run) return;
    throw std::runtime_error(path + " is of another run: expected " + run.dump() + ", got " +
                             (before ? cli::beginning(before->dump(), 400) : "none") + "; begin anew without --resume");
}

std::optional<json> journal::answer_to(const json &question) const {
    auto found = answers.find(question.dump());
    if (found == answers.end()) return {};
    return found->second;
}

void journal::add(const json &question, const json &answer) {
    answers[question.dump()] = answer;
    file << json{{"of", question}, {"is", answer}}.dump() << '\n';
    if (!file.flush()) throw std::runtime_error(path + " cannot be written");
}

}  // namespace slopewise::autotune

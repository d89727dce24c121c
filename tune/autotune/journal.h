// What has been found out, one JSON record a line, appended as it is found out: a run that was stopped goes on from it.
#pragma once

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace slopewise::autotune {

/// A record is {"of": what was asked, "is": what was found}. A question that is asked again has the old answer.
class journal {
public:
    /// `run` describes machine and programs: answers of another run are none. With `resume` a file that is there is read; lines
    /// that are no records, such as one that was cut off, are left out. Throws std::runtime_error if it cannot be
    /// written, or is of another run.
    journal(const std::string &path, const nlohmann::json &run, bool resume);

    std::optional<nlohmann::json> answer_to(const nlohmann::json &question) const;
    void add(const nlohmann::json &question, const nlohmann::json &answer);

private:
    void read(const std::string &path, const nlohmann::json &run);

    std::map<std::string, nlohmann::json> answers;
    std::ofstream file;
    std::string path;
};

}  // namespace slopewise::autotune

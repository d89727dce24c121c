#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "output/replacement.h"

namespace slopewise::cli {

/// JSON for people too: lists of numbers in one line.
std::string text_of(const nlohmann::ordered_json &j);

/// The wisdom's file and, unless `share` is empty, that of what other machines may learn: both or neither appear, each whole, in
/// folders that are made if they are not there. Throws failure.
class wisdom_files {
public:
    wisdom_files(const std::string &path, const std::string &share);
    void write(const nlohmann::ordered_json &wisdom, const nlohmann::ordered_json &shared);

private:
    std::unique_ptr<replacement> own, shared;
};

/// What a file says, no more of it than the library would take: null where it is larger, without what is nested deeper.
nlohmann::ordered_json read_wisdom(const std::string &path);

/// What the machine's description says of choices and variants, and where they come from, for a person.
void print_choices(const nlohmann::ordered_json &machine);

}  // namespace slopewise::cli

#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "output/replacement.h"

namespace slopewise::cli {

/// JSON for people too: lists of numbers in one line.
std::string text_of(const nlohmann::ordered_json &j);

/// A file that appears whole or not at all, in a folder that is made if it is not there.
class wisdom_file {
public:
    explicit wisdom_file(const std::string &path);
    void write(const nlohmann::ordered_json &wisdom) { cli::write(*file, text_of(wisdom)); }

private:
    std::unique_ptr<replacement> file;
};

/// What the machine's description says of choices and variants, and where they come from, for a person.
void print_choices(const nlohmann::ordered_json &machine);

}  // namespace slopewise::cli

#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "output/replacement.h"

namespace slopewise::cli {

/// A file that appears whole or not at all, in a folder that is made if it is not there.
class wisdom_file {
public:
    explicit wisdom_file(const std::string &path);
    void write(const nlohmann::ordered_json &wisdom) { cli::write(*file, wisdom.dump(1) + "\n"); }

private:
    std::unique_ptr<replacement> file;
};

/// Sizes and variants, and where they come from, for a person.
void print_thresholds(const nlohmann::ordered_json &machine);

}  // namespace slopewise::cli

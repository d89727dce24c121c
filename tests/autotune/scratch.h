// A folder of a test's own, removed when it ends.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace slopewise::autotune::test {

class scratch {
public:
    scratch() : folder((std::filesystem::temp_directory_path() / "slopewise-XXXXXX").string()) {
        if (!mkdtemp(folder.data())) throw std::runtime_error("no temporary folder");
    }
    ~scratch() { std::filesystem::remove_all(folder); }
    scratch(const scratch &) = delete;
    scratch &operator=(const scratch &) = delete;

    std::string path(const std::string &name) const { return folder + "/" + name; }
    std::string with(const std::string &name, const std::string &text) const {
        std::ofstream(path(name)) << text;
        return path(name);
    }

private:
    std::string folder;
};

inline std::string text_in(const std::string &path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

}  // namespace slopewise::autotune::test

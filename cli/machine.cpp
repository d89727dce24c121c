#include "machine.h"

#include <slopewise/slopewise.h>

#include <string>

namespace slopewise::cli {

nlohmann::ordered_json machine() {
    std::string text(slopewise_machine(nullptr, 0) + 1, '\0');
    slopewise_machine(text.data(), text.size());
    return nlohmann::ordered_json::parse(text.c_str());
}

}  // namespace slopewise::cli

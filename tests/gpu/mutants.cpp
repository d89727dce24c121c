#include "mutants.h"

#include <algorithm>
#include <regex>

namespace slopewise::test {
namespace {

struct slip {
    std::regex from;
    const char *to;
};

const std::vector<slip> &slips() {
    static const std::vector<slip> all = {
        {std::regex("^add\\."), "sub."},
        {std::regex("^sub\\."), "add."},
        {std::regex("^and\\."), "or."},
        {std::regex("^or\\."), "and."},
        {std::regex("^mul\\.lo\\.s32"), "mul.hi.u32"},
        {std::regex("^mul\\.hi\\.u32"), "mul.lo.s32"},
        {std::regex("^shl\\.b"), "shr.u"},
        {std::regex("^shr\\.[us]"), "shl.b"},
        {std::regex("^shr\\.s32"), "shr.u32"},
        {std::regex("^max\\.s32 ([^;]*), 0;"), "mov.b32 $1;"},
        {std::regex("^setp\\.lt\\.s"), "setp.lt.u"},
        {std::regex("^setp\\.lt\\.u"), "setp.lt.s"},
        {std::regex("^setp\\.eq\\.b32"), "setp.ne.b32"},
        {std::regex("^setp\\.ne\\.b32"), "setp.eq.b32"},
        {std::regex("^setp\\.gt\\.u32"), "setp.lt.u32"},
        {std::regex("^@%"), "@!%"},
        {std::regex("^(st\\.global\\S*\\s+\\[%rd\\d+)\\]"), "$1+16]"},
        {std::regex("^(ld\\.global\\S*\\s+.*\\[%rd\\d+)\\]"), "$1+16]"},
        {std::regex("^(selp\\S+\\s+\\S+, )(\\S+), (\\S+), "), "$1$3, $2, "},
        {std::regex("^(st\\.global\\.v2\\S+\\s+\\S+ \\{)(%\\w+), (%\\w+)"), "$1$3, $2"},
    };
    return all;
}

/// The last number, if the instruction ends with one, and the next.
std::string with_next_number(const std::string &line) {
    std::smatch found;
    if (!std::regex_search(line, found, std::regex("([ ,])(-?\\d+);$"))) return line;
    return found.prefix().str() + found[1].str() + std::to_string(std::stoll(found[2].str()) + 1) + ";";
}

std::vector<std::string> written_wrongly(const std::string &line) {
    std::vector<std::string> all = {"", with_next_number(line)};
    for (const slip &s : slips()) all.push_back(std::regex_replace(line, s.from, s.to));
    all.erase(std::remove(all.begin(), all.end(), line), all.end());
    return all;
}

}  // namespace

std::vector<mutant> mutants_of(const std::string &ptx) {
    std::vector<mutant> all;
    const std::regex instruction("\n\t(@?[%\\w][^;\n]*;)");
    for (std::sregex_iterator at(ptx.begin(), ptx.end(), instruction), end; at != end; ++at) {
        std::string line = (*at)[1].str(), spaced = std::regex_replace(line, std::regex("\\s+"), " ");
        auto begin = size_t(at->position(1));
        for (const std::string &wrong : written_wrongly(spaced)) {
            all.push_back({spaced, wrong, ptx.substr(0, begin) + wrong + ptx.substr(begin + line.size())});
        }
    }
    return all;
}

}  // namespace slopewise::test

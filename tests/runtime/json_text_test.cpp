// What the library writes as JSON, by a library's reading: every character of Unicode as it was, what is none as U+FFFD.
#include "api/json_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace slopewise::test {
namespace {

using nlohmann::json;

/// nlohmann-json takes no text that is not well-formed UTF-8.
std::string through_json(const std::string &value) {
    std::string out(6 * value.size() + 40, '?');
    json_text text(out.data(), out.size());
    text.open(nullptr, '{');
    text.add("of", value.c_str());
    text.close('}');
    out.resize(text.finish());
    return json::parse(out).at("of");
}

std::string utf8(unsigned code) {
    auto byte = [](unsigned value) { return std::string(1, static_cast<char>(value)); };
    auto more = [&](int shift) { return byte(0x80 | (code >> shift & 0x3f)); };
    if (code < 0x80) return byte(code);
    if (code < 0x800) return byte(0xc0 | code >> 6) + more(0);
    if (code < 0x10000) return byte(0xe0 | code >> 12) + more(6) + more(0);
    return byte(0xf0 | code >> 18) + more(12) + more(6) + more(0);
}

TEST(JsonText, EveryCharacterStays) {
    std::string some;
    for (unsigned code = 1; code < 0x110000; code++) {
        if (code >= 0xd800 && code < 0xe000) continue;
        some += utf8(code);
        if (code % 1024 != 1023) continue;
        EXPECT_EQ(through_json(some), some) << "up to U+" << std::hex << code;
        some.clear();
    }
}

TEST(JsonText, WhatIsNoCharacterIsReplaced) {
    for (const char *wrong : {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xe0\x9f\xbf", "\xe2\x82", "\xed\xa0\x80", "\xed\xbf\xbf",
                              "\xf0\x8f\xbf\xbf", "\xf0\x90\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xfe", "\xff"}) {
        std::string found = through_json(std::string("<") + wrong + ">");
        EXPECT_EQ(found.front(), '<');
        EXPECT_EQ(found.back(), '>');
        EXPECT_NE(found.find("\xef\xbf\xbd"), std::string::npos) << "U+FFFD";
    }
}

}  // namespace
}  // namespace slopewise::test

// Rows such as a build has, without the programs that make them.
#pragma once

#include "autotune/rows.h"

namespace slopewise::autotune::test {

inline row row_named(const std::string &kernel, const std::string &type, const std::string &stores = "plain") {
    std::string plain = stores == "plain" ? kernel : kernel.substr(0, kernel.size() - stores.size() - 1);
    std::string generator = plain.substr(0, 5) == "rrelu" ? "rrelu" : plain;
    return {kernel, type, plain, stores, {"y"}, "", generator, "", {}};
}

inline variant_rows some_rows() {
    variant_rows all;
    for (const char *kernel : {"relu", "rrelu"}) {
        for (const char *stores : {"plain", "streaming", "prefetch"}) {
            std::string form = stores == std::string("plain") ? kernel : std::string(kernel) + "_" + stores;
            for (const char *type : {"f16", "bf16", "f32", "f64"}) all.rows.push_back(row_named(form, type, stores));
        }
    }
    all.rows.push_back(row_named("draws_at", "u16"));
    return all;
}

}  // namespace slopewise::autotune::test

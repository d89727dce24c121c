#include "wisdom/session.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

#include "measurement/comparison.h"

namespace slopewise::cli {

using namespace measurement;

const std::vector<measured_pattern> measured_patterns = {
    {"copy", contenders::operation::relu},
    {"gradient", contenders::operation::relu_backward},
    {"concatenation", contenders::operation::crelu},
    {"concatenation_gradient", contenders::operation::crelu_backward},
    {"random", contenders::operation::rrelu},
    {"random_noise", contenders::operation::rrelu_noise},
    {"random_gradient", contenders::operation::rrelu_backward},
};

std::vector<estimate> tuning_session::ratios_to_first(std::vector<contender> given, bool idle) const {
    settings s;
    s.slice = how.slice;
    s.rounds = how.rounds;
    s.warm_calls = 2;  // a kind of stores that writes past the caches takes from the next what it expects to find there
    if (idle) {
        for (contender &c : given) c.prepare = [] { std::this_thread::sleep_for(std::chrono::milliseconds(1)); };
        s.time = timing::calls;
        s.warm_calls = 0;
        s.most_repetitions = 8;
    }
    std::vector<series> measured = measure(std::move(given), s, steady_clock());
    std::vector<estimate> ratios;
    for (const series &one : measured) ratios.push_back(ratio(one, measured[0]));
    return ratios;
}

contender forced_call(std::string name, const contenders::problem &p, const char *variant, int threads, const char *stores) {
    slopewise_options options = {};
    options.struct_size = sizeof options;
    options.variant = variant;
    options.threads = threads;
    options.stores = stores;
    return {std::move(name), contenders::library_call(p, options)};
}

nlohmann::ordered_json evidence(int64_t size, const estimate &e) {
    auto rounded = [](double v) { return std::round(v * 1000) / 1000; };
    return {size, rounded(e.value), rounded(e.within.low), rounded(e.within.high)};
}

}  // namespace slopewise::cli

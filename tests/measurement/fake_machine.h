// A machine whose clock moves only when something runs on it, as much as its cost model says.
#pragma once

#include <functional>
#include <memory>
#include <random>

#include "measurement/comparison.h"

namespace slopewise::measurement::test {

class fake_machine {
public:
    double spread = 0;                                               ///< standard deviation of a call's cost, relative
    double outlier_chance = 0, outlier_factor = 1;                   ///< of a stretch of calls, by another process, say
    std::function<double(double)> speed = [](double) { return 1; };  ///< cost factor at a time: drift

    double time = 0;

    void work(double nanoseconds, int64_t repetitions) {
        std::normal_distribution<double> noise(1, spread);
        double factor = spread > 0 ? std::max(0.1, noise(random)) : 1;
        if (std::bernoulli_distribution(outlier_chance)(random)) factor *= outlier_factor;
        time += nanoseconds * double(repetitions) * factor * speed(time);
    }
    nanosecond_clock reading() {
        return [this] { return time; };
    }
    contender costing(std::string name, double nanoseconds) {
        return {std::move(name), [=](int64_t repetitions) { work(nanoseconds, repetitions); }};
    }

private:
    std::mt19937_64 random{11};
};

}  // namespace slopewise::measurement::test

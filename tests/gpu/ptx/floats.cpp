// Instructions on floats. All round to nearest even, which is what a name without a modifier says too, and keep subnormals.
#include "table.h"

namespace slopewise::test::ptx {
namespace {

constexpr auto multiply = [](auto a, auto b) { return a * b; };
constexpr auto subtract = [](auto a, auto b) { return a - b; };
constexpr auto convert = [](auto a) { return a; };

}  // namespace

void add_floats(opcode_table &table) {
    // The product of two halves is exact in float, so it is rounded once.
    table.merge(opcode_table{{"mul.f16", of_two<half>([](half a, half b) { return float(a) * float(b); })},
                             {"mul.f32", of_two<float>(multiply)},
                             {"mul.f64", of_two<double>(multiply)},
                             {"sub.f32", of_two<float>(subtract)},
                             {"sub.f64", of_two<double>(subtract)},
                             {"cvt.f32.f16", computes<float, half>(convert)},
                             {"cvt.rn.f16.f32", computes<half, float>(convert)},
                             {"cvt.rn.f32.s32", computes<float, int32_t>(convert)},
                             {"cvt.rn.f64.s32", computes<double, int32_t>(convert)}});
}

}  // namespace slopewise::test::ptx

// Instructions on integers and bits. They wrap, so all but comparisons and shifts to the right work on unsigned numbers.
#include <algorithm>

#include "table.h"

namespace slopewise::test::ptx {
namespace {

constexpr auto add = [](auto a, auto b) { return a + b; };
constexpr auto subtract = [](auto a, auto b) { return a - b; };
constexpr auto multiply = [](auto a, auto b) { return a * b; };
constexpr auto negate = [](auto a) { return 0 - a; };
constexpr auto both = [](auto a, auto b) { return a & b; };
constexpr auto either = [](auto a, auto b) { return a | b; };
constexpr auto differ = [](auto a, auto b) { return a ^ b; };
constexpr auto greatest = [](auto a, auto b) { return std::max(a, b); };
constexpr auto select = [](auto a, auto b, bool first) { return first ? a : b; };
constexpr auto convert = [](auto a) { return a; };

constexpr auto equal = [](auto a, auto b) { return a == b; };
constexpr auto unequal = [](auto a, auto b) { return a != b; };
constexpr auto less = [](auto a, auto b) { return a < b; };
constexpr auto greater = [](auto a, auto b) { return a > b; };

/// By more than there are bits, nothing is left, or the sign alone.
constexpr auto shift_left = [](auto a, uint32_t by) { return by < 8 * sizeof a ? decltype(a)(a << by) : decltype(a)(0); };
constexpr auto shift_right = [](auto a, uint32_t by) {
    constexpr uint32_t last = 8 * sizeof a - 1;
    return by <= last ? a >> by : std::is_signed_v<decltype(a)> ? a >> last : decltype(a)(0);
};

/// `length` bits from bit `from` on. Of a signed field the highest is its sign; what lies beyond the word repeats the word's.
template <class T>
T bit_field(T a, uint32_t from, uint32_t length) {
    constexpr uint32_t width = 8 * sizeof(T);
    from &= 255;
    length &= 255;
    if (length == 0) return 0;
    if (from + length >= width) return shift_right(a, from);
    return T(std::make_unsigned_t<T>(a) << (width - from - length)) >> (width - length);
}
constexpr auto extract = [](auto a, uint32_t from, uint32_t length) { return bit_field(a, from, length); };

int32_t divisor(int32_t b) {
    if (b == 0) throw fault(launch_failed, "division by zero");
    return b;
}
constexpr auto divide = [](int32_t a, int32_t b) { return int64_t(a) / divisor(b); };
constexpr auto remainder = [](int32_t a, int32_t b) { return int64_t(a) % divisor(b); };

constexpr auto high_half = [](uint64_t a, uint64_t b) { return a * b >> 32; };
constexpr auto multiply_add = [](uint32_t a, uint32_t b, uint32_t c) { return a * b + c; };
constexpr auto funnel_left = [](uint32_t low, uint32_t high, uint32_t by) { return ((uint64_t(high) << 32 | low) << (by & 31)) >> 32; };

void add_arithmetic(opcode_table &table) {
    table.merge(opcode_table{{"add.s16", of_two<uint16_t>(add)},
                             {"add.s32", of_two<uint32_t>(add)},
                             {"add.s64", of_two<uint64_t>(add)},
                             {"sub.s32", of_two<uint32_t>(subtract)},
                             {"sub.s64", of_two<uint64_t>(subtract)},
                             {"neg.s16", computes<uint16_t, uint16_t>(negate)},
                             {"neg.s32", computes<uint32_t, uint32_t>(negate)},
                             {"neg.s64", computes<uint64_t, uint64_t>(negate)},
                             {"mul.lo.s32", of_two<uint32_t>(multiply)},
                             {"mul.hi.u32", of_two<uint32_t>(high_half)},
                             {"mul.wide.s32", computes<int64_t, int32_t, int32_t>([](int64_t a, int64_t b) { return a * b; })},
                             {"mul.wide.u32", computes<uint64_t, uint32_t, uint32_t>([](uint64_t a, uint64_t b) { return a * b; })},
                             {"mul.wide.u16", computes<uint32_t, uint16_t, uint16_t>([](uint32_t a, uint32_t b) { return a * b; })},
                             {"mad.lo.s32", computes<uint32_t, uint32_t, uint32_t, uint32_t>(multiply_add)},
                             {"div.s32", of_two<int32_t>(divide)},
                             {"rem.s32", of_two<int32_t>(remainder)},
                             {"max.s16", of_two<int16_t>(greatest)},
                             {"max.s32", of_two<int32_t>(greatest)},
                             {"max.s64", of_two<int64_t>(greatest)}});
}

void add_bits(opcode_table &table) {
    table.merge(opcode_table{{"and.b32", of_two<uint32_t>(both)},
                             {"and.b64", of_two<uint64_t>(both)},
                             {"or.b32", of_two<uint32_t>(either)},
                             {"or.b64", of_two<uint64_t>(either)},
                             {"or.pred", of_two<bool>(either)},
                             {"xor.b16", of_two<uint16_t>(differ)},
                             {"xor.b32", of_two<uint32_t>(differ)},
                             {"xor.b64", of_two<uint64_t>(differ)},
                             {"shl.b32", computes<uint32_t, uint32_t, uint32_t>(shift_left)},
                             {"shl.b64", computes<uint64_t, uint64_t, uint32_t>(shift_left)},
                             {"shr.u32", computes<uint32_t, uint32_t, uint32_t>(shift_right)},
                             {"shr.u64", computes<uint64_t, uint64_t, uint32_t>(shift_right)},
                             {"shr.s16", computes<int16_t, int16_t, uint32_t>(shift_right)},
                             {"shr.s32", computes<int32_t, int32_t, uint32_t>(shift_right)},
                             {"shf.l.wrap.b32", computes<uint32_t, uint32_t, uint32_t, uint32_t>(funnel_left)},
                             {"bfe.u32", computes<uint32_t, uint32_t, uint32_t, uint32_t>(extract)},
                             {"bfe.s64", computes<int64_t, int64_t, uint32_t, uint32_t>(extract)}});
}

void add_choices(opcode_table &table) {
    table.merge(opcode_table{{"setp.eq.b16", compares<uint16_t>(equal)},
                             {"setp.eq.b32", compares<uint32_t>(equal)},
                             {"setp.eq.b64", compares<uint64_t>(equal)},
                             {"setp.ne.b32", compares<uint32_t>(unequal)},
                             {"setp.gt.u32", compares<uint32_t>(greater)},
                             {"setp.lt.s16", compares<int16_t>(less)},
                             {"setp.lt.s32", compares<int32_t>(less)},
                             {"setp.lt.s64", compares<int64_t>(less)},
                             {"setp.lt.u16", compares<uint16_t>(less)},
                             {"setp.lt.u32", compares<uint32_t>(less)},
                             {"setp.lt.u64", compares<uint64_t>(less)},
                             // Floats are chosen as they are, NaNs too.
                             {"selp.b16", computes<uint16_t, uint16_t, uint16_t, bool>(select)},
                             {"selp.b32", computes<uint32_t, uint32_t, uint32_t, bool>(select)},
                             {"selp.f32", computes<uint32_t, uint32_t, uint32_t, bool>(select)},
                             {"selp.b64", computes<uint64_t, uint64_t, uint64_t, bool>(select)},
                             {"selp.f64", computes<uint64_t, uint64_t, uint64_t, bool>(select)}});
}

/// No register has 8 bits: the low ones of 16 are meant.
void add_conversions(opcode_table &table) {
    table.merge(opcode_table{{"cvt.s16.s8", computes<int16_t, int16_t>([](int16_t a) { return int8_t(a); })},
                             {"cvt.s8.s64", computes<int16_t, int64_t>([](int64_t a) { return int8_t(a); })},
                             {"cvt.s64.s32", computes<int64_t, int32_t>(convert)},
                             {"cvt.u16.u32", computes<uint16_t, uint32_t>(convert)},
                             {"cvt.u16.u64", computes<uint16_t, uint64_t>(convert)},
                             {"cvt.u32.u16", computes<uint32_t, uint16_t>(convert)},
                             {"cvt.u32.u64", computes<uint32_t, uint64_t>(convert)},
                             {"cvt.u64.u32", computes<uint64_t, uint32_t>(convert)}});
}

}  // namespace

void add_integers(opcode_table &table) {
    add_arithmetic(table);
    add_bits(table);
    add_choices(table);
    add_conversions(table);
}

}  // namespace slopewise::test::ptx

// The interpreter itself: what instructions compute, by hand; what a kernel must not do; and what is no PTX that it knows.
#include <gtest/gtest.h>

#include "ptx_program.h"

namespace slopewise::test::ptx {
namespace {

struct known_answer {
    const char *instruction;  ///< its result is register 0 of some width
    uint64_t a, b, c, result;
};
void PrintTo(const known_answer &k, std::ostream *out) { *out << k.instruction; }

constexpr uint64_t f32_nan = 0x7fffffff, f16_nan = 0x7fff;

const known_answer answers[] = {
    // Wrapping, signs, and the widths of products.
    {"add.s16 %rs0, %rs1, %rs2;", 0xffff, 2, 0, 1},
    {"add.s32 %r0, %r1, -1;", 0, 0, 0, 0xffffffff},
    {"add.s64 %rd0, %rd1, %rd2;", ~uint64_t{0}, 2, 0, 1},
    {"sub.s32 %r0, %r1, %r2;", 0, 1, 0, 0xffffffff},
    {"neg.s16 %rs0, %rs1;", 0x8000, 0, 0, 0x8000},
    {"mul.lo.s32 %r0, %r1, %r2;", 0x10001, 0x10001, 0, 0x20001},
    {"mul.hi.u32 %r0, %r1, -845247145;", 0xffffffff, 0, 0, 0xcd9e8d56},
    {"mul.wide.s32 %rd0, %r1, 4;", 0xffffffff, 0, 0, 0xfffffffffffffffc},
    {"mul.wide.u32 %rd0, %r1, 4;", 0xffffffff, 0, 0, 0x3fffffffc},
    {"mul.wide.u16 %r0, %rs1, %rs2;", 0xffff, 0xffff, 0, 0xfffe0001},
    {"mad.lo.s32 %r0, %r1, %r2, %r3;", 3, 0xffffffff, 5, 2},
    {"div.s32 %r0, %r1, %r2;", 0xfffffff9, 2, 0, 0xfffffffd},
    {"div.s32 %r0, %r1, %r2;", 0x80000000, 0xffffffff, 0, 0x80000000},
    {"rem.s32 %r0, %r1, %r2;", 0xfffffff9, 2, 0, 0xffffffff},
    {"max.s16 %rs0, %rs1, 0;", 0x8000, 0, 0, 0},
    {"max.s64 %rd0, %rd1, -5;", uint64_t{1} << 63, 0, 0, 0xfffffffffffffffb},
    // Shifts by more than there are bits; fields.
    {"shl.b32 %r0, %r1, %r2;", 1, 31, 0, 0x80000000},
    {"shl.b32 %r0, %r1, %r2;", 1, 32, 0, 0},
    {"shr.u32 %r0, %r1, %r2;", 0x80000000, 33, 0, 0},
    {"shr.s32 %r0, %r1, %r2;", 0x80000000, 33, 0, 0xffffffff},
    {"shr.s16 %rs0, %rs1, 7;", 0x8000, 0, 0, 0xff00},
    {"shr.u64 %rd0, %rd1, 35;", uint64_t{1} << 63, 0, 0, uint64_t{1} << 28},
    {"shf.l.wrap.b32 %r0, %r1, %r2, 8;", 0xab000000, 0x12, 0, 0x12ab},
    {"shf.l.wrap.b32 %r0, %r1, %r2, 32;", 1, 2, 0, 2},
    {"bfe.u32 %r0, %r1, 8, 8;", 0x12345678, 0, 0, 0x56},
    {"bfe.u32 %r0, %r1, 28, 8;", 0x92345678, 0, 0, 9},
    {"bfe.u32 %r0, %r1, 4, 0;", 0x92345678, 0, 0, 0},
    {"bfe.s64 %rd0, %rd1, 8, 8;", 0x8000, 0, 0, 0xffffffffffffff80},
    {"xor.b16 %rs0, %rs1, -32768;", 1, 0, 0, 0x8001},
    // Comparisons and choices.
    {"setp.lt.s32 %p0, %r1, %r2;", 0xffffffff, 0, 0, 1},
    {"setp.lt.u32 %p0, %r1, %r2;", 0xffffffff, 0, 0, 0},
    {"setp.lt.u16 %p0, %rs1, 32640;", 0x18000, 0, 0, 0},
    {"setp.gt.u32 %p0, %r1, %r2;", 5, 5, 0, 0},
    {"or.pred %p0, %p1, %p2;", 0, 1, 0, 1},
    {"selp.f32 %r0, 0f00000000, %r1, %p2;", 0x7f800001, 0, 0, 0x7f800001},
    {"selp.b32 %r0, %r1, %r2, %p3;", 7, 8, 1, 7},
    // Conversions.
    {"cvt.s8.s64 %rs0, %rd1;", 0x1ff, 0, 0, 0xffff},
    {"cvt.s16.s8 %rs0, %rs1;", 0x7f80, 0, 0, 0xff80},
    {"cvt.s64.s32 %rd0, %r1;", 0x80000000, 0, 0, 0xffffffff80000000},
    {"cvt.u64.u32 %rd0, %r1;", 0x80000000, 0, 0, 0x80000000},
    {"cvt.rn.f32.s32 %r0, %r1;", 0x7fffffff, 0, 0, 0x4f000000},
    {"cvt.rn.f64.s32 %rd0, %r1;", 0xffffffff, 0, 0, 0xbff0000000000000},
    {"cvt.rn.f16.f32 %rs0, %r1;", 0x3f801000, 0, 0, 0x3c00},
    {"cvt.rn.f16.f32 %rs0, %r1;", 0x3f803000, 0, 0, 0x3c02},
    {"cvt.rn.f16.f32 %rs0, %r1;", 0x33000001, 0, 0, 1},
    {"cvt.rn.f16.f32 %rs0, %r1;", 0xff800001, 0, 0, f16_nan},
    {"cvt.f32.f16 %r0, %rs1;", 0x8001, 0, 0, 0xb3800000},
    {"cvt.f32.f16 %r0, %rs1;", 0xfc01, 0, 0, f32_nan},
    // Subnormals are kept, products rounded once, NaNs the hardware's.
    {"mul.f32 %r0, %r1, %r2;", 0x00000003, 0x3f000000, 0, 2},
    {"mul.f32 %r0, %r1, %r2;", 0x7f800000, 0x80000000, 0, f32_nan},
    {"mul.f32 %r0, %r1, %r2;", 0xffc12345, 0x3f800000, 0, f32_nan},
    {"mul.f64 %rd0, %rd1, %rd2;", 3, 0x3fe0000000000000, 0, 2},
    {"mul.f16 %rs0, %rs1, %rs2;", 0x3c01, 0x3c01, 0, 0x3c02},
    {"mul.f16 %rs0, %rs1, %rs2;", 0x0001, 0x3800, 0, 0},
    {"sub.f32 %r0, %r1, %r2;", 0x3f800000, 0x3f800000, 0, 0},
    // Words that are taken apart and put together; loops; a block's own names.
    {"{ .reg .b32 one; mov.b64 {one, %r0}, %rd1; }", 0x1234567800000000, 0, 0, 0x12345678},
    {"{ .reg .b16 one; mov.b32 {one, %rs0}, %r1; }", 0x12345678, 0, 0, 0x1234},
    {"mov.b64 %rd0, {%r1, %r2};", 1, 2, 0, 0x200000001},
    {"mov.b32 %r0, 0; L: add.s32 %r0, %r0, 2; add.s32 %r1, %r1, -1; setp.ne.b32 %p1, %r1, 0; @%p1 bra L;", 5, 0, 0, 10},
    {"mov.b32 %r0, 1; @!%p1 bra L; mov.b32 %r0, 2; L:", 0, 0, 0, 1},
    {"mov.u32 %r0, %ntid.x;", 0, 0, 0, 1}};

class KnownAnswer : public ::testing::TestWithParam<known_answer> {};

TEST_P(KnownAnswer, IsGiven) {
    auto [instruction, a, b, c, result] = GetParam();
    std::string text = instruction;
    auto writes = [&](const char *name) { return text.find(name) != std::string::npos; };
    std::string widened = writes("%rd0")   ? "mov.b64 {%r6, %r7}, %rd0; mov.b64 %rd5, {%r6, %r7};"
                          : writes("%rs0") ? "cvt.u32.u16 %r6, %rs0; cvt.u64.u32 %rd5, %r6;"
                          : writes("%r0")  ? "cvt.u64.u32 %rd5, %r0;"
                                           : "selp.b64 %rd5, 1, 0, %p0;";
    program_run run;
    run.execute(text + widened + "st.global.b64 [%rd4], %rd5;", 1, a, b, c);
    EXPECT_EQ(run.result(), result) << std::hex << run.result();
}

INSTANTIATE_TEST_SUITE_P(All, KnownAnswer, ::testing::ValuesIn(answers));

struct forbidden {
    const char *body, *words;
    error code = launch_failed;
    uint32_t threads = 1;
};
void PrintTo(const forbidden &f, std::ostream *out) { *out << f.body; }

#define OWN_WORD "mov.u32 %r4, %tid.x; mul.wide.u32 %rd5, %r4, 4; add.s64 %rd6, %rd4, %rd5; "
const forbidden faults[] = {{"st.global.b64 [%rd4+64], %rd1;", "8 bytes at", illegal_address},
                            {"ld.global.b64 %rd5, [%rd4+-8];", "not all allocated", illegal_address},
                            {"st.global.v2.b64 [%rd1], {%rd1, %rd2};", "0x0", illegal_address},
                            {OWN_WORD "st.global.b32 [%rd6], %r1;", "thread 16 of block 0", illegal_address, 17},
                            {"ld.global.b32 %r4, [%rd4+2];", "multiple of 4", misaligned_address},
                            {"ld.global.v4.b32 {%r4, %r5, %r6, %r7}, [%rd4+8];", "multiple of 16", misaligned_address},
                            {"st.global.b8 [%rd4], %rs1;", "written twice", launch_failed, 2},
                            {"st.global.b8 [%rd4], %rs1; st.global.b16 [%rd4], %rs1;", "written twice"},
                            {OWN_WORD "st.global.b32 [%rd6], %r1; ld.global.b32 %r5, [%rd4];", "race: a thread reads", launch_failed, 2},
                            {OWN_WORD "ld.global.b32 %r5, [%rd6]; st.global.b32 [%rd6+4], %r5;", "race: a thread reads", launch_failed, 2},
                            {OWN_WORD "ld.global.b64 %rd7, [%rd4]; st.global.b32 [%rd6], %r5;", "race: a thread reads", launch_failed, 2},
                            {OWN_WORD "ld.global.b32 %r5, [%rd6+4]; st.global.b32 [%rd6], %r5;", "race: a thread writes", launch_failed, 2},
                            {"ld.global.nc.b32 %r5, [%rd4]; st.global.b32 [%rd4], %r5;", "read by ld.global.nc"},
                            {"st.global.b32 [%rd4], %r5; ld.global.nc.b32 %r5, [%rd4];", "ld.global.nc reads"},
                            {"div.s32 %r4, %r1, %r2;", "division by zero"},
                            {"L: bra.uni L;", "jumps back"}};

class Fault : public ::testing::TestWithParam<forbidden> {};

TEST_P(Fault, IsFound) {
    program_run run;
    try {
        run.execute(GetParam().body, GetParam().threads);
        FAIL() << "nothing was found";
    } catch (const fault &f) {
        EXPECT_EQ(f.code, GetParam().code);
        EXPECT_NE(std::string(f.what()).find(GetParam().words), std::string::npos) << f.what();
    }
}

INSTANTIATE_TEST_SUITE_P(All, Fault, ::testing::ValuesIn(faults));

TEST(Memory, WhatIsInOrder) {
    program_run run;
    run.execute(OWN_WORD "ld.global.b32 %r5, [%rd6]; st.global.b32 [%rd6], %r5; ld.global.b32 %r5, [%rd6];", 16);  // in place
    run.execute("st.global.b32 [%rd4], %r1;");  // what another launch wrote
    run.execute(OWN_WORD "ld.global.nc.b32 %r5, [%rd4]; st.global.b32 [%rd6+32], %r5;", 8);
    EXPECT_TRUE(run.memory.release(run.out));
    EXPECT_FALSE(run.memory.release(run.out));
    EXPECT_THROW(run.execute("ld.global.b32 %r5, [%rd4];"), fault);
}

struct unknown {
    const char *body, *words;
};
void PrintTo(const unknown &u, std::ostream *out) { *out << u.body; }

const unknown unknowns[] = {{"frobnicate.b32 %r0, %r1;", "unknown instruction frobnicate"},
                            {"add.sat.s32 %r0, %r1, %r2;", "unknown instruction add.sat.s32"},
                            {"mul.rz.f32 %r0, %r1, %r2;", "unknown instruction mul.rz.f32"},
                            {"mul.ftz.f32 %r0, %r1, %r2;", "unknown instruction mul.ftz.f32"},
                            {"ld.global.volatile.b32 %r0, [%rd4];", "unknown instruction"},
                            {"bar.sync 0;", "unknown instruction bar.sync"},
                            {"@%p1 add.s32 %r0, %r1, %r2;", "unknown instruction @add.s32"},
                            {"add.s32 %r0, %r1;", "has 2 operands"},
                            {"add.s32 %r0, %rs1, %r2;", "%rs1 has 16 bits"},
                            {"add.s64 %r0, %rd1, %rd2;", "%r0 has 32 bits"},
                            {"ld.global.b64 %r0, [%rd4];", "%r0 has 32 bits"},
                            {"ld.global.b32 %r0, [%r4];", "%r4 has 32 bits"},
                            {"ld.global.b32 %r0, %rd4;", "stands in no brackets"},
                            {"ld.param.b32 %r0, [a];", "a has 64 bits"},
                            {"ld.param.b64 %rd0, [a+8];", "part of a parameter"},
                            {"add.s32 %r0, a, %r2;", "a is out of place"},
                            {"mov.b32 %tid.x, %r0;", "%tid.x cannot be written"},
                            {"add.s32 %r9, %r1, %r2;", "unknown name %r9"},
                            {"mov.u32 %r0, %laneid;", "unknown operand %laneid"},
                            {"mov.b32 %r0, 4294967296;", "unknown operand 4294967296"},
                            {"mov.b32 %r0, 0x10;", "unknown operand 0x10"},
                            {"bra.uni NOWHERE;", "NOWHERE"},
                            {"L: L: mov.b32 %r0, 1;", "stands twice"},
                            {".reg .b32 %r1;", "declared twice"},
                            {".shared .b32 s;", "unknown instruction"},
                            {"ret; } {", "something follows"}};

class Unknown : public ::testing::TestWithParam<unknown> {};

TEST_P(Unknown, IsRefused) {
    try {
        parse(program(GetParam().body).c_str());
        FAIL() << "it was taken";
    } catch (const syntax_error &e) {
        EXPECT_NE(std::string(e.what()).find(GetParam().words), std::string::npos) << e.what();
    }
}

INSTANTIATE_TEST_SUITE_P(All, Unknown, ::testing::ValuesIn(unknowns));

TEST(Unknown, Endings) {
    EXPECT_THROW(parse(""), syntax_error);
    EXPECT_THROW(parse(".entry k(.param .u64 a) { bra.uni L; L: }"), syntax_error);
    EXPECT_THROW(parse(".entry k(.param .u64 a) { ret"), syntax_error);
    EXPECT_EQ(parse(".entry k(.param .u64 a) { ret; }").code.size(), 1u);
}

}  // namespace
}  // namespace slopewise::test::ptx

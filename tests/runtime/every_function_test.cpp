// The error table against all ten functions: every row for every argument that it applies to, and every two rows
// together, of which the one that stands first in the contract must be reported.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "scene.h"

namespace slopewise::test {
namespace {

/// One way to spoil a call, and what must come of it.
struct fault {
    int row;  // of the contract's table
    std::string what;
    slopewise_status status;
    std::vector<std::string> words;  // in the message: the argument's name, the value
    std::function<void(scene &)> spoil;
};
using faults = std::vector<fault>;

constexpr auto invalid = SLOPEWISE_INVALID_ARGUMENT;
constexpr DLDataType complex64 = {kDLComplex, 64, 1};

void add_structure(faults &all, size_t i, const std::string &name, bool optional) {
    // In the first dimension, so that a wrong ndim of 1 does not hide them.
    static int64_t huge[] = {int64_t{1} << 62, 3}, far[] = {INT64_MAX, 1}, negative[] = {-3, 3};
    auto add = [&](const char *what, const char *value, std::function<void(scene &)> spoil) {
        all.push_back({1, name + " " + what, invalid, {name, value}, std::move(spoil)});
    };
    // rrelu's noise may be NULL: nobody wants it then.
    if (!optional) add("is NULL", "NULL", [i](scene &s) { s.given[i] = nullptr; });
    add("has no shape", "NULL", [i](scene &s) { s.tensors[i].shape = nullptr; });
    add("has no data", "NULL", [i](scene &s) { s.tensors[i].data = nullptr; });
    add("has ndim -1", "-1", [i](scene &s) { s.tensors[i].ndim = -1; });
    add("has ndim 65", "65", [i](scene &s) { s.tensors[i].ndim = 65; });
    add("has a negative extent", "-3", [i](scene &s) { s.tensors[i].shape = negative; });
    add("has too many elements", "2^63", [i](scene &s) { s.tensors[i].shape = huge; });
    add("reaches too far", "2^63", [i](scene &s) { s.tensors[i].strides = far; });
}

void add_devices_and_types(faults &all, size_t i, const std::string &name) {
    all.push_back({2, name + " on CUDA", SLOPEWISE_DEVICE_MISMATCH, {name, "CUDA"}, [i](scene &s) { s.tensors[i].device = {kDLCUDA, 0}; }});
    all.push_back(
        {3, name + " complex", SLOPEWISE_UNSUPPORTED_DTYPE, {name, "complex"}, [i](scene &s) { s.tensors[i].dtype = complex64; }});
    all.push_back(
        {3, name + " of another dtype", SLOPEWISE_DTYPE_MISMATCH, {name, "f32", "f16"}, [i](scene &s) { s.tensors[i].dtype = f16; }});
    all.push_back(
        {4, name + " of another shape", SLOPEWISE_SHAPE_MISMATCH, {name, ", 1]"}, [i](scene &s) { s.tensors[i].extents[1] = 1; }});
    all.push_back({4, name + " of another rank", SLOPEWISE_SHAPE_MISMATCH, {name}, [i](scene &s) { s.tensors[i].ndim = 1; }});
}

void add_parameters(faults &all, const function &f) {
    auto add = [&](int row, const char *what, std::vector<std::string> words, std::function<void(scene &)> spoil) {
        all.push_back({row, what, invalid, std::move(words), std::move(spoil)});
    };
    if (f.bounded) {
        add(5, "lower NaN", {"rrelu: lower bound must be finite, got nan"}, [](scene &s) { s.params.lower = NAN; });
        add(5, "upper infinite", {"rrelu: upper bound must be finite, got inf"}, [](scene &s) { s.params.upper = INFINITY; });
        add(6, "bounds in the wrong order", {"Lower bound should be less than or equal to the upper bound"},
            [](scene &s) { s.params.lower = 2, s.params.upper = 1; });
        add(7, "lower too large", {"lower bound", "f32"}, [](scene &s) { s.params.lower = -1e39; });
        add(7, "upper too large", {"upper bound", "f32"}, [](scene &s) { s.params.upper = 1e39; });
    }
    if (f.sloped) {
        add(7, "slope NaN", {"slope", "nan"}, [](scene &s) { s.slope = NAN; });
        add(7, "slope infinite", {"slope", "-inf"}, [](scene &s) { s.slope = -INFINITY; });
        add(7, "slope too large", {"slope", "f32"}, [](scene &s) { s.slope = 1e39; });
    }
    if (f.saves) {
        add(8, "negative slopes from the output", {"input"}, [](scene &s) {
            s.saved_is_output = 1;
            s.slope = s.params.lower = -0.5;
            s.params.upper = 0.5;
        });
    }
}

void add_overlaps(faults &all, const function &f) {
    static int64_t zeros[] = {0, 0};
    for (size_t o = f.inputs; o < f.arguments.size(); o++) {
        std::string name = f.arguments[o];
        all.push_back(
            {9, name + " overlaps itself", SLOPEWISE_OVERLAP, {name, "each other"}, [o](scene &s) { s.tensors[o].strides = zeros; }});
        for (size_t i = 0; i < o; i++) {
            all.push_back({9, name + " a little behind " + f.arguments[i], SLOPEWISE_OVERLAP, {name, f.arguments[i]}, [o, i](scene &s) {
                               s.tensors[o].data = s.tensors[i].data;
                               s.tensors[o].byte_offset = 4;
                           }});
        }
        if (f.random) {
            all.push_back({9, "key in " + name, SLOPEWISE_OVERLAP, {name, "key"}, [o](scene &s) {
                               s.params.key = static_cast<const uint64_t *>(s.tensors[o].data);
                           }});
        }
    }
}

faults faults_of(const function &f) {
    faults all;
    for (size_t i = 0; i < f.arguments.size(); i++) add_structure(all, i, f.arguments[i], i > f.inputs);
    if (f.random) {
        all.push_back({1, "no params", invalid, {"params", "NULL"}, [](scene &s) { s.given_params = nullptr; }});
    }
    all.push_back({1, "threads", invalid, {"threads", "-7"}, [](scene &s) { s.options.threads = -7; }});
    all.push_back({1, "struct_size", invalid, {"struct_size", "5"}, [](scene &s) { s.options.struct_size = 5; }});
    for (size_t i = 0; i < f.arguments.size(); i++) add_devices_and_types(all, i, f.arguments[i]);
    all.push_back({2, "all on Metal", SLOPEWISE_UNSUPPORTED_DEVICE, {"type 8"}, [](scene &s) {
                       for (dl &t : s.tensors) t.device = {kDLMetal, 0};
                   }});
    if (f.random) {
        all.push_back({2, "key misaligned", invalid, {"key"}, [](scene &s) {
                           static const uint64_t memory[4] = {};
                           s.params.key = reinterpret_cast<const uint64_t *>(reinterpret_cast<const char *>(memory) + 4);
                       }});
    }
    if (f.concatenates()) {
        all.push_back({4, "axis 2", invalid, {"axis", "2"}, [](scene &s) { s.axis = 2; }});
        all.push_back({4, "axis -3", invalid, {"axis", "-3"}, [](scene &s) { s.axis = -3; }});
        all.push_back({4, "wrong axis", SLOPEWISE_SHAPE_MISMATCH, {"[4, 3]"}, [](scene &s) { s.axis = 1; }});
    }
    add_parameters(all, f);
    add_overlaps(all, f);
    all.push_back({10, "variant", SLOPEWISE_UNAVAILABLE_VARIANT, {"nonsense"}, [](scene &s) { s.options.variant = "nonsense"; }});
    return all;
}

void expect_report(const function &f, const scene &s, const fault &expected) {
    auto before = bytes_of(s);
    EXPECT_EQ(f.run(s), expected.status) << slopewise_last_error();
    for (const std::string &word : expected.words) {
        EXPECT_NE(std::string(slopewise_last_error()).find(word), std::string::npos)
            << "no \"" << word << "\" in: " << slopewise_last_error();
    }
    EXPECT_TRUE(bytes_of(s) == before) << "a failed call wrote";
}

class EveryFunction : public ::testing::TestWithParam<function> {};

// Without this the other tests would prove nothing: the unspoilt call works, and writes.
TEST_P(EveryFunction, UnspoiltCallWorks) {
    scene s;
    set_up(s, GetParam());
    auto before = bytes_of(s);
    ASSERT_EQ(GetParam().run(s), SLOPEWISE_OK) << slopewise_last_error();
    for (size_t o = GetParam().inputs; o < s.tensors.size(); o++) EXPECT_TRUE(bytes_of(s)[o] != before[o]) << GetParam().arguments[o];
}

TEST_P(EveryFunction, EachFault) {
    for (const fault &f : faults_of(GetParam())) {
        SCOPED_TRACE(f.what);
        scene s;
        set_up(s, GetParam());
        f.spoil(s);
        expect_report(GetParam(), s, f);
    }
}

TEST_P(EveryFunction, FirstOfTwoFaults) {
    const faults all = faults_of(GetParam());
    for (const fault &first : all) {
        for (const fault &second : all) {
            if (first.row >= second.row) continue;
            SCOPED_TRACE(first.what + ", and " + second.what);
            scene s;
            set_up(s, GetParam());
            second.spoil(s);
            first.spoil(s);  // last, so that it stands where both change one field
            expect_report(GetParam(), s, first);
            if (HasFailure()) return;  // one is enough to read
        }
    }
}

TEST_P(EveryFunction, TakesExactlyItsTypes) {
    const function &f = GetParam();
    auto run = [&](DLDataType type) {
        scene s;
        set_up(s, f, type);
        auto before = bytes_of(s);
        slopewise_status status = f.run(s);
        if (status) EXPECT_TRUE(bytes_of(s) == before);
        return status;
    };
    for (DLDataType type : {f16, bf16, f32, f64}) EXPECT_EQ(run(type), SLOPEWISE_OK) << slopewise_last_error();
    for (uint8_t bits : {8, 16, 32, 64}) {
        EXPECT_EQ(run({kDLInt, bits, 1}), f.takes_integers() ? SLOPEWISE_OK : SLOPEWISE_UNSUPPORTED_DTYPE) << +bits;
    }
    EXPECT_EQ(run(u8), f.takes_u8() ? SLOPEWISE_OK : SLOPEWISE_UNSUPPORTED_DTYPE);
    const DLDataType refused[] = {complex64,          {6 /* bool */, 8, 1}, {kDLInt, 4, 1},           {kDLUInt, 1, 1},
                                  {kDLUInt, 16, 1},   {kDLFloat, 32, 2},    {kDLFloat, 32, 0},        {kDLFloat, 8, 1},
                                  {kDLFloat, 128, 1}, {kDLBfloat, 32, 1},   {kDLOpaqueHandle, 64, 1}, {200, 32, 1}};
    for (DLDataType type : refused) {
        EXPECT_EQ(run(type), SLOPEWISE_UNSUPPORTED_DTYPE) << +type.code << " " << +type.bits << " " << type.lanes;
        EXPECT_NE(std::string(slopewise_last_error()).find(f.name), std::string::npos) << slopewise_last_error();
    }
}

TEST_P(EveryFunction, EmptyTensorsOfAnyStrides) {
    scene s;
    set_up(s, GetParam());
    int64_t strides[] = {INT64_MIN, INT64_MAX};
    for (dl &t : s.tensors) {
        t.data = nullptr;
        t.strides = strides;
        t.extents = {0, INT64_MAX};
        t.shape = t.extents.data();
    }
    EXPECT_EQ(GetParam().run(s), SLOPEWISE_OK) << slopewise_last_error();
    s.options.variant = "nonsense";
    EXPECT_EQ(GetParam().run(s), SLOPEWISE_UNAVAILABLE_VARIANT) << "empty tensors are checked like others";
}

// A negative slope is wrong with the output.
TEST(Arguments, SayThatTheInputWasSavedUnlessTold) {
    int saved = 0;
    for (const function &f : functions()) {
        if (!f.saves) continue;
        scene s;
        set_up(s, f);
        call_arguments usual;
        usual.slope = s.params.lower = -0.5;
        usual.params = &s.params;
        EXPECT_EQ(f.of->call(s.given.data(), usual), SLOPEWISE_OK) << f.name << ": " << slopewise_last_error();
        saved++;
    }
    EXPECT_GT(saved, 1);
}

INSTANTIATE_TEST_SUITE_P(All, EveryFunction, ::testing::ValuesIn(functions()),
                         [](const auto &info) { return std::string(info.param.name); });

}  // namespace
}  // namespace slopewise::test

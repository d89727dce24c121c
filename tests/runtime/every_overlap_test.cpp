// Overlap for every input and output of every function: in place only where the header says so, and views of one
// buffer that are disjoint give what separate tensors give.
#include <gtest/gtest.h>

#include "scene.h"

namespace slopewise::test {
namespace {

class EveryOverlap : public ::testing::TestWithParam<function> {};

/// The first output of the first input, unless their shapes differ.
bool works_in_place(const function &f, size_t input, size_t output) { return input == 0 && output == f.inputs && !f.concatenates(); }

TEST_P(EveryOverlap, InPlaceWhereTheHeaderSays) {
    const function &f = GetParam();
    scene apart;
    set_up(apart, f);
    ASSERT_EQ(f.run(apart), SLOPEWISE_OK);
    for (size_t o = f.inputs; o < f.arguments.size(); o++) {
        for (size_t i = 0; i < o; i++) {
            SCOPED_TRACE(std::string(f.arguments[o]) + " at " + f.arguments[i]);
            scene s;
            set_up(s, f);
            s.tensors[o].data = s.tensors[i].data;
            if (works_in_place(f, i, o)) {
                ASSERT_EQ(f.run(s), SLOPEWISE_OK) << slopewise_last_error();
                EXPECT_EQ(std::memcmp(s.tensors[i].data, apart.tensors[o].data, 6 * 4), 0);
            } else {
                auto before = bytes_of(s);
                EXPECT_EQ(f.run(s), SLOPEWISE_OVERLAP) << slopewise_last_error();
                EXPECT_TRUE(bytes_of(s) == before);
            }
        }
    }
}

/// A call on `rows` of 67 elements with gaps of so many between them; its first output is its first input if `in_place`, its
/// inputs those of another call if `like` is one.
struct one_call {
    static constexpr int64_t columns = 67;
    scene s;
    one_call(const function &f, DLDataType type, int64_t rows, int64_t gap, uint64_t offset, int threads, bool in_place,
             const one_call *like = nullptr) {
        set_up(s, f, type, rows, columns, columns + gap);
        for (size_t i = 0; i < f.inputs; i++) {
            std::vector<unsigned char> &bytes = *s.tensors[i].storage;
            for (size_t at = 0; at < bytes.size(); at++) bytes[at] = static_cast<unsigned char>(at * at / 7 + 13 * i);
        }
        for (size_t i = 0; like && i < f.inputs; i++) {
            for (int64_t at = 0; at < rows; at++) {
                std::vector<unsigned char> row = like->row_of(*like->s.given[i], at);
                std::memcpy(place_of(*s.given[i], at), row.data(), row.size());
            }
        }
        s.params.offset = offset;
        s.options.threads = threads;
        if (in_place) s.given[f.inputs] = s.given[0];
        EXPECT_EQ(f.run(s), SLOPEWISE_OK) << slopewise_last_error();
    }
    static unsigned char *place_of(const DLTensor &t, int64_t at) {
        return static_cast<unsigned char *>(t.data) + at * t.strides[0] * (t.dtype.bits / 8);
    }
    static std::vector<unsigned char> row_of(const DLTensor &t, int64_t at) {
        return {place_of(t, at), place_of(t, at) + columns * (t.dtype.bits / 8)};
    }
    /// Of the first output.
    std::vector<unsigned char> row(const function &f, int64_t at) const { return row_of(*s.given[f.inputs], at); }
};

// Also where a run begins within a block of random numbers, or is cut for threads.
TEST_P(EveryOverlap, InPlaceGivesTheSameBytes) {
    const function &f = GetParam();
    if (!works_in_place(f, 0, f.inputs)) return;
    for (DLDataType type : {f32, f64, f16, bf16}) {
        for (int64_t rows : {1, 5, 200}) {
            for (int64_t gap : {0, 3}) {
                for (uint64_t offset : {0, 3}) {
                    for (int threads : {1, 3}) {
                        one_call apart(f, type, rows, gap, offset, threads, false), within(f, type, rows, gap, offset, threads, true);
                        for (int64_t at = 0; at < rows; at++)
                            ASSERT_EQ(apart.row(f, at), within.row(f, at))
                                << int(type.bits) << " bits, row " << at << ", offset " << offset;
                    }
                }
            }
        }
    }
}

// Rows are one run only where they follow each other; a gap may be as small as an element.
TEST_P(EveryOverlap, GapsBetweenRowsChangeNothing) {
    const function &f = GetParam();
    if (f.concatenates()) return;
    for (DLDataType type : {i8, f16, f32, f64}) {
        if (type.code == kDLInt && !f.takes_integers()) continue;
        one_call dense(f, type, 5, 0, 3, 1, false);
        for (int64_t gap : {1, 2, 4, 8, 61}) {
            one_call apart(f, type, 5, gap, 3, 1, false, &dense);
            for (int64_t at = 0; at < 5; at++) ASSERT_EQ(apart.row(f, at), dense.row(f, at)) << int(type.bits) << " bits, gap " << gap;
        }
    }
}

// All backward functions: grad_x in place of a grad_y that is the saved tensor too would destroy what is still read.
TEST_P(EveryOverlap, NotInPlaceOfTheSavedTensorAsWell) {
    const function &f = GetParam();
    if (f.inputs < 2 || f.concatenates()) return;  // has no saved tensor of grad_y's shape
    scene s;
    set_up(s, f);
    s.given = {s.given[0], s.given[0], s.given[2]};
    EXPECT_EQ(f.run(s), SLOPEWISE_OK) << "inputs may be one tensor: " << slopewise_last_error();
    s.given[2] = s.given[0];
    auto before = bytes_of(s);
    EXPECT_EQ(f.run(s), SLOPEWISE_OVERLAP);
    EXPECT_TRUE(bytes_of(s) == before);
}

// From one byte to a row before and behind: an element's byte is shared each time.
TEST_P(EveryOverlap, ShiftedIsRefused) {
    const function &f = GetParam();
    for (size_t o = f.inputs; o < f.arguments.size(); o++) {
        for (size_t i = 0; i < o; i++) {
            for (int shift : {-12, -8, -4, -3, -1, 1, 2, 4, 8, 12}) {
                scene s;
                set_up(s, f, f32, 2, 4);
                s.tensors[i].byte_offset = 16;
                s.tensors[o].data = s.tensors[i].data;
                s.tensors[o].byte_offset = uint64_t(16 + shift);
                auto before = bytes_of(s);
                EXPECT_EQ(f.run(s), SLOPEWISE_OVERLAP) << f.arguments[o] << " at " << f.arguments[i] << " + " << shift;
                EXPECT_TRUE(bytes_of(s) == before);
            }
        }
    }
}

/// Inputs and outputs of a call as views of one buffer, each `step` elements after the one before it.
void expect_views_work(const function &f, std::vector<int64_t> strides, int64_t step) {
    scene apart, together;
    set_up(apart, f);
    set_up(together, f);
    dl buffer({1}, f32, {}, 4096);
    std::memset(buffer.data, 0xbc, 4096);
    ASSERT_EQ(f.run(apart), SLOPEWISE_OK);
    for (size_t i = 0; i < together.tensors.size(); i++) {
        dl &t = together.tensors[i];
        t.data = buffer.data;
        t.strides = strides.data();
        t.byte_offset = uint64_t(step) * 4 * i;
    }
    ASSERT_EQ(f.run(together), SLOPEWISE_OK) << slopewise_last_error();
    for (size_t o = f.inputs; o < together.tensors.size(); o++) {
        const dl &t = together.tensors[o], &want = apart.tensors[o];
        for (int64_t at = 0; at < want.shape[0] * want.shape[1]; at++) {
            int64_t there = t.shape[1] ? at / t.shape[1] * strides[0] + at % t.shape[1] * strides[1] : 0;
            EXPECT_EQ(std::memcmp(static_cast<char *>(t.data) + t.byte_offset + there * 4, static_cast<char *>(want.data) + at * 4, 4), 0)
                << f.arguments[o] << " element " << at;
        }
    }
}

TEST_P(EveryOverlap, ColumnBlocksSideBySide) { expect_views_work(GetParam(), {16, 1}, 3); }
TEST_P(EveryOverlap, InterleavedColumns) { expect_views_work(GetParam(), {24, 4}, 1); }

TEST_P(EveryOverlap, KeyInAnInputIsFine) {
    const function &f = GetParam();
    if (!f.random) return;  // takes no key
    scene s;
    set_up(s, f);
    s.params.key = static_cast<const uint64_t *>(s.tensors[0].data);
    EXPECT_EQ(f.run(s), SLOPEWISE_OK) << slopewise_last_error();
}

// Each output's first and last byte against the key's 24 bytes; just before and just behind is fine.
TEST_P(EveryOverlap, KeyTouchesNoOutput) {
    const function &f = GetParam();
    if (!f.random) return;  // takes no key
    for (size_t o = f.inputs; o < f.arguments.size(); o++) {
        for (auto [begin, fine] : {std::pair{0, true}, {8, false}, {40, false}, {48, true}}) {
            alignas(8) unsigned char memory[96] = {};
            scene s;
            set_up(s, f);
            s.tensors[o].data = memory + 24;  // 24 bytes
            s.params.key = reinterpret_cast<const uint64_t *>(memory + begin);
            EXPECT_EQ(f.run(s), fine ? SLOPEWISE_OK : SLOPEWISE_OVERLAP) << f.arguments[o] << " " << begin;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(All, EveryOverlap, ::testing::ValuesIn(functions()),
                         [](const auto &info) { return std::string(info.param.name); });

}  // namespace
}  // namespace slopewise::test

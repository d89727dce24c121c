// Headers of .npy files from any bytes: refused in one line, or read so that what is written from them reads the same.
#include "npy.h"

#include <cstring>

#include "expect.h"
#include "output/failure.h"
#include "output/printable.h"

using namespace slopewise::cli;
using slopewise::test::expect;

namespace {

/// What `apply` does with a header that it takes.
void check(const npy_header &h, size_t size, bool bf16) {
    expect(h.data_offset <= size, "elements begin behind the file");
    expect(h.shape.size() <= 64, "more than 64 dimensions");
    DLDataType type = dtype_of(h, bf16, "file");
    expect(type.lanes == 1 && type.bits >= 8 && type.bits <= 64, "a type that no tensor has");
    expect(strides_of(h).size() == h.shape.size(), "strides of another shape");
    (void)data_bytes(h, type, "file");
    std::string text = format_npy(h);
    expect(text.size() % 64 == 0, "elements are not aligned");
    npy_header again = parse_npy(text.data(), text.size(), "file");
    expect(again.descr == h.descr && again.fortran_order == h.fortran_order && again.shape == h.shape && again.data_offset == text.size(),
           "a header that was written reads as another");
}

}  // namespace

/// The bytes of the input lie in memory of just their size, so that a byte too many is seen.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    for (bool bf16 : {false, true}) {
        try {
            check(parse_npy(reinterpret_cast<const char *>(bytes), size, "file"), size, bf16);
        } catch (const failure &f) {
            expect(std::strncmp(f.what(), "file: ", 6) == 0, "a message that names no file");
            expect(printable(f.what()).find('\n') == std::string::npos, "a message of more than one line");
        }
    }
    return 0;
}

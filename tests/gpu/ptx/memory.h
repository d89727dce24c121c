// The memory of a device, as a context has it. Every access of a kernel is checked: bounds, alignment, and whether another
// thread of the launch has to do with the same byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

namespace slopewise::test::ptx {

// As in cuda.h: what a launch fails with.
enum error : int { illegal_address = 700, launch_failed = 719, misaligned_address = 716 };

struct fault : std::runtime_error {
    error code;
    fault(error code, const std::string &what) : std::runtime_error(what), code(code) {}
};

class device_memory {
public:
    /// Addresses are the device's own: the host cannot touch them. Between any two allocations lies a gap.
    uint64_t allocate(size_t bytes);
    bool release(uint64_t address);
    size_t allocations() const { return memory.size(); }

    /// For copies. Throws a fault where not all of it is allocated.
    uint8_t *at(uint64_t address, size_t bytes);

    void begin_launch() { launch++; }
    /// `coherent`: not by ld.global.nc, which PTX allows only for what no thread writes while the kernel runs.
    const uint8_t *load(uint64_t address, uint32_t bytes, bool coherent, uint32_t thread);
    uint8_t *store(uint64_t address, uint32_t bytes, uint32_t thread);

private:
    /// Who has written and read a byte; the numbers of launches begin with 1.
    struct trace {
        uint32_t written_in, written_by, read_in;
        uint32_t read_by : 30, by_several : 1, incoherently : 1;
    };
    struct allocation {
        uint64_t begin;
        size_t size;
        std::unique_ptr<uint8_t[]> bytes;
        std::unique_ptr<trace[]> traces;  ///< from the first access on
    };

    allocation &find(uint64_t address, size_t bytes);
    allocation &access(uint64_t address, uint32_t bytes);
    void note_read(trace &byte, bool coherent, uint32_t thread) const;
    void note_write(trace &byte, uint32_t thread) const;

    std::map<uint64_t, allocation> memory;  ///< by the address of the end
    allocation *last = nullptr;             ///< found; the next access is often there, too
    uint64_t next = uint64_t{1} << 48;      ///< beyond what a process can have
    uint32_t launch = 0;
};

}  // namespace slopewise::test::ptx

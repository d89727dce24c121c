#include "memory.h"

#include <cstring>

namespace slopewise::test::ptx {
namespace {

constexpr uint64_t boundary = 256, gap = 4096;
constexpr uint8_t not_set = 0xcd;

std::string hexadecimal(uint64_t value) {
    char text[32];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
    return text;
}

}  // namespace

uint64_t device_memory::allocate(size_t bytes) {
    uint64_t begin = next;
    next += (bytes + boundary - 1) / boundary * boundary + gap;
    auto storage = std::make_unique<uint8_t[]>(bytes);
    std::memset(storage.get(), not_set, bytes);
    memory.emplace(begin + bytes, allocation{begin, bytes, std::move(storage), nullptr});
    return begin;
}

bool device_memory::release(uint64_t address) {
    auto found = memory.upper_bound(address);
    if (found == memory.end() || found->second.begin != address) return false;
    memory.erase(found);
    last = nullptr;
    return true;
}

device_memory::allocation &device_memory::find(uint64_t address, size_t bytes) {
    auto inside = [&](const allocation &a) {
        return address >= a.begin && address - a.begin <= a.size && bytes <= a.size - (address - a.begin);
    };
    if (last && inside(*last)) return *last;
    auto found = memory.upper_bound(address);
    if (found == memory.end() || !inside(found->second)) {
        throw fault(illegal_address,
                    std::to_string(bytes) + " bytes at " + hexadecimal(address) + " are not all allocated in this context");
    }
    last = &found->second;
    return *last;
}

uint8_t *device_memory::at(uint64_t address, size_t bytes) {
    allocation &a = find(address, bytes);
    return a.bytes.get() + (address - a.begin);
}

device_memory::allocation &device_memory::access(uint64_t address, uint32_t bytes) {
    if (address % bytes) throw fault(misaligned_address, hexadecimal(address) + " is no multiple of " + std::to_string(bytes));
    allocation &a = find(address, bytes);
    if (!a.traces) a.traces = std::make_unique<trace[]>(a.size);
    return a;
}

const uint8_t *device_memory::load(uint64_t address, uint32_t bytes, bool coherent, uint32_t thread) {
    allocation &a = access(address, bytes);
    uint64_t begin = address - a.begin;
    for (uint64_t i = begin; i < begin + bytes; i++) note_read(a.traces[i], coherent, thread);
    return a.bytes.get() + begin;
}

uint8_t *device_memory::store(uint64_t address, uint32_t bytes, uint32_t thread) {
    allocation &a = access(address, bytes);
    uint64_t begin = address - a.begin;
    for (uint64_t i = begin; i < begin + bytes; i++) note_write(a.traces[i], thread);
    return a.bytes.get() + begin;
}

void device_memory::note_read(trace &byte, bool coherent, uint32_t thread) const {
    if (byte.written_in == launch) {
        if (!coherent) throw fault(launch_failed, "ld.global.nc reads what the launch has written");
        if (byte.written_by != thread) throw fault(launch_failed, "race: a thread reads what another thread writes");
    }
    bool again = byte.read_in == launch;
    byte.by_several = again && (byte.by_several || byte.read_by != thread);
    byte.incoherently = (again && byte.incoherently) || !coherent;
    byte.read_in = launch;
    byte.read_by = thread;
}

/// Kernels here write no byte twice, not even from one thread.
void device_memory::note_write(trace &byte, uint32_t thread) const {
    if (byte.written_in == launch) throw fault(launch_failed, "a byte is written twice");
    if (byte.read_in == launch) {
        if (byte.by_several || byte.read_by != thread) throw fault(launch_failed, "race: a thread writes what another thread reads");
        if (byte.incoherently) throw fault(launch_failed, "the launch writes what it read by ld.global.nc");
    }
    byte.written_in = launch;
    byte.written_by = thread;
}

}  // namespace slopewise::test::ptx

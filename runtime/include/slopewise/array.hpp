// The tensors that the C++ functions and modules return.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "slopewise/view.hpp"

namespace slopewise {
namespace detail {

/// Memory that its copies share. It begins on 64 bytes, which is a cache line and the widest store.
class shared_bytes {
public:
  shared_bytes() noexcept = default;
  explicit shared_bytes(std::size_t size) {
    if (size > SIZE_MAX - alignment) throw std::bad_alloc();
    at = new (::operator new (alignment + size, std::align_val_t{alignment})) header{{1}, size};
  }
  shared_bytes(const shared_bytes &other) noexcept : at(other.at) {
    if (at) at->owners.fetch_add(1, std::memory_order_relaxed);
  }
  shared_bytes(shared_bytes &&other) noexcept : at(std::exchange(other.at, nullptr)) {}
  shared_bytes &operator=(shared_bytes other) noexcept {
    std::swap(at, other.at);
    return *this;
  }
  ~shared_bytes() {
    if (!at || at->owners.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    at->~header();
    ::operator delete (at, std::align_val_t{alignment});
  }

  void *data() const noexcept { return at ? reinterpret_cast<std::byte *>(at) + alignment : nullptr; }
  std::size_t size() const noexcept { return at ? at->size : 0; }

  void stop_sharing() {
    if (!at || at->owners.load(std::memory_order_acquire) == 1) return;
    shared_bytes own(size());
    std::memcpy(own.data(), data(), size());
    *this = std::move(own);
  }

private:
  struct header {
    std::atomic<std::size_t> owners;
    std::size_t size;
  };
  static constexpr std::size_t alignment = 64;
  static_assert(sizeof(header) <= alignment);

  header *at = nullptr;
};

inline std::size_t item_size(DLDataType type) noexcept { return (std::size_t{type.bits} * type.lanes + 7) / 8; }

/// The bytes of a tensor of these extents.
inline std::size_t bytes_of(const std::vector<std::int64_t> &shape, DLDataType type) {
  std::size_t bytes = item_size(type);
  for (std::int64_t extent : shape) {
    if (extent < 0) throw error(SLOPEWISE_INVALID_ARGUMENT, "array: an extent is " + std::to_string(extent));
    const auto n = static_cast<std::size_t>(extent);
    if (n && bytes > SIZE_MAX / n) throw std::bad_alloc();
    bytes *= n;
  }
  return bytes;
}

/// An array whose element type is known when the program runs.
class owned {
public:
  owned(std::vector<std::int64_t> extents, DLDataType type)
      : memory(bytes_of(extents, type)), dims(std::move(extents)), element_type(type) {}

  const std::vector<std::int64_t> &shape() const noexcept { return dims; }
  std::size_t size() const noexcept { return memory.size() / std::max<std::size_t>(item_size(element_type), 1); }

  /// Points into this array, which must outlive it.
  DLTensor tensor() const noexcept {
    auto *extents = const_cast<std::int64_t *>(dims.data());
    return {memory.data(), {kDLCPU, 0}, static_cast<int>(dims.size()), element_type, extents, nullptr, 0};
  }

protected:
  shared_bytes memory;

private:
  std::vector<std::int64_t> dims;
  DLDataType element_type;
};

}  // namespace detail

/// An N-dimensional row-major tensor in CPU memory of its own. Copies share that memory until one of them is written:
/// writable() makes this array the only one that sees it, by a copy if it must, and its address is good until the array
/// is copied or given to a module that keeps it. All other members only read.
///
/// Different arrays may be used by different threads, also while they share memory.
template <class T>
class array : public detail::owned {
  static_assert(!std::is_const_v<T>, "an array's elements are not const");

public:
  using value_type = T;

  array() : array(std::vector<std::int64_t>{0}) {}
  /// The elements are not initialised.
  explicit array(std::vector<std::int64_t> shape) : owned(std::move(shape), detail::dtype<T>()) {}
  array(std::vector<std::int64_t> shape, std::initializer_list<T> elements) : array(std::move(shape)) {
    if (elements.size() != size()) {
      throw error(SLOPEWISE_SHAPE_MISMATCH,
                  "array: " + std::to_string(elements.size()) + " elements for a shape of " + std::to_string(size()));
    }
    std::copy(elements.begin(), elements.end(), writable());
  }

  /// What a DLTensor gave; it shares its memory.
  explicit array(const array<void> &other);

  const T *data() const noexcept { return static_cast<const T *>(memory.data()); }
  const T *begin() const noexcept { return data(); }
  const T *end() const noexcept { return data() + size(); }
  const T &operator[](std::size_t i) const noexcept { return data()[i]; }

  T *writable() {
    memory.stop_sharing();
    return static_cast<T *>(memory.data());
  }

  friend bool operator==(const array &a, const array &b) {
    return a.shape() == b.shape() && std::equal(a.begin(), a.end(), b.begin());
  }
  friend bool operator!=(const array &a, const array &b) { return !(a == b); }
};

/// What functions and modules return for a DLTensor: tensor() knows the element type.
template <>
class array<void> : public detail::owned {
public:
  using value_type = void;

  using detail::owned::owned;
  array(const owned &other) : owned(other) {}

  const void *data() const noexcept { return memory.data(); }
  void *writable() {
    memory.stop_sharing();
    return memory.data();
  }
};

template <class T>
array<T>::array(const array<void> &other) : owned(other) {
  constexpr DLDataType expected = detail::dtype<T>();
  const DLDataType type = other.tensor().dtype;
  if (type.code == expected.code && type.bits == expected.bits && type.lanes == 1) return;
  throw error(SLOPEWISE_DTYPE_MISMATCH, "array: elements of another type");
}

namespace detail {

inline std::string name_of(DLDevice device) {
  const char *kind = device.device_type == kDLCUDA || device.device_type == kDLCUDAManaged ? "CUDA device "
                     : device.device_type == kDLOpenCL                                     ? "OpenCL device "
                                                                                           : nullptr;
  if (kind) return kind + std::to_string(device.device_id);
  return "a device of DLPack type " + std::to_string(static_cast<int>(device.device_type));
}

inline bool on_cpu(const DLTensor &t) noexcept {
  return t.device.device_type == kDLCPU || t.device.device_type == kDLCUDAHost;
}

/// An array is memory that this header allocates, and it allocates none on devices.
inline void require_cpu(const char *what, const DLTensor &t, const char *instead) {
  if (on_cpu(t)) return;
  throw error(SLOPEWISE_UNSUPPORTED_DEVICE, std::string(what) + " is on " + name_of(t.device) +
                                                ", and the result would be an array in CPU memory; " + instead);
}

/// Of a DLTensor that is none: no extents; the call that follows says what is wrong with it.
inline std::vector<std::int64_t> shape_of(const DLTensor &t) {
  if (!t.shape || t.ndim < 0 || t.ndim > 64) return {};
  return {t.shape, t.shape + t.ndim};
}

template <class T>
array<T> new_array(std::vector<std::int64_t> shape, [[maybe_unused]] DLDataType type) {
  if constexpr (std::is_void_v<T>) {
    return array<void>(std::move(shape), type);
  } else {
    return array<T>(std::move(shape));
  }
}

/// An array for a result of the shape and type of a tensor.
template <class X>
array_of<X> array_like(const char *what, const X &x) {
  const input_of<X> in(x);
  require_cpu(what, *in.get(), "give an output on the device");
  return new_array<typename array_of<X>::value_type>(shape_of(*in.get()), in.get()->dtype);
}

}  // namespace detail
}  // namespace slopewise

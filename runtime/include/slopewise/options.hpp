// What a call of the C++ interface takes beside its tensors: the bounds and key of random slopes, and options. And the
// exception that it throws.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "slopewise/slopewise.h"

namespace slopewise {

/// A failed call: what() is the library's message.
class error : public std::runtime_error {
public:
  error(slopewise_status status, const std::string &message) : std::runtime_error(message), code(status) {}
  slopewise_status status() const noexcept { return code; }

private:
  slopewise_status code;
};

/// Bounds, seed and index of the random slopes; see slopewise_rrelu_params. The same params give the same slopes: see
/// next().
struct rrelu_params {
  double lower = 1.0 / 8, upper = 1.0 / 3;
  std::uint64_t seed = 0, stream = 0, offset = 0;
  std::vector<std::int64_t> index_strides = {};  ///< one a dimension; empty: row-major strides of the tensor's shape
  const std::uint64_t *key = nullptr;

  slopewise_rrelu_params c() const noexcept {
    return {lower, upper, seed, stream, offset, index_strides.empty() ? nullptr : index_strides.data(), key};
  }
};

/// The params of one training call, and a new stream in `params` for the call after it:
///     const auto used = next(params);
///     rrelu(x, used, y);
///     rrelu_backward(grad_y, x, used, grad_x);
[[nodiscard]] inline rrelu_params next(rrelu_params &params) {
  rrelu_params now = params;
  params.stream++;
  return now;
}

/// The fields of slopewise_options; all default is as no options. In C++20: options{.threads = 1}.
struct options {
  const char *variant = nullptr;
  int threads = 0;
  void (*parallel_for)(void *pool, std::int64_t begin, std::int64_t end, std::int64_t grain, slopewise_task task,
                       void *closure) = nullptr;
  void *pool = nullptr;
  void *stream = nullptr;
  const char *stores = nullptr;

  slopewise_options c() const noexcept {
    return {sizeof(slopewise_options), variant, threads, parallel_for, pool, stream, stores};
  }
};

/// options{.threads = count} for C++17.
inline options with_threads(int count) noexcept {
  options o;
  o.threads = count;
  return o;
}

namespace detail {

/// The last argument of every function: options, the address of options or of slopewise_options, or NULL.
class options_argument {
public:
  options_argument(const slopewise_options *o = nullptr) noexcept : given(o) {}
  options_argument(const options &o) noexcept : own(o.c()), given(&own) {}
  template <class Options, class = std::enable_if_t<std::is_same_v<Options, options>>>  // NULL is the other pointer
  options_argument(const Options *o) noexcept : own(o ? o->c() : slopewise_options{}), given(o ? &own : nullptr) {}
  options_argument(const options_argument &) = delete;
  options_argument &operator=(const options_argument &) = delete;

  const slopewise_options *get() const noexcept { return given; }

private:
  slopewise_options own = {};
  const slopewise_options *given;
};

inline void check(slopewise_status status) {
  if (status != SLOPEWISE_OK) throw error(status, slopewise_last_error());
}

}  // namespace detail
}  // namespace slopewise

"""NumPy's own version of every operation, byte for byte (docs/contract.md). Shares no code with the library.

Arrays of bfloat16 are uint16 bits; pass bf16=True for them. A result comes with a mask of the elements that arithmetic
made: where those are NaN, any NaN is right.
"""

import math
from fractions import Fraction

import numpy as np

M0, M1, W0, W1 = 0xD2511F53, 0xCD9E8D57, 0x9E3779B9, 0xBB67AE85
LOW = np.uint64(0xFFFFFFFF)


def philox(block, seed, stream):
    """The four words of each block, uint64 arrays holding 32 bits."""
    block = block.astype(np.uint64)
    c = [block & LOW, block >> np.uint64(32), np.full_like(block, stream & 0xFFFFFFFF), np.full_like(block, stream >> 32)]
    k0, k1 = seed & 0xFFFFFFFF, seed >> 32
    for _ in range(10):
        p0, p1 = np.uint64(M0) * c[0], np.uint64(M1) * c[2]
        c = [(p1 >> np.uint64(32)) ^ c[1] ^ np.uint64(k0), p1 & LOW, (p0 >> np.uint64(32)) ^ c[3] ^ np.uint64(k1), p0 & LOW]
        k0, k1 = (k0 + W0) & 0xFFFFFFFF, (k1 + W1) & 0xFFFFFFFF
    return c


def draws(index, seed, stream):
    """Sixteen bits for each uint64 index."""
    index = np.asarray(index, np.uint64)
    words = np.stack(philox(index >> np.uint64(3), seed, stream))
    j = (index & np.uint64(7)).astype(np.int64)
    word = np.take_along_axis(words, (j % 4)[None], 0)[0]
    return np.where(j < 4, word & np.uint64(0xFFFF), word >> np.uint64(16)).astype(np.int64)


def fixed_point(lower, upper):
    m = max(abs(lower), abs(upper))
    if m == 0:
        return 0, 0, 0, 0
    k = min(30 - math.frexp(m)[1], 126)
    low, high = math.ceil(Fraction(lower) * Fraction(2) ** k), math.floor(Fraction(upper) * Fraction(2) ** k)
    if low > high:
        low = high = round(Fraction(lower) * Fraction(2) ** k)
    q = max(0, (high - low).bit_length() - 16)
    return low, (high - low) >> q, q, k


def indices(shape, offset=0, index_strides=None):
    """The index of each element, modulo 2^64; the strides are those of a row-major array unless given."""
    if index_strides is None:
        index_strides = [math.prod(shape[d + 1 :]) for d in range(len(shape))]
    index = np.full(shape, offset % 2**64, np.uint64)
    for d, stride in enumerate(index_strides):
        steps = np.arange(shape[d], dtype=np.uint64) * np.uint64(stride % 2**64)
        index += steps.reshape([-1 if e == d else 1 for e in range(len(shape))])
    return index


def slopes(shape, op, lower=0.125, upper=1 / 3, seed=0, stream=0, offset=0, index_strides=None):
    """The random slope of each element, in the computing type `op`."""
    low, v, q, k = fixed_point(lower, upper)
    index = indices(shape, offset, index_strides).reshape(-1)
    s = low + ((draws(index, seed, stream) * v) >> (16 - q))
    return np.ldexp(s.astype(op), -k).astype(op).reshape(shape)


def widen(x, bf16=False):
    if bf16:
        return (x.astype(np.uint32) << np.uint32(16)).view(np.float32)
    return x if x.dtype == np.float64 else x.astype(np.float32)


def narrow(value, like, bf16=False):
    if not bf16:
        with np.errstate(over="ignore"):
            return value.astype(like.dtype)
    bits = np.ascontiguousarray(value).view(np.uint32).astype(np.uint64)
    rounded = (bits + np.uint64(0x7FFF) + ((bits >> np.uint64(16)) & np.uint64(1))) >> np.uint64(16)
    narrowed = np.where(np.isnan(value), (bits >> np.uint64(16)) | np.uint64(0x40), rounded)
    return narrowed.astype(np.uint16).reshape(np.shape(value))


def scaled(x, by, bf16=False):
    with np.errstate(all="ignore"):
        return narrow(widen(x, bf16) * by, x, bf16)


def op_type(x):
    return np.float64 if x.dtype == np.float64 else np.float32


def relu(x, bf16=False):
    if x.dtype.kind in "iu" and not bf16:
        return np.maximum(x, 0), None
    return np.where(widen(x, bf16) < 0, x.dtype.type(0), x), None


def relu_backward(grad, saved, bf16=False):
    return np.where(widen(saved, bf16) <= 0, grad.dtype.type(0), grad), None


def leaky_relu(x, slope, bf16=False):
    mask = widen(x, bf16) <= 0
    by = np.asarray(slope).astype(op_type(x))
    return np.where(mask, scaled(x, by, bf16), x), mask


def leaky_relu_backward(grad, saved, slope, bf16=False):
    keep = widen(saved, bf16) > 0
    return np.where(keep, grad, scaled(grad, np.asarray(slope).astype(op_type(grad)), bf16)), ~keep


def rrelu_noise(x, r, bf16=False):
    one = np.ones(x.shape, op_type(x))
    return narrow(np.where(widen(x, bf16) <= 0, r, one), x, bf16), None


def rrelu_backward(grad, saved, r, bf16=False):
    mask = widen(saved, bf16) <= 0
    return np.where(mask, scaled(grad, r, bf16), grad), mask


def rrelu_backward_noise(grad, noise, bf16=False):
    return scaled(grad, widen(noise, bf16), bf16), np.ones(grad.shape, bool)


def negated(x, bf16=False):
    if x.dtype.kind in "iu" and not bf16:
        return (0 - x.astype(np.int64).view(np.uint64)).astype(f"u{x.itemsize}").view(x.dtype)
    width = x.itemsize * 8
    return (np.ascontiguousarray(x).view(f"u{x.itemsize}") ^ np.array(1 << (width - 1), f"u{x.itemsize}")).view(x.dtype).reshape(x.shape)


def crelu(x, axis=0, bf16=False):
    return np.concatenate([relu(x, bf16)[0], relu(negated(x, bf16), bf16)[0]], axis), None


def crelu_backward(grad, x, axis=0, bf16=False):
    first, second = np.split(grad, 2, axis)
    a, b = relu_backward(first, x, bf16)[0], relu_backward(second, negated(x, bf16), bf16)[0]
    with np.errstate(all="ignore"):
        return narrow(widen(a, bf16) - widen(b, bf16), x, bf16), np.ones(x.shape, bool)


def equal_bytes(got, want, arithmetic=None, bf16=False):
    """Whether two arrays agree in every byte, NaNs made by arithmetic aside."""
    if got.shape != want.shape or got.dtype != want.dtype:
        return False
    as_bits = lambda a: np.ascontiguousarray(a).view(f"u{a.itemsize}").reshape(a.shape)
    same = as_bits(got) == as_bits(want)
    if arithmetic is not None:
        same |= arithmetic & np.isnan(widen(got, bf16)) & np.isnan(widen(want, bf16))
    return bool(same.all())

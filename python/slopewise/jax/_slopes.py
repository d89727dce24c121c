"""The random slopes of RReLU, a pure function of key, index and bounds (docs/contract.md, "The random slope").

Each element computes a random block of its own, of which it uses sixteen bits. Elements of one block could share it, but
not without moving data between devices that hold parts of an array.
"""

import math
from fractions import Fraction
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax

from ._floats import Factor
from ._words import add, multiply, times


class Bounds(NamedTuple):
    """Slopes are (low + (draw * width >> shift)) * 2^-places, `draw` being sixteen random bits."""

    low: int
    width: int
    shift: int
    places: int


def fixed_point(lower, upper):
    """Bounds of checked floats, exactly."""
    largest = max(abs(lower), abs(upper))
    if largest == 0:
        return Bounds(0, 0, 16, 0)
    places = min(30 - math.frexp(largest)[1], 126)
    scale = Fraction(2) ** places
    low, high = math.ceil(Fraction(lower) * scale), math.floor(Fraction(upper) * scale)
    if low > high:
        low = high = round(Fraction(lower) * scale)
    dropped = max(0, (high - low).bit_length() - 16)
    return Bounds(low, (high - low) >> dropped, 16 - dropped, places)


def indices(x, strides, offset):
    """(low, high) of every element's index; `offset` is uint32[2]. While a sum of dimensions fits 32 bits it is computed
    in 32 bits. Zeros like x give the indices its sharding, where shardings are part of types."""
    total = offset[0], offset[1]
    near, reach = jnp.zeros_like(x, np.uint32), 0
    for d, (extent, stride) in enumerate(zip(x.shape, strides)):
        place = lax.broadcasted_iota(np.uint32, x.shape, d)
        if stride >= 0 and reach + (extent - 1) * stride < 2**32:
            reach += (extent - 1) * stride
            near = near + place * np.uint32(stride) if extent > 1 else near
        else:
            total = add(total, times(place, stride))
    return add(total, (near, np.uint32(0)))


def philox4x32_10(counter, key):
    """Random123's generator on four and two uint32."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        high0, low0 = multiply(c0, np.uint32(0xD2511F53))
        high1, low1 = multiply(c2, np.uint32(0xCD9E8D57))
        c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
        k0, k1 = k0 + np.uint32(0x9E3779B9), k1 + np.uint32(0xBB67AE85)
    return c0, c1, c2, c3


def draws(key, index):
    """Sixteen bits for every index. `key`: uint32[4], seed and stream with their low words first."""
    low, high = index
    block = (low >> np.uint32(3)) | (high << np.uint32(29)), high >> np.uint32(3)
    w = philox4x32_10((*block, key[2], key[3]), (key[0], key[1]))
    odd, second, upper = ((low & np.uint32(bit)) != 0 for bit in (1, 2, 4))
    word = jnp.where(second, jnp.where(odd, w[3], w[2]), jnp.where(odd, w[1], w[0]))
    return jnp.where(upper, word >> np.uint32(16), word & np.uint32(0xFFFF))


def integers(x, key, offset, bounds, strides):
    """The slopes of x's elements before they are scaled by 2^-places: int32, below 2^30 in magnitude or equal."""
    draw = draws(key, indices(x, strides, offset))
    beyond_low = (draw * np.uint32(bounds.width)) >> np.uint32(bounds.shift)
    return np.int32(bounds.low) + beyond_low.astype(jnp.int32)


def numbers(integers, bounds, dtype):
    """Slopes as numbers of a computing type: one rounding, then an exact scaling."""
    return integers.astype(dtype) * np.dtype(dtype).type(2.0**-bounds.places)


def factors(integers, bounds, word):
    """The same numbers as factors whose significands are words of a type."""
    bits = 8 * word(0).itemsize
    magnitude = jnp.abs(integers).astype(word)
    zeros = jnp.minimum(lax.clz(magnitude), word(bits - 1))
    significand = magnitude << (zeros - word(1))
    if bits == 32:  # 31 bits of which a float keeps 24
        odd = (significand >> np.uint32(7)) & np.uint32(1)
        significand = (significand + np.uint32(63) + odd) & np.uint32(0xFFFFFF80)
    return Factor(significand, 1 - bounds.places - zeros.astype(jnp.int32), integers < 0)

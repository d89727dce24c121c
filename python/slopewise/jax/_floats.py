"""Floating-point numbers as the integers that their bits are.

A product in floating point is not the same everywhere: XLA's code for CPUs takes subnormal numbers of float32 for zeros,
and a select of bfloat16 may quieten a NaN. On integers every backend computes the same.
"""

import math
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax

from ._words import multiply, width_of


class Format(NamedTuple):
    """A floating-point type. `word` holds a significand of the type in which products are rounded first, `computing`."""

    fraction: int  # bits
    exponent: int  # bits
    bits: Any
    word: Any
    computing: str

    @property
    def bias(self):
        return 2 ** (self.exponent - 1) - 1

    @property
    def infinity(self):
        return self.bits((2**self.exponent - 1) << self.fraction)

    @property
    def sign(self):
        return self.bits(1 << (self.fraction + self.exponent))


FORMATS = {
    "float16": Format(10, 5, np.uint16, np.uint32, "float32"),
    "bfloat16": Format(7, 8, np.uint16, np.uint32, "float32"),
    "float32": Format(23, 8, np.uint32, np.uint32, "float32"),
    "float64": Format(52, 11, np.uint64, np.uint64, "float64"),
}


class Factor(NamedTuple):
    """Second factors: significand * 2^exponent, negative or not. The significand is 0, or its first bit is the word's
    second, or it is 2^(bits of the word - 1)."""

    significand: Any
    exponent: Any
    negative: Any


def format_of(x):
    return FORMATS[x.dtype.name]


def to_bits(x):
    return lax.bitcast_convert_type(x, format_of(x).bits)


def from_bits(bits, x):
    """Bits as elements of x's type."""
    return lax.bitcast_convert_type(bits, x.dtype)


def positive_part(bits, f):
    """x < 0 ? +0 : x, of bits."""
    below = (bits > f.sign) & (bits <= (f.sign | f.infinity))
    return jnp.where(below, f.bits(0), bits)


def is_negative(bits, f):
    """x <= 0, of bits: zeros of both signs, no NaN."""
    return (bits == 0) | ((bits >= f.sign) & (bits <= (f.sign | f.infinity)))


def factor_of(value, f):
    """The number that the Python float rounds to in the computing type, as a factor."""
    rounded = float(np.dtype(f.computing).type(value))
    fraction, exponent = math.frexp(abs(rounded))
    bits = 8 * f.word(0).itemsize
    negative = math.copysign(1.0, rounded) < 0
    return Factor(f.word(int(math.ldexp(fraction, bits - 1))), exponent - (bits - 1), negative)


def _parts(magnitude, f):
    """(significand, exponent) of positive numbers of a format; the significand's first bit is the word's first. Infinity is
    the next power of two."""
    biased = (magnitude >> f.word(f.fraction)).astype(jnp.int32)
    fraction = magnitude & f.word(2**f.fraction - 1)
    whole = fraction | ((biased > 0).astype(f.word) << f.word(f.fraction))
    zeros = jnp.minimum(lax.clz(whole), f.word(width_of(magnitude) - 1))
    return whole << zeros, jnp.maximum(biased, 1) - (f.bias + f.fraction) - zeros.astype(jnp.int32)


def _rounded(significand, exponent, f):
    """The magnitude, as bits of a format, of significand * 2^exponent to nearest even. The significand's first bit is the
    word's second. Its last bit says whether anything followed."""
    word = significand.dtype.type
    place = width_of(significand) - 2
    normal = exponent + (place + f.bias - 1)  # one less than the biased exponent; negative: subnormal
    lost = jnp.clip(-normal, 0, place + 1).astype(word)
    followed = (significand & ((word(1) << lost) - word(1))) != 0
    significand = (significand >> lost) | followed.astype(word)
    dropped = word(place - f.fraction)
    odd = (significand >> dropped) & word(1)
    kept = (significand + word((1 << (place - f.fraction - 1)) - 1) + odd) >> dropped
    magnitude = kept + (jnp.clip(normal, 0, 2 * f.bias).astype(word) << word(f.fraction))
    return jnp.minimum(magnitude, word(f.infinity))


def _rounded_product(magnitude, f, factor):
    """Bits of f: positive finite numbers times a factor, rounded in the computing type and then to f."""
    computing = FORMATS[f.computing]
    significand, exponent = _parts(magnitude, f)
    place = width_of(significand)
    high, low = multiply(significand, factor.significand)
    small = high < f.word(1 << (place - 2))
    high = jnp.where(small, high << f.word(1), high) | (low != 0).astype(f.word)
    exponent = exponent + factor.exponent + place - small.astype(jnp.int32)
    result = _rounded(high, exponent, computing)
    if f is computing:
        return result
    significand, exponent = _parts(result, computing)
    narrow = _rounded(significand >> f.word(1), exponent + 1, f)
    return jnp.where(result == 0, result, narrow)


def scaled_where_negative(x, factor):
    """x <= 0 ? x * factor : x, every bit as the contract has it."""
    f, bits = format_of(x), to_bits(x)
    magnitude = bits & ~f.sign
    product = _rounded_product(magnitude.astype(f.word), f, factor).astype(f.bits)
    nothing = factor.significand == 0
    product = jnp.where((magnitude == 0) | nothing, f.bits(0), product)
    nan = f.infinity | f.bits(1 << (f.fraction - 1))
    product = jnp.where(magnitude == f.infinity, jnp.where(nothing, nan, f.infinity), product)
    negative = (bits >= f.sign) ^ factor.negative
    product = product | jnp.where(negative, f.sign, f.bits(0))
    return from_bits(jnp.where(is_negative(bits, f), product, bits), x)

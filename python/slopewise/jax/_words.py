"""Integers wider than the machine's words: products of twice the width, and pairs of uint32 for numbers of 64 bits, which
JAX lacks unless jax_enable_x64 is set."""

import jax.numpy as jnp
import numpy as np


def width_of(a):
    return 8 * a.dtype.itemsize


def multiply(a, b):
    """(high, low) of the product of two unsigned words of one type. By halves: no type is wider on every backend."""
    bits = width_of(a)
    half = a.dtype.type(bits // 2)
    mask = a.dtype.type(2 ** (bits // 2) - 1)
    a_low, a_high, b_low, b_high = a & mask, a >> half, b & mask, b >> half
    low = a_low * b_low
    middle = a_high * b_low + (low >> half)
    other = a_low * b_high + (middle & mask)
    return a_high * b_high + (middle >> half) + (other >> half), a * b


def halves(number):
    """(low, high), two uint32, of a Python integer modulo 2^64."""
    return np.uint32(number & 0xFFFFFFFF), np.uint32(number >> 32 & 0xFFFFFFFF)


def add(a, b):
    """The sum modulo 2^64 of two pairs (low, high)."""
    low = a[0] + b[0]
    return low, a[1] + b[1] + (low < b[0]).astype(jnp.uint32)


def times(a, number):
    """uint32 times a Python integer, modulo 2^64, as a pair."""
    low, high = halves(number)
    carried, product = multiply(a, low)
    return product, carried + a * high

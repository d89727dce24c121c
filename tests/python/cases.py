"""The one table of cases whose bytes must be equal in NumPy, torch, JAX and the program, and arrays to run them on."""

import itertools
import math
from dataclasses import dataclass

import numpy as np
import reference

FLOATS = ("f16", "bf16", "f32", "f64")
INTEGERS = ("i8", "i16", "i32", "i64")
_SPECIAL = (0.0, -0.0, math.inf, -math.inf, math.nan, -1.5, 1e-5, -1e-5, 1e-40, -1e-40)


def bits_type(dtype):
    return np.dtype(f"u{int(dtype.strip('bfiu')) // 8}")


def values(dtype, shape, salt=0):
    """Random bit patterns of a type, for floats every fourth a special value. bf16 is its bits, as uint16."""
    count = math.prod(shape)
    random = np.random.default_rng([5, salt, count])
    bits = random.integers(0, np.iinfo(bits_type(dtype)).max, count, bits_type(dtype), endpoint=True)
    if dtype in FLOATS:
        special = np.array(_SPECIAL, np.float32)
        if dtype == "bf16":
            special = (special.view(np.uint32) >> 16).astype(np.uint16)
        else:
            with np.errstate(over="ignore", under="ignore"):
                special = special.astype(f"f{bits.itemsize}").view(bits.dtype)
        bits[::4] = np.resize(special, bits[::4].shape)
    return (bits if dtype == "bf16" else bits.view(numpy_type(dtype))).reshape(shape)


def numpy_type(dtype):
    return np.dtype("u2") if dtype == "bf16" else np.dtype(f"{dtype[0]}{int(dtype[1:]) // 8}")


@dataclass(frozen=True)
class Case:
    """One call of training RReLU."""

    dtype: str
    shape: tuple
    key: tuple
    lower: float = 1 / 8
    upper: float = 1 / 3
    offset: int = 0
    index_strides: tuple = None

    def x(self):
        return values(self.dtype, self.shape)

    def grad(self):
        return values(self.dtype, self.shape, salt=1)

    def slopes(self):
        op = np.float64 if self.dtype == "f64" else np.float32
        return reference.slopes(self.shape, op, self.lower, self.upper, *self.key, self.offset, self.index_strides)

    def y(self):
        """The result, and where arithmetic may have made a NaN of any payload."""
        return reference.leaky_relu(self.x(), self.slopes(), self.dtype == "bf16")

    def grad_x(self):
        return reference.rrelu_backward(self.grad(), self.x(), self.slopes(), self.dtype == "bf16")

    def noise(self):
        return reference.rrelu_noise(self.x(), self.slopes(), self.dtype == "bf16")


KEYS = ((0, 0), (42, 7), (2**64 - 1, 2**63 + 5))
SHAPES = ((), (0,), (1,), (3,), (5,), (3, 0, 4), (8, 5), (1029, 917))


def _table():
    for dtype in FLOATS:
        for shape, key in zip(SHAPES, itertools.cycle(KEYS)):
            yield Case(dtype, shape, key)
        for offset in (1, 7, 2**34 + 3, 2**63 + 1, 2**64 - 20):
            yield Case(dtype, (7, 13), KEYS[1], offset=offset)
        for lower, upper in ((0.1, 0.3), (0.25, 0.25), (-0.5, 0.5), (0, 0), (1.5, 40.0), (1e-30, 2e-30)):
            yield Case(dtype, (6, 11), KEYS[2], lower, upper)
        # A slice of a larger array; its dimensions the other way round; rows that share their slopes.
        yield Case(dtype, (4, 9), KEYS[1], offset=10_000_000_019, index_strides=(1000, 1))
        yield Case(dtype, (9, 4), KEYS[1], index_strides=(1, 9))
        yield Case(dtype, (9, 4), KEYS[1], offset=5, index_strides=(0, -1))


CASES = tuple(_table())
NAMES = tuple(f"{c.dtype}-{'x'.join(map(str, c.shape)) or 'scalar'}-{c.lower:g}-{c.upper:g}-{c.offset}-{c.index_strides}" for c in CASES)


def same(got_bits, want, dtype):
    """Whether an array of bits, or of its own type, agrees with a result of this module's in every byte."""
    result, arithmetic = want
    got = np.asarray(got_bits)
    if got.dtype != result.dtype:
        assert got.dtype.itemsize == result.dtype.itemsize, (got.dtype, result.dtype)
        got = np.ascontiguousarray(got).view(result.dtype).reshape(got.shape)
    return reference.equal_bytes(got, result, arithmetic, dtype == "bf16")

"""The structures of slopewise.h and DLPack that calls take."""

import operator
import struct
from ctypes import (
    POINTER, Structure, byref, c_char_p, c_double, c_int, c_int32, c_int64, c_size_t, c_uint8, c_uint16, c_uint64, c_void_p, sizeof
)

from ._errors import ArgumentError

CPU, CUDA = 1, 2  # DLDeviceType

# DLPack's code of each kind of type; the library says which of them a function takes.
_KINDS = {"i": 0, "u": 1, "f": 2, "bf": 4, "c": 5, "bool": 6}
CODES = {f"{kind}{bits}": (_KINDS[kind], bits) for kind in ("i", "u", "f") for bits in (8, 16, 32, 64, 128)}
CODES.update({"bf16": (4, 16), "c64": (5, 64), "c128": (5, 128), "c256": (5, 256), "bool": (6, 8)})


class Passed(Structure):
    """One that calls take by its address."""

    @property
    def _as_parameter_(self):
        return byref(self)


class DLTensor(Passed):
    _fields_ = [
        ("data", c_void_p),
        ("device_type", c_int32),
        ("device_id", c_int32),
        ("ndim", c_int32),
        ("code", c_uint8),
        ("bits", c_uint8),
        ("lanes", c_uint16),
        ("shape", POINTER(c_int64)),
        ("strides", POINTER(c_int64)),
        ("byte_offset", c_uint64),
    ]


class Params(Passed):  # slopewise_rrelu_params
    _fields_ = [
        ("lower", c_double),
        ("upper", c_double),
        ("seed", c_uint64),
        ("stream", c_uint64),
        ("offset", c_uint64),
        ("index_strides", POINTER(c_int64)),
        ("key", c_void_p),
    ]


PARAMS = struct.Struct("ddqqQPP")  # bytes of the same, with signed words of the key: a quarter of the time


class Options(Passed):  # slopewise_options
    _fields_ = [
        ("struct_size", c_size_t),
        ("variant", c_char_p),
        ("threads", c_int),
        ("parallel_for", c_void_p),
        ("pool", c_void_p),
        ("stream", c_void_p),
        ("stores", c_char_p),
    ]


def tensor(address, shape, strides, dtype, device=(CPU, 0)):
    """A DLTensor over memory of the caller's. `strides` in elements, or None: row-major. `dtype`: "f32", "bf16", "i8", ..."""
    code, bits = CODES[dtype]
    count = len(shape)
    extents = (c_int64 * count)(*shape)
    steps = None if strides is None else (c_int64 * count)(*strides)
    return DLTensor(address, device[0], device[1], count, code, bits, 1, extents, steps, 0)


def number(name, value):
    """A bound or slope as a float."""
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise ArgumentError(f"{name}: expected a number, got {value!r}") from None


def integer(name, value, lowest, highest):
    """An integer within bounds."""
    try:
        result = operator.index(value)
    except TypeError:
        raise ArgumentError(f"{name}: expected an integer, got {value!r}") from None
    if not lowest <= result <= highest:
        raise ArgumentError(f"{name}: expected an integer from {lowest} to {highest}, got {result}")
    return result


def word(name, value):
    """64 bits of a key or an index: from -2^63 to 2^64 - 1, negative ones modulo 2^64."""
    return integer(name, value, -(2**63), 2**64 - 1) % 2**64


def row_major(shape):
    """The strides, in elements, of a row-major tensor."""
    strides, step = [], 1
    for size in reversed(shape):
        strides.append(step)
        step = step * size
    return strides[::-1]


def checked_strides(index_strides, ndim):
    """Index strides, one integer for each of `ndim` dimensions."""
    try:
        strides = [integer("index_strides", s, -(2**63), 2**63 - 1) for s in index_strides]
    except TypeError:
        raise ArgumentError(f"index_strides: expected integers, one a dimension, got {index_strides!r}") from None
    if len(strides) != ndim:
        raise ArgumentError(f"index_strides: expected one a dimension, {ndim}, got {len(strides)}")
    return strides


def params(lower, upper, seed, stream, offset=0, index_strides=None, key_address=None):
    """What rrelu takes. `index_strides`: checked_strides() of the tensor."""
    steps = None if index_strides is None else (c_int64 * len(index_strides))(*index_strides)
    return Params(number("lower", lower), number("upper", upper), seed, stream, word("offset", offset), steps, key_address)


def options(threads=None, variant=None, stream=None):
    """slopewise_options, or None where all are defaults."""
    if threads is None and variant is None and stream is None:
        return None
    if variant is not None and not isinstance(variant, str):
        raise ArgumentError(f"variant: expected a string, got {variant!r}")
    count = 0 if threads is None else integer("threads", threads, 0, 2**31 - 1)
    name = None if variant is None else variant.encode()
    return Options(sizeof(Options), name, count, None, None, stream, None)

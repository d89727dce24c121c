"""What calls are given, checked: element types and bounds by the C library itself, so that its messages are the same here."""

import ctypes

import jax
import jax.numpy as jnp
import numpy as np

from .. import _library
from .._errors import ArgumentError, DtypeError
from .._tensor import CODES, checked_strides, number, row_major, tensor, word
from ._words import halves

_library.load()
_ELEMENT = ctypes.create_string_buffer(16)  # what 0-d tensors hold: they are never empty


def array(x):
    """An operand: JAX's own arrays, NumPy's and numbers. Lists are refused, as jax.numpy does."""
    if not isinstance(x, (jax.Array, np.ndarray, np.generic, bool, int, float, complex)):
        raise ArgumentError(f"x: expected an array, got {type(x).__name__}")
    try:
        return jnp.asarray(x)
    except (TypeError, ValueError) as problem:
        raise DtypeError(f"x: {problem}") from None


def _dtype_name(x):
    name = x.dtype.name
    for long, short in (("bfloat16", "bf16"), ("float", "f"), ("uint", "u"), ("int", "i"), ("complex", "c")):
        if name.startswith(long):
            return short + name[len(long) :]
    return name


def check(function, x, *between):
    """Lets the C library judge the type of x and the other arguments, on a tensor of as many dimensions and no elements."""
    name = _dtype_name(x)
    if name not in CODES:
        raise DtypeError(f"{function}: x has dtype {x.dtype.name}, which {function} does not take")
    empty = tensor(ctypes.addressof(_ELEMENT), (0,) * x.ndim, None, name)
    y = tensor(ctypes.addressof(_ELEMENT) + 8, (0,) * x.ndim, None, name)
    _library.call(function, empty, *between, y, *((None,) if function == "rrelu" else ()), None)


def constant(name, value):
    """A bound or slope as a float."""
    if isinstance(value, jax.core.Tracer):
        raise ArgumentError(f"{name}: expected a number, got a traced array: bounds and slopes are constants of a compiled function")
    return number(name, value)


def key_words(key):
    """uint32[4], seed and stream with their low words first, of a JAX key or of such words."""
    expected = "expected one JAX key, or uint32[4]: seed low, seed high, stream low, stream high"
    if not isinstance(key, (jax.Array, np.ndarray)):
        raise ArgumentError(f"key: {expected}; got {type(key).__name__}")
    if jnp.issubdtype(key.dtype, jax.dtypes.prng_key):
        if key.shape == ():
            return jax.random.bits(key, (4,), np.uint32)
    elif key.dtype == np.uint32 and key.shape == (2,):
        return jax.random.bits(jax.random.wrap_key_data(jnp.asarray(key), impl="threefry2x32"), (4,), np.uint32)
    elif key.dtype == np.uint32 and key.shape == (4,):
        return jnp.asarray(key)
    raise ArgumentError(f"key: {expected}; got {key.dtype}{list(key.shape)}")


def offset_words(offset):
    """uint32[2], low word first, of an integer, an array of one integer, or of such words."""
    if not isinstance(offset, (jax.Array, np.ndarray)):
        return jnp.asarray(np.array(halves(word("offset", offset))))
    if offset.dtype == np.uint32 and offset.shape == (2,):
        return jnp.asarray(offset)
    if offset.shape != () or not jnp.issubdtype(offset.dtype, np.integer):
        raise ArgumentError(f"offset: expected an integer or uint32[2], low word first; got {offset.dtype}{list(offset.shape)}")
    if isinstance(offset, np.ndarray):
        return jnp.asarray(np.array(halves(word("offset", offset.item()))))
    bits = 8 * offset.dtype.itemsize
    low = offset.astype(np.uint32)
    negative = (offset < 0).astype(np.uint32)
    high = (offset >> 32).astype(np.uint32) if bits == 64 else np.uint32(0) - negative
    return jnp.stack([low, high])


def strides_of(index_strides, shape):
    """Index strides, one Python integer a dimension."""
    if any(extent >= 2**32 for extent in shape):
        raise ArgumentError(f"x: expected fewer than 2^32 elements in each dimension, got {list(shape)}")
    return tuple(row_major(shape) if index_strides is None else checked_strides(index_strides, len(shape)))

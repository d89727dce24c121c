"""Rectifier activations for JAX, with the bytes that Slopewise gives everywhere.

They are written in jax.numpy, on integers: exact on every backend, differentiable to any order and in both modes, under
jit, vmap and checkpoint, sharded without communication. Where there is one CPU device, rrelu calls the C library. Element
types are float16, bfloat16, float32 and float64; for relu and crelu also the signed integers, for relu uint8 (unchanged).
Derivatives at 0 are those of docs/contract.md: 0 of relu, the slope of leaky_relu and rrelu.

Raises DtypeError for other types and ArgumentError for all else that is wrong, when a function is called or traced.
"""

try:
    import jax
except ImportError as problem:
    raise ImportError(f"slopewise.jax needs JAX: pip install 'slopewise[jax]' ({problem})") from None

import jax.numpy as jnp
import numpy as np

from .._errors import ArgumentError
from .._tensor import integer, params
from . import _elementwise, _ffi, _rrelu
from ._arguments import array, check, constant, key_words, offset_words, strides_of

__all__ = ["crelu", "leaky_relu", "relu", "rrelu"]


def relu(x):
    """x < 0 ? 0 : x; NaN and -0 pass. Has x's shape and type: floats, signed integers, uint8."""
    x = array(x)
    check("relu", x)
    if jnp.issubdtype(x.dtype, np.integer):
        return jnp.maximum(x, 0)
    return _elementwise.relu(x)


def leaky_relu(x, negative_slope=0.01):
    """x <= 0 ? x * negative_slope : x, of floats. The slope is a Python number."""
    x, slope = array(x), constant("negative_slope", negative_slope)
    check("leaky_relu", x, slope)
    return _elementwise.leaky_relu(x, slope.hex())


def rrelu(x, key, lower=1 / 8, upper=1 / 3, *, offset=0, index_strides=None, impl=None):
    """Training RReLU of floats: x <= 0 ? x * r : x with a slope r in [lower, upper) for each element, from `key`.

    `key`: a JAX key of any implementation, or uint32[4], seed and stream with their low words first. Bounds are Python
    numbers. `offset` is the index of the first element, an integer, an integer array or uint32[2] (low word first), traced or
    not; `index_strides` has one integer a dimension (None: row-major ones of x's shape). A slice or a shard of a larger array
    gives those of the larger one; under vmap every example counts from `offset`.
    `impl`: "jnp", "ffi" (the C library, on CPUs), or None, "ffi" where there is one CPU device, else "jnp". Bytes are equal.
    """
    x = array(x)
    bounds = constant("lower", lower), constant("upper", upper)
    check("rrelu", x, params(*bounds, 0, 0))
    if impl not in (None, *_rrelu.IMPLEMENTATIONS):
        raise ArgumentError(f"rrelu: impl is {impl!r}, expected 'jnp', 'ffi' or None")
    strides = strides_of(index_strides, x.shape)
    return _rrelu.rrelu(x, key_words(key), offset_words(offset), _ffi.chosen(impl), (*bounds, strides))


def crelu(x, axis=-1):
    """relu(x) and relu(-x) concatenated along `axis`: the result is twice as long there. Floats and signed integers."""
    x, axis = array(x), integer("axis", axis, -(2**31), 2**31 - 1)
    check("crelu", x, axis)
    if jnp.issubdtype(x.dtype, np.integer):
        return jnp.concatenate([jnp.maximum(x, 0), jnp.maximum(-x, 0)], axis)
    return _elementwise.crelu(x, axis % x.ndim)

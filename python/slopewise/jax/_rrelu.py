"""Training RReLU with its derivatives, by jax.numpy or by the C library."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from . import _ffi
from ._elementwise import negative, scaled
from ._floats import format_of, scaled_where_negative
from ._slopes import factors, fixed_point, integers, numbers

# The names of the implementations, and what each has: the function, and its multiplier, the slope where x <= 0, else 1.


def _by_jnp(x, key, offset, lower, upper, strides):
    bounds = fixed_point(lower, upper)
    # Apart, each compiles in under a second; as one loop LLVM (of jaxlib 0.12) takes minutes.
    slopes = lax.optimization_barrier(integers(x, key, offset, bounds, strides))
    return scaled_where_negative(x, factors(slopes, bounds, format_of(x).word))


def _multiplier_by_jnp(x, key, offset, lower, upper, strides):
    bounds, computing = fixed_point(lower, upper), np.dtype(format_of(x).computing)
    slopes = numbers(integers(x, key, offset, bounds, strides), bounds, computing)
    return jnp.where(negative(x), slopes, computing.type(1))


def _multiplier_by_ffi(x, key, offset, lower, upper, strides):
    """From the function of plus and minus one, in the computing type: that is the multiplier, but for the sign."""
    one = np.dtype(format_of(x).computing).type(1)
    signs = jnp.where(negative(x), -one, one)
    return signs * _ffi.rrelu(signs, key, offset, lower, upper, strides)


IMPLEMENTATIONS = {"jnp": (_by_jnp, _multiplier_by_jnp), "ffi": (_ffi.rrelu, _multiplier_by_ffi)}


@partial(jax.custom_jvp, nondiff_argnums=(3, 4))
@partial(jax.jit, static_argnums=(3, 4))
def rrelu(x, key, offset, impl, constants):
    """`constants`: lower, upper, index strides."""
    return IMPLEMENTATIONS[impl][0](x, key, offset, *constants)


@rrelu.defjvp
def _rrelu_jvp(impl, constants, primals, tangents):
    x, key, offset = primals
    tangent = scaled(tangents[0], IMPLEMENTATIONS[impl][1], constants, x, key, offset)
    return rrelu(x, key, offset, impl, constants), tangent

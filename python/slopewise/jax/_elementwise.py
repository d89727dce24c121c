"""ReLU, leaky ReLU and CReLU with their derivatives."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ._floats import factor_of, format_of, from_bits, is_negative, positive_part, scaled_where_negative, to_bits


def negative(x):
    return is_negative(to_bits(x), format_of(x))


@jax.custom_jvp
@jax.jit
def relu(x):
    return from_bits(positive_part(to_bits(x), format_of(x)), x)


@relu.defjvp
def _relu_jvp(primals, tangents):
    (x,), (t,) = primals, tangents
    return relu(x), jnp.where(negative(x), jnp.zeros_like(t), t)


@partial(jax.custom_jvp, nondiff_argnums=(1,))
@partial(jax.jit, static_argnums=(1,))
def crelu(x, axis):
    f, bits = format_of(x), to_bits(x)
    return from_bits(lax.concatenate([positive_part(bits, f), positive_part(bits ^ f.sign, f)], axis), x)


@crelu.defjvp
def _crelu_jvp(axis, primals, tangents):
    (x,), (t,) = primals, tangents
    f, bits, zeros = format_of(x), to_bits(x), jnp.zeros_like(t)
    halves = jnp.where(is_negative(bits, f), zeros, t), jnp.where(is_negative(bits ^ f.sign, f), zeros, -t)
    return crelu(x, axis), lax.concatenate(halves, axis)


@partial(jax.jit, static_argnums=(0, 1))
def _product(multiplier, constants, t, *operands):
    m = multiplier(*operands, *constants)
    return (t.astype(m.dtype) * m).astype(t.dtype)


def scaled(t, multiplier, constants, *operands):
    """t * multiplier(*operands, *constants), rounded in the multiplier's type and then to t's. One product, so that its
    transpose is the same product. The multiplier is not kept for the backward pass but computed again. It is a function of
    a module, so that what is compiled for it serves again."""
    return jax.checkpoint(partial(_product, multiplier, constants))(t, *operands)


def _leaky_multiplier(x, digits):
    """The slope for NaN too, by the contract."""
    f, bits = format_of(x), to_bits(x)
    computing = np.dtype(f.computing).type
    return jnp.where((bits > 0) & (bits <= f.infinity), computing(1), computing(float.fromhex(digits)))


# Slopes are static by their digits: 0.0 and -0.0 are equal, but not the same slope.
@partial(jax.custom_jvp, nondiff_argnums=(1,))
@partial(jax.jit, static_argnums=(1,))
def leaky_relu(x, digits):
    return scaled_where_negative(x, factor_of(float.fromhex(digits), format_of(x)))


@leaky_relu.defjvp
def _leaky_relu_jvp(digits, primals, tangents):
    (x,), (t,) = primals, tangents
    return leaky_relu(x, digits), scaled(t, _leaky_multiplier, (digits,), x)

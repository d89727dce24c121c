"""ReLU, leaky ReLU and CReLU with their derivatives."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ._floats import factor_of, format_of, is_negative, negated, positive_part, scaled_where_negative


@jax.custom_jvp
@jax.jit
def relu(x):
    return positive_part(x)


@relu.defjvp
def _relu_jvp(primals, tangents):
    (x,), (t,) = primals, tangents
    return relu(x), jnp.where(is_negative(x), jnp.zeros_like(t), t)


@partial(jax.custom_jvp, nondiff_argnums=(1,))
@partial(jax.jit, static_argnums=(1,))
def crelu(x, axis):
    halves = positive_part(x), positive_part(negated(x))
    return lax.concatenate(halves, axis)


@crelu.defjvp
def _crelu_jvp(axis, primals, tangents):
    (x,), (t,) = primals, tangents
    zeros = jnp.zeros_like(t)
    halves = jnp.where(is_negative(x), zeros, t), jnp.where(is_negative(negated(x)), zeros, -t)
    return crelu(x, axis), lax.concatenate(halves, axis)


def scaled(t, multiplier, *operands):
    """t * multiplier(*operands), rounded in the multiplier's type and then to t's. One product, so that its transpose is
    the same product. The multiplier is not kept for the backward pass but computed again."""

    def product(t, *operands):
        m = multiplier(*operands)
        return (t.astype(m.dtype) * m).astype(t.dtype)

    return jax.checkpoint(jax.jit(product))(t, *operands)


# Slopes are static by their digits: 0.0 and -0.0 are equal, but not the same slope.
@partial(jax.custom_jvp, nondiff_argnums=(1,))
@partial(jax.jit, static_argnums=(1,))
def leaky_relu(x, digits):
    return scaled_where_negative(x, factor_of(float.fromhex(digits), format_of(x)))


@leaky_relu.defjvp
def _leaky_relu_jvp(digits, primals, tangents):
    (x,), (t,) = primals, tangents
    computing = np.dtype(format_of(x).computing).type
    slope = computing(float.fromhex(digits))
    return leaky_relu(x, digits), scaled(t, lambda x: jnp.where(is_negative(x), slope, computing(1)), x)

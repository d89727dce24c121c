"""What the tests of slopewise.jax share with one another."""

import contextlib

import jax
import ml_dtypes
import numpy as np
from cases import same, values

SEED, STREAM = 0xFEDCBA9876543210, 0x8000000000000007
IMPLS = "jnp", "ffi"


def words(key):
    """uint32[4] of a pair of integers."""
    seed, stream = key
    return np.array([seed & 0xFFFFFFFF, seed >> 32, stream & 0xFFFFFFFF, stream >> 32], np.uint32)


KEY = words((SEED, STREAM))


def types(dtype):
    """A context in which arrays of the type exist: 64-bit types are JAX's only where they are switched on."""
    if not str(dtype).endswith("64"):
        return contextlib.nullcontext()
    return jax.enable_x64(True) if hasattr(jax, "enable_x64") else jax.experimental.enable_x64()


def inputs(dtype, shape, salt=0):
    """Bit patterns of the table's kind, as JAX takes them."""
    x = values(dtype, shape, salt)
    return x.view(ml_dtypes.bfloat16) if dtype == "bf16" else x


def assert_same(got, want, dtype="f32", arithmetic=None):
    """Every byte, but of NaN that arithmetic made. `want` is an array, or the reference's pair (array, arithmetic)."""
    want, arithmetic = want if isinstance(want, tuple) else (np.asarray(want), arithmetic)
    want = want.view(np.uint16) if dtype == "bf16" else want
    assert same(np.asarray(got), (want, arithmetic), dtype)

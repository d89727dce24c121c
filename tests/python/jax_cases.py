"""What the tests of slopewise.jax share: element types, inputs, and the reference's slopes for any index."""

import contextlib

import jax
import ml_dtypes
import numpy as np
import reference

DTYPES = {"float16": np.float16, "bfloat16": ml_dtypes.bfloat16, "float32": np.float32, "float64": np.float64}
SEED, STREAM = 0xFEDCBA9876543210, 0x8000000000000007
KEY = np.array([SEED & 0xFFFFFFFF, SEED >> 32, STREAM & 0xFFFFFFFF, STREAM >> 32], np.uint32)


def types(dtype):
    """A context in which arrays of the type exist: 64-bit types are JAX's only where they are switched on."""
    if np.dtype(dtype).itemsize < 8:
        return contextlib.nullcontext()
    return jax.enable_x64(True) if hasattr(jax, "enable_x64") else jax.experimental.enable_x64()


def bits_of(array):
    return np.ascontiguousarray(array).view(f"u{array.itemsize}").reshape(array.shape)


def inputs(dtype, shape, seed=1):
    """Random bit patterns (NaN with payloads, infinities, subnormals among them) and, every third, special or ordinary values."""
    random, dtype = np.random.default_rng(seed), np.dtype(dtype)
    count = int(np.prod(shape))
    bits = random.integers(0, 256, count * dtype.itemsize, dtype=np.uint8).view(f"u{dtype.itemsize}").copy()
    tiny, infinity = 1, int(bits_of(np.array(np.inf, dtype)))
    sign = 1 << (8 * dtype.itemsize - 1)
    special = [0, sign, tiny, sign | tiny, infinity, sign | infinity, infinity + 1, (sign | infinity) + 5]
    bits[::6] = np.resize(np.array(special, bits.dtype), bits[::6].shape)
    x = bits.view(dtype)
    x[1::6] = random.standard_normal(x[1::6].shape)
    return x.reshape(shape)


def raw(x):
    """What the reference takes: (array, bf16), bfloat16 as its bits."""
    bf16 = x.dtype == ml_dtypes.bfloat16
    return (x.view(np.uint16) if bf16 else x), bf16


def slopes(index, dtype, lower=1 / 8, upper=1 / 3, seed=SEED, stream=STREAM):
    """The reference's slopes for uint64 indices, in the computing type."""
    low, width, dropped, places = reference.fixed_point(lower, upper)
    s = low + ((reference.draws(index, seed, stream) * width) >> (16 - dropped))
    computing = np.float64 if dtype == np.float64 else np.float32
    return np.ldexp(s.astype(computing), -places).astype(computing)


def indices(shape, strides=None, offset=0):
    """uint64 index of every element."""
    strides = [int(np.prod(shape[d + 1 :])) for d in range(len(shape))] if strides is None else strides
    index = np.full(shape, offset % 2**64, np.uint64)
    for d, stride in enumerate(strides):
        places = np.arange(shape[d], dtype=np.uint64) * np.uint64(stride % 2**64)
        index = index + places.reshape([-1 if k == d else 1 for k in range(len(shape))])
    return index


def assert_same(got, want, arithmetic=None):
    """Every byte but the payloads of NaN that arithmetic made. `want` as the reference gives it."""
    got, bf16 = raw(np.asarray(got))
    same = reference.equal_bytes(got, want, arithmetic, bf16)
    if not same:
        different = np.argwhere(bits_of(got) != bits_of(want))[:5].tolist() if got.shape == want.shape else (got.shape, want.shape)
        raise AssertionError(f"different bytes at {different}: {got.dtype}, {want.dtype}")

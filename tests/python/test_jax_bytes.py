"""slopewise.jax gives the reference's bytes, and those of slopewise.numpy: every type, both implementations."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import reference
import slopewise.jax as sj
import slopewise.numpy as sn
from jax_cases import DTYPES, KEY, SEED, STREAM, assert_same, indices, inputs, raw, slopes, types

IMPLS = "jnp", "ffi"
SHAPES = (), (0,), (1,), (3,), (5,), (2, 0, 3), (7, 5, 3), (1029, 917)
BOUNDS = (1 / 8, 1 / 3), (0.1, 0.1), (-0.5, 0.5), (-2.0, -1.0), (0.0, 0.0), (-0.0, 0.0), (0.3, 0.3001), (3.0, 1e30), (0.2, 0.2000000001), (1e-30, 2e-30), (1e-39, 1e-38), (5e-324, 1e-300), (-1.0, 2.0)
OFFSETS = 0, 1, 2**32 - 3, 2**34 + 5, 2**35 - 9, 2**64 - 3, -11


def check_rrelu(x, impl, lower=1 / 8, upper=1 / 3, offset=0, strides=None):
    array, bf16 = raw(x.reshape(-1))
    r = slopes(indices(x.shape, strides, offset), x.dtype, lower, upper).reshape(-1)
    want, arithmetic = (a.reshape(x.shape) for a in reference.rrelu_backward(array, array, r, bf16))
    with types(x.dtype):
        got = np.asarray(sj.rrelu(x, KEY, lower, upper, offset=offset, index_strides=strides, impl=impl))
    assert_same(got, want, arithmetic)
    numpy = sn.rrelu(x, lower, upper, key=(SEED, STREAM), offset=offset, index_strides=strides)
    assert_same(got, raw(np.asarray(numpy))[0], arithmetic)


@pytest.mark.parametrize("impl", IMPLS)
@pytest.mark.parametrize("dtype", DTYPES.values(), ids=DTYPES)
class TestRrelu:
    @pytest.mark.parametrize("shape", SHAPES, ids=str)
    def test_shapes(self, dtype, impl, shape):
        check_rrelu(inputs(dtype, shape), impl)

    @pytest.mark.parametrize("bounds", BOUNDS, ids=str)
    def test_bounds(self, dtype, impl, bounds):
        check_rrelu(inputs(dtype, (4099,)), impl, *bounds)

    def test_largest_bounds(self, dtype, impl):
        largest = float(np.finfo(np.float64 if dtype == np.float64 else np.float32).max)
        check_rrelu(inputs(dtype, (4099,)), impl, -largest, largest)

    @pytest.mark.parametrize("offset", OFFSETS)
    def test_offsets(self, dtype, impl, offset):
        check_rrelu(inputs(dtype, (5, 7)), impl, offset=offset)

    @pytest.mark.parametrize("strides", [(1, 9, 81), (1000, 0, 2), (-45, 5, -1), (2**40, 2**32 + 1, 3), (2**63 - 1, -(2**63), 1)], ids=str)
    def test_index_strides(self, dtype, impl, strides):
        check_rrelu(inputs(dtype, (9, 9, 5)), impl, offset=2**33 + 2, strides=strides)


@pytest.mark.parametrize("impl", IMPLS)
@pytest.mark.parametrize("name", ["float16", "bfloat16"])
def test_every_half(name, impl):
    x = np.arange(65536, dtype=np.uint16).view(DTYPES[name])
    check_rrelu(x, impl)
    check_rrelu(x, impl, -1e38, 1e38)


@pytest.mark.parametrize("dtype", DTYPES.values(), ids=DTYPES)
@pytest.mark.parametrize("slope", [0.01, 0.0, -0.0, 1.0, -2.5, 1e-39, 1e-45, 3e38, 0.1, 1 + 2**-23])
def test_leaky_relu(dtype, slope):
    x = inputs(dtype, (40009,))
    array, bf16 = raw(x)
    with types(dtype):
        assert_same(sj.leaky_relu(x, slope), *reference.leaky_relu(array, slope, bf16))


def halfway_products():
    """Pairs whose float32 product is subnormal and lies at, or a little off, the middle of two numbers."""
    random = np.random.default_rng(3)
    slopes = [float(np.float32(2.0**-k * m)) for k in (1, 3, 9) for m in (1.0, 1.5, 1 + 2**-23, 2 - 2**-23)]
    bits = random.integers(0, 2**27, 20000, dtype=np.uint32) | np.uint32(1 << 31)
    return slopes, bits.view(np.float32)


def test_subnormal_products():
    slopes, x = halfway_products()
    for slope in slopes:
        assert_same(sj.leaky_relu(x, slope), *reference.leaky_relu(x, slope))


def integers(dtype, shape):
    x = np.random.default_rng(2).integers(np.iinfo(dtype).min, np.iinfo(dtype).max, shape, dtype, endpoint=True)
    x.flat[:2] = np.iinfo(dtype).min, np.iinfo(dtype).max
    return x


@pytest.mark.parametrize("dtype", [*DTYPES.values(), np.int8, np.int16, np.int32, np.int64])
def test_relu_and_crelu(dtype):
    x = (inputs if dtype in DTYPES.values() else integers)(dtype, (33, 65))
    array, bf16 = raw(x)
    with types(dtype):
        assert_same(sj.relu(x), *reference.relu(array, bf16))
        for axis in (0, 1, -1, -2):
            assert_same(sj.crelu(x, axis), *reference.crelu(array, axis, bf16))


def test_relu_of_uint8():
    x = np.arange(256, dtype=np.uint8)
    assert_same(sj.relu(x), x)


def test_chosen_where_there_is_one_cpu():
    """By what it compiles to: all other tests would pass with either."""
    texts = {impl: jax.jit(lambda x: sj.rrelu(x, KEY, impl=impl)).lower(np.ones(5, np.float32)).as_text() for impl in (None, *IMPLS)}
    assert jax.default_backend() == "cpu" and jax.device_count() == 1
    assert "slopewise_rrelu" in texts[None] and "slopewise_rrelu" in texts["ffi"] and "slopewise_rrelu" not in texts["jnp"]

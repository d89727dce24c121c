"""slopewise.jax gives the reference's bytes, and those of slopewise.numpy: every type, both implementations."""

import dataclasses

import cases
import jax
import ml_dtypes
import numpy as np
import pytest
import reference
from cases import CASES, FLOATS, INTEGERS, NAMES, Case, values
from jax_cases import IMPLS, KEY, assert_same, inputs, types, words

import slopewise.jax as sj
import slopewise.numpy as sn

BOUNDS = [(-2.0, -1.0), (-0.0, 0.0), (0.3, 0.3001), (3.0, 1e30), (0.2, 0.2000000001), (1e-39, 1e-38), (5e-324, 1e-300), (-1.0, 2.0)]


def check(case, impl):
    x = inputs(case.dtype, case.shape)
    place = dict(offset=case.offset, index_strides=case.index_strides)
    with types(case.dtype):
        got = np.asarray(sj.rrelu(x, words(case.key), case.lower, case.upper, impl=impl, **place))
    assert_same(got, case.y(), case.dtype)
    assert_same(got, sn.rrelu(x, case.lower, case.upper, key=case.key, **place), case.dtype, case.y()[1])


@pytest.mark.parametrize("impl", IMPLS)
@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_table(case, impl):
    check(case, impl)


@pytest.mark.parametrize("impl", IMPLS)
@pytest.mark.parametrize("dtype", FLOATS)
class TestRrelu:
    @pytest.mark.parametrize("bounds", BOUNDS, ids=str)
    def test_bounds(self, dtype, impl, bounds):
        check(Case(dtype, (4099,), cases.KEYS[1], *bounds), impl)

    def test_largest_bounds(self, dtype, impl):
        largest = float(np.finfo(np.float64 if dtype == "f64" else np.float32).max)
        check(Case(dtype, (4099,), cases.KEYS[1], -largest, largest), impl)

    @pytest.mark.parametrize("strides", [(1000, 0, 2), (-45, 5, -1), (2**40, 2**32 + 1, 3), (2**63 - 1, -(2**63), 1)], ids=str)
    def test_index_strides(self, dtype, impl, strides):
        check(Case(dtype, (9, 9, 5), cases.KEYS[1], offset=2**33 + 2, index_strides=strides), impl)


@dataclasses.dataclass(frozen=True)
class EveryHalf(Case):
    """All numbers of a type of 16 bits."""

    def x(self):
        return np.arange(65536, dtype=np.uint16).view(cases.numpy_type(self.dtype))


@pytest.mark.parametrize("impl", IMPLS)
@pytest.mark.parametrize("bounds", [(1 / 8, 1 / 3), (-1e38, 1e38)], ids=str)
@pytest.mark.parametrize("dtype", ["f16", "bf16"])
def test_every_half(dtype, bounds, impl):
    case = EveryHalf(dtype, (65536,), cases.KEYS[1], *bounds)
    x = case.x().view(ml_dtypes.bfloat16) if dtype == "bf16" else case.x()
    assert_same(sj.rrelu(x, words(case.key), *bounds, impl=impl), case.y(), dtype)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("slope", [0.01, 0.0, -0.0, 1.0, -2.5, 1e-39, 1e-45, 3e38, 0.1, 1 + 2**-23])
def test_leaky_relu(dtype, slope):
    with types(dtype):
        got = sj.leaky_relu(inputs(dtype, (40009,)), slope)
    assert_same(got, reference.leaky_relu(values(dtype, (40009,)), slope, dtype == "bf16"), dtype)


@pytest.mark.parametrize("factor", [1.0, 1.5, 1 + 2**-23, 2 - 2**-23])
@pytest.mark.parametrize("places", [1, 3, 9])
def test_subnormal_products(factor, places):
    """Many lie halfway between two numbers, or beside the middle."""
    x = (np.random.default_rng(3).integers(0, 2**27, 20000, np.uint32) | np.uint32(1 << 31)).view(np.float32)
    slope = factor * 2.0**-places
    assert_same(sj.leaky_relu(x, slope), reference.leaky_relu(x, slope))


@pytest.mark.parametrize("dtype", FLOATS + INTEGERS)
@pytest.mark.parametrize("shape", [(0,), (5,), (33, 65)])
def test_relu_and_crelu(dtype, shape):
    x, own, bf16 = inputs(dtype, shape), values(dtype, shape), dtype == "bf16"
    if dtype in INTEGERS and own.size:
        own.flat[:2] = x.flat[:2] = np.iinfo(own.dtype).min, np.iinfo(own.dtype).max
    with types(dtype):
        assert_same(sj.relu(x), reference.relu(own, bf16), dtype)
        for axis in range(-len(shape), len(shape)):
            assert_same(sj.crelu(x, axis), reference.crelu(own, axis, bf16), dtype)


def test_relu_of_uint8():
    x = np.arange(256, dtype=np.uint8)
    assert_same(sj.relu(x), x, "u8")


def test_chosen_where_there_is_one_cpu():
    """By what it compiles to: all other tests would pass with either."""
    assert jax.default_backend() == "cpu" and jax.device_count() == 1
    lower = lambda impl: jax.jit(lambda x: sj.rrelu(x, KEY, impl=impl)).lower(np.ones(5, np.float32)).as_text()
    assert ["slopewise_rrelu" in lower(impl) for impl in (None, "ffi", "jnp")] == [True, True, False]

"""Keys, offsets and errors of slopewise.jax."""

import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax_cases import IMPLS, KEY, SEED, STREAM, assert_same, inputs, types

import slopewise
import slopewise.jax as sj
import slopewise.numpy as sn

X = np.array([-1.0, -2.0, 3.0, -4.0, -0.5], np.float32)


def by_numpy(x, words, **more):
    seed, stream = (int(words[k]) | int(words[k + 1]) << 32 for k in (0, 2))
    return sn.rrelu(x, key=(seed, stream), **more)


class TestKeys:
    @pytest.mark.parametrize("name", ["threefry2x32", "rbg", "unsafe_rbg"])
    def test_typed(self, name):
        key = jax.random.key(5, impl=name)
        want = by_numpy(X, jax.random.bits(key, (4,), np.uint32))
        assert_same(sj.rrelu(X, key), want)
        assert_same(jax.jit(sj.rrelu)(X, key), want)

    def test_old(self):
        key = jax.random.PRNGKey(5)
        want = by_numpy(X, jax.random.bits(jax.random.key(5, impl="threefry2x32"), (4,), np.uint32))
        assert key.shape == (2,)
        for given in (key, np.asarray(key)):
            assert_same(sj.rrelu(X, given), want)

    def test_words(self):
        want = sn.rrelu(X, key=(SEED, STREAM))
        for given in (KEY, jnp.asarray(KEY)):
            assert_same(sj.rrelu(X, given), want)
        assert_same(jax.jit(sj.rrelu)(X, KEY), want)

    @pytest.mark.parametrize("key", [5, (1, 2), None, "key", [1, 2, 3, 4], np.zeros(4, np.int32), np.zeros(3, np.uint32), np.zeros((2, 4), np.uint32), np.float32(1)])
    def test_others(self, key):
        with pytest.raises(slopewise.ArgumentError, match="key: expected one JAX key, or uint32"):
            sj.rrelu(X, key)

    def test_several(self):
        with pytest.raises(slopewise.ArgumentError, match="key: expected one JAX key"):
            sj.rrelu(X, jax.random.split(jax.random.key(1), 3))


class TestOffsets:
    @pytest.mark.parametrize("impl", IMPLS)
    @pytest.mark.parametrize("offset", [np.int8(-3), np.uint8(200), np.int32(-(2**31)), np.uint32(2**32 - 1), np.int64(-(2**40)), np.uint64(2**64 - 2)], ids=repr)
    def test_arrays(self, offset, impl):
        want = sn.rrelu(X, key=(SEED, STREAM), offset=int(offset))
        f = lambda offset: sj.rrelu(X, KEY, offset=offset, impl=impl)
        assert_same(f(offset), want)
        assert_same(f(np.array(offset)), want)
        with types(offset.dtype):
            assert_same(f(jnp.asarray(offset)), want)
            assert_same(jax.jit(f)(offset), want)

    @pytest.mark.parametrize("impl", IMPLS)
    def test_pairs_and_numbers(self, impl):
        f = lambda offset: sj.rrelu(X, KEY, offset=offset, impl=impl)
        for offset in (0, 2**34 + 1, 2**63 + 5, 2**64 - 1, -7, -(2**63)):
            want = sn.rrelu(X, key=(SEED, STREAM), offset=offset)
            pair = np.array([offset & 0xFFFFFFFF, offset >> 32 & 0xFFFFFFFF], np.uint32)
            assert_same(f(offset), want)
            assert_same(f(pair), want)
            assert_same(jax.jit(f)(pair), want)

    @pytest.mark.parametrize("offset", [2**64, -(2**63) - 1, 0.0, "0", None, np.zeros(2, np.int32), np.zeros(3, np.uint32), np.float32(0), jnp.float32(0)], ids=repr)
    def test_others(self, offset):
        with pytest.raises(slopewise.ArgumentError, match="offset: expected an integer"):
            sj.rrelu(X, KEY, offset=offset)


class TestErrors:
    BOUNDS = (float("nan"), 1.0), (0.0, float("inf")), (float("-inf"), 0.0), (0.5, 0.25), (-1e39, 0.0), (0.0, 1e300)

    @pytest.mark.parametrize("bounds", BOUNDS, ids=str)
    def test_bounds_as_the_library_says(self, bounds):
        with pytest.raises(slopewise.ArgumentError) as library:
            sn.rrelu(X, *bounds, key=1)
        for call in (lambda: sj.rrelu(X, KEY, *bounds), lambda: jax.jit(lambda x: sj.rrelu(x, KEY, *bounds))(X)):
            with pytest.raises(slopewise.ArgumentError, match=re.escape(str(library.value))):
                call()

    @pytest.mark.parametrize("slope", [float("nan"), float("inf"), 1e39])
    def test_slopes_as_the_library_says(self, slope):
        with pytest.raises(slopewise.ArgumentError) as library:
            sn.leaky_relu(X, slope)
        with pytest.raises(slopewise.ArgumentError, match=re.escape(str(library.value))):
            sj.leaky_relu(X, slope)

    def test_traced_constants(self):
        for f in (lambda v: sj.rrelu(X, KEY, v, 1.0), lambda v: sj.rrelu(X, KEY, 0.0, v), lambda v: sj.leaky_relu(X, v)):
            for transform in (jax.jit, jax.grad):
                with pytest.raises(slopewise.ArgumentError, match="(lower|upper|negative_slope): expected a number, got a traced array"):
                    transform(f)(0.5)

    @pytest.mark.parametrize("dtype", [np.bool_, np.uint16, np.uint32, np.complex64, np.int4 if hasattr(np, "int4") else jnp.int4, jnp.float8_e4m3fn], ids=str)
    def test_dtypes(self, dtype):
        x = jnp.ones(3, dtype)
        for f in (sj.relu, sj.leaky_relu, sj.crelu, lambda x: sj.rrelu(x, KEY)):
            with pytest.raises(slopewise.DtypeError, match=f"x has dtype .*, which .* does not take"):
                f(x)

    @pytest.mark.parametrize("f", [sj.leaky_relu, lambda x: sj.rrelu(x, KEY)])
    def test_integers(self, f):
        with pytest.raises(slopewise.DtypeError, match="dtype i32, which .* does not take"):
            f(np.arange(3, dtype=np.int32))

    @pytest.mark.parametrize("x", [[1.0], "x", None, np.array(["a"]), np.array([None])], ids=repr)
    def test_no_arrays(self, x):
        for f in (sj.relu, sj.leaky_relu, sj.crelu, lambda x: sj.rrelu(x, KEY)):
            with pytest.raises((slopewise.ArgumentError, slopewise.DtypeError), match="x: "):
                f(x)

    @pytest.mark.parametrize("shape, axis", [((2, 3), 2), ((2, 3), -3), ((), 0), ((), -1)])
    def test_axes(self, shape, axis):
        with pytest.raises(slopewise.ArgumentError, match=f"crelu: axis is {axis}, but x has {len(shape)} dimensions"):
            sj.crelu(np.ones(shape, np.float32), axis)

    @pytest.mark.parametrize("strides", [(1, 2), (), (1.5,), (2**63,), 5, "1"], ids=repr)
    def test_index_strides(self, strides):
        with pytest.raises(slopewise.ArgumentError, match="index_strides: expected "):
            sj.rrelu(X, KEY, index_strides=strides)

    def test_impl(self):
        with pytest.raises(slopewise.ArgumentError, match="impl is 'xla', expected 'jnp', 'ffi' or None"):
            sj.rrelu(X, KEY, impl="xla")


def test_zero_slopes_of_both_signs_are_two_functions():
    x = np.array([-1.0], np.float32)
    assert [np.signbit(sj.leaky_relu(x, slope))[0] for slope in (0.0, -0.0, 0.0)] == [True, False, True]


def test_strided_arrays():
    x = inputs("f32", (6, 8))[::-1, ::2]
    assert_same(sj.rrelu(x, KEY), sn.rrelu(x, key=(SEED, STREAM)), arithmetic=x <= 0)

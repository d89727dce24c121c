"""Derivatives in slopewise.jax: those of the contract, in both modes, to second order, under every transformation."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import reference
from cases import FLOATS, values
from jax.test_util import check_grads
from jax_cases import IMPLS, KEY, SEED, STREAM, assert_same, inputs, types

import slopewise.jax as sj

FUNCTIONS = {
    "relu": sj.relu,
    "leaky_relu": lambda x: sj.leaky_relu(x, 0.3),
    "crelu": sj.crelu,
    "rrelu-jnp": lambda x: sj.rrelu(x, KEY, impl="jnp"),
    "rrelu-ffi": lambda x: sj.rrelu(x, KEY, impl="ffi"),
}
every_function = pytest.mark.parametrize("f", FUNCTIONS.values(), ids=FUNCTIONS)


def gradient(f, x, cotangent):
    return jax.vjp(f, x)[1](cotangent)[0]


def slopes(shape, dtype="f32"):
    return reference.slopes(shape, np.float64 if dtype == "f64" else np.float32, seed=SEED, stream=STREAM)


def wanted(name, dtype, x, g):
    """The reference's gradient and which elements of it arithmetic makes."""
    bf16 = dtype == "bf16"
    if name == "relu":
        return reference.relu_backward(g, x, bf16)
    if name == "crelu":
        return reference.crelu_backward(g, x, x.ndim - 1, bf16)
    if name == "leaky_relu":
        return reference.leaky_relu_backward(g, x, 0.3, bf16)
    return reference.rrelu_backward(g, x, slopes(x.shape, dtype), bf16)


def ordinary(like, shape):
    """Cotangents whose products with slopes are normal numbers, and zeros of both signs, infinities, NaN."""
    g = np.random.default_rng(4).standard_normal(shape).astype(like.dtype)
    for place, special in enumerate((0.0, -0.0, np.inf, np.nan)):
        g.flat[place::9] = special
    return g


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("dtype", FLOATS)
def test_gradient_is_the_contracts(name, dtype):
    x = inputs(dtype, (37, 29))
    g = ordinary(x, (37, 58 if name == "crelu" else 29))
    want, _ = wanted(name, dtype, values(dtype, (37, 29)), g.view(np.uint16) if dtype == "bf16" else g)
    with types(dtype):
        for transform in (jax.jit, lambda f: f):
            got = transform(lambda x, g: gradient(FUNCTIONS[name], x, g))(x, g)
            assert_same(got, want.view(x.dtype), dtype, np.ones(x.shape, bool))


@every_function
def test_modes_agree(f):
    """Forward mode, by columns, is the transpose of reverse mode, in every bit."""
    x = np.array([-1.5, -0.0, 0.0, 2.5, -1e-40, 1e-40, 7.0], np.float32)
    forward, reverse = jax.jacfwd(f)(x), jax.jacrev(f)(x)
    assert np.array_equal(forward, reverse) and np.count_nonzero(forward)
    y, tangent = jax.jvp(f, (x,), (np.ones_like(x),))
    assert np.asarray(y).tobytes() == np.asarray(f(x)).tobytes()
    assert np.array_equal(tangent, np.asarray(forward).sum(1))


def test_at_the_kink():
    zeros = np.array([0.0, -0.0], np.float32)
    one = np.ones(2, np.float32)
    r = slopes((2,))
    assert np.array_equal(gradient(sj.relu, zeros, one), [0, 0])
    assert np.array_equal(gradient(lambda x: sj.leaky_relu(x, 0.25), zeros, one), [0.25, 0.25])
    assert np.array_equal(gradient(sj.crelu, zeros, np.ones(4, np.float32)), [0, 0])
    for impl in IMPLS:
        assert np.array_equal(gradient(lambda x: sj.rrelu(x, KEY, impl=impl), zeros, one), r)


@every_function
def test_sign_of_subnormals_decides(f):
    """XLA's own comparison on CPUs takes 1e-45 for 0."""
    below, above = (float(jax.grad(lambda x: f(x[None]).sum())(jnp.float32(v))) for v in (-1e-45, 1e-45))
    assert above == 1 and below != 1


@every_function
def test_against_finite_differences(f):
    with types("f64"):
        x = np.random.default_rng(1).standard_normal((4, 3))
        check_grads(f, (x,), order=2, modes=("fwd", "rev"), eps=1e-6)


@every_function
def test_second_order(f):
    x = np.random.default_rng(1).standard_normal(6).astype(np.float32)
    square = lambda x: (f(x) ** 2).sum() / 2
    derivative = np.asarray(jax.jacfwd(f)(x)).astype(np.float64)
    for hessian in (jax.hessian(square), jax.jacrev(jax.jacrev(square)), jax.jacfwd(jax.grad(square))):
        np.testing.assert_allclose(hessian(x), derivative.T @ derivative, rtol=1e-6)
        assert np.count_nonzero(hessian(x)) >= 3


@every_function
def test_remat(f):
    x = np.random.default_rng(1).standard_normal((5, 7)).astype(np.float32)
    plain = jax.grad(lambda x: (f(x) * jnp.sin(x).sum()).sum())
    again = jax.grad(jax.checkpoint(lambda x: (f(x) * jnp.sin(x).sum()).sum()))
    for transform in (lambda f: f, jax.jit):
        np.testing.assert_allclose(transform(again)(x), transform(plain)(x), rtol=1e-6)


@every_function
def test_vmap_of_rows(f):
    """Every example counts its indices from 0: the same slopes in each row."""
    x = np.random.default_rng(1).standard_normal((5, 7)).astype(np.float32)
    g = np.random.default_rng(2).standard_normal(f(x).shape).astype(np.float32)
    for transform in (lambda f: f, jax.jit):
        assert_same(transform(jax.vmap(f))(x), np.stack([f(row) for row in x]))
        assert_same(transform(jax.vmap(lambda x, g: gradient(f, x, g)))(x, g), np.stack([gradient(f, *rows) for rows in zip(x, g)]))
        assert_same(transform(jax.vmap(f, in_axes=1, out_axes=1))(x), np.stack([f(row) for row in x.T], 1))


@pytest.mark.parametrize("impl", IMPLS)
def test_vmap_of_keys_and_offsets(impl):
    x = np.random.default_rng(1).standard_normal((3, 7)).astype(np.float32)
    keys = np.stack([KEY + np.uint32(i) for i in range(5)])
    offsets = np.array([0, 3, -1, 2**31 - 1, 9], np.int32)
    f = lambda x, key, offset: sj.rrelu(x, key, offset=offset, impl=impl)
    want = np.stack([f(x, *operands) for operands in zip(keys, offsets)])
    assert len({row.tobytes() for row in want}) == 5
    assert_same(jax.vmap(f, in_axes=(None, 0, 0))(x, keys, offsets), want)
    assert_same(jax.jit(jax.vmap(f, in_axes=(None, 0, 0)))(x, keys, offsets), want)
    both = jax.vmap(jax.vmap(f, in_axes=(0, None, None)), in_axes=(None, 0, 0))(x, keys, offsets)
    assert_same(both, np.stack([[f(row, *operands) for row in x] for operands in zip(keys, offsets)]))
    slopes = jax.vmap(jax.grad(lambda *operands: f(*operands).sum()), in_axes=(None, 0, 0))(x, keys, offsets)
    assert_same(slopes, np.stack([gradient(lambda x: f(x, *operands), x, np.ones_like(x)) for operands in zip(keys, offsets)]))


@pytest.mark.parametrize("impl", IMPLS)
def test_nothing_is_kept_but_the_input(impl):
    x = np.ones((64, 64), np.float32)
    kept = jax.tree_util.tree_leaves(jax.vjp(lambda x: sj.rrelu(x, KEY, impl=impl), x)[1])
    assert sorted(k.shape for k in kept if hasattr(k, "shape")) == [(2,), (4,), (64, 64)]


@every_function
def test_integers_have_no_gradient(f):
    with pytest.raises(TypeError):
        jax.grad(lambda x: f(x).sum())(np.arange(3))


def test_scalars():
    assert float(jax.grad(sj.relu)(2.0)) == 1 and float(jax.grad(sj.leaky_relu)(-2.0)) == np.float32(0.01)
    assert sj.relu(-2.0) == 0
    assert float(jax.grad(lambda x: sj.rrelu(x, KEY, 0.5, 0.5))(-2.0)) == 0.5

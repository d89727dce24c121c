"""Sharded arrays. Run by test_jax_sharding.py in a process of its own, with four devices."""

import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from cases import FLOATS
from jax.sharding import NamedSharding
from jax.sharding import PartitionSpec as P
from jax_cases import IMPLS, KEY, assert_same, inputs, types

import slopewise.jax as sj

try:
    from jax import shard_map
except ImportError:  # before jax 0.6.1
    from jax.experimental.shard_map import shard_map

COLLECTIVES = re.compile("all-gather|all-reduce|all-to-all|collective-permute|reduce-scatter|partition-id.*custom")
SPECS = P("a"), P(None, "a"), P("a", "b"), P(("a", "b")), P(None, ("b", "a")), P()
SHAPE = 16, 24


@pytest.fixture
def mesh():
    assert jax.device_count() == 4
    return jax.sharding.Mesh(np.array(jax.devices()).reshape(2, 2), ("a", "b"))


def sharded(f, x, mesh, spec):
    """f under jit, of x laid out by `spec`: (result, compiled text)."""
    place = NamedSharding(mesh, spec)
    compiled = jax.jit(f, in_shardings=place, out_shardings=place).lower(x).compile()
    return compiled(jax.device_put(x, place)), compiled.as_text()


def check_without_collectives(f, x, mesh, spec, dtype="f32"):
    got, text = sharded(f, x, mesh, spec)
    assert not COLLECTIVES.findall(text), COLLECTIVES.findall(text)
    assert got.sharding.is_equivalent_to(NamedSharding(mesh, spec), got.ndim)
    assert_same(got, f(x), dtype)


@pytest.mark.parametrize("spec", SPECS, ids=str)
@pytest.mark.parametrize("dtype", FLOATS)
def test_every_function(dtype, spec, mesh):
    with types(dtype):
        x = inputs(dtype, SHAPE)
        check_without_collectives(sj.relu, x, mesh, spec, dtype)
        check_without_collectives(lambda x: sj.leaky_relu(x, 0.3), x, mesh, spec, dtype)
        check_without_collectives(lambda x: sj.rrelu(x, KEY, offset=2**40), x, mesh, spec, dtype)


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_gradients(spec, mesh):
    x = inputs("f32", SHAPE)
    check_without_collectives(lambda x: jax.vjp(lambda x: sj.rrelu(x, KEY), x)[1](x)[0], np.nan_to_num(x), mesh, spec)


def test_crelu_along_another_axis(mesh):
    check_without_collectives(lambda x: sj.crelu(x, 1), inputs("f32", SHAPE), mesh, P("a"))


def test_the_search_finds_collectives(mesh):
    text = sharded(lambda x: x - x.sum(), np.ones(SHAPE, np.float32), mesh, P("a"))[1]
    assert COLLECTIVES.findall(text)


def test_chosen_on_several_devices(mesh):
    """Not the C library, for which XLA gathers the array; when it is asked for the bytes are the same."""
    x = inputs("f32", SHAPE)
    chosen = jax.jit(lambda x: sj.rrelu(x, KEY)).lower(x).as_text()
    assert "slopewise_rrelu" not in chosen
    got, text = sharded(lambda x: sj.rrelu(x, KEY, impl="ffi"), x, mesh, P("a", "b"))
    assert "slopewise_rrelu" in text
    assert_same(got, np.asarray(sj.rrelu(x, KEY, impl="jnp")))


@pytest.mark.parametrize("impl", IMPLS)
@pytest.mark.parametrize("spec", SPECS[:5], ids=str)
def test_shard_map(spec, impl, mesh):
    """Each shard says where it lies in the whole."""
    x = inputs("f32", SHAPE)
    axes = [name if isinstance(name, tuple) else (name,) if name else () for name in (*spec, None)[:2]]

    def local(x):
        offset = jnp.uint32(0)
        for d, names in enumerate(axes):
            place = jnp.uint32(0)
            for name in names:
                place = 2 * place + jax.lax.axis_index(name).astype(jnp.uint32)
            offset += place * (x.shape[d] * (SHAPE[1], 1)[d])
        return sj.rrelu(x, KEY, offset=offset, index_strides=(SHAPE[1], 1), impl=impl)

    compiled = jax.jit(shard_map(local, mesh=mesh, in_specs=spec, out_specs=spec)).lower(x).compile()
    assert not COLLECTIVES.findall(compiled.as_text())
    got = compiled(jax.device_put(x, NamedSharding(mesh, spec)))
    assert_same(got, np.asarray(sj.rrelu(x, KEY, impl="jnp")))


if hasattr(jax, "set_mesh"):  # jax 0.7: shardings may be part of types

    @pytest.mark.parametrize("spec", SPECS[:3] + SPECS[5:], ids=str)
    def test_explicit_shardings(spec):
        mesh = jax.make_mesh((2, 2), ("a", "b"), axis_types=(jax.sharding.AxisType.Explicit,) * 2)
        x = np.nan_to_num(inputs("f32", SHAPE))
        functions = sj.relu, sj.leaky_relu, lambda x: sj.rrelu(x, KEY), lambda x: sj.rrelu(x, KEY, index_strides=(-(2**40), 3))
        both = lambda x: [(f(x), jax.vjp(f, x)[1](x)[0]) for f in functions]
        want = jax.jit(both)(x)
        with jax.set_mesh(mesh):
            placed = jax.device_put(x, NamedSharding(mesh, spec))
            got = jax.jit(both)(placed)
            assert {jax.typeof(y).sharding.spec for pair in got for y in pair} == {jax.typeof(placed).sharding.spec}
        for y, z in zip(jax.tree_util.tree_leaves(got), jax.tree_util.tree_leaves(want)):
            assert_same(y, np.asarray(z))

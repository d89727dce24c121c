"""Compiled and exported programs give the bytes of eager ones, and their derivatives."""

import pytest

torch = pytest.importorskip("torch")

from torch.func import grad, jvp, vmap  # noqa: E402

import torch._dynamo.testing  # noqa: E402
from torch.autograd import forward_ad  # noqa: E402
from slopewise import ArgumentError  # noqa: E402
from slopewise import torch as st  # noqa: E402

KEY = (2**64 - 1, 5)
CASES = {
    "relu": lambda x: st.relu(x * 2) + 1,
    "relu_": lambda x: st.relu_(x * 2),
    "leaky_relu": lambda x: st.leaky_relu(x, -0.5),
    "leaky_relu_": lambda x: st.leaky_relu_(x * 2, 0.1) + 1,
    "leaky_relu_ 0": lambda x: st.leaky_relu_(x * 2, 0.0) + 1,
    "rrelu": lambda x: st.rrelu(x * 2, training=True, key=KEY) - 1,
    "rrelu offset": lambda x: st.rrelu(x, training=True, key=KEY, offset=7, index_strides=(100, 2)),
    "rrelu negative": lambda x: st.rrelu(x, -1, 0.5, training=True, key=KEY),
    "rrelu eval": lambda x: st.rrelu(x),
    "rrelu_": lambda x: st.rrelu_(x * 2, training=True, key=KEY),
    "crelu": lambda x: st.crelu(x.t(), 1).t() * 3,
}


@pytest.fixture(autouse=True)
def fresh():
    torch._dynamo.reset()
    yield
    torch._dynamo.reset()


def both(function, x):
    x = x.detach().clone().requires_grad_()
    y = function(x)
    (y * torch.arange(y.numel()).reshape(y.shape)).sum().backward()
    return y.detach(), x.grad


def counting(function, **named):
    counter = torch._dynamo.testing.CompileCounterWithBackend("aot_eager")
    return torch.compile(function, backend=counter, fullgraph=True, **named), counter


@pytest.mark.parametrize("dynamic", [False, True])
@pytest.mark.parametrize("name", CASES)
def test_aot_eager(name, dynamic):
    compiled = torch.compile(CASES[name], backend="aot_eager", fullgraph=True, dynamic=dynamic)
    with torch._dynamo.config.patch(error_on_recompile=True):
        for shape in ((4, 6), (5, 7), (9, 3)) if dynamic else ((4, 6),):
            x = torch.randn(shape)
            for ours, eager in zip(both(compiled, x), both(CASES[name], x)):
                assert torch.equal(ours, eager) and ours.stride() == eager.stride()


@pytest.mark.parametrize("name", ["relu", "relu_", "rrelu", "rrelu_", "crelu"])
def test_inductor(name):
    compiled = torch.compile(CASES[name], fullgraph=True, dynamic=True)
    for shape in ((4, 6), (5, 7)):
        x = torch.randn(shape)
        for ours, eager in zip(both(compiled, x), both(CASES[name], x)):
            assert torch.equal(ours, eager)


@pytest.mark.parametrize("backend", ["aot_eager", "inductor"])
def test_drawn_keys_are_reproducible(backend):
    module = torch.nn.Sequential(st.RReLU(), st.RReLU())
    compiled, x = torch.compile(module, backend=backend, fullgraph=True), torch.randn(4, 6)
    results = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        results.append(both(compiled, x))
        results.append(both(compiled, x))
    assert all(torch.equal(a, b) for i in (0, 1) for a, b in zip(results[i], results[i + 2]))
    assert not torch.equal(results[0][0], results[1][0]) and not torch.equal(results[0][0], results[4][0])


def test_new_keys_need_no_compilation():
    compiled, counter = counting(lambda x, key: st.rrelu(x, training=True, key=key))
    x = torch.randn(4, 6)
    for n in range(4):
        key = torch.tensor([n, 9])
        assert torch.equal(compiled(x, key), st.rrelu(x, training=True, key=key))
    assert counter.frame_count == 1
    compiled, counter = counting(lambda x, n: st.rrelu(x, training=True, key=(7, n)))
    for n in range(6):
        assert torch.equal(compiled(x, n), st.rrelu(x, training=True, key=(7, n)))
    assert counter.frame_count <= 3  # 0, 1, and one for all others


def test_key_scopes():
    module, x = torch.nn.Sequential(st.RReLU(), st.RReLU()), torch.randn(4, 6)
    compiled, counter = counting(module)
    for seed in (3, 4):
        with st.key_scope(seed):
            ours = [compiled(x) for _ in range(4)]
        with st.key_scope(seed):
            assert all(torch.equal(y, module(x)) for y in ours)
    assert counter.frame_count == 1

    def inside(x):
        with st.key_scope(5):
            return module(x)

    assert torch.equal(torch.compile(inside, backend="aot_eager", fullgraph=True)(x), inside(x))


def test_views():
    x = torch.randn(4, 6)

    def inside(x):
        with st.global_view(0, 1, 2):
            return st.rrelu(x, training=True, key=3)

    expected = st.rrelu(torch.cat((x, x)), training=True, key=3)[4:]
    assert torch.equal(torch.compile(inside, backend="aot_eager", fullgraph=True)(x), expected)
    compiled = torch.compile(lambda x: st.rrelu(x, training=True, key=3), backend="aot_eager", fullgraph=True)
    with st.global_view(0, 1, 2):
        assert torch.equal(compiled(x), expected)
    assert torch.equal(compiled(x), st.rrelu(x, training=True, key=3))


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "rrelu", "crelu"])
def test_transforms_within_compiled_code(name):
    function, x = CASES[name], torch.randn(4, 6)
    for transformed in (
        grad(lambda x: function(x).sin().sum()),
        lambda x: jvp(function, (x,), (torch.ones_like(x),))[1],
        vmap(lambda x: function(x[None])[0] if name != "crelu" else function(x[None])),
        vmap(grad(lambda x: function(x[None]).sin().sum())),
        grad(lambda x: grad(lambda x: function(x).sin().sum())(x).sum()),
    ):
        compiled = torch.compile(transformed, backend="aot_eager", fullgraph=True)
        torch.testing.assert_close(compiled(x), transformed(x))
        torch._dynamo.reset()


def test_compiled_code_loses_no_tangent_of_its_own_duals():
    def tangent(x):
        with forward_ad.dual_level():
            dual = forward_ad.make_dual(x, torch.ones_like(x))
            return forward_ad.unpack_dual(st.rrelu(dual, training=True, key=3)).tangent

    x = torch.randn(4, 6)
    assert torch.equal(torch.compile(tangent, backend="aot_eager", fullgraph=True)(x), tangent(x))


def test_errors_within_compiled_code():
    x = torch.randn(3)
    for call in (
        lambda x: st.rrelu(x, 0.3, 0.1, training=True),
        lambda x: st.rrelu(x, training=True, key=2**64),
        lambda x: st.leaky_relu(x, float("nan")),
    ):
        # torch 2.6 trips over the exception, with an AssertionError.
        with pytest.raises((ArgumentError, torch._dynamo.exc.TorchDynamoException, AssertionError)):
            torch.compile(call, backend="aot_eager")(x)


def test_export():
    x, module = torch.randn(4, 6), torch.nn.Sequential(st.RReLU(), st.LeakyReLU(inplace=True), st.CReLU())
    rows = torch.export.Dim("rows")
    program = torch.export.export(module, (x,), dynamic_shapes=({0: rows},))
    assert {str(n.target) for n in program.graph.nodes} >= {"slopewise.draw_key.default", "slopewise.rrelu.default"}
    for x in (x, torch.randn(7, 6)):
        results = []
        for run in (module, program.module(), program.run_decompositions().module()):
            torch.manual_seed(4)
            results.append(run(x))
        assert torch.equal(results[0], results[1]) and torch.equal(results[0], results[2])
    torch.manual_seed(5)
    assert not torch.equal(program.module()(x), results[0])


def test_symbolic_trace():
    module, x = torch.nn.Sequential(st.RReLU(key=3), st.CReLU(), st.ReLU()), torch.randn(3, 4)
    assert torch.equal(torch.fx.symbolic_trace(module)(x), module(x))


VERSION = tuple(int(n) for n in torch.__version__.split(".")[:2])


@pytest.mark.skipif(VERSION < (2, 15), reason="torch 2.6 refuses it with an error of its own")
def test_compiled_autograd():
    x = torch.randn(4, 6)

    def step(x):
        y = st.rrelu(x, training=True, key=3)
        y.backward(torch.ones_like(y))

    eager, compiled = x.clone().requires_grad_(), x.clone().requires_grad_()
    step(eager)
    with torch._dynamo.config.patch(compiled_autograd=True):
        torch.compile(step, backend="aot_eager")(compiled)
    assert torch.equal(eager.grad, compiled.grad)

"""Derivatives of every order and direction, against finite differences and against compositions of torch's own."""

import itertools

import pytest

torch = pytest.importorskip("torch")

from torch.autograd import forward_ad, gradcheck, gradgradcheck  # noqa: E402
from torch.func import grad, hessian, jacfwd, jacrev, jvp, vmap  # noqa: E402
from torch.library import opcheck  # noqa: E402
from torch.utils._python_dispatch import TorchDispatchMode  # noqa: E402

from slopewise import ArgumentError  # noqa: E402
from slopewise import torch as st  # noqa: E402

KEY = (3, 4)
SHAPE = 3, 4
SLOPES = st.rrelu(-torch.ones(SHAPE, dtype=torch.float64), training=True, key=KEY).neg()


def composed(x):
    return torch.where(x <= 0, x * SLOPES, x)


F = torch.nn.functional
# What is tested, and the same from torch's own functions.
CASES = {
    "rrelu": (lambda x: st.rrelu(x, training=True, key=KEY), composed),
    "rrelu negative": (lambda x: st.rrelu(x, -0.3, -0.3, training=True, key=KEY), lambda x: F.leaky_relu(x, -0.3)),
    "rrelu eval": (st.rrelu, lambda x: F.leaky_relu(x, (1 / 8 + 1 / 3) / 2)),
    "rrelu_": (lambda x: st.rrelu_(x.clone(), training=True, key=KEY), composed),
    "relu": (st.relu, torch.relu),
    "relu_": (lambda x: st.relu_(x.clone()), torch.relu),
    "leaky_relu": (lambda x: st.leaky_relu(x, 0.3), lambda x: F.leaky_relu(x, 0.3)),
    "leaky_relu_": (lambda x: st.leaky_relu_(x.clone(), 0.3), lambda x: F.leaky_relu(x, 0.3)),
    "leaky_relu_ 0": (lambda x: st.leaky_relu_(x.clone(), 0.0), lambda x: F.leaky_relu(x, 0.0)),
    "crelu": (lambda x: st.crelu(x, 1), lambda x: torch.cat((torch.relu(x), torch.relu(-x)), 1)),
}
OUT_OF_PLACE = [name for name in CASES if "_" not in name.replace("leaky_relu", "leakyrelu")]


def point():
    return torch.randn(SHAPE, dtype=torch.float64, generator=torch.Generator().manual_seed(2))


def scalar(function):
    return lambda x: (function(x) ** 3).sin().sum()


@pytest.mark.parametrize("name", CASES)
def test_gradcheck(name):
    x = point().requires_grad_()
    assert gradcheck(CASES[name][0], (x,), check_forward_ad=True, check_batched_grad=True)
    assert gradgradcheck(CASES[name][0], (x,), check_fwd_over_rev=True, check_batched_grad=True)


TRANSFORMS = {
    "grad": lambda f: lambda x: (grad(f)(x) * torch.linspace(1, 2, 12, dtype=x.dtype).reshape(SHAPE)).sum(),
    "jvp": lambda f: lambda x: jvp(f, (x,), (torch.linspace(1, 2, 12, dtype=x.dtype).reshape(SHAPE),))[1],
}
NESTINGS = [c for depth in (1, 2, 3) for c in itertools.product(TRANSFORMS, repeat=depth)]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("nesting", NESTINGS, ids="-".join)
def test_transforms_nest(name, nesting):
    ours, theirs = (scalar(f) for f in CASES[name])
    for transform in nesting:
        ours, theirs = TRANSFORMS[transform](ours), TRANSFORMS[transform](theirs)
    torch.testing.assert_close(ours(point()), theirs(point()))
    batch = torch.stack((point(), 2 * point(), -point()))
    try:
        rows = vmap(ours)(batch)
    except RuntimeError as problem:  # torch copies no batch of tangents into one tangent, nor any into a zero
        assert name not in OUT_OF_PLACE and ("immutable" in str(problem) or "inplace" in str(problem))
        return
    torch.testing.assert_close(rows, vmap(theirs)(batch))


@pytest.mark.parametrize("name", OUT_OF_PLACE)
@pytest.mark.parametrize(
    "second", [hessian, lambda f: jacrev(jacrev(f)), lambda f: jacfwd(jacfwd(f)), lambda f: jacrev(jacfwd(f))]
)
def test_hessians(name, second):
    ours, theirs = (second(scalar(f))(point()) for f in CASES[name])
    assert ours.abs().sum() > 0
    torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize("name", CASES)
def test_forward_mode_equals_backward(name):
    x, tangent = point(), torch.ones(SHAPE, dtype=torch.float64)
    function = CASES[name][0]
    y, forward = jvp(function, (x,), (tangent,))
    _, pullback = torch.func.vjp(function, x)
    weights = torch.linspace(1, 2, y.numel(), dtype=y.dtype).reshape(y.shape)
    torch.testing.assert_close((forward * weights).sum(), pullback(weights)[0].sum())
    with forward_ad.dual_level():
        dual = forward_ad.unpack_dual(function(forward_ad.make_dual(x, tangent)))
        assert torch.equal(dual.tangent, forward) and torch.equal(dual.primal, y)


def test_the_operators_themselves_lose_no_tangent():
    x, key = point(), torch.tensor(KEY)
    for operator, arguments in (("relu", ()), ("leaky_relu", (0.3,)), ("rrelu", (key, 0.1, 0.3)), ("crelu", (0,))):
        function = getattr(torch.ops.slopewise, operator)
        with forward_ad.dual_level():
            assert forward_ad.unpack_dual(function(forward_ad.make_dual(x, x), *arguments)).tangent is not None
        assert jvp(lambda x: function(x, *arguments), (x,), (x,))[1].abs().sum() > 0


def test_the_second_derivative_with_respect_to_what_was_saved_is_zero_as_torchs():
    x = point().requires_grad_()
    (first,) = torch.autograd.grad(st.rrelu(x, training=True, key=KEY).sum(), x, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), x)
    assert torch.equal(second, torch.zeros_like(x))


def operator_calls():
    key = torch.tensor(KEY)
    for needed in (False, True):
        for x in (torch.randn(4, 6), torch.randn(6, 4).t(), torch.randn(4, 12)[:, ::2]):
            x, g = x.detach().requires_grad_(needed), torch.randn(4, 6, requires_grad=needed)
            yield "relu", (x,)
            yield "relu_backward", (g, x)
            yield "leaky_relu", (x, 0.1)
            yield "leaky_relu_backward", (g, x, 0.1)
            yield "leaky_relu_backward", (g, x, 0.1, True)
            yield "rrelu", (x, key, 0.1, 0.3)
            yield "rrelu", (x, key, 0.1, 0.3, 5, [100, 2])
            yield "rrelu_backward", (g, x, key, 0.1, 0.3)
            yield "rrelu_backward", (g, x, key, 0.1, 0.3, 5, [100, 2], True)
            yield "crelu", (x, 1)
            yield "crelu_backward", (torch.randn(8, 6, requires_grad=needed), x, 0)
            if not needed:
                yield "relu_", (x.clone(),)
                yield "leaky_relu_", (x.clone(), 0.1)
                yield "rrelu_", (x.clone(), key, 0.1, 0.3)


@pytest.mark.parametrize("name, arguments", list(operator_calls()))
def test_opcheck(name, arguments):
    opcheck(getattr(torch.ops.slopewise, name).default, arguments)


def test_opcheck_of_keys():
    tests = "test_schema", "test_autograd_registration", "test_faketensor"
    opcheck(torch.ops.slopewise.draw_key.default, (torch.randn(3),), test_utils=tests)
    opcheck(torch.ops.slopewise.make_key.default, (3, 4))


class Seen(TorchDispatchMode):
    def __init__(self):
        super().__init__()
        self.names = []

    def __torch_dispatch__(self, function, types, arguments=(), named=None):
        self.names.append(str(function))
        return function(*arguments, **(named or {}))


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "rrelu"])
def test_modes_see_operators_forward_and_backward(name):
    named = {"training": True} if name == "rrelu" else {}
    for before in (False, True):
        x, forward, backward = point().requires_grad_(), Seen(), Seen()
        if before:
            y = getattr(st, name)(x, **named)
        else:
            with forward:
                y = getattr(st, name)(x, **named)
            assert f"slopewise.{name}.default" in forward.names
            assert name != "rrelu" or "slopewise.draw_key.default" in forward.names
        with backward:
            y.sum().backward()
        assert f"slopewise.{name}_backward.default" in backward.names


@pytest.mark.filterwarnings("ignore:.*torch.jit.trace.*")
def test_traces_have_the_operators():
    traced = torch.jit.trace(lambda x: st.leaky_relu(x, 0.1), (point(),))
    assert "slopewise::leaky_relu" in str(traced.graph)


def test_a_gradient_of_zeros_passes():
    x = point().requires_grad_()
    y = st.rrelu(x, training=True, key=KEY)
    z = (y * torch._efficientzerotensor(SHAPE, dtype=x.dtype)).sum()
    (g,) = torch.autograd.grad(z, x)
    assert torch.equal(g, torch.zeros_like(x))


class TestVmap:
    x = -torch.ones(3, 4)
    whole = st.rrelu(-torch.ones(4), training=True, key=KEY)

    def test_one_key_gives_every_row_the_same_slopes(self):
        for dim in (0, 1):
            x = self.x if dim == 0 else self.x.t()
            y = vmap(lambda x: st.rrelu(x, training=True, key=KEY), dim)(x)
            assert torch.equal(y, self.whole.expand(3, 4))

    def test_a_key_for_each_row(self):
        keys = torch.arange(6).view(3, 2)
        y = vmap(lambda x, k: st.rrelu(x, training=True, key=k))(self.x, keys)
        assert torch.equal(y, torch.stack([st.rrelu(x, training=True, key=k) for x, k in zip(self.x, keys)]))
        shared = vmap(lambda k: st.rrelu(self.x[0], training=True, key=k))(keys)
        assert torch.equal(shared, y)
        slopes = vmap(grad(lambda x, k: st.rrelu(x, training=True, key=k).sum()))(self.x, keys)
        assert torch.equal(slopes, -y)

    def test_drawn_keys_follow_randomness_as_dropout_does(self):
        draw = lambda x: st.rrelu(x, training=True)  # noqa: E731
        same, different = vmap(draw, randomness="same")(self.x), vmap(draw, randomness="different")(self.x)
        assert torch.equal(same[0], same[1]) and not torch.equal(different[0], different[1])
        with pytest.raises(RuntimeError, match="randomness"):
            vmap(draw)(self.x)

    def test_offsets_and_strides(self):
        y = vmap(lambda x: st.rrelu(x, training=True, key=KEY, offset=7, index_strides=(2,)))(self.x)
        assert torch.equal(y[2], st.rrelu(self.x[2], training=True, key=KEY, offset=7, index_strides=(2,)))

    def test_twice(self):
        x = torch.randn(2, 3, 4)
        y = vmap(vmap(lambda x: st.rrelu(x, training=True, key=KEY), 1), 2, 1)(x.permute(1, 2, 0))
        expected = torch.stack(
            [torch.stack([st.rrelu(x[i, :, j], training=True, key=KEY) for j in range(4)]) for i in range(2)], 1
        )
        assert torch.equal(y, expected)
        assert torch.equal(vmap(lambda x: st.crelu(x, 0), 1, 1)(x[0]), st.crelu(x[0], 0))


def test_in_place_under_a_transform_with_a_negative_slope():
    with pytest.raises(ArgumentError, match="negative"):
        grad(lambda x: st.leaky_relu_(x * 1, -0.5).sum())(point())

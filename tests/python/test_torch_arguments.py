"""What slopewise.torch refuses, and in which words."""

import pytest

torch = pytest.importorskip("torch")

from slopewise import ArgumentError, DtypeError, Error  # noqa: E402
from slopewise import torch as st  # noqa: E402


def test_in_place_what_cannot_be():
    leaf = torch.randn(3, requires_grad=True)
    for function in (st.relu_, st.leaky_relu_, lambda x: st.rrelu_(x, training=True)):
        for x in (leaf, leaf[:2]):
            before = leaf.detach().clone()
            with pytest.raises(ArgumentError, match="leaf"):
                function(x)
            assert torch.equal(leaf, before)
    with torch.no_grad():
        st.relu_(leaf)
    with pytest.raises(ArgumentError, match="lower bound must not be negative"):
        st.rrelu_(leaf * 1, -0.1, 0.3, training=True)
    with pytest.raises(ArgumentError, match="negative_slope must not be negative"):
        st.leaky_relu_(leaf * 1, -0.1)
    with pytest.raises(ArgumentError) as caught:
        st.relu_(torch.zeros(1).expand(4))
    assert caught.value.status == "overlap"
    st.rrelu_(torch.randn(3), -0.1, 0.3, training=True)


@pytest.mark.parametrize(
    "bounds, message",
    [
        ((float("nan"), 1), "rrelu: lower bound must be finite, got"),
        ((0.1, float("inf")), "rrelu: upper bound must be finite, got"),
        ((0.3, 0.1), "Lower bound should be less than or equal to the upper bound"),
        ((0.1, "a"), "upper"),
        ((None, 0.1), "lower"),
    ],
)
@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_wrong_bounds(bounds, message, training, device):
    with pytest.raises(ArgumentError, match=message):
        st.rrelu(torch.ones(3, device=device), *bounds, training=training)


def test_bounds_beyond_the_type():
    with pytest.raises(ArgumentError):
        st.rrelu(torch.ones(3), 1e300, 2e300, training=True, key=1)
    for bounds in ((-1e39, 1e39), (0.0, 1e39), (-1e39, 0.0)):
        with pytest.raises(ArgumentError, match="at most 3.4"):
            st.rrelu(torch.ones(3, dtype=torch.float16), *bounds)
        assert st.rrelu(torch.ones(3, dtype=torch.float64), *bounds).tolist() == [1, 1, 1]
    with pytest.raises(ArgumentError):
        st.leaky_relu(torch.ones(3), float("nan"))


@pytest.mark.parametrize(
    "key", [(1,), (1, 2, 3), 2**64, -(2**63) - 1, 1.5, "a", torch.tensor([1]), torch.tensor([1.0, 2.0])]
)
def test_wrong_keys(key):
    with pytest.raises(ArgumentError, match="key"):
        st.rrelu(torch.ones(3), training=True, key=key)


def test_wrong_tensors():
    for dtype in (torch.bool, torch.complex64, torch.int32):
        for function in (st.leaky_relu, st.rrelu, lambda x: st.rrelu(x, training=True)):
            with pytest.raises(DtypeError):
                function(torch.ones(3, dtype=dtype))
    for function, dtype in ((st.relu, torch.bool), (st.relu, torch.complex64), (st.crelu, torch.uint8)):
        with pytest.raises(DtypeError):
            function(torch.ones(3, 3, dtype=dtype))
    for function in (st.relu, st.leaky_relu, st.rrelu, st.crelu):
        with pytest.raises(ArgumentError, match="tensor"):
            function([1.0])
    for dim in (2, -3):
        with pytest.raises(ArgumentError, match="dim"):
            st.crelu(torch.ones(2, 2), dim)
    with pytest.raises(ArgumentError):
        st.crelu(torch.ones(()), 0)
    with pytest.raises(ArgumentError):
        st.rrelu(torch.ones(3), training=True, offset=2**64)
    assert issubclass(ArgumentError, (Error, ValueError))

"""PyTorch's own samples of relu, leaky_relu and rrelu: the values that torch computes, and its gradients."""

import warnings

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("expecttest")

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from torch.testing._internal.common_methods_invocations import op_db

from slopewise import ArgumentError  # noqa: E402
from slopewise import torch as st  # noqa: E402

OURS = {"nn.functional.relu": st.relu, "nn.functional.leaky_relu": st.leaky_relu, "nn.functional.rrelu": st.rrelu}
OPS = [op for op in op_db if op.name in OURS and not op.variant_test_name]
DTYPES = [torch.float16, torch.bfloat16, torch.float32, torch.float64]


def samples(op, dtype):
    yield from op.sample_inputs("cpu", dtype, requires_grad=True)
    yield from op.reference_inputs("cpu", dtype, requires_grad=True)


def results(function, x, arguments, named):
    """The value and the gradient for ones."""
    x = x.detach().requires_grad_()
    y = function(x * 1 if named.get("inplace") else x, *arguments, **named)
    (gradient,) = torch.autograd.grad(y, x, torch.ones_like(y))
    return y.detach(), gradient


def test_there_are_samples():
    assert {op.name for op in OPS} == set(OURS)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("op", OPS, ids=lambda op: op.name)
def test_values_and_gradients_are_torchs(op, dtype):
    count = 0
    for sample in samples(op, dtype):
        named = dict(sample.kwargs)
        if "training" in named and named.get("lower", 1 / 8) != named.get("upper", 1 / 3):
            named["training"] = False  # for training see below
        theirs = results(op.op, sample.input, sample.args, named)
        ours = results(OURS[op.name], sample.input, sample.args, named)
        for a, b in zip(ours, theirs):
            torch.testing.assert_close(a, b, rtol=0, atol=0, equal_nan=True)
        count += 1
    assert count > 10


@pytest.mark.parametrize("dtype", DTYPES)
def test_training_stays_within_the_bounds(dtype):
    (op,) = [op for op in OPS if op.name.endswith("rrelu") and not op.name.endswith("leaky_relu")]
    count = 0
    for sample in samples(op, dtype):
        named = {**sample.kwargs, "training": True}
        lower, upper = named.get("lower", 1 / 8), named.get("upper", 1 / 3)
        y, slopes = results(st.rrelu, sample.input, sample.args, named)
        x = sample.input.detach()
        positive = ~(x <= 0)
        assert (slopes[positive] == 1).all()
        assert torch.equal(y[positive].nan_to_num(), x[positive].nan_to_num())
        bounds = torch.tensor([lower, upper], dtype=dtype)
        assert ((bounds[0] <= slopes[~positive]) & (slopes[~positive] <= bounds[1])).all()
        count += 1
    assert count > 10


@pytest.mark.parametrize("op", [op for op in OPS if op.error_inputs_func], ids=lambda op: op.name)
def test_torchs_errors(op):
    for error in op.error_inputs("cpu"):
        sample = error.sample_input
        with pytest.raises(ArgumentError, match=error.error_regex.split(",")[0]):
            OURS[op.name](sample.input, *sample.args, **sample.kwargs)

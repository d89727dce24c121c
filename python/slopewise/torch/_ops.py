"""The operators that torch knows: schemas, kernels, and what they return on fake and meta tensors.

Each is a plain function of its operands: a key is a tensor, so that compiled, exported and captured graphs take a new
one at every run. Derivatives are in _autograd.py and _registered.py, rules for DTensor in sharding.py.
"""

import functools

import torch

from . import _kernels

_RANDOM = "Tensor key, float lower, float upper, SymInt offset=0, SymInt[]? index_strides=None"
SCHEMAS = {
    "draw_key": "(Tensor like, *, Generator? generator=None) -> Tensor",
    "make_key": "(SymInt seed, SymInt stream) -> Tensor",
    "relu": "(Tensor x) -> Tensor",
    "relu_": "(Tensor(a!) x) -> ()",
    "relu_backward": "(Tensor grad, Tensor saved) -> Tensor",
    "leaky_relu": "(Tensor x, float slope) -> Tensor",
    "leaky_relu_": "(Tensor(a!) x, float slope) -> ()",
    "leaky_relu_backward": "(Tensor grad, Tensor saved, float slope, bool saved_is_output=False) -> Tensor",
    "rrelu": f"(Tensor x, {_RANDOM}) -> Tensor",
    "rrelu_": f"(Tensor(a!) x, {_RANDOM}) -> ()",
    "rrelu_backward": f"(Tensor grad, Tensor saved, {_RANDOM}, bool saved_is_output=False) -> Tensor",
    "crelu": "(Tensor x, int dim) -> Tensor",
    "crelu_backward": "(Tensor grad, Tensor x, int dim) -> Tensor",
}

library = torch.library.Library("slopewise", "DEF")
for _name, _schema in SCHEMAS.items():
    _random = [torch.Tag.nondeterministic_seeded] if _name == "draw_key" else []
    library.define(_name + _schema, tags=[torch.Tag.pt2_compliant_tag, *_random])
ops = torch.ops.slopewise


kernels = {}


def _kernel(function):
    """The operator of the function's name, on CPU and CUDA."""
    kernels[function.__name__] = function
    for device in ("CPU", "CUDA"):
        library.impl(function.__name__, function, device)
    return function


def _fake(*names):
    def register(function):
        for name in names:
            torch.library.register_fake(f"slopewise::{name}", function, lib=library)
        return function

    return register


@_kernel
def draw_key(like, *, generator=None):
    return torch.randint(-(2**63), 2**63 - 1, (2,), dtype=torch.int64, device=like.device, generator=generator)


@_fake("draw_key")
def _(like, *, generator=None):
    return torch.empty((2,), dtype=torch.int64, device=like.device)


@_kernel
def relu(x):
    y = torch.empty_like(x)
    _kernels.call("relu", (x,), (), y)
    return y


def _make_key(seed, stream):
    return torch.tensor((seed, stream), dtype=torch.int64)


library.impl("make_key", _make_key, "CompositeExplicitAutograd")


@_fake("make_key")
def _(seed, stream):
    return torch.empty((2,), dtype=torch.int64)


def _in_place(function):
    """A kernel that writes x: autograd is told, so that a tensor saved before is not used after."""

    @functools.wraps(function)
    def changed(x, *arguments):
        function(x, *arguments)
        if not x.is_inference():
            torch.autograd.graph.increment_version(x)

    return _kernel(changed)


@_in_place
def relu_(x):
    _kernels.call("relu", (x,), (), x)


@_kernel
def relu_backward(grad, saved):
    out = torch.empty_like(saved)
    _kernels.call("relu_backward", (grad, saved), (), out)
    return out


@_kernel
def leaky_relu(x, slope):
    y = torch.empty_like(x)
    _kernels.call("leaky_relu", (x,), (slope,), y)
    return y


@_in_place
def leaky_relu_(x, slope):
    _kernels.call("leaky_relu", (x,), (slope,), x)


@_kernel
def leaky_relu_backward(grad, saved, slope, saved_is_output=False):
    out = torch.empty_like(saved)
    _kernels.call("leaky_relu_backward", (grad, saved), (saved_is_output, slope), out)
    return out


@_kernel
def rrelu(x, key, lower, upper, offset=0, index_strides=None):
    y = torch.empty_like(x)
    _kernels.call_random("rrelu", (x,), (), y, key, lower, upper, offset, index_strides, after=(None,))
    return y


@_in_place
def rrelu_(x, key, lower, upper, offset=0, index_strides=None):
    _kernels.call_random("rrelu", (x,), (), x, key, lower, upper, offset, index_strides, after=(None,))


@_kernel
def rrelu_backward(grad, saved, key, lower, upper, offset=0, index_strides=None, saved_is_output=False):
    out = torch.empty_like(saved)
    flags = (saved_is_output,)
    _kernels.call_random("rrelu_backward", (grad, saved), flags, out, key, lower, upper, offset, index_strides)
    return out


@_fake("relu", "leaky_relu", "rrelu")
def _(x, *arguments, **named):
    return torch.empty_like(x)


@_fake("relu_backward", "leaky_relu_backward", "rrelu_backward")
def _(grad, saved, *arguments, **named):
    return torch.empty_like(saved)


@_fake("relu_", "leaky_relu_", "rrelu_")
def _(x, *arguments, **named):
    return None


def _twice_as_long(x, dim):
    """An empty tensor for crelu(x, dim), in the memory order of empty_like(x)."""
    like, dim = torch.empty_like(x), dim % x.dim()
    shape, strides = list(x.shape), list(like.stride())
    outside = strides[dim] * shape[dim]  # from this stride on a dimension steps over the whole of `dim`
    strides = [2 * s if d != dim and s >= outside else s for d, s in enumerate(strides)]
    shape[dim] *= 2
    return torch.empty_strided(shape, strides, dtype=x.dtype, device=x.device)


@_kernel
def crelu(x, dim):
    y = _twice_as_long(x, dim)
    _kernels.call("crelu", (x,), (dim,), y, shaped=True)
    return y


@_kernel
def crelu_backward(grad, x, dim):
    out = torch.empty_like(x)
    _kernels.call("crelu_backward", (grad, x), (dim,), out, shaped=True)
    return out


@_fake("crelu")
def _(x, dim):
    return _twice_as_long(x, dim)


@_fake("crelu_backward")
def _(grad, x, dim):
    return torch.empty_like(x)

"""The functions: arguments are checked, torch's own function serves what the library has no kernels for."""

import sys

import torch
from torch.nn import functional
from torch.overrides import handle_torch_function, has_torch_function_unary

from .._errors import ArgumentError, DtypeError, UnavailableError
from .._tensor import checked_strides, number, word
from . import _autograd, _registered, sharding  # noqa: F401 - _registered for what it registers
from ._dispatch import PLAIN, bare
from ._kernels import DTYPES, FLOATS, SIGNED
from .keys import key_of, signed

_DEVICES = ("cpu", "cuda", "meta")
_LARGEST, _LARGEST_F32 = sys.float_info.max, torch.finfo(torch.float32).max


def _served(name, x, dtypes):
    """Whether the library's kernels take x. Raises DtypeError where nobody should."""
    if type(x) not in PLAIN:
        if not isinstance(x, torch.Tensor):
            raise ArgumentError(f"{name}: x: expected a tensor, got {type(x).__name__}")
        sharding.register()
    if x.layout is not torch.strided or x.device.type not in _DEVICES or x.is_nested or x.is_quantized:
        return False
    if x.dtype not in dtypes:
        expected = ", ".join(str(d).removeprefix("torch.") for d in dtypes)
        raise DtypeError(f"{name}: x: expected a tensor of {expected}, got {x.dtype}")
    return True


def _is_bare(x, dtypes):
    return type(x) in PLAIN and x.dtype in dtypes and bare(x)


def _torchs_own(name, x, function, *arguments, **named):
    """torch's function of the same meaning, for devices and layouts that the library does not know."""
    try:
        return function(x, *arguments, **named)
    except RuntimeError as problem:  # NotImplementedError is one
        what = "nested" if x.is_nested else "quantized" if x.is_quantized else str(x.layout).removeprefix("torch.")
        reason = str(problem).split(". ")[0]
        raise UnavailableError(
            f"{name}: no kernels for {what} tensors on {x.device}; torch's own: {reason}"
        ) from problem


def _floats(**numbers):
    """Numbers as floats; those of a compiled call are already, or stand for some."""
    if torch.compiler.is_compiling():
        return tuple(numbers.values())
    return tuple(number(name, value) for name, value in numbers.items())


def _finite(message, value):
    if not -float("inf") < value < float("inf"):  # comparisons, which can be traced with values that are not known
        raise ArgumentError(f"{message}, got {value}")


def _bounds(lower, upper):
    if type(lower) is type(upper) is float and -_LARGEST <= lower <= upper <= _LARGEST:
        return lower, upper
    lower, upper = _floats(lower=lower, upper=upper)
    _finite("rrelu: lower bound must be finite", lower)
    _finite("rrelu: upper bound must be finite", upper)
    if not lower <= upper:
        order = "Lower bound should be less than or equal to the upper bound"
        raise ArgumentError(f"{order}, got lower = {lower}, upper = {upper}")
    return lower, upper


def _representable(dtype, **bounds):
    """Of an evaluation, whose kernel is told the midpoint alone."""
    largest = _LARGEST if dtype is torch.float64 else _LARGEST_F32
    for name, bound in bounds.items():
        if not -largest <= bound <= largest:
            raise ArgumentError(f"rrelu: {name} bound is {bound:g}, expected a magnitude of at most {largest:g} for {dtype}")


def _rectified(name, x, inplace, key=None, numbers=()):
    return (_autograd.rectify_ if inplace else _autograd.rectify)(name, x, key, numbers)


def relu(x, inplace=False):
    """x < 0 ? 0 : x, of a tensor of floats or integers. NaN and -0 pass."""
    if has_torch_function_unary(x):
        return handle_torch_function(relu, (x,), x, inplace=inplace)
    if not inplace and _is_bare(x, DTYPES):
        return _autograd.rectify_bare("relu", x, None, ())
    if not _served("relu", x, DTYPES):
        return _torchs_own("relu", x, functional.relu, inplace=inplace)
    return _rectified("relu", x, inplace)


def leaky_relu(x, negative_slope=0.01, inplace=False):
    """x <= 0 ? x * negative_slope : x, of a tensor of floats."""
    if has_torch_function_unary(x):
        return handle_torch_function(leaky_relu, (x,), x, negative_slope, inplace=inplace)
    (slope,) = _floats(negative_slope=negative_slope)
    _finite("leaky_relu: negative_slope must be finite", slope)
    if not inplace and _is_bare(x, FLOATS):
        return _autograd.rectify_bare("leaky_relu", x, None, (slope,))
    if not _served("leaky_relu", x, FLOATS):
        return _torchs_own("leaky_relu", x, functional.leaky_relu, slope, inplace=inplace)
    return _rectified("leaky_relu", x, inplace, None, (slope,))


def rrelu(x, lower=1 / 8, upper=1 / 3, training=False, inplace=False, *, key=None, offset=0, index_strides=None):
    """Training: x <= 0 ? x * r : x with a random slope r from [lower, upper) for each element. Else leaky ReLU with
    slope (lower + upper) / 2. Of a tensor of floats.

    `key` is (seed, stream), or one integer, (seed, 0), or an int64[2] tensor with both on the CPU or on the device of
    x. Without one, key_scope gives it, or it is drawn from torch's generator. The slopes are a function of key and
    index alone: equal keys give equal bytes on every device. `offset` is the index of the first element,
    `index_strides` has one integer a dimension (None: row-major ones of x's shape); a slice of a larger tensor gives
    those of the larger one.
    """
    if has_torch_function_unary(x):
        named = {"training": training, "inplace": inplace, "key": key, "offset": offset, "index_strides": index_strides}
        return handle_torch_function(rrelu, (x,), x, lower, upper, **named)
    lower, upper = _bounds(lower, upper)
    if not training:
        _representable(getattr(x, "dtype", None), lower=lower, upper=upper)
        return leaky_relu(x, (lower + upper) / 2, inplace)
    if not inplace and not isinstance(key, torch.Tensor) and _is_bare(x, FLOATS):
        numbers = lower, upper, *_index(x, offset, index_strides)
        return _autograd.rectify_bare("rrelu", x, key_of(x, key, True), numbers)
    if not _served("rrelu", x, FLOATS):
        return _torchs_own_rrelu(x, lower, upper, inplace, key, offset, index_strides)
    offset, index_strides = _index(x, offset, index_strides)
    return _rectified("rrelu", x, inplace, key_of(x, key), (lower, upper, offset, index_strides))


def _torchs_own_rrelu(x, lower, upper, inplace, key, offset, index_strides):
    if key is not None or offset != 0 or index_strides is not None:
        raise UnavailableError(
            f"rrelu: slopes of a key need a dense tensor on CPU or CUDA, got {x.layout} on {x.device}"
        )
    return _torchs_own("rrelu", x, functional.rrelu, lower, upper, training=True, inplace=inplace)


def _index(x, offset, index_strides):
    if not torch.compiler.is_compiling():
        if type(offset) is not int or offset:
            offset = signed(word("offset", offset))
        if index_strides is not None:
            index_strides = checked_strides(index_strides, x.dim())
    elif index_strides is not None and len(index_strides) != x.dim():
        raise ArgumentError(f"rrelu: index_strides: expected one a dimension, {x.dim()}, got {len(index_strides)}")
    return sharding.placed(x, offset, index_strides)


def crelu(x, dim=1):
    """relu(x) and relu(-x) concatenated along `dim`, of a tensor of floats or signed integers."""
    if has_torch_function_unary(x):
        return handle_torch_function(crelu, (x,), x, dim)
    if not _served("crelu", x, {**FLOATS, **SIGNED}):
        return _torchs_own("crelu", x, lambda x: torch.cat((functional.relu(x), functional.relu(-x)), dim))
    if not -x.dim() <= dim < x.dim():
        raise ArgumentError(f"crelu: dim: expected one of a tensor that has {x.dim()} dimensions, got {dim}")
    return _autograd.crelu(x, dim % x.dim())


def relu_(x):
    """relu in place."""
    return relu(x, inplace=True)


def leaky_relu_(x, negative_slope=0.01):
    """leaky_relu in place."""
    return leaky_relu(x, negative_slope, inplace=True)


def rrelu_(x, lower=1 / 8, upper=1 / 3, training=False, *, key=None, offset=0, index_strides=None):
    """rrelu in place."""
    return rrelu(x, lower, upper, training, True, key=key, offset=offset, index_strides=index_strides)


def refuse_script():
    raise UnavailableError(
        "slopewise: torch.jit.script does not know these functions; use torch.compile or torch.export"
    )


for _function in (relu, leaky_relu, rrelu, crelu, relu_, leaky_relu_, rrelu_):
    _function.__prepare_scriptable__ = refuse_script  # asked by torch.jit.script

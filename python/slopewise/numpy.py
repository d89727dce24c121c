"""Rectifier activations of NumPy arrays, forward and backward.

Like ufuncs: any shape and strides, 0-d and empty ones too; `out` may be the first argument (in place); without `out` the
result has the memory order of the input. Element types are float16, float32, float64 and bfloat16 of ml_dtypes, for relu
and crelu also the signed integers, for relu uint8 (unchanged). Operands of one call have the same type and shape, but
where a function says otherwise. `threads` limits the threads of a call (None: chosen by size), `variant` names a variant
of slopewise.info(). What each function computes, to the bit, is in docs/contract.md.

Raises DtypeError for other types, byte-swapped arrays and subclasses of ndarray, ArgumentError for all else that is
wrong; nothing is written then.
"""

import functools

import numpy as np

from . import _library
from ._errors import ArgumentError, DtypeError
from ._keys import words
from ._tensor import checked_strides, integer, number, options, params, tensor

_library.load()


@functools.lru_cache(maxsize=None)
def _dtype_name(dtype):
    """The library's name of a type, or None. NumPy itself does not know bfloat16, which goes by its name."""
    if dtype.name == "bfloat16":
        return "bf16"
    if not dtype.isnative or dtype.kind not in "iufcb":
        return None
    return "bool" if dtype.kind == "b" else f"{dtype.kind}{8 * dtype.itemsize}"


def _array(value, name):
    """An operand as a plain array of native elements."""
    if isinstance(value, np.ndarray):
        if type(value) is not np.ndarray and not isinstance(value, np.memmap):
            raise DtypeError(f"{name}: expected a plain array, got {type(value).__name__}")
    else:
        value = np.asarray(value)
    if _dtype_name(value.dtype) is None:
        raise DtypeError(f"{name}: expected native float16, bfloat16, float32, float64 or integers, got {value.dtype!r}")
    return value


def _in_elements(array):
    """Whether the array's strides are whole elements, which those of a packed structure's field are not."""
    return not any(s % array.itemsize for s in array.strides)


def _input(value, name):
    array = _array(value, name)
    return array if _in_elements(array) else array.copy()


def _tensor(array):
    size = array.itemsize
    return tensor(array.ctypes.data, array.shape, [s // size for s in array.strides], _dtype_name(array.dtype))


class _Output:
    """An array that a call writes: the caller's, or a new one like `like`. One whose strides are no whole elements is
    written by way of a copy."""

    def __init__(self, given, name, like, shape=None):
        if given is None:
            self.result = self.target = np.empty_like(like, shape=shape, subok=False)
            return
        if not isinstance(given, np.ndarray):
            raise ArgumentError(f"{name}: expected an array, got {type(given).__name__}")
        self.result = _array(given, name)
        if not given.flags.writeable:
            raise ArgumentError(f"{name}: expected an array that can be written, got a read-only one")
        self.target = given if _in_elements(given) else np.empty(given.shape, given.dtype)

    def tensor(self):
        return _tensor(self.target)

    def finished(self):
        if self.target is not self.result:
            self.result[...] = self.target
        return self.result


def _slopes(like, lower, upper, key, offset, index_strides):
    """slopewise_rrelu_params for a tensor like `like`."""
    strides = None if index_strides is None else checked_strides(index_strides, like.ndim)
    return params(lower, upper, *words(key), offset, strides)


def _run(name, before, out, threads, variant, *between):
    """slopewise_<name>(before..., out, options), arrays as tensors."""
    before = [_tensor(a) if isinstance(a, np.ndarray) else a for a in before]
    _library.call(name, *before, out.tensor(), *between, options(threads, variant))
    return out.finished()


def relu(x, *, out=None, threads=None, variant=None):
    """x < 0 ? 0 : x; NaN and -0 pass."""
    x = _input(x, "x")
    return _run("relu", (x,), _Output(out, "out", x), threads, variant)


def relu_backward(grad, saved, *, out=None, threads=None, variant=None):
    """saved <= 0 ? 0 : grad; `saved` is relu's input or its output."""
    grad, saved = _input(grad, "grad"), _input(saved, "saved")
    return _run("relu_backward", (grad, saved), _Output(out, "out", grad), threads, variant)


def leaky_relu(x, negative_slope=0.01, *, out=None, threads=None, variant=None):
    """x <= 0 ? x * negative_slope : x."""
    x = _input(x, "x")
    return _run("leaky_relu", (x, number("negative_slope", negative_slope)), _Output(out, "out", x), threads, variant)


def leaky_relu_backward(grad, saved, negative_slope=0.01, *, saved_is_output=False, out=None, threads=None, variant=None):
    """saved > 0 ? grad : grad * negative_slope. From the output, the slope must not be negative."""
    grad, saved = _input(grad, "grad"), _input(saved, "saved")
    before = grad, saved, bool(saved_is_output), number("negative_slope", negative_slope)
    return _run("leaky_relu_backward", before, _Output(out, "out", grad), threads, variant)


def rrelu(
    x, lower=1 / 8, upper=1 / 3, *, key, offset=0, index_strides=None, out=None, noise=None, threads=None, variant=None
):
    """Training RReLU: x <= 0 ? x * r : x with a slope r in [lower, upper) for each element, from `key`.

    `key` is (seed, stream), or one integer, (seed, 0). `offset` is the index of the first element, `index_strides` has one
    integer a dimension (None: row-major ones of x's shape); a slice of a larger array gives those of the larger one.
    With noise=True the result is (y, noise), noise being r where x <= 0, else 1; an array for `noise` is written.
    """
    x = _input(x, "x")
    slopes = _slopes(x, lower, upper, key, offset, index_strides)
    y = _Output(out, "out", x)
    if noise is None or noise is False:
        return _run("rrelu", (x, slopes), y, threads, variant, None)
    written = _Output(None if noise is True else noise, "noise", x)
    result = _run("rrelu", (x, slopes), y, threads, variant, written.tensor())
    return result, written.finished()


def rrelu_eval(x, lower=1 / 8, upper=1 / 3, *, out=None, threads=None, variant=None):
    """Evaluation: leaky ReLU with slope (lower + upper) / 2."""
    x = _input(x, "x")
    before = x, number("lower", lower), number("upper", upper)
    return _run("rrelu_eval", before, _Output(out, "out", x), threads, variant)


def rrelu_backward(
    grad,
    saved,
    lower=1 / 8,
    upper=1 / 3,
    *,
    key,
    offset=0,
    index_strides=None,
    saved_is_output=False,
    out=None,
    threads=None,
    variant=None,
):
    """saved <= 0 ? grad * r : grad, with the slopes r of the forward call, made again from the same key, offset and index
    strides. From the output (saved_is_output), `lower` must not be negative."""
    grad, saved = _input(grad, "grad"), _input(saved, "saved")
    slopes = _slopes(grad, lower, upper, key, offset, index_strides)
    before = grad, saved, bool(saved_is_output), slopes
    return _run("rrelu_backward", before, _Output(out, "out", grad), threads, variant)


def rrelu_backward_noise(grad, noise, *, out=None, threads=None, variant=None):
    """grad * noise, with the noise that rrelu returned."""
    grad, noise = _input(grad, "grad"), _input(noise, "noise")
    return _run("rrelu_backward_noise", (grad, noise), _Output(out, "out", grad), threads, variant)


def _axis(axis):
    return integer("axis", axis, -(2**31), 2**31 - 1)


def crelu(x, axis=-1, *, out=None, threads=None, variant=None):
    """relu(x) and relu(-x) concatenated along `axis`: the result is twice as long there."""
    x, axis = _input(x, "x"), _axis(axis)
    shape = list(x.shape)
    if -x.ndim <= axis < x.ndim:  # else the library says what is wrong
        shape[axis] *= 2
    return _run("crelu", (x, axis), _Output(out, "out", x, shape), threads, variant)


def crelu_backward(grad, x, axis=-1, *, out=None, threads=None, variant=None):
    """The gradient of crelu: relu_backward(first half of grad, x) - relu_backward(second half, -x). `grad` is twice as long
    as x along `axis`."""
    grad, x = _input(grad, "grad"), _input(x, "x")
    return _run("crelu_backward", (grad, x, _axis(axis)), _Output(out, "out", x), threads, variant)

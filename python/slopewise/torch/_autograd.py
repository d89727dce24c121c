"""Derivatives of all orders and directions: each an autograd.Function with a backward and a jvp.

The gradient is an operator too: linear in grad and constant in what was saved, so that its derivative is itself.
"""

import torch
from torch.autograd import forward_ad
from torch.autograd.function import _SingleLevelFunction as Function

from .._errors import ArgumentError
from ._dispatch import PLAIN, bare, below, differentiated, recorded, traced
from ._ops import kernels, ops

FORWARD = {name: getattr(ops, name).default for name in ("relu", "leaky_relu", "rrelu")}
BACKWARD = {name: getattr(ops, name + "_backward").default for name in FORWARD}
IN_PLACE = {name: getattr(ops, name + "_").default for name in FORWARD}


def _forward(op, *arguments):
    """An operator within Function.forward, where torch has switched derivatives off: levels of torch.func further down
    need them, as torch's own custom_function_call has it."""
    if not torch._C._are_functorch_transforms_active():
        return below(op, *arguments)
    with torch.enable_grad(), forward_ad._set_fwd_grad_enabled(True):
        return below(op, *arguments)


def operands(key, numbers):
    return numbers if key is None else (key, *numbers)


def _save(ctx, *tensors):
    ctx.save_for_backward(*tensors)
    ctx.save_for_forward(*tensors)


class Rectify(Function):
    """FORWARD[name](x, key, *numbers); `key` is None where slopes are not random."""

    @staticmethod
    def forward(name, x, key, numbers, save_output):
        return _forward(FORWARD[name], x, *operands(key, numbers))

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.name, x, key, ctx.numbers, ctx.saved_is_output = inputs
        _save(ctx, output if ctx.saved_is_output else x, key)

    @staticmethod
    def backward(ctx, grad):
        saved, key = ctx.saved_tensors
        return None, gradient(ctx.name, grad, saved, key, ctx.numbers, ctx.saved_is_output), None, None, None

    @staticmethod
    def jvp(ctx, _, tangent, *others):
        saved, key = ctx.saved_tensors
        return gradient(ctx.name, tangent, saved, key, ctx.numbers, ctx.saved_is_output)


class RectifyBare(Function):
    """Rectify where nothing but a gradient can come: in half of the time that forward and setup_context take."""

    @staticmethod
    def forward(ctx, name, x, key, numbers):
        y = kernels[name](x, *operands(key, numbers))
        ctx.save_for_backward(y if name == "relu" else x, key)
        ctx.name, ctx.numbers = name, numbers
        return y

    @staticmethod
    def backward(ctx, grad):
        saved, key = ctx.saved_tensors
        name, numbers = ctx.name, ctx.numbers
        if torch.is_grad_enabled() or not bare(grad, saved):
            return None, gradient(name, grad, saved, key, numbers, name == "relu"), None, None
        return None, kernels[name + "_backward"](grad, saved, *operands(key, numbers)), None, None


class RectifyInPlace(Function):
    """IN_PLACE[name](x, key, *numbers), which is differentiated from its output."""

    @staticmethod
    def forward(ctx, name, x, key, numbers):
        below(IN_PLACE[name], x, *operands(key, numbers))
        ctx.name, ctx.numbers = name, numbers
        ctx.mark_dirty(x)
        ctx.save_for_backward(x, key)
        return x

    @staticmethod
    def backward(ctx, grad):
        saved, key = ctx.saved_tensors
        return None, gradient(ctx.name, grad, saved, key, ctx.numbers, True), None, None


class Gradient(Function):
    """BACKWARD[name](grad, saved, key, *numbers)."""

    @staticmethod
    def forward(name, grad, saved, key, numbers):
        return _forward(BACKWARD[name], grad, saved, *operands(key, numbers))

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.name, _, saved, key, ctx.numbers = inputs
        _save(ctx, saved, key)

    @staticmethod
    def backward(ctx, grad):
        saved, key = ctx.saved_tensors
        constant = torch.zeros_like(saved) if ctx.needs_input_grad[2] else None
        return None, _gradient(ctx.name, grad, saved, key, ctx.numbers), constant, None, None

    @staticmethod
    def jvp(ctx, _, tangent, *others):
        saved, key = ctx.saved_tensors
        return _gradient(ctx.name, tangent, saved, key, ctx.numbers)


def _gradient(name, grad, saved, key, numbers):
    if traced():
        return BACKWARD[name](grad, saved, *operands(key, numbers))
    if differentiated(grad, saved):
        return Gradient.apply(name, grad, saved, key, numbers)
    return below(BACKWARD[name], grad, saved, *operands(key, numbers))


def gradient(name, grad, saved, key, numbers, saved_is_output):
    """grad times the slope that `saved` selects."""
    if name != "relu":  # whose gradient is the same from input and output
        numbers = (*numbers, saved_is_output)
    return _gradient(name, grad, saved, key, numbers)


class Crelu(Function):
    @staticmethod
    def forward(x, dim):
        return _forward(ops.crelu.default, x, dim)

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, ctx.dim = inputs
        _save(ctx, x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return _crelu_gradient(grad, x, ctx.dim), None

    @staticmethod
    def jvp(ctx, tangent, _):
        (x,) = ctx.saved_tensors
        return _crelu_tangent(tangent, x, ctx.dim)


class CreluGradient(Function):
    @staticmethod
    def forward(grad, x, dim):
        return _forward(ops.crelu_backward.default, grad, x, dim)

    @staticmethod
    def setup_context(ctx, inputs, output):
        _, x, ctx.dim = inputs
        _save(ctx, x)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return _crelu_tangent(grad, x, ctx.dim), torch.zeros_like(x) if ctx.needs_input_grad[1] else None, None

    @staticmethod
    def jvp(ctx, tangent, *others):
        (x,) = ctx.saved_tensors
        return _crelu_gradient(tangent, x, ctx.dim)


def _crelu_gradient(grad, x, dim):
    if traced():
        return ops.crelu_backward.default(grad, x, dim)
    if differentiated(grad, x):
        return CreluGradient.apply(grad, x, dim)
    return below(ops.crelu_backward.default, grad, x, dim)


def _crelu_tangent(tangent, x, dim):
    """The change of crelu(x) when x changes by `tangent`."""
    halves = _gradient("relu", tangent, x, None, ()), _gradient("relu", -tangent, -x, None, ())
    return torch.cat(halves, dim)


def rectify_bare(name, x, key, numbers):
    """rectify() where bare(x)."""
    if recorded(x):
        return RectifyBare.apply(name, x, key, numbers)
    return kernels[name](x, *operands(key, numbers))


def rectify(name, x, key, numbers):
    """FORWARD[name] with its derivatives. relu saves its output, as torch's does: the next layer saves it too."""
    if traced():
        return FORWARD[name](x, *operands(key, numbers))
    if differentiated(x):
        return Rectify.apply(name, x, key, numbers, name == "relu")
    return below(FORWARD[name], x, *operands(key, numbers))


def crelu(x, dim):
    if traced():
        return ops.crelu.default(x, dim)
    return Crelu.apply(x, dim) if differentiated(x) else below(ops.crelu.default, x, dim)


def _check_in_place(name, x, numbers):
    """Of a tensor whose gradient is wanted."""
    if numbers and numbers[0] < 0:
        what = "lower bound" if name == "rrelu" else "negative_slope"
        raise ArgumentError(
            f"{name}_: {what} must not be negative in place with a gradient, got {numbers[0]}"
        )
    if torch.compiler.is_compiling():
        return
    base = x._base if x._is_view() else x
    if base.is_leaf and base.requires_grad:
        raise ArgumentError(f"{name}_: x is a leaf that requires grad, or a view of one; it cannot change in place")


def rectify_(name, x, key, numbers):
    """rectify() into x itself, differentiated from the output. Under transforms and for subclasses a result is
    copied."""
    recorded = differentiated(x)
    if recorded:
        _check_in_place(name, x, numbers)
    if traced() or forward_ad._current_level >= 0 or type(x) not in PLAIN:
        source = x.clone() if numbers and numbers[0] == 0 else x  # else the operator does not save its input either
        return x.copy_(FORWARD[name](source, *operands(key, numbers)))
    if recorded:
        return RectifyInPlace.apply(name, x, key, numbers)
    below(IN_PLACE[name], x, *operands(key, numbers))
    return x

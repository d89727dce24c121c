"""Derivatives of all orders and directions, and vmap.

torch.library.register_autograd knows no forward mode, and drops tangents without a word. So each operator's autograd
kernel is an autograd.Function that has all of backward, jvp and vmap, and the functions of this module apply it directly,
since torch.func asks for that. The gradient is an operator too, linear in grad and constant in what was saved; its
derivative is itself.
"""

import functools

import torch
from torch.autograd import Function, forward_ad

from .._errors import ArgumentError
from ._kernels import row_major
from ._ops import library, ops

FORWARD = {name: getattr(ops, name).default for name in ("relu", "leaky_relu", "rrelu")}
BACKWARD = {name: getattr(ops, name + "_backward").default for name in FORWARD}
IN_PLACE = {name: getattr(ops, name + "_").default for name in FORWARD}


def _transformed():
    """Whether the code runs under a transform of torch.func."""
    return torch._C._are_functorch_transforms_active()


def _differentiated(*tensors):
    """Whether an operation on these tensors has to be recorded, or to carry tangents."""
    if forward_ad._current_level >= 0 or _transformed():
        return True
    return torch.is_grad_enabled() and any(t.requires_grad for t in tensors)


def _below(op, *arguments):
    with torch._C._AutoDispatchBelowAutograd():
        return op(*arguments)


def _operands(key, numbers):
    return numbers if key is None else (key, *numbers)


def _save(ctx, *tensors):
    ctx.save_for_backward(*tensors)
    ctx.save_for_forward(*tensors)


def _in_front(t, dim, count):
    return t.expand(count, *t.shape) if dim is None else t.movedim(dim, 0)


def _batched(info, dims, operands, key, key_dim, numbers, run):
    """run(operands, key, numbers) on tensors of which some have a batch dimension; it is the result's first.

    A key without one means the same slopes in every row, a key for each row slopes of its own."""
    operands = [_in_front(t, d, info.batch_size) for t, d in zip(operands, dims)]
    if key_dim is not None:
        keys = key.movedim(key_dim, 0)
        return torch.stack([run([t[i] for t in operands], keys[i], numbers) for i in range(info.batch_size)]), 0
    if key is not None:
        lower, upper, offset, strides, *others = numbers
        own = row_major(operands[0].shape[1:]) if strides is None else strides
        numbers = (lower, upper, offset, [0, *own], *others)
    return run(operands, key, numbers), 0


class Rectify(Function):
    """FORWARD[name](x, key, *numbers); `key` is None where slopes are not random."""

    @staticmethod
    def forward(name, x, key, numbers, save_output):
        return _below(FORWARD[name], x, *_operands(key, numbers))

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

    @staticmethod
    def vmap(info, in_dims, name, x, key, numbers, save_output):
        def run(operands, key, numbers):
            return Rectify.apply(name, *operands, key, numbers, save_output)

        return _batched(info, in_dims[1:2], (x,), key, in_dims[2], numbers, run)


class RectifyInPlace(Function):
    """IN_PLACE[name](x, key, *numbers), which is differentiated from its output."""

    @staticmethod
    def forward(ctx, name, x, key, numbers):
        _below(IN_PLACE[name], x, *_operands(key, numbers))
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
        return _below(BACKWARD[name], grad, saved, *_operands(key, numbers))

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

    @staticmethod
    def vmap(info, in_dims, name, grad, saved, key, numbers):
        def run(operands, key, numbers):
            return Gradient.apply(name, *operands, key, numbers)

        return _batched(info, in_dims[1:3], (grad, saved), key, in_dims[3], numbers, run)


def _gradient(name, grad, saved, key, numbers):
    if _differentiated(grad, saved):
        return Gradient.apply(name, grad, saved, key, numbers)
    return _below(BACKWARD[name], grad, saved, *_operands(key, numbers))


def gradient(name, grad, saved, key, numbers, saved_is_output):
    """grad times the slope that `saved` selects."""
    if name != "relu":  # whose gradient is the same from input and output
        numbers = (*numbers, saved_is_output)
    return _gradient(name, grad, saved, key, numbers)


class Crelu(Function):
    @staticmethod
    def forward(x, dim):
        return _below(ops.crelu.default, x, dim)

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

    @staticmethod
    def vmap(info, in_dims, x, dim):
        return Crelu.apply(_in_front(x, in_dims[0], info.batch_size), dim + 1), 0


class CreluGradient(Function):
    @staticmethod
    def forward(grad, x, dim):
        return _below(ops.crelu_backward.default, grad, x, dim)

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

    @staticmethod
    def vmap(info, in_dims, grad, x, dim):
        grad, x = (_in_front(t, d, info.batch_size) for t, d in zip((grad, x), in_dims))
        return CreluGradient.apply(grad, x, dim + 1), 0


def _crelu_gradient(grad, x, dim):
    if _differentiated(grad, x):
        return CreluGradient.apply(grad, x, dim)
    return _below(ops.crelu_backward.default, grad, x, dim)


def _crelu_tangent(tangent, x, dim):
    """The change of crelu(x) when x changes by `tangent`."""
    halves = _gradient("relu", tangent, x, None, ()), _gradient("relu", -tangent, -x, None, ())
    return torch.cat(halves, dim)


def rectify(name, x, key, numbers):
    """FORWARD[name] with its derivatives. relu saves its output, as torch's does: the next layer saves it too."""
    if torch.compiler.is_compiling():
        return FORWARD[name](x, *_operands(key, numbers))
    if _differentiated(x):
        return Rectify.apply(name, x, key, numbers, name == "relu")
    return _below(FORWARD[name], x, *_operands(key, numbers))


def crelu(x, dim):
    if torch.compiler.is_compiling():
        return ops.crelu.default(x, dim)
    return Crelu.apply(x, dim) if _differentiated(x) else _below(ops.crelu.default, x, dim)


def _check_in_place(name, x, numbers):
    least = numbers[0] if numbers else 0
    if least < 0:
        what = "lower bound" if name == "rrelu" else "negative_slope"
        raise ArgumentError(f"{name}_: {what} must not be negative in place where a gradient is wanted, got {least}")
    base = x._base if x._is_view() else x
    if base.is_leaf and base.requires_grad:
        raise ArgumentError(f"{name}_: x is a leaf that requires grad, or a view of one; it cannot change in place")


def rectify_(name, x, key, numbers):
    """rectify() into x itself. Its output is saved. Under transforms and for subclasses it is a result that is copied."""
    if torch.compiler.is_compiling():
        if numbers and numbers[0] < 0 and x.requires_grad and torch.is_grad_enabled():
            raise ArgumentError(f"{name}_: a negative bound or slope has no gradient in place")
        return x.copy_(FORWARD[name](x, *_operands(key, numbers)))
    differentiated = _differentiated(x)
    if differentiated and (x.requires_grad or forward_ad._current_level >= 0):
        _check_in_place(name, x, numbers)
    if type(x) not in (torch.Tensor, torch.nn.Parameter) or _transformed() or forward_ad._current_level >= 0:
        y = Rectify.apply(name, x, key, numbers, True) if differentiated else _below(FORWARD[name], x, *_operands(key, numbers))
        return x.copy_(y)
    if differentiated:
        return RectifyInPlace.apply(name, x, key, numbers)
    _below(IN_PLACE[name], x, *_operands(key, numbers))
    return x


def _register_rectifier(name, random):
    """The autograd and vmap kernels of an operator and of its gradient, for compiled code and for callers of torch.ops."""

    def arguments_of(arguments):
        if not random:
            return None, arguments
        key, lower, upper, *others = arguments  # the dispatcher leaves out arguments that are defaults
        return key, (lower, upper, *others, *(0, None)[len(others) :])

    def forward(x, *arguments):
        if _differentiated(x):
            return Rectify.apply(name, x, *arguments_of(arguments), False)
        return _below(FORWARD[name], x, *arguments)

    def backward(grad, saved, *arguments):
        return _gradient(name, grad, saved, *arguments_of(arguments))

    def rule(op, count, info, in_dims, *arguments):
        key, numbers = arguments_of(arguments[count:])
        key_dim = in_dims[count] if random else None
        run = lambda operands, key, numbers: op(*operands, *_operands(key, numbers))
        return _batched(info, in_dims[:count], arguments[:count], key, key_dim, numbers, run)

    library.impl(name, forward, "Autograd")
    library.impl(name + "_backward", backward, "Autograd")
    torch.library.register_vmap(f"slopewise::{name}", functools.partial(rule, FORWARD[name], 1), lib=library)
    torch.library.register_vmap(f"slopewise::{name}_backward", functools.partial(rule, BACKWARD[name], 2), lib=library)


for _name in FORWARD:
    _register_rectifier(_name, random=_name == "rrelu")


def _register_crelu():
    def forward(x, dim):
        return Crelu.apply(x, dim) if _differentiated(x) else _below(ops.crelu.default, x, dim)

    def forward_rule(info, in_dims, x, dim):
        return ops.crelu(_in_front(x, in_dims[0], info.batch_size), dim + 1), 0

    def backward_rule(info, in_dims, grad, x, dim):
        grad, x = (_in_front(t, d, info.batch_size) for t, d in zip((grad, x), in_dims))
        return ops.crelu_backward(grad, x, dim + 1), 0

    library.impl("crelu", forward, "Autograd")
    library.impl("crelu_backward", _crelu_gradient, "Autograd")
    torch.library.register_vmap("slopewise::crelu", forward_rule, lib=library)
    torch.library.register_vmap("slopewise::crelu_backward", backward_rule, lib=library)


_register_crelu()

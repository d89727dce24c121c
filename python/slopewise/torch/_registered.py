"""Derivatives and vmap of the operators themselves, which compiled code, transforms and subclasses of tensors meet.

torch.library.register_autograd knows no forward mode: it drops tangents without a word. So the autograd kernel of each
operator is written here: it applies an autograd.Function at whichever level of torch.func is being differentiated.
"""

import functools

import torch

from .._tensor import row_major
from ._autograd import BACKWARD, FORWARD, Crelu, CreluGradient, Gradient, Rectify, operands
from ._dispatch import below, differentiated
from ._ops import library, ops


def _recorded(*tensors):
    """As differentiated, where torch.func or compiled code may have put a tangent into a tensor."""
    if differentiated(*tensors) or torch._C._are_functorch_transforms_active():
        return True
    return any(torch._VF._unpack_dual(t, level=0)[1] is not None for t in tensors)


def _apply(function, *arguments):
    """Function.apply, at the level of torch.func that the dispatcher has come down to."""
    with torch._functorch.autograd_function.enable_single_level_autograd_function():
        return function.apply(*arguments)


def _in_front(t, dim, count):
    return t.expand(count, *t.shape) if dim is None else t.movedim(dim, 0)


def _batched(op, info, dims, tensors, key, key_dim, numbers):
    """An operator on tensors of which some have a batch dimension; it is the result's first.

    A key without one means the same slopes in every row, a key for each row slopes of its own."""
    tensors = [_in_front(t, d, info.batch_size) for t, d in zip(tensors, dims)]
    if key_dim is not None:
        rows = zip(key.movedim(key_dim, 0).unbind(), *(t.unbind() for t in tensors))
        return torch.stack([op(*row, key, *numbers) for key, *row in rows]), 0
    if key is not None:
        lower, upper, offset, strides, *others = numbers
        own = row_major(tensors[0].shape[1:]) if strides is None else strides
        numbers = (lower, upper, offset, [0, *own], *others)
    return op(*tensors, *operands(key, numbers)), 0


def _register_rectifier(name, random):
    def arguments_of(arguments):
        if not random:
            return None, arguments
        key, lower, upper, *others = arguments  # the dispatcher leaves out arguments that are defaults
        return key, (lower, upper, *others, *(0, None)[len(others) :])

    def forward(x, *arguments):
        if not _recorded(x):
            return below(FORWARD[name], x, *arguments)
        key, numbers = arguments_of(arguments)
        # From a positive slope on the output tells as much as the input, which may change in place.
        return _apply(Rectify, name, x, key, numbers, not numbers or numbers[0] > 0)

    def backward(grad, saved, *arguments):
        if not _recorded(grad, saved):
            return below(BACKWARD[name], grad, saved, *arguments)
        return _apply(Gradient, name, grad, saved, *arguments_of(arguments))

    def rule(op, count, info, in_dims, *arguments):
        key, numbers = arguments_of(arguments[count:])
        key_dim = in_dims[count] if random else None
        return _batched(op, info, in_dims[:count], arguments[:count], key, key_dim, numbers)

    _register(name, forward, functools.partial(rule, FORWARD[name], 1))
    _register(name + "_backward", backward, functools.partial(rule, BACKWARD[name], 2))


def _register_crelu():
    def forward(x, dim):
        return _apply(Crelu, x, dim) if _recorded(x) else below(ops.crelu.default, x, dim)

    def backward(grad, x, dim):
        if not _recorded(grad, x):
            return below(ops.crelu_backward.default, grad, x, dim)
        return _apply(CreluGradient, grad, x, dim)

    def rule(op, info, in_dims, *arguments):
        *tensors, dim = arguments
        return _batched(op, info, in_dims[:-1], tensors, None, None, (dim + 1,))

    _register("crelu", forward, functools.partial(rule, ops.crelu.default))
    _register("crelu_backward", backward, functools.partial(rule, ops.crelu_backward.default))


def _register(name, autograd, vmap):
    library.impl(name, autograd, "Autograd")
    torch.library.register_vmap(f"slopewise::{name}", vmap, lib=library)


for _name in FORWARD:
    _register_rectifier(_name, random=_name == "rrelu")
_register_crelu()

"""How an operator is reached: as torch has it, or its kernel at once where nothing of torch's stands between."""

import functools

import torch
from torch._C import _are_functorch_transforms_active, _dispatch_keys, _get_tracing_state, _len_torch_dispatch_stack
from torch.autograd import forward_ad

from ._ops import kernels, ops

PLAIN = (torch.Tensor, torch.nn.Parameter)
_KERNELS = {getattr(ops, name).default: kernel for name, kernel in kernels.items()}


def traced():
    """Whether torch compiles this code, or torch.func transforms it: then operators are called, not their Functions."""
    return torch.compiler.is_compiling() or _are_functorch_transforms_active()


def recorded(x, other=None):
    """Whether an operation has to be recorded for a backward pass."""
    return torch.is_grad_enabled() and (x.requires_grad or (other is not None and other.requires_grad))


def differentiated(x, other=None):
    """Whether an operation on plain tensors has to be recorded, or to carry tangents."""
    return forward_ad._current_level >= 0 or recorded(x, other)


@functools.lru_cache(maxsize=None)
def _keys_of_plain_tensors(device_type):
    """The dispatch keys of tensors that are nothing but memory: no subclass, wrapper, lazy negation or tangent of
    zeros."""
    plain = [torch.empty(0, device=device_type)]
    with torch.inference_mode():
        plain.append(torch.empty(0, device=device_type))
    return frozenset(_dispatch_keys(t).raw_repr() for t in plain)


_ON_CPU = _keys_of_plain_tensors("cpu")  # now, while nothing transforms what torch makes


def _is_plain(t):
    keys = _dispatch_keys(t).raw_repr()
    return keys in _ON_CPU or (t.is_cuda and keys in _keys_of_plain_tensors("cuda"))


def _seen():
    """Whether a mode of torch's dispatcher, or a trace, is to see every operator."""
    return _len_torch_dispatch_stack() or _get_tracing_state() is not None


def bare(x, other=None):
    """Whether an operation on x is a call of its kernel, and of its Function where it is recorded: nothing compiles,
    transforms or traces it, and there are no tangents."""
    if traced() or forward_ad._current_level >= 0 or _seen():
        return False
    return _is_plain(x) and (other is None or _is_plain(other))


def _reaches_its_kernel(arguments):
    if _seen():
        return False
    return all(_is_plain(t) for t in arguments if isinstance(t, torch.Tensor))


def below(op, *arguments):
    """An operator without its autograd. Calling its kernel itself saves half of the time of a small call."""
    if _reaches_its_kernel(arguments):
        return _KERNELS[op](*arguments)
    with torch._C._AutoDispatchBelowAutograd():
        return op(*arguments)

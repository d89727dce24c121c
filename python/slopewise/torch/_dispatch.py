"""How an operator is reached: as torch has it, or its kernel at once where nothing of torch's stands between."""

import functools

import torch
from torch.autograd import forward_ad

from ._ops import kernels, ops

PLAIN = (torch.Tensor, torch.nn.Parameter)
_KERNELS = {getattr(ops, name).default: kernel for name, kernel in kernels.items()}


def traced():
    """Whether torch compiles this code, or torch.func transforms it: then operators are called, not their Functions."""
    return torch.compiler.is_compiling() or torch._C._are_functorch_transforms_active()


def differentiated(x, other=None):
    """Whether an operation on plain tensors has to be recorded, or to carry tangents."""
    if forward_ad._current_level >= 0:
        return True
    return (x.requires_grad or (other is not None and other.requires_grad)) and torch.is_grad_enabled()


@functools.lru_cache(maxsize=None)
def _keys_of_plain_tensors(device_type):
    """The dispatch keys of tensors that are nothing but memory: no subclass, wrapper, lazy negation or tangent of
    zeros."""
    plain = [torch.empty(0, device=device_type)]
    with torch.inference_mode():
        plain.append(torch.empty(0, device=device_type))
    return frozenset(torch._C._dispatch_keys(t).raw_repr() for t in plain)


def _reaches_its_kernel(arguments):
    if torch._C._len_torch_dispatch_stack() or torch._C._get_tracing_state() is not None:
        return False
    for t in arguments:
        if isinstance(t, torch.Tensor):
            keys = torch._C._dispatch_keys(t).raw_repr()
            if keys not in _keys_of_plain_tensors("cpu") and not (t.is_cuda and keys in _keys_of_plain_tensors("cuda")):
                return False
    return True


def below(op, *arguments):
    """An operator without its autograd. Calling its kernel itself saves half of the time of a small call."""
    if _reaches_its_kernel(arguments):
        return _KERNELS[op](*arguments)
    with torch._C._AutoDispatchBelowAutograd():
        return op(*arguments)


_keys_of_plain_tensors("cpu")  # now, while nothing transforms what torch makes

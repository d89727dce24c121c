"""Where the random slopes of a call come from: a key given, one of a scope, or one drawn from torch's generator."""

import threading

import torch

from .._errors import ArgumentError
from .._keys import words
from ._ops import ops


class _Scopes(threading.local):
    innermost = None


_scopes = _Scopes()


class key_scope:
    """Within `with key_scope(seed):` the n-th call that needs a key takes (seed, n), counted from 0.

    Calls in evaluation and calls with a key of their own do not count. A scope within a scope counts for itself. A
    forward pass that a checkpoint runs again counts again: give keys there, or let them be drawn. Scopes belong to a thread.
    """

    def __init__(self, seed):
        self.seed, self.calls = words(seed)[0] if not isinstance(seed, (tuple, list)) else _no_pair(seed), 0

    def __enter__(self):
        self._outer, _scopes.innermost = _scopes.innermost, self
        return self

    def __exit__(self, *_):
        _scopes.innermost = self._outer

    def next(self):
        stream, self.calls = self.calls, self.calls + 1
        return self.seed, stream


def _no_pair(seed):
    raise ArgumentError(f"seed: expected an integer, since a scope counts the streams itself, got {seed!r}")


def signed(word):
    return word - 2**64 if word >= 2**63 else word


def draw_key(like, *, generator=None):
    """An int64[2] tensor, (seed, stream), drawn from `generator`, or from torch's generator of the device of `like`.

    The generator advances by the same amount whatever the tensor. The key is on the device of `like`.
    """
    if torch._C._are_functorch_transforms_active():  # vmap's randomness= rules the draw only of torch's own functions
        return torch.randint(-(2**63), 2**63 - 1, (2,), dtype=torch.int64, device=like.device, generator=generator)
    return ops.draw_key(like, generator=generator)


def _check(key, x):
    if key.dtype != torch.int64 or tuple(key.shape) != (2,):
        raise ArgumentError(f"key: expected an int64 tensor of two elements, got {key.dtype} of shape {tuple(key.shape)}")
    if key.device.type != "cpu" and key.device != x.device:
        raise ArgumentError(f"key: expected a tensor on the CPU or on {x.device}, got one on {key.device}", "device mismatch")
    return key


def key_of(x, key):
    """The key of a call on x as a tensor."""
    if isinstance(key, torch.Tensor):
        return _check(key, x)
    if key is None and _scopes.innermost is None:
        return draw_key(x)
    if torch.compiler.is_compiling():
        return ops.make_key(*(signed(word) for word in _numbers(key)))
    return torch.tensor([signed(word) for word in words(_numbers(key))], dtype=torch.int64)


def _numbers(key):
    if key is None:
        return _scopes.innermost.next()
    return key if isinstance(key, (tuple, list)) else (key, 0)

"""Where the random slopes of a call come from: a key given, one of a scope, or one drawn from torch's generator.

Within a call a key is an int64[2] tensor, (seed, stream), the words as signed numbers.
"""

import torch

from .._errors import ArgumentError
from .._keys import words
from .._tensor import word
from ._dispatch import below, traced
from ._ops import kernels, ops


class _Scopes:  # not a thread's own: compilers of older versions do not see that such a thing changes
    innermost = None


_scopes = _Scopes()


def signed(word):
    """A word as int64 has it."""
    return word - 2**64 if word >= 2**63 else word


class key_scope:
    """Within `with key_scope(seed):` the n-th call that needs a key takes (seed, n), counted from 0.

    Calls in evaluation and calls with a key of their own do not count. A scope within a scope counts for itself. A
    forward pass that a checkpoint runs again counts again: give keys there, or let them be drawn. A scope holds for
    all threads.
    """

    def __init__(self, seed):
        # The next key and the step to the one after it are tensors, so that compiled code counts without a new
        # compilation.
        self._next = torch.tensor((signed(word("seed", seed)), 0), dtype=torch.int64)
        self._step = torch.tensor((0, 1), dtype=torch.int64)

    def __enter__(self):
        self._outer, _scopes.innermost = _scopes.innermost, self
        return self

    def __exit__(self, *_):
        _scopes.innermost = self._outer

    def next(self):
        """The key of this call."""
        key = self._next.clone()
        self._next.add_(self._step)
        return key


def draw_key(like, *, generator=None):
    """An int64[2] tensor, (seed, stream), drawn from `generator`, or from torch's generator of the device of `like`.

    The generator advances by the same amount whatever the tensor. The key is on the device of `like`.
    """
    if generator is None and not traced():
        return below(ops.draw_key.default, like)
    if torch._C._are_functorch_transforms_active():  # vmap's randomness= rules the draws of torch's own functions only
        return torch.randint(-(2**63), 2**63 - 1, (2,), dtype=torch.int64, device=like.device, generator=generator)
    return ops.draw_key(like, generator=generator)


def _check(key, x):
    if key.dtype != torch.int64 or tuple(key.shape) != (2,):
        raise ArgumentError(
            f"key: expected int64 of shape (2,), got {key.dtype} of shape {tuple(key.shape)}"
        )
    if key.device.type != "cpu" and key.device != x.device:
        raise ArgumentError(
            f"key: expected it on the CPU or on {x.device}, got {key.device}", "device mismatch"
        )
    return key


def key_of(x, key, is_bare=False):
    """The key of a call on x."""
    if key is None:
        if _scopes.innermost is not None:
            return _scopes.innermost.next()
        return kernels["draw_key"](x) if is_bare else draw_key(x)
    if isinstance(key, torch.Tensor):
        return _check(key, x)
    if torch.compiler.is_compiling():  # the numbers stay operands
        return ops.make_key(*_traced_words(key))
    return torch.tensor([signed(w) for w in words(key)], dtype=torch.int64)


def _traced_words(key):
    """The words of a key, of which a compiler may know no values."""
    pair = key if isinstance(key, (tuple, list)) else (key, 0)
    if len(pair) != 2 or not all(isinstance(w, (int, torch.SymInt)) and -(2**63) <= w < 2**64 for w in pair):
        raise ArgumentError("key: expected an integer or a pair of them, from -2^63 to 2^64 - 1")
    return [signed(w) for w in pair]

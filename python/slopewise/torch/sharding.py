"""Slopes of a tensor that is a part of a larger one: DTensor, and shards without a placement."""

import sys
from typing import NamedTuple

import torch

from .._errors import ArgumentError
from .._tensor import integer, row_major
from ._ops import library


class _Part(NamedTuple):
    """Where plain tensors lie along one dimension of the whole tensor: the index-th of `count` equal parts, or [start,
    start + own size) of `size`."""

    dim: int
    index: "int | None"
    count: "int | None"
    start: "int | None"
    size: "int | None"

    def range(self, own):
        """The start of a part that is `own` long, and the length of the whole."""
        if self.count is not None:
            return self.index * own, self.count * own
        if self.start + own > self.size:
            raise ArgumentError(
                f"global_view: {own} elements from {self.start} on are beyond the whole, {self.size}"
            )
        return self.start, self.size


class _Views:  # of all threads, as scopes of keys are
    parts = ()


_views = _Views()


class global_view:
    """Within `with global_view(dim, index, count):` plain tensors are the index-th of `count` equal parts of larger
    ones along `dim`, and take the slopes that the larger ones would have there. Parts of different length say where
    they lie: `global_view(dim, start=3, size=10)`, `size` being the larger tensor's. Views of several dimensions nest.
    A view holds for all threads. Only training RReLU looks at them."""

    def __init__(self, dim, index=None, count=None, *, start=None, size=None):
        if (
            (index is None) != (count is None)
            or (start is None) != (size is None)
            or (index is None) == (start is None)
        ):
            raise ArgumentError("global_view: expected index and count, or start= and size=")
        most = 2**63 - 1
        dim = integer("dim", dim, -64, 63)
        if index is not None:
            count = integer("count", count, 1, most)
            index = integer("index", index, 0, count - 1)
        else:
            start, size = integer("start", start, 0, most), integer("size", size, 0, most)
        self._part = _Part(dim, index, count, start, size)

    def __enter__(self):
        self._outer = _views.parts
        _views.parts = (*self._outer, self._part)
        return self

    def __exit__(self, *_):
        _views.parts = self._outer


def placed(x, offset, index_strides):
    """The offset and index strides of a call on x, which may be within views."""
    if not _views.parts:
        return offset, index_strides
    if index_strides is not None or offset != 0:
        raise ArgumentError(
            "offset, index_strides: expected none within global_view, which says where x lies"
        )
    if register() and isinstance(x, _dtensor()):
        raise ArgumentError(
            "x: expected a plain tensor within global_view, got a DTensor, which knows its shards"
        )
    shape, starts = list(x.shape), [0] * x.dim()
    seen = set()
    for part in _views.parts:
        if not -x.dim() <= part.dim < x.dim() or part.dim % x.dim() in seen:
            raise ArgumentError(
                f"global_view: expected different dimensions of a tensor that has {x.dim()}, got dim={part.dim}"
            )
        dim = part.dim % x.dim()
        seen.add(dim)
        starts[dim], shape[dim] = part.range(x.shape[dim])
    strides = row_major(shape)
    return sum(start * stride for start, stride in zip(starts, strides)), strides


def _dtensor():
    return sys.modules["torch.distributed.tensor"].DTensor


def _first_index(x):
    """The index, in each dimension, of the first element of this rank's part of a DTensor: chunks of ceil(size /
    ranks), one mesh dimension after the other."""
    sizes, starts = list(x.shape), [0] * x.dim()
    coordinate = x.device_mesh.get_coordinate()
    for mesh_dim, placement in enumerate(x.placements):
        if placement.is_shard() and coordinate is not None:
            dim = placement.dim
            chunk = -(-sizes[dim] // x.device_mesh.size(mesh_dim))
            begin = min(chunk * coordinate[mesh_dim], sizes[dim])
            starts[dim] += begin
            sizes[dim] = min(chunk, sizes[dim] - begin)
    return starts


def _redistributed(x, placements):
    """x with other placements. Detached: below autograd torch 2.6 cannot redistribute what requires a gradient."""
    return x.detach().redistribute(placements=placements)


def _settled(x, whole=None):
    """x with every placement a plain Shard or Replicate; along dimension `whole` it is not sharded."""
    from torch.distributed.tensor import Replicate, Shard

    def keeps(p):
        return type(p) is Replicate or (type(p) is Shard and p.dim != whole)

    placements = [p if keeps(p) else Replicate() for p in x.placements]
    return x if placements == list(x.placements) else _redistributed(x, placements)


def _like(x, name):
    if not isinstance(x, _dtensor()):
        raise ArgumentError(f"{name}: expected a DTensor beside another, got a plain tensor")
    return x


def _global(local, like, shape, stride):
    return _dtensor().from_local(local, like.device_mesh, like.placements, run_check=False, shape=shape, stride=stride)


def _rule(count, random):
    """How an operator with `count` tensors beside its key runs on DTensors: on what each rank has, at its place."""

    def rule(cls, func, types, arguments=(), named=None):
        operands, others = list(arguments[:count]), list(arguments[count:])
        last = _settled(_like(operands[-1], "saved"))
        local = [_redistributed(_like(t, "grad"), last.placements) for t in operands[:-1]] + [last]
        if random:
            others[3:5] = _place(last, *others[3:5])
        y = func(*(t.to_local() for t in local), *others, **(named or {}))
        return _global(y, last, last.shape, last.stride())

    return rule


def _place(x, offset=0, index_strides=None):
    strides = row_major(x.shape) if index_strides is None else index_strides
    return offset + sum(start * stride for start, stride in zip(_first_index(x), strides)), strides


def _crelu(cls, func, types, arguments=(), named=None):
    x, dim = arguments
    x = _settled(x, whole=dim)
    shape = [2 * size if d == dim else size for d, size in enumerate(x.shape)]
    return _global(func(x.to_local(), dim), x, torch.Size(shape), tuple(row_major(shape)))


def _crelu_backward(cls, func, types, arguments=(), named=None):
    grad, x, dim = arguments
    x = _settled(_like(x, "x"), whole=dim)
    grad = _redistributed(_like(grad, "grad"), x.placements)
    return _global(func(grad.to_local(), x.to_local(), dim), x, x.shape, x.stride())


def _draw_key(cls, func, types, arguments=(), named=None):
    (like,) = arguments
    return func(like.to_local(), **(named or {}))


RULES = {
    "draw_key": _draw_key,
    "relu": _rule(1, False),
    "relu_backward": _rule(2, False),
    "leaky_relu": _rule(1, False),
    "leaky_relu_backward": _rule(2, False),
    "rrelu": _rule(1, True),
    "rrelu_backward": _rule(2, True),
    "crelu": _crelu,
    "crelu_backward": _crelu_backward,
}

_registered = False


@torch.compiler.assume_constant_result
def register():
    """Registers the rules for DTensor once its module is there, which is not imported for them: that takes a second."""
    global _registered
    if not _registered and "torch.distributed.tensor" in sys.modules:
        for name, rule in RULES.items():
            torch.library.register_torch_dispatch(f"slopewise::{name}", _dtensor(), rule, lib=library)
        _registered = True
    return _registered

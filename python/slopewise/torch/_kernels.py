"""Calls of the library on torch's tensors."""

import functools
import sys

import torch

from .. import _library
from .._errors import ArgumentError, DtypeError
from .._tensor import CPU, CUDA, PARAMS, options, params, tensor

_library.load()

FLOATS = {torch.float16: "f16", torch.bfloat16: "bf16", torch.float32: "f32", torch.float64: "f64"}
SIGNED = {torch.int8: "i8", torch.int16: "i16", torch.int32: "i32", torch.int64: "i64"}
DTYPES = {**FLOATS, **SIGNED, torch.uint8: "u8"}
DEVICES = {"cpu": CPU, "cuda": CUDA}

# Layouts that the library takes on CUDA (docs/devices.md): dense and alike; for the others, contiguous.
_DENSE = (torch.contiguous_format, torch.channels_last, torch.channels_last_3d)
_ELEMENTWISE = ("relu", "relu_backward", "leaky_relu", "leaky_relu_backward")


@functools.lru_cache(maxsize=1024)
def _flat(elements, dtype):
    """A DLTensor on the CPU of one dimension: the bytes after its address, and the owner of the shape that they name."""
    owner = tensor(None, (elements,), None, DTYPES[dtype])
    return bytes(owner)[8:], owner


@functools.lru_cache(maxsize=256)
def _limit(threads):
    return bytes(options(threads=threads))


def _dtype(t):
    name = DTYPES.get(t.dtype)
    if name is None:
        raise DtypeError(f"expected float16, bfloat16, float32, float64 or integers, got {t.dtype}")
    return name


def _tensors(operands):
    first = operands[0]
    device = (CUDA, first.device.index) if first.is_cuda else (CPU, 0)
    return [tensor(t.data_ptr(), t.shape, t.stride(), _dtype(t), device) for t in operands]


def _on_one_device(operands, out):
    if out.is_cpu:
        for t in operands:
            if not t.is_cpu:
                return False
        return True
    return all(t.device == out.device for t in operands)


def _are_flat(operands, out):
    """Whether the order of elements is all that matters: arrays on the CPU, alike."""
    if not (out.is_cpu and out.is_contiguous()):
        return False
    for t in operands:
        if not (t.is_cpu and t.is_contiguous()) or t.dtype is not out.dtype or t.shape != out.shape:
            return False
    return out.dtype in DTYPES


def call(name, operands, scalars, out, after=(), shaped=False):
    """slopewise_<name>(operands, scalars, out, after, options) on torch's threads, or on its current CUDA stream."""
    if not shaped and _are_flat(operands, out):
        rest, owner = _flat(out.numel(), out.dtype)
        before = [t.data_ptr().to_bytes(8, sys.byteorder) + rest for t in operands]
        last = out.data_ptr().to_bytes(8, sys.byteorder) + rest
        _library.call(name, *before, *scalars, last, *after, _limit(torch.get_num_threads()))
        return
    if not _on_one_device(operands, out):
        found = ", ".join(str(t.device) for t in (*operands, out))
        raise ArgumentError(f"{name}: expected tensors on one device, got {found}", "device mismatch")
    if out.is_cuda:
        _call_on_cuda(name, operands, scalars, out, after)
    else:
        *before, last = _tensors([*operands, out])
        _library.call(name, *before, *scalars, last, *after, _limit(torch.get_num_threads()))


def _call_on_cuda(name, operands, scalars, out, after):
    """In layouts that CUDA's kernels take; others by way of contiguous copies."""
    formats = _DENSE if name in _ELEMENTWISE else _DENSE[:1]
    together, target = [*operands, out], out
    if not any(all(t.is_contiguous(memory_format=f) for t in together) for f in formats):
        operands, target = (
            [t.contiguous() for t in operands],
            torch.empty(out.shape, dtype=out.dtype, device=out.device),
        )
    *before, last = _tensors([*operands, target])
    stream = torch.cuda.current_stream(out.device).cuda_stream
    _library.call(name, *before, *scalars, last, *after, options(stream=stream))
    if target is not out:
        out.copy_(target)


def _is_row_major(strides, shape):
    expected = 1
    for stride, size in zip(reversed(strides), reversed(shape)):
        if size != 1 and stride != expected:
            return False
        expected *= size
    return True


def _rows(tensors, offset, strides):
    """Pieces of the tensors, each with the offset of its first element, that index strides leave row-major."""
    if _is_row_major(strides, tensors[0].shape):
        yield tensors, offset
        return
    for i in range(tensors[0].shape[0]):
        yield from _rows([t[i] for t in tensors], offset + i * strides[0], strides[1:])


def _key(key, device):
    """(seed, stream, address, owner): words for a key on the CPU; else three words on the device, {seed, stream, 0}."""
    if key.is_cpu:
        seed, stream = key.tolist()
        return seed, stream, None, None
    if key.device != device:
        raise ArgumentError(
            f"key: expected it on the CPU or on {device}, got {key.device}", "device mismatch"
        )
    owner = torch.nn.functional.pad(key, (0, 1))
    return 0, 0, owner.data_ptr(), owner


def call_random(name, operands, flags, out, key, lower, upper, offset, index_strides, after=()):
    """As call(), with slopewise_rrelu_params after `flags`. CUDA's kernels take row-major index strides only."""
    if index_strides is None and key.is_cpu and out.is_cpu:
        slopes = PARAMS.pack(lower, upper, *key.tolist(), offset % 2**64, 0, 0)
        call(name, operands, (*flags, slopes), out, after)
        return
    seed, stream, address, owner = _key(key, out.device)  # the owner's memory is used until the call is in the stream
    if index_strides is not None and len(index_strides) != out.dim():
        raise ArgumentError(f"index_strides: expected one a dimension, {out.dim()}, got {len(index_strides)}")
    pieces = [([*operands, out], offset)]
    if index_strides is not None and (out.is_cuda or _is_row_major(index_strides, out.shape)):
        pieces, index_strides = _rows([*operands, out], offset, index_strides), None
    for (*before, target), start in pieces:
        slopes = params(lower, upper, seed, stream, start % 2**64, index_strides, address)
        call(name, before, (*flags, slopes), target, after, shaped=index_strides is not None)

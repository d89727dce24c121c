"""Tensors of NumPy, PyTorch or CuPy through DLPack, without a copy, on the device where they lie.

usage: dlpack.py libslopewise.so      checks ReLU on NumPy, and on PyTorch and CuPy where they are installed, CUDA included
"""

import ctypes as c
import sys


class Tensor(c.Structure):  # DLTensor
    _fields_ = [("data", c.c_void_p), ("device", c.c_int32 * 2), ("ndim", c.c_int32), ("code", c.c_uint8), ("bits", c.c_uint8),
                ("lanes", c.c_uint16), ("shape", c.POINTER(c.c_int64)), ("strides", c.POINTER(c.c_int64)), ("byte_offset", c.c_uint64)]  # fmt: skip


class Options(c.Structure):  # slopewise_options
    _fields_ = [("struct_size", c.c_size_t), ("variant", c.c_char_p), ("threads", c.c_int), ("parallel_for", c.c_void_p), ("pool", c.c_void_p),
                ("stream", c.c_void_p), ("stores", c.c_char_p)]  # fmt: skip


def tensor_of(array):
    """A DLTensor and the capsule that keeps it: it is only looked at, so the capsule stays the exporter's."""
    capsule = array.__dlpack__()
    pointer = c.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = c.c_void_p, [c.py_object, c.c_char_p]
    return c.cast(pointer(capsule, b"dltensor"), c.POINTER(Tensor)), capsule


class Slopewise:
    def __init__(self, path):
        self.library = c.CDLL(path)
        self.library.slopewise_last_error.restype = c.c_char_p
        self.library.slopewise_relu.argtypes = [c.POINTER(Tensor), c.POINTER(Tensor), c.POINTER(Options)]

    def relu(self, x, y, stream=None):
        (x, of_x), (y, of_y) = tensor_of(x), tensor_of(y)
        options = Options(struct_size=c.sizeof(Options), stream=stream)
        if self.library.slopewise_relu(x, y, options):
            raise RuntimeError(self.library.slopewise_last_error().decode())


def check_numpy(slopewise):
    import numpy as np

    x = np.random.default_rng(1).normal(size=(33, 70)).astype(np.float32)
    for view in (x, x.T, x[::2, 3:]):
        y = np.full_like(view, 7)
        slopewise.relu(view, y)
        assert np.array_equal(y, np.maximum(view, 0)), view.strides
    try:
        slopewise.relu(x, x[:1])
        raise AssertionError("tensors of different shapes were taken")
    except RuntimeError as e:
        print(f"NumPy: right; {e}")


def check_torch(slopewise, device):
    import torch

    x = torch.randn(1025, 70, device=device)
    y = torch.empty_like(x)
    slopewise.relu(x, y, torch.cuda.current_stream().cuda_stream if device == "cuda" else None)
    assert torch.equal(y, x.clamp_min(0))
    print(f"PyTorch on {device}: right")


def check_cupy(slopewise):
    import cupy

    x = cupy.random.randn(1025, 70, dtype=cupy.float32)
    y = cupy.empty_like(x)
    slopewise.relu(x, y, cupy.cuda.get_current_stream().ptr)
    assert bool((y == cupy.maximum(x, 0)).all())
    print("CuPy: right")


def main(path):
    slopewise = Slopewise(path)
    check_numpy(slopewise)
    try:
        import torch

        check_torch(slopewise, "cpu")
        check_torch(slopewise, "cuda") if torch.cuda.is_available() else print("PyTorch on cuda: not run, no device")
    except ImportError:
        print("PyTorch: not run, not installed")
    try:
        check_cupy(slopewise)
    except ImportError:
        print("CuPy: not run, not installed")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 2 else __doc__)

"""Rectifier activations of PyTorch tensors: functions and modules in the place of torch's, differentiable.

The slopes of training RReLU are a function of a key and of each element's index: the same bytes on every device, for
every memory layout and sharding, whatever the number of threads. Nothing but the key is saved for the backward pass.
"""

try:
    import torch
except ImportError as problem:
    raise ImportError("slopewise.torch needs PyTorch: pip install 'slopewise[torch]'", name="torch") from problem

if tuple(int(n) for n in torch.__version__.split(".")[:2]) < (2, 6):
    raise ImportError(f"slopewise.torch needs PyTorch 2.6 or newer, found {torch.__version__}", name="torch")

from ._patch import patch, unpatch
from .functions import crelu, leaky_relu, leaky_relu_, relu, relu_, rrelu, rrelu_
from .keys import draw_key, key_scope
from .modules import CReLU, LeakyReLU, ReLU, RReLU
from .sharding import global_view

__all__ = [
    "CReLU",
    "LeakyReLU",
    "RReLU",
    "ReLU",
    "crelu",
    "draw_key",
    "global_view",
    "key_scope",
    "leaky_relu",
    "leaky_relu_",
    "patch",
    "relu",
    "relu_",
    "rrelu",
    "rrelu_",
    "unpatch",
]

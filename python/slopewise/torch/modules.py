"""Modules: torch's own with slopewise's functions, and CReLU."""

import torch

from .._keys import words
from . import functions


class _Module:
    def __prepare_scriptable__(self):
        return functions.refuse_script()


class ReLU(_Module, torch.nn.ReLU):
    """relu as a module, any shape."""

    def forward(self, x):
        return functions.relu(x, self.inplace)


class LeakyReLU(_Module, torch.nn.LeakyReLU):
    """leaky_relu as a module, any shape."""

    def forward(self, x):
        return functions.leaky_relu(x, self.negative_slope, self.inplace)


class RReLU(_Module, torch.nn.RReLU):
    """rrelu as a module, any shape: random slopes in training, their mean in evaluation. With a `key` every call in
    training has the same slopes; without one key_scope or torch's generator gives a new one."""

    key = None

    def __init__(self, lower=1 / 8, upper=1 / 3, inplace=False, *, key=None):
        super().__init__(lower, upper, inplace)
        self.key = key if key is None or isinstance(key, torch.Tensor) else words(key)

    def forward(self, x):
        return functions.rrelu(x, self.lower, self.upper, self.training, self.inplace, key=self.key)

    def extra_repr(self):
        key = self.key.tolist() if isinstance(self.key, torch.Tensor) else self.key
        return super().extra_repr() + ("" if key is None else f", key={tuple(key)}")


class CReLU(_Module, torch.nn.Module):
    """crelu as a module: twice as long along `dim`."""

    __constants__ = ["dim"]

    def __init__(self, dim=1):
        super().__init__()
        self.dim = dim

    def forward(self, x):
        return functions.crelu(x, self.dim)

    def extra_repr(self):
        return f"dim={self.dim}"

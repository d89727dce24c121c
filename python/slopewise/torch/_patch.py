"""patch and unpatch: a model's rectifiers, where they are."""

import torch

from .._errors import ArgumentError
from . import modules

_OURS = {torch.nn.RReLU: modules.RReLU, torch.nn.LeakyReLU: modules.LeakyReLU, torch.nn.ReLU: modules.ReLU}
_THEIRS = {ours: theirs for theirs, ours in _OURS.items()}
_MARK = "_slopewise_patched"


def _modules(model):
    if not isinstance(model, torch.nn.Module):
        raise ArgumentError(f"model: expected a torch.nn.Module, got {type(model).__name__}")
    return model.modules()  # a shared module once


def patch(model, relu=True):
    """Makes slopewise's of every RReLU, LeakyReLU and, unless relu=False, ReLU in a model, itself included, and
    returns how many there were. Modules stay the same objects, with their hooks, attributes and training flag.
    Subclasses stay."""
    count = 0
    for module in _modules(model):
        ours = _OURS.get(type(module))
        if ours is not None and (relu or ours is not modules.ReLU):
            module.__class__ = ours
            setattr(module, _MARK, True)
            count += 1
    return count


def unpatch(model):
    """Undoes patch and returns how many modules it put back. Those that were slopewise's from the start stay."""
    count = 0
    for module in _modules(model):
        if type(module) in _THEIRS and module.__dict__.get(_MARK):
            module.__class__ = _THEIRS[type(module)]
            delattr(module, _MARK)
            count += 1
    return count

"""Rectifier activations with the same bytes on every CPU, GPU, thread count, layout and sharding.

Functions are in slopewise.numpy, slopewise.torch and slopewise.jax; importing this module imports no framework. Every
random slope comes from a key, (seed, stream): the same key, index and bounds give the same bytes everywhere.
"""

from ._errors import ArgumentError, DtypeError, Error, OutOfMemoryError, UnavailableError
from ._inside import explain, info

__all__ = ["ArgumentError", "DtypeError", "Error", "OutOfMemoryError", "UnavailableError", "explain", "info"]


def __getattr__(name):
    if name == "__version__":
        from importlib.metadata import version  # takes longer than the rest of this module

        return version("slopewise")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

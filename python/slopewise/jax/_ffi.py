"""RReLU by the C library, as a custom call of XLA on CPUs.

XLA knows nothing of it but its operands, so it gathers sharded ones on each device: chosen() takes it for one device only.
"""

import ctypes
import functools
import os

import jax
import numpy as np

from .._errors import UnavailableError
from .._inside import JAX_HANDLERS as _PATH

_TARGET = "slopewise_rrelu"


@functools.lru_cache(maxsize=None)
def problem():
    """Registers the handlers, at the first call; why there are none, or None."""
    if not os.path.exists(_PATH):
        return f"this build has no {os.path.basename(_PATH)}"
    try:
        handler = ctypes.CDLL(_PATH).slopewise_jax_rrelu
    except (OSError, AttributeError) as reason:
        return f"{_PATH} does not serve this machine, or is another library: {reason}"
    jax.ffi.register_ffi_target(_TARGET, jax.ffi.pycapsule(handler), platform="cpu")
    return None


def chosen(impl):
    """"jnp" or "ffi": the one asked for, or for None the library's on a single CPU device."""
    if impl is None:
        alone_on_cpu = jax.default_backend() == "cpu" and jax.device_count() == 1
        return "ffi" if alone_on_cpu and problem() is None else "jnp"
    if impl == "ffi" and problem() is not None:
        raise UnavailableError(f"rrelu: impl is 'ffi', but {problem()}")
    return impl


def rrelu(x, key, offset, lower, upper, strides):
    """Under vmap every operand gets the new dimensions in front; the handler knows from the strides how many x had."""
    call = jax.ffi.ffi_call(_TARGET, jax.ShapeDtypeStruct(x.shape, x.dtype), vmap_method="broadcast_all")
    bounds = {"lower": np.float64(lower), "upper": np.float64(upper)}
    return call(x, key, offset, **bounds, index_strides=np.array(strides, np.int64))

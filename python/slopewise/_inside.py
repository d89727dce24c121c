"""What the library would do on this machine, and the program that the package carries."""

import os
from ctypes import create_string_buffer

from . import _library
from ._errors import ArgumentError, UnavailableError
from ._tensor import integer

PROGRAM = os.path.join(_library.FOLDER, "bin", "slopewise")
JAX_HANDLERS = os.path.join(_library.FOLDER, "libslopewise_jax.so")


def explain(op, dtype, elements):
    """Which variant, kind of stores and number of threads a call would use, and why.

    `op` and `dtype` are names as on the command line ("rrelu", "f32"), `elements` is a number of contiguous elements.
    Raises ArgumentError for an unknown op, DtypeError for an unknown dtype.
    """
    for name, value in (("op", op), ("dtype", dtype)):
        if not isinstance(value, str):
            raise ArgumentError(f"{name}: expected a string, got {value!r}")
    _library.load()
    text = create_string_buffer(4096)
    _library.call("explain", op.encode(), dtype.encode(), integer("elements", elements, -(2**63), 2**63 - 1), text, len(text))
    return text.value.decode()


def info():
    """This machine, its devices, variants with reasons, and wisdom: what `slopewise info --json` says. Beside it, under
    "python", the library's file and whether JAX's handlers are there."""
    import json  # half of what importing slopewise would take
    import subprocess

    _library.load()
    try:
        done = subprocess.run([PROGRAM, "info", "--json"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as problem:
        reason = getattr(problem, "stderr", None) or problem
        raise UnavailableError(f"slopewise: the package's program {PROGRAM} failed: {reason}") from None
    python = {"library": _library.PATH, "jax_ffi": os.path.exists(JAX_HANDLERS)}
    return json.loads(done.stdout) | {"python": python}

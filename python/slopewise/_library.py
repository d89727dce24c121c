"""The C library: found beside this file, loaded at the first use, its statuses turned into exceptions."""

import ctypes
import os
from ctypes import c_char_p, c_double, c_int, c_int64, c_size_t, c_void_p

from ._errors import UnavailableError, error_of

FOLDER = os.path.dirname(os.path.abspath(__file__))
PATH = os.path.join(FOLDER, "libslopewise.so")

_tensor = _params = _options = c_void_p  # a structure or its bytes
# What follows the operation's name in slopewise.h, less the status.
PROTOTYPES = {
    "relu": (_tensor, _tensor, _options),
    "relu_backward": (_tensor, _tensor, _tensor, _options),
    "leaky_relu": (_tensor, c_double, _tensor, _options),
    "leaky_relu_backward": (_tensor, _tensor, c_int, c_double, _tensor, _options),
    "rrelu": (_tensor, _params, _tensor, _tensor, _options),
    "rrelu_eval": (_tensor, c_double, c_double, _tensor, _options),
    "rrelu_backward": (_tensor, _tensor, c_int, _params, _tensor, _options),
    "rrelu_backward_noise": (_tensor, _tensor, _tensor, _options),
    "crelu": (_tensor, c_int, _tensor, _options),
    "crelu_backward": (_tensor, _tensor, c_int, _tensor, _options),
    "explain": (c_char_p, c_char_p, c_int64, c_char_p, c_size_t),
}

_functions = {}
_library = None


def load():
    """Loads the library, once. Raises UnavailableError that says which file was looked for, and what was found."""
    global _library
    if _functions:
        return
    if not os.path.exists(PATH):
        raise UnavailableError(f"slopewise: its library was looked for at {PATH} and is not there; install the package again")
    try:
        library = ctypes.CDLL(PATH)
        found = {name: getattr(library, "slopewise_" + name) for name in PROTOTYPES}
        for text in ("status_name", "last_error"):
            getattr(library, "slopewise_" + text).restype = c_char_p
    except (OSError, AttributeError) as problem:  # another processor's, another C library's, or no Slopewise at all
        raise UnavailableError(f"slopewise: {PATH} does not serve this machine, or is another library: {problem}") from None
    for name, function in found.items():
        function.argtypes, function.restype = PROTOTYPES[name], c_int
    _library = library
    _functions.update(found)


def call(name, *arguments):
    """slopewise_<name>(*arguments), without the GIL. Raises the class of slopewise.Error that fits its status."""
    status = _functions[name](*arguments)
    if status:
        raise error_of(_library.slopewise_status_name(status).decode(), _library.slopewise_last_error().decode(errors="replace"))

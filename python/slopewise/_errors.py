"""The exceptions of this package: one class for each way in which a caller may want to react."""


class Error(Exception):
    """A call that failed; nothing was written. `status` is the name of the C library's status, the text its message."""

    status = "internal error"

    def __init__(self, message, status=None):
        super().__init__(message)
        if status is not None:
            self.status = status


class ArgumentError(Error, ValueError):
    """An argument has a wrong value: a bound, a shape, a device, an output that overlaps an operand."""

    status = "invalid argument"


class DtypeError(Error, TypeError):
    """A tensor has an element type that the function does not take, or another than its siblings."""

    status = "unsupported dtype"


class UnavailableError(Error, RuntimeError):
    """This machine, build or device cannot do what was asked."""

    status = "unavailable variant"


class OutOfMemoryError(Error, MemoryError):
    """The machine or a device lacks memory."""

    status = "out of memory"


CLASS_OF_STATUS = {
    "invalid argument": ArgumentError,
    "shape mismatch": ArgumentError,
    "device mismatch": ArgumentError,
    "overlap": ArgumentError,
    "unsupported dtype": DtypeError,
    "dtype mismatch": DtypeError,
    "out of memory": OutOfMemoryError,
}


def error_of(status, message):
    """The exception for a status by its C name."""
    return CLASS_OF_STATUS.get(status, UnavailableError)(message, status)

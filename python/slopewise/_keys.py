"""Keys: where random slopes come from."""

from ._errors import ArgumentError
from ._tensor import word


def words(key):
    """(seed, stream) of a key: a pair of integers, or one, which is the seed. Raises ArgumentError for anything else."""
    if isinstance(key, (tuple, list)):
        if len(key) != 2:
            raise ArgumentError(f"key: expected an integer or a pair (seed, stream), got {len(key)} numbers")
        return word("key's seed", key[0]), word("key's stream", key[1])
    return word("key", key), 0

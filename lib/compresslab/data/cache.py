"""Arrays that take seconds to make, kept on disk between runs and checked whenever they are read."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from compresslab.files import atomic_write, cache_folder

Arrays = Mapping[str, npt.NDArray[Any]]
_FORMAT = 1  # raised when what the arrays mean changes: older files are then left alone
_DIGEST = 32  # bytes of the SHA-256 that stands before the arrays


def cached(name: str, key: object, build: Callable[[], Arrays]) -> Arrays:
    """The arrays that `build` makes, from the cache where it holds them whole.

    The file is a checksum and an uncompressed .npz without pickle. One that is cut short or altered is made anew:
    a zip's own checksums cover its members, not the list of them.

    Args:
        name: beginning of the file's name, for people.
        key: everything that the arrays depend on, as JSON can hold it. Another key is another file.
        build: makes the arrays.

    Returns:
        The arrays, by the names that `build` gave them.

    Raises:
        InputError: the cache folder cannot be written.

    >>> import os, tempfile
    >>> from unittest.mock import patch
    >>> with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, COMPRESSLAB_CACHE=folder):
    ...     _ = cached("squares", {"count": 3}, lambda: {"squares": np.arange(3) ** 2})
    ...     cached("squares", {"count": 3}, lambda: {})["squares"].tolist()  # read back, not built
    [0, 1, 4]
    """
    digest = hashlib.sha256(json.dumps([_FORMAT, key]).encode()).hexdigest()[:16]
    path = cache_folder() / "data" / f"{name}-{digest}.arrays"
    if path.exists():
        with path.open("rb") as file:
            expected = file.read(_DIGEST)
            if hashlib.file_digest(file, "sha256").digest() == expected:
                file.seek(_DIGEST)
                with np.load(file, allow_pickle=False) as arrays:
                    return {array: arrays[array] for array in arrays.files}
    arrays = build()
    with atomic_write(path) as partial, partial.open("w+b") as file:
        file.write(bytes(_DIGEST))
        np.savez(file, allow_pickle=False, **arrays)
        file.seek(_DIGEST)
        checksum = hashlib.file_digest(file, "sha256").digest()
        file.seek(0)
        file.write(checksum)
    return arrays

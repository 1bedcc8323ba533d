"""Files that are either whole or absent: writes go to a neighbour first and are renamed at the end."""

import errno
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from compresslab.errors import InputError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def atomic_write(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary path beside `path` to write to; move it to `path` only if the body succeeds.

    Args:
        path: the file to make or replace. Its folder is made when it is missing.

    Yields:
        The temporary path, in the same folder (so that the move is one atomic rename).

    Raises:
        InputError: `path` is a folder, its folder cannot be written, or the disk is full. `path` is then as it was.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with atomic_write(f"{folder}/answer.txt") as partial:
    ...         _ = partial.write_text("42")
    ...     Path(folder, "answer.txt").read_text()
    '42'
    """
    path = Path(path)
    if path.is_dir():
        raise InputError(f"{path} is a folder: name a file in it.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        os.close(handle)
    except OSError as error:
        raise _unwritable(path, error) from error
    partial = Path(name)
    try:
        yield partial
        with partial.open("rb+") as file:  # the rename must not overtake the bytes on a power cut
            os.fsync(file.fileno())
        partial.chmod(0o644)  # mkstemp's 0600 would hide results from others on a shared machine
        partial.replace(path)
    except OSError as error:
        if error.errno not in _FULL:  # something else that the body did, such as reading a missing file
            raise
        raise _unwritable(path, error) from error
    finally:
        partial.unlink(missing_ok=True)


def write_json(path: str | os.PathLike[str], value: Any) -> None:
    """Write `value` as readable JSON, atomically. NaN and infinity are refused: they are not JSON.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_json(f"{folder}/answer.json", {"n": 42})
    ...     json.loads(Path(folder, "answer.json").read_text())
    {'n': 42}
    """
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    with atomic_write(path) as partial:
        partial.write_text(text, encoding="utf-8")


def cache_folder() -> Path:
    """The folder for what can be made again: `COMPRESSLAB_CACHE`, or the user's cache folder.

    >>> isinstance(cache_folder(), Path)
    True
    """
    chosen = os.environ.get("COMPRESSLAB_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "compresslab"


def _unwritable(path: Path, error: OSError) -> InputError:
    if error.errno in _FULL:
        return InputError(f"no disk space left to write {path}: free some, or choose another folder.")
    return InputError(f"cannot write {path}: {error.strerror or error}. Choose a folder you may write to.")

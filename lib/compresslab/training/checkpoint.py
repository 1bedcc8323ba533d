"""Checkpoints that are whole or absent, hold no code, and know which run they belong to."""

import io
import os
from pathlib import Path
from typing import Any

import torch

from compresslab.errors import InputError
from compresslab.files import atomic_write

_FORMAT = 1


def save_checkpoint(path: str | os.PathLike[str], *, run: dict[str, Any], state: dict[str, Any]) -> None:
    """Write `state` (tensors, numbers, strings, lists and dicts of them) for the run described by `run`."""
    buffer = io.BytesIO()  # torch.save hides a full disk behind an internal error; plain bytes do not
    torch.save({"format": _FORMAT, "run": run, "state": state}, buffer)
    with atomic_write(path) as partial:
        partial.write_bytes(buffer.getbuffer())


def load_checkpoint(path: str | os.PathLike[str], *, run: dict[str, Any]) -> dict[str, Any] | None:
    """The state saved at `path`, or None when there is no such file.

    Args:
        path: of the checkpoint.
        run: a description of the run that wants to go on; it must equal the one saved.

    Raises:
        InputError: the file is cut short, not a checkpoint, or another run's; the message names what differs.
    """
    path = Path(path)
    if not path.exists():
        return None
    remedy = "delete it to start afresh, or choose another path"
    try:
        saved = torch.load(path, map_location="cpu", weights_only=True)
        found, state = saved["run"], saved["state"]
        known = saved["format"] == _FORMAT
    except Exception as error:  # the zip reader and the unpickler raise whatever a damaged file makes them raise
        raise InputError(f"{path} is cut short or not a checkpoint of this course: {remedy}.") from error
    if not known:
        raise InputError(f"{path} was written by another version of this course: {remedy}.")
    for key in run | found:  # in the order of the caller, who names the telling ones first
        if found.get(key) != run.get(key):
            raise InputError(
                f"{path} belongs to another run ({key} is {found.get(key)!r} there and {run.get(key)!r} here): "
                f"{remedy}."
            )
    return state

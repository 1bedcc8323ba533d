"""Checkpoints that are whole or absent, hold no code, and know which run they belong to."""

import hashlib
import io
import os
from pathlib import Path
from typing import Any

import torch
from torch import nn

from compresslab.cost import parameter_count
from compresslab.data import Dataset
from compresslab.errors import InputError
from compresslab.files import atomic_write
from compresslab.identity import fingerprint
from compresslab.training.recipe import Recipe

_FORMAT = 1


def save_checkpoint(path: str | os.PathLike[str], *, run: dict[str, Any], state: dict[str, Any]) -> None:
    """Write `state` (tensors, numbers, strings, lists and dicts of them) for the run described by `run`.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_checkpoint(f"{folder}/c.pt", run={"seed": 0}, state={"step": 7})
    ...     load_checkpoint(f"{folder}/c.pt", run={"seed": 0})
    {'step': 7}
    """
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

    >>> load_checkpoint("none.pt", run={"seed": 0}) is None
    True
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


def run_identity(
    model: nn.Module, dataset: Dataset, recipe: Recipe, *, objective: object, after_step: object
) -> dict[str, Any]:
    """What must be equal for a checkpoint to be of this run; the telling differences first.

    Args:
        model: before the first step.
        dataset: of which the name and the number of training images count.
        recipe: all of it.
        objective, after_step: count with what they hold (a temperature, a teacher, masks): see
            `identity.fingerprint`.

    >>> from compresslab.data import load
    >>> run_identity(nn.Linear(2, 3), load("digits"), Recipe(epochs=1), objective=None, after_step=None)["model"]
    'Linear with 9 parameters'
    """
    return {
        "data": f"{dataset.name}, {len(dataset.train)} training images",
        "model": f"{type(model).__name__} with {parameter_count(model)} parameters",
        **{f"recipe.{name}": str(value) for name, value in recipe.settings().items()},
        "initial weights": _digest(model),
        "objective": fingerprint(objective),
        "after_step": fingerprint(after_step),
    }


def _digest(model: nn.Module) -> str:
    """A short checksum of all names, shapes and values."""
    digest = hashlib.blake2b(digest_size=8)
    for name, tensor in model.state_dict().items():
        digest.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}".encode())
        digest.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy())
    return digest.hexdigest()

"""A stage, run once: what it made is kept on disk, and a killed run goes on where it stopped.

A stage's folder holds `checkpoint.pt` while it trains, then `model.safetensors` and `stage.json`; the latter is
written last, so a folder that has it is complete.
"""

import copy
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Protocol

from torch import nn

from compresslab.errors import InputError
from compresslab.files import write_json
from compresslab.identity import fingerprint
from compresslab.training import Epoch
from compresslab.weights import load_model, load_weights, save_model, save_weights


class Made(Protocol):
    """What a stage made: `training.Fitted`, or the like where nothing was trained.

    >>> from compresslab.training import Fitted, Recipe
    >>> made: Made = Fitted(nn.Linear(2, 1), (), Recipe(epochs=1), "digits")
    >>> made.data
    'digits'
    """

    @property
    def model(self) -> nn.Module:
        """In evaluation mode."""

    @property
    def history(self) -> tuple[Epoch, ...]:
        """An entry an epoch."""

    @property
    def data(self) -> str:
        """The data set's name."""


@dataclass(frozen=True)
class StageResult:
    """The model that a stage made, in evaluation mode, and its training history, an entry an epoch.

    >>> epoch = Epoch(1, 0.1, 0.5, 0.8, validation_loss=0.6, validation_accuracy=0.7, seconds=30.0)
    >>> StageResult(nn.Linear(2, 1), history=(epoch, epoch)).seconds
    60.0
    """

    model: nn.Module
    history: tuple[Epoch, ...]

    @property
    def seconds(self) -> float:
        """Time spent training, interruptions not counted."""
        return sum(epoch.seconds for epoch in self.history)


def run_stage(
    folder: str | os.PathLike[str],
    *,
    settings: Mapping[str, Any],
    skeleton: nn.Module | None = None,
    make: Callable[[Path], Made],
    depends_on: Mapping[str, object] | None = None,
) -> StageResult:
    """Run a stage, or load what an earlier run of it made.

    Args:
        folder: of this stage alone.
        settings: all that the result depends on, as JSON can hold it; an earlier result with other settings is
            refused, not reused.
        skeleton: a model of the resulting architecture, to load saved weights into; not modified. Without one the
            architecture is saved beside the weights, as for a structurally pruned model.
        make: does the work. It gets the path of a checkpoint, to hand to `training.fit`.
        depends_on: the rest of what the result depends on, which JSON can't hold: the objective, what is called after
            a step, the model at the start. Their `identity.fingerprint` joins the settings.

    Raises:
        InputError: the folder holds a stage with other settings, or its files are damaged, or a name stands in both
            settings and `depends_on`.

    >>> import tempfile, torch
    >>> from compresslab.training import Fitted, Recipe
    >>> def make(checkpoint):
    ...     return Fitted(nn.Linear(2, 1), (), Recipe(epochs=1), "made up")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     first, again = (run_stage(folder, settings={"seed": 0}, make=make).model for _ in range(2))
    >>> torch.equal(first.weight, again.weight)  # the second was loaded
    True
    """
    folder = Path(folder)
    if folder.is_file():
        raise InputError(f"{folder} is a file: name a folder for the stage.")
    done, weights = folder / "stage.json", folder / "model.safetensors"
    plain = json.loads(json.dumps(settings))  # tuples become lists, as in the file it is compared with
    for name, value in (depends_on or {}).items():
        if name in plain:
            raise InputError(f"{name!r} stands in settings and in depends_on: name it once.")
        plain[name] = fingerprint(value)
    if done.exists():
        saved = _read_stage(done)
        if saved["settings"] != plain:
            changed = _first_difference(saved["settings"], plain)
            raise InputError(
                f"{folder} holds a stage made with other settings ({changed}): delete it or choose another."
            )
        model = load_model(weights) if skeleton is None else load_weights(copy.deepcopy(skeleton), weights)
        return StageResult(model.eval(), tuple(Epoch(**line) for line in saved["history"]))

    checkpoint = folder / "checkpoint.pt"
    fitted = make(checkpoint)
    if skeleton is None:
        save_model(fitted.model, weights)
    else:
        save_weights(fitted.model, weights)
    write_json(done, {"settings": plain, "data": fitted.data, "history": [asdict(line) for line in fitted.history]})
    checkpoint.unlink(missing_ok=True)
    return StageResult(fitted.model, fitted.history)


def _read_stage(path: Path) -> dict[str, Any]:
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
        lines = [set(line) for line in saved["history"]]
        whole = isinstance(saved["settings"], dict) and all(line == {f.name for f in fields(Epoch)} for line in lines)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} is damaged: delete its folder to run the stage again.") from error
    if not whole:
        raise InputError(f"{path} is damaged or of another version: delete its folder to run the stage again.")
    return saved


def _first_difference(there: Mapping[str, Any], here: Mapping[str, Any]) -> str:
    for key in {**here, **there}:
        if there.get(key) != here.get(key):
            return f"{key} is {there.get(key)!r} there and {here.get(key)!r} here"
    return "they are equal"

"""What a sweep has found, and its file."""

import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from compresslab.errors import InputError
from compresslab.files import write_json
from compresslab.pareto import Direction, frontier
from compresslab.search.space import Configuration

FILE = "study.json"


@dataclass(frozen=True)
class Trial:
    """One configuration and what became of it.

    Attributes:
        number: from 0, in the order in which the sampler asked.
        configuration: the value of each setting.
        values: what the objective returned, also what isn't optimised; None where it failed.
        error: why it failed; None where it didn't.
        seconds: that it took.

    >>> Trial(0, {"bits": 4}, {"accuracy": 0.9}, error=None, seconds=1.5).failed
    False
    """

    number: int
    configuration: Configuration
    values: dict[str, float] | None
    error: str | None
    seconds: float

    @property
    def failed(self) -> bool:
        """Whether there are no values."""
        return self.values is None


@dataclass(frozen=True)
class Study:
    """All trials of a sweep.

    Attributes:
        trials: by number.
        directions: of the objectives.
        settings: that decide which configurations are tried: space, sampler, seed and so on.

    >>> trials = tuple(Trial(n, {"bits": b}, {"size": b}, None, 0.0) for n, b in enumerate([8, 4]))
    >>> [trial.configuration for trial in Study(trials, {"size": "min"}, {}).frontier()]
    [{'bits': 4}]
    """

    trials: tuple[Trial, ...]
    directions: dict[str, Direction]
    settings: dict[str, Any]

    @property
    def finished(self) -> tuple[Trial, ...]:
        """Trials with values."""
        return tuple(trial for trial in self.trials if not trial.failed)

    def column(self, name: str) -> list[float]:
        """One value of all finished trials, an objective or not.

        Raises:
            InputError: a trial has no such value.
        """
        found = [trial.values[name] for trial in self.finished if trial.values and name in trial.values]
        if len(found) < len(self.finished):
            raise InputError(f"not all trials have a value {name!r}: choose from {', '.join(self.directions)}.")
        return found

    def objectives(self) -> dict[str, list[float]]:
        """The objectives of the finished trials, as the functions of `pareto` take them.

        Raises:
            InputError: no trial finished; the message has the first one's error.
        """
        if not self.finished:
            why = f"; the first one: {self.trials[0].error}" if self.trials else ""
            raise InputError(f"none of {len(self.trials)} trials finished{why}.")
        return {name: self.column(name) for name in self.directions}

    def frontier(self) -> list[Trial]:
        """The finished trials that no other beats, from the best in the first objective on."""
        return [self.finished[i] for i in frontier(self.objectives(), self.directions)]


def load_study(folder: str | os.PathLike[str]) -> Study:
    """The study that a sweep has kept in a folder, finished or not.

    Raises:
        InputError: there is none, or it is damaged.

    >>> load_study("nowhere")
    Traceback (most recent call last):
    compresslab.errors.InputError: nowhere/study.json is missing: name the folder that was given to sweep.
    """
    path = Path(folder) / FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        trials = tuple(Trial(**trial) for trial in found["trials"])
        return Study(trials, found["directions"], found["settings"])
    except OSError as error:
        raise InputError(f"{path} is missing: name the folder that was given to sweep.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} is damaged: delete it, and the sweep starts anew.") from error


def kept_trials(
    folder: str | os.PathLike[str] | None, settings: dict[str, Any], directions: Mapping[str, Direction]
) -> dict[int, Trial]:
    """The trials of an earlier start, by number.

    Args:
        folder: that keeps a study, or will; None where nothing is kept.
        settings, directions: of this start.

    Raises:
        InputError: the study there has other settings or objectives, or is damaged.

    >>> kept_trials("nowhere", {}, {"size": "min"})
    {}
    """
    if folder is None or not (Path(folder) / FILE).exists():
        return {}
    study = load_study(folder)
    before = study.settings | {"directions": study.directions}
    for name, value in (settings | {"directions": dict(directions)}).items():
        if (there := before.get(name)) != value:
            raise InputError(
                f"{folder} has another study ({name} is {there!r} there and {value!r} here): name another folder."
            )
    return {trial.number: trial for trial in study.trials}


def save_study(folder: str | os.PathLike[str], study: Study) -> None:
    """Write the file anew; it is whole at any moment.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_study(folder, Study((), {"size": "min"}, {}))
    ...     load_study(folder).directions
    {'size': 'min'}
    """
    write_json(Path(folder) / FILE, asdict(study))


def checked(values: object, directions: Mapping[str, Direction]) -> tuple[dict[str, float] | None, str | None]:
    """What an objective returned, as values or as the reason why the trial failed.

    Returns:
        Values and None, or None and the reason: one of the values isn't finite.

    Raises:
        InputError: something else came back than numbers by name, an objective's among them: every trial would fail.

    >>> checked({"accuracy": float("nan")}, {"accuracy": "max"})
    (None, 'accuracy is nan')
    """
    if not isinstance(values, Mapping) or (missing := directions.keys() - values.keys()):
        what = f"no {min(missing)!r}" if isinstance(values, Mapping) else f"a {type(values).__name__}"
        raise InputError(f"the objective returned {what}: return a value for each of {', '.join(directions)}, by name.")
    try:
        numbers = {str(name): float(value) for name, value in values.items()}
    except (TypeError, ValueError) as error:
        raise InputError(f"the objective returned values that are no numbers, {dict(values)!r}.") from error
    for name, number in numbers.items():
        if not math.isfinite(number):
            return None, f"{name} is {number}"
    return numbers, None

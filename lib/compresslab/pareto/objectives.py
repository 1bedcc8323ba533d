"""Objectives by name, each with the direction in which it gets better, brought to one form: costs, lower is better.

A frontier that takes a size for something to maximise looks like a frontier. So no function here assumes a direction:
each objective is named, and its direction stands beside the name.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from compresslab.arguments import one_of
from compresslab.errors import InputError

Direction = Literal["min", "max"]
Costs = NDArray[np.float64]


def check_directions(directions: Mapping[str, Direction]) -> None:
    """Refuse directions that are none.

    Raises:
        InputError: there is no objective, or a direction is neither "min" nor "max".

    >>> check_directions({"accuracy": "up"})
    Traceback (most recent call last):
    compresslab.errors.InputError: accuracy='up' is not known: choose from min, max.
    """
    if not directions:
        raise InputError('directions is empty: name an objective and how it gets better, such as {"accuracy": "max"}.')
    for name, direction in directions.items():
        one_of(get_args(Direction), **{name: direction})


def same_names(given: Iterable[str], directions: Mapping[str, Direction], *, what: str) -> None:
    """Refuse a mapping that hasn't exactly the objectives that have a direction.

    Args:
        given: its names.
        directions: by objective.
        what: the mapping, for the message.

    >>> same_names(["size"], {"size": "min", "accuracy": "max"}, what="reference")
    Traceback (most recent call last):
    compresslab.errors.InputError: reference names size, directions size, accuracy: name the same objectives in both.
    """
    if set(given) != set(directions):
        raise InputError(
            f"{what} names {', '.join(given) or 'nothing'}, directions {', '.join(directions)}: "
            f"name the same objectives in both."
        )


def as_costs(
    objectives: Mapping[str, ArrayLike], directions: Mapping[str, Direction], *, finite: bool = False
) -> Costs:
    """The points as rows of costs, a column for each objective in the order of `directions`.

    Args:
        objectives: (n,) values by name, all in the same order of points.
        directions: "min" or "max" for the same names.
        finite: refuse infinities too. They can be ranked, but have no distance.

    Returns:
        (n, objectives) in float64; what is maximised has its sign changed.

    Raises:
        InputError: names differ, a direction is unknown, there is no point, lengths differ, or a value is NaN or, where
            that matters, infinite.

    >>> as_costs({"size": [3, 1], "accuracy": [0.9, 0.5]}, {"accuracy": "max", "size": "min"}).tolist()
    [[-0.9, 3.0], [-0.5, 1.0]]
    """
    check_directions(directions)
    same_names(objectives, directions, what="objectives")
    columns = []
    for name, direction in directions.items():
        values = np.asarray(objectives[name], dtype=np.float64)
        if values.ndim != 1:
            raise InputError(f"{name} has shape {values.shape}: expected (n,), one value for each point.")
        wrong = ~np.isfinite(values) if finite else np.isnan(values)
        if wrong.any():
            place = int(wrong.argmax())
            can = "measured" if finite else "ranked"
            raise InputError(f"{name} of point {place} is {values[place]}: it can't be {can}. Leave that point out.")
        columns.append(-values if direction == "max" else values)
    lengths = {name: len(column) for name, column in zip(directions, columns, strict=True)}
    if len(set(lengths.values())) > 1:
        raise InputError(f"objectives of different lengths, {lengths}: give each point a value in each.")
    if not len(columns[0]):
        raise InputError("there are no points: give at least one.")
    return np.stack(columns, axis=1)

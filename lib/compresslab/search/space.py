"""A search space: for each setting the values that it may take.

Settings of a compressed model are few and discrete (4 or 8 bits, a sparsity of 0.5 or 0.8), so all spaces here are
finite: a grid can list them, and a table of all results can stand in for the training when samplers are compared.
"""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence

from compresslab.errors import InputError

Value = str | int | float | bool | None
Space = Mapping[str, Sequence[Value]]
Configuration = dict[str, Value]
Key = tuple[int, ...]  # the place of each value in its list


def check_space(space: Space) -> None:
    """Refuse a space that can't be searched or written down.

    Raises:
        InputError: no settings, a setting without values, one value twice, or one that isn't plain.

    >>> check_space({"bits": [4, 8, 4]})
    Traceback (most recent call last):
    compresslab.errors.InputError: bits=[4, 8, 4] has a value twice: give each once.
    """
    if not space:
        raise InputError("the space is empty: give a setting and its values, such as {'bits': [4, 8]}.")
    for name, values in space.items():
        if isinstance(values, str) or not len(values):
            raise InputError(f"{name}={values!r}: give a list of one value or more.")
        for value in values:
            if not isinstance(value, str | int | float | None) or (
                isinstance(value, float) and not math.isfinite(value)
            ):
                raise InputError(f"{name} may be {value!r}: values are strings, finite numbers, booleans or None.")
        if len(set(values)) < len(values):
            raise InputError(f"{name}={list(values)!r} has a value twice: give each once.")


def size_of(space: Space) -> int:
    """Number of configurations.

    >>> size_of({"bits": [4, 8], "width": [8, 12, 16]})
    6
    """
    return math.prod(map(len, space.values()))


def all_configurations(space: Space) -> Iterator[Configuration]:
    """Each configuration once, the setting named last changing fastest.

    Raises:
        InputError: the space can't be searched.

    >>> list(all_configurations({"bits": [4, 8], "distilled": [False]}))
    [{'bits': 4, 'distilled': False}, {'bits': 8, 'distilled': False}]
    """
    check_space(space)
    for values in itertools.product(*space.values()):
        yield dict(zip(space, values, strict=True))


def configuration_at(space: Space, key: Key) -> Configuration:
    """The configuration with these places.

    >>> configuration_at({"bits": [4, 8], "width": [8, 12]}, (1, 0))
    {'bits': 8, 'width': 8}
    """
    return {name: values[place] for (name, values), place in zip(space.items(), key, strict=True)}
